"""An experiment is loaded with its solutions, or every problem is told where it stands."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from bank_files import PATTERN, SNIPPET
from jsonschema import Draft202012Validator

from quizkit.bank.loader import load
from quizkit.bank.run_prose import NOT_MEASURED, with_runs
from quizkit.bank.schema import schema
from quizkit.errors import ContentError
from quizkit.model.bank import LoadedExperiment
from quizkit.model.contract import Clause
from quizkit.model.record import RUN_FIGURES

EXPERIMENT = """\
problem: A network for other classes.
starting_point: It knows its old classes.
task: Reach {run:target}.
contract:
  output-classes: A score for each class.
  backbone-buffers: Statistics stay.
hints: [Look at the last layer.]
solutions:
  - file: reference.py
    about: Keeps all of it.
  - file: as_published.py
    about: The usual way.
    breaks: [backbone-buffers]
what_changed: [The head.]
interpretation: |
  From {run:validation-before}
  to {run:as-published.validation-after}.
bonus: {task: Unfreeze more., hint: In small steps., solution: as_published.py}
claimed:
  before: {train: 0.95, validation: 0.40}
  after: {train: 0.85, validation: 0.72}
  profile: offline
profiles:
  offline: {about: Digits., target: 0.95, minutes: 10}
"""
PROGRAM = "def prepare(model, classes):\n    return model.parameters()\n"


def written(root: Path, text: str = EXPERIMENT, **programs: str) -> Path:
    folder = root / "topic"
    for below in ("items", "solutions"):
        (folder / below).mkdir(parents=True)
    (folder / "pattern.yaml").write_text(PATTERN)
    (folder / "items" / "a.yaml").write_text(SNIPPET)
    (folder / "experiment.yaml").write_text(text)
    for name, program in ({"reference": PROGRAM, "as_published": PROGRAM} | programs).items():
        (folder / "solutions" / f"{name}.py").write_text(program)
    return root


def loaded(root: Path) -> LoadedExperiment:
    (pattern,) = load(root).patterns
    assert pattern.experiment is not None
    return pattern.experiment


def problems(root: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(root)
    return [str(each).removeprefix(f"{root}/topic/") for each in caught.value.problems]


def test_an_experiment_is_loaded_with_its_solutions(tmp_path: Path) -> None:
    found = loaded(written(tmp_path))
    assert [each.solution.name for each in found.solutions] == ["reference", "as-published"]
    assert found.solutions[1].source == PROGRAM and Path(found.solutions[1].path).is_absolute()
    assert found.experiment.solutions[1].breaks == (Clause.BACKBONE_BUFFERS,)
    assert found.experiment.default_profile == "offline" and found.experiment.profiles["offline"].target == 0.95
    for name in ("as-published", "as_published.py", "as_published"):
        assert found.experiment.solution(name) is found.experiment.solutions[1]
    assert found.experiment.solution("other") is None


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[backbone-buffers]", "[backbone-bufers]", "experiment.yaml:13:14: an entry of breaks is 'backbone-bufers'"),
        ("  output-classes: A", "  outputs: A", "experiment.yaml:5:"),
        ("file: as_published.py", "file: as-published.py", "is no name of a solution's file"),
        ("about: The usual way.", "abut: The usual way.", "unknown field 'abut'; did you mean 'about'?"),
        ("minutes: 10", "minuets: 10", "unknown field 'minuets'; did you mean 'minutes'?"),
        ("hint: In small steps.", "hnt: x, hint: y", "unknown field 'hnt'; did you mean 'hint'?"),
        ("offline: {", "online: {", "experiment.yaml:24:"),
        ("target: 0.95", "target: 95", "experiment.yaml:24:"),
        ("{run:target}", "{run:tagret}", "experiment.yaml:3:13: a run has no figure 'tagret'; did you mean"),
        ("as-published.val", "published.val", "experiment.yaml:17:6: there is no solution 'published'; did you mean"),
        ("hints: [Look", "hints: [10 look", "the bare numeral '10' is not proved"),
        ("[Look at", "['{fact:no}', at", "there is no fact 'no'"),
        ("solution: as_published.py", "solution: more.py", "names the bonus more.py, which is no solution"),
        ("[backbone-buffers]", "[target]", "says that as_published.py breaks target"),
        ("  - file: reference.py\n    about: Keeps all of it.\n", "", "does not begin with a reference"),
        ("file: as_published.py", "file: reference.py", "names a solution twice"),
    ],
)
def test_what_is_wrong_is_told_in_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert EXPERIMENT.count(old) >= 1
    found = problems(written(tmp_path, EXPERIMENT.replace(old, new, 1)))
    assert any(told in problem for problem in found), found


def test_programs_and_their_list_belong_together(tmp_path: Path) -> None:
    text = EXPERIMENT.replace("file: as_published.py", "file: as_publishd.py").replace(
        "solution: as_published.py", "solution: as_publishd.py"
    )
    root = written(tmp_path, text, reference="def prepare(:\n", stray=PROGRAM)
    found = problems(root)
    assert "solutions/reference.py:1:13: this is not Python: invalid syntax; mend the code" in found
    assert any(each.startswith("solutions/stray.py:1:1: nothing runs this program") for each in found)
    assert any("there is no file solutions/as_publishd.py; did you mean 'as_published.py'?" in each for each in found)


def test_a_solution_defines_prepare(tmp_path: Path) -> None:
    (told,) = problems(written(tmp_path, as_published="prepare = None\n"))
    assert told.startswith("solutions/as_published.py:1:1: this solution has no function 'prepare'")


def test_the_schema_accepts_what_the_loader_does() -> None:
    validator = Draft202012Validator(schema("experiment"))

    def complaints(data: Any) -> list[str]:
        return [error.message for error in validator.iter_errors(data)]

    data = yaml.safe_load(EXPERIMENT)
    assert complaints(data) == []
    assert complaints(data | {"profiles": {"online": data["profiles"]["offline"]}}) != []
    assert complaints(data | {"aim": "x"}) != []


def test_figures_of_runs_are_put_in() -> None:
    figures = {"": {"target": "95 %"}, "as-published": {"target": "70 %"}}
    text = "{run:target}, {run:as-published.target}, {run:seconds}, {run:bonus.target}, {fact:x}"
    assert with_runs(text, figures) == f"95 %, 70 %, {NOT_MEASURED}, {NOT_MEASURED}, {{fact:x}}"


def test_the_documented_experiment_is_one(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "experiment.md").read_text(encoding="utf-8")
    (documented,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert loaded(written(tmp_path, documented)).experiment.bonus.solution == "as_published.py"
    told = re.search(r"The names are\n(.*?),\s+and each clause", page, re.DOTALL)
    assert told is not None
    assert set(re.findall(r"`([^`]+)`", told.group(1))) == RUN_FIGURES - {clause.value for clause in Clause} | {
        "target"
    }
