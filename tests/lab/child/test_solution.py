"""A solution's file in every kind of disorder: what is wrong is told at its line, with what to do."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest
from small_experiment import Heard, backbone, config, data, network
from torch import nn

from quizkit.lab.child.failure import NotFiniteError, RunError, explained
from quizkit.lab.child.recipe import trained_and_audited
from quizkit.lab.child.solution import load_solution, prepared, read_solution
from quizkit.lab.child.wrapping import lines_to_wrap
from quizkit.model.run_event import RunFailed

SCRIPT = """\
import torch.nn as nn
import torch.optim as optim
from torchvision import models

# Load pretrained model
net = models.resnet18(pretrained=True)

for param in net.parameters():
    param.requires_grad = False

num_features = net.fc.in_features
net.fc = nn.Linear(num_features, 10)  # 10 classes

params_to_update = net.fc.parameters()
optimizer = optim.Adam(params_to_update, lr=0.001)
net = net.to("cuda")
"""

WRAPPED = """\
the run loads the network, builds the optimizer and trains; wrap what makes the head, lines 8 to 12, and leave out \
the rest of the script but its imports:

def prepare(net, classes):
    for param in net.parameters():
        param.requires_grad = False
    num_features = net.fc.in_features
    net.fc = nn.Linear(num_features, 10)  # 10 classes
    return net.fc.parameters()"""


def test_a_script_pasted_in_is_told_which_lines_to_wrap() -> None:
    with pytest.raises(RunError) as caught:
        load_solution(SCRIPT, "mine.py")
    assert (caught.value.line, caught.value.remedy) == (8, WRAPPED)
    assert caught.value.what == "the file defines no `prepare(model, classes)`"


def test_what_is_shown_keeps_the_contracts_form() -> None:
    _, told = lines_to_wrap(SCRIPT, ast.parse(SCRIPT))
    function = told.split("\n\n", 1)[1]
    solution = load_solution(f"import torch.nn as nn\n{function}\n", "mine.py")
    (group,) = prepared(solution, network(), 10)
    assert [each.shape for each in group.parameters] == [(10, 512), (10,)]


def test_a_file_that_makes_no_head_is_shown_a_function_without_the_answer() -> None:
    line, told = lines_to_wrap("print(1)\n", ast.parse("print(1)\n"))
    function = told.split("\n\n", 1)[1]
    (group,) = prepared(load_solution(f"import torch.nn as nn\n{function}\n", "mine.py"), network(), 10)
    assert line is None and len(group.parameters) == 2 and "eval" not in told and "requires_grad" not in told


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("def prepare(model, classes)\n    pass\n", 1, "SyntaxError: expected ':'"),
        ("import torch\n\nimport no_such_module\ndef prepare(m, c): pass\n", 3, "No module named 'no_such_module'"),
        ("import sys\nsys.exit(4)\ndef prepare(m, c): pass\n", 2, "the solution ends the program, by SystemExit(4)"),
        ("def prepare(model): pass\n", 1, "`prepare` cannot be called with (model, classes): too many positional"),
        ("async def prepare(m, c): pass\n", 1, "`prepare` is no plain function"),
        ("prepare = 3\n", None, "`prepare` is no plain function"),
        ("def prepare(m, c): pass\n\ndef train_epoch(m): pass\n", 3, "`train_epoch` cannot be called with"),
        ("def outer():\n    def prepare(m, c): pass\n", None, "the file defines no `prepare(model, classes)`"),
        ("def prepare(m, c): pass\x00", None, "null bytes"),
    ],
)
def test_a_file_that_cannot_be_used(source: str, line: int | None, what: str) -> None:
    with pytest.raises(RunError) as caught:
        load_solution(source, "mine.py")
    assert caught.value.phase == "solution" and what in caught.value.what and caught.value.remedy
    assert caught.value.line == line or what == "null bytes"


@pytest.mark.parametrize(
    ("body", "line", "what"),
    [
        ("pass", 2, "`prepare` returns nothing"),
        ("return model.fc", 2, "`prepare` returns a module, not its parameters"),
        ("return model.fc.weight", 2, "`prepare` returns one parameter, not several"),
        ("return torch.optim.Adam(model.parameters())", 2, "`prepare` returns an optimizer"),
        ("return 7", 2, "`prepare` returns an object of type int"),
        ("return 'fc'", 2, "`prepare` returns an object of type str"),
        ("return []", 2, "`prepare` returns no parameters at all"),
        ("return [1, 2]", 2, "`prepare` returns an object of type int among its parameters"),
        ("return model.named_parameters()", 2, "returns names with its parameters"),
        ("return [torch.ones(2, requires_grad=True)]", 2, "returns an object of type Tensor among its parameters"),
        ("return [{'params': None}]", 2, "a group whose `params` is of type NoneType"),
        ("model.fc = torch.nn.LazyLinear(10)\n    return model.fc.parameters()", 2, "has a lazy layer"),
        ("x = 1\n    return model.head.parameters()", 4, "'SmallNet' object has no attribute 'head'"),
        ("raise KeyboardInterrupt if False else ValueError('no')", 3, "ValueError: no"),
    ],
)
def test_nonsense_from_prepare_is_told(body: str, line: int, what: str) -> None:
    solution = load_solution(f"import torch\ndef prepare(model, classes):\n    {body}\n", "mine.py")
    with pytest.raises(RunError) as caught:
        prepared(solution, network(), 10)
    assert (caught.value.phase, caught.value.file, caught.value.line) == ("solution", "mine.py", line)
    assert what in caught.value.what and caught.value.remedy


def test_groups_keep_their_settings() -> None:
    source = (
        "def prepare(m, c):\n    return [{'params': m.fc.parameters()}, {'params': [m.conv1.bias], 'lr': 1e-4}]\n"
    )
    groups = prepared(load_solution(source, "mine.py"), network(), 10)
    assert [(len(each.parameters), each.settings) for each in groups] == [(2, {}), (1, {"lr": 1e-4})]


@pytest.mark.parametrize(
    ("prepare", "epoch", "line", "phase", "what"),
    [
        ("return [{'params': [model.fc.bias]}] * 2", "", 3, "solution", "no optimizer can be built"),
        ("return model.fc.parameters()", "raise ValueError('mine')", 8, "solution", "ValueError: mine"),
        ("return model.fc.parameters()", "pass", 7, "solution", "never asked the network"),
        ("model.to('meta'); return model.fc.parameters()", "", 3, "solution", "cannot be brought to where it is"),
        (
            "return model.fc.parameters()",
            "[model(x) for x, _ in batches]; del model.fc",
            7,
            "solution",
            "the network that `train_epoch` leaves cannot be measured: AttributeError",
        ),
        (
            "return model.fc.parameters()",
            "[model(x) for x, _ in batches]; model.half()",
            7,
            "solution",
            "the network that `train_epoch` leaves cannot be measured: RuntimeError",
        ),
        (
            "return model.fc.parameters()",
            "[model(x) for x, _ in batches]; model.fc = nn.Linear(512, 7)",
            7,
            "solution",
            "cannot be measured: IndexError",
        ),
    ],
)
def test_what_goes_wrong_later_is_told_too(prepare: str, epoch: str, line: int | None, phase: str, what: str) -> None:
    source = "from torch import nn\n\ndef prepare(model, classes):\n    model.fc = nn.Linear(512, classes)\n"
    source += f"    {prepare}\n\n" + (
        f"def train_epoch(model, batches, optimizer, device):\n    {epoch}\n" if epoch else ""
    )
    with pytest.raises(RunError) as caught:
        trained_and_audited(config(), load_solution(source, "mine.py"), backbone(), data(), Heard())
    assert (caught.value.phase, caught.value.line) == (phase, line) and what in caught.value.what


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ("'lr': 1e39", "value cannot be converted to type float without overflow"),
        ("'lr': 10**400", "int too large to convert to float"),
        ("'lr': -1e-3", "Invalid learning rate: -0.001"),
        ("'lr': float('nan')", "Invalid learning rate: nan"),
        ("'lr': '0.1'", "not supported between instances of 'float' and 'str'"),
        ("'betas': (0.9, 2)", "Invalid beta parameter at index 1: 2"),
        ("'weight_decay': 1e39", "value cannot be converted to type float without overflow"),
        ("'learning_rate': 0.1", "unexpected keyword argument 'learning_rate'"),
        ("3: 4", "keywords must be strings"),
    ],
)
def test_settings_that_adam_cannot_use_are_the_solutions_fault(setting: str, what: str) -> None:
    source = "from torch import nn\ndef prepare(model, classes):\n    model.fc = nn.Linear(512, classes)\n"
    source += f"    return [{{'params': model.fc.parameters(), {setting}}}]\n"
    with pytest.raises(RunError) as caught:
        trained_and_audited(config(), load_solution(source, "mine.py"), backbone(), data(), Heard())
    assert (caught.value.phase, caught.value.file, caught.value.line) == ("solution", "mine.py", 2)
    assert what in caught.value.what and "torch.optim.Adam" in caught.value.remedy


@pytest.mark.parametrize(
    ("prepare", "epoch", "at", "what"),
    [
        ("", "[model(x / 0) for x, _ in batches]", 1, "training loss is not finite: it is nan in epoch 1"),
        (
            "",
            "[model(x) for x, _ in batches]; nn.init.constant_(model.fc.bias, float('nan'))",
            1,
            "validation loss is not finite: it is nan in epoch 1",
        ),
        ("nn.init.constant_(model.fc.bias, float('nan'))", "", 0, "validation loss is not finite: it is nan before"),
    ],
)
def test_a_loss_that_is_not_finite_is_told_with_its_epoch(prepare: str, epoch: str, at: int, what: str) -> None:
    source = "from torch import nn\n\ndef prepare(model, classes):\n    model.fc = nn.Linear(512, classes)\n"
    source += f"    {prepare}\n    return model.fc.parameters()\n"
    source += f"def train_epoch(model, batches, optimizer, device):\n    {epoch}\n" if epoch else ""
    with pytest.raises(NotFiniteError) as caught:
        trained_and_audited(config(), load_solution(source, "mine.py"), backbone(), data(), Heard())
    told = RunFailed.model_validate(caught.value.facts())
    assert (told.phase, told.epoch) == ("training", at) and what in told.what
    assert ("--learning-rate" in told.remedy) is (at > 0) and ("`prepare`" in told.remedy) is (at == 0)


def test_pretrained_weights_are_the_profiles() -> None:
    source = dedent("""\
        from torchvision import models
        def prepare(model, classes):
            return models.resnet50(weights="DEFAULT").fc.parameters()
    """)
    with pytest.raises(RunError, match="this run has weights for resnet18, not for resnet50") as caught:
        trained_and_audited(config(), load_solution(source, "mine.py"), backbone(), data(), Heard())
    assert caught.value.line == 3


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be read"):
        read_solution(tmp_path / "nothing.py", "mine.py")


def test_what_cannot_be_written_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        tmp_path.write_bytes(b"")
    told = explained(caught.value, "mine.py")
    assert told.phase == "disk" and told.what.startswith(f"{tmp_path} cannot be read or written: ")


def test_the_copy_is_run_and_the_learners_file_is_named(tmp_path: Path) -> None:
    copy, mine = tmp_path / "solution.py", tmp_path / "mine.py"
    copy.write_text("def prepare(model, classes):\n    raise ValueError('copied')\n")
    mine.write_text("edited meanwhile\n")
    solution = read_solution(copy, str(mine))
    with pytest.raises(RunError, match="ValueError: copied") as caught:
        prepared(solution, network(), 10)
    assert (caught.value.file, caught.value.line) == (str(mine), 2)


def test_a_head_of_several_layers_is_trained() -> None:
    source = dedent("""\
        from torch import nn
        def prepare(model, classes):
            model.requires_grad_(False).eval()
            model.fc = nn.Sequential(nn.Linear(512, 16), nn.ReLU(), nn.Linear(16, classes))
            return model.fc.parameters()
    """)
    heard = Heard()
    found = trained_and_audited(config(target=0.0), load_solution(source, "mine.py"), backbone(), data(), heard)
    assert all(each.holds for each in found.clauses.values()) and isinstance(found.model.fc, nn.Sequential)
    assert heard.of("path-chosen")[0]["path"] == "cached-features"
