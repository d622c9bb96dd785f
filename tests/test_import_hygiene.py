"""torch is loaded by child processes only, and they load nothing of the parent's: asked of real processes."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import quizkit
from quizkit.model.evidence import Evidence

Run = Callable[..., Evidence]

HEAVY = {"torch", "torchvision", "numpy"}
PARENTS_OWN = {"pydantic", "pydantic_core", "yaml", "click", "rich", "platformdirs", "pytest"}
PARENTS_ROOMS = {"quizkit.model", "quizkit.bank", "quizkit.errors", "quizkit.proof", "quizkit.report", "quizkit.cli"}


def parent_modules() -> list[str]:
    """Return every module of the package but those that only child processes import."""
    root = Path(quizkit.__file__).parent
    files = [file.relative_to(root.parent).with_suffix("") for file in root.rglob("*.py")]
    names = {".".join(file.parts).removesuffix(".__init__") for file in files if "cases" not in file.parts}
    childs = (
        "quizkit.observe",
        "quizkit.sandbox.child",
        "quizkit.lab.child",
        "quizkit.lab.pretrain",
        "quizkit.__main__",
    )
    return sorted(name for name in names if not name.startswith(childs))


def loaded_by(program: str) -> set[str]:
    """Return the names of the modules that a fresh Python has loaded after a program."""
    command = [sys.executable, "-c", f"{program}\nimport sys\nprint(*sys.modules)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.skipif(sys.platform != "linux", reason="some modules are for Linux alone")
def test_no_parent_module_loads_torch() -> None:
    modules = parent_modules()
    assert {"quizkit.cli", "quizkit.sandbox.start", "quizkit.bank.loader", "quizkit.proof.verify"} <= set(modules)
    loaded = loaded_by("\n".join(f"import {name}" for name in modules))
    assert loaded.isdisjoint(HEAVY) and set(modules) <= loaded


@pytest.mark.parametrize(
    "program",
    [
        "from quizkit.cli import quizkit_command\nquizkit_command.main(['--help'], standalone_mode=False)",
        "from quizkit.sandbox.start import confinement, start_pool\nstr(confinement()); start_pool(2).close()",
        "from quizkit.sandbox.environment import environment_id\nenvironment_id()",
    ],
)
def test_nothing_heavy_is_loaded_for_a_light_request(program: str) -> None:
    assert loaded_by(program).isdisjoint(HEAVY)


def test_a_child_loads_nothing_of_the_parents(run: Run) -> None:
    wanted = {"torch", "torchvision", "quizkit.observe"}
    observe = f"sorted(set(sys.modules) & {wanted | PARENTS_OWN | PARENTS_ROOMS})"
    evidence = run("import sys", prelude="", observe=observe)
    assert evidence.observe is not None and evidence.observe.value is not None, evidence
    assert {item.scalar for item in evidence.observe.value.items or ()} == wanted
