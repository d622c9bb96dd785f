"""torch's compiler stays out of what every program is given, and is the real one for whoever asks for it."""

import subprocess
import sys
from pathlib import Path

import quizkit

CHECK = """
import sys
sys.path.insert(0, sys.argv[1])
from quizkit.sandbox.child import compiler, loading

loading.load()
assert "torch._dynamo" not in sys.modules and "sympy" not in sys.modules
from torchvision.ops import roi_align

with compiler.left_out():
    from torch._dynamo.utils import istype  # What no stand-in was made for.
assert istype(1, int)

import torch._dynamo.utils

assert torch._dynamo.utils is sys.modules["torch._dynamo.utils"]
real = torch._dynamo.utils.is_compile_supported
stands_in = sys.modules["torchvision.ops.roi_align"].is_compile_supported
assert stands_in is not real and stands_in("cpu") == real("cpu")
print("checked")
"""

DRAWN = """
import random, sys
import numpy, torch
before = random.getstate(), numpy.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
import torch._dynamo
assert before == (random.getstate(), numpy.random.get_state()[1].tolist(), torch.get_rng_state().tolist())
print("checked")
"""


def checked(program: str) -> bool:
    """Run a program in an interpreter of its own; say whether it came to its end."""
    root = str(Path(quizkit.__file__).resolve().parents[1])
    done = subprocess.run([sys.executable, "-I", "-c", program, root], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout == "checked\n"


def test_the_compiler_is_left_out_until_it_is_asked_for() -> None:
    assert checked(CHECK)


def test_importing_the_compiler_draws_no_random_number() -> None:
    """Else a program that makes an optimizer would seem to depend on chance."""
    assert checked(DRAWN)
