"""`try`, `doctor`, `schema`, `--help` and a mutation test, as typed."""

import json
from pathlib import Path

import pytest
from real_command import RIGHT, Command, Ran, write_bank

from quizkit.sandbox.selftest.cases import cases
from quizkit.sandbox.start import confinement


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, Path]:
    texts = {
        "fine": "x = 1\nprint('hello')\n",
        "raises": "x = 1\nraise ValueError('no')\n",
        "leaves": "import os\nos._exit(0)\n",
        "other": "x = 2\n",
    }
    files = {name: tmp_path / f"{name}.py" for name in texts}
    for name, file in files.items():
        file.write_text(texts[name], encoding="utf-8")
    return files


def lines(ran: Ran) -> list[tuple[str, str]]:
    told = [json.loads(line) for line in ran.out.splitlines()]
    return [(Path(each["program"]).stem, each["outcome"]) for each in told]


def test_try_tells_every_program_in_order_for_people(command: Command, programs: dict[str, Path]) -> None:
    ran = command("try", programs["fine"], programs["raises"])
    assert (ran.code, ran.err) == (0, "")
    assert "hello" in ran.out
    assert "raised ValueError during given, line 2" in ran.out
    assert ran.out.index("fine.py") < ran.out.index("raises.py")


def test_try_says_one_object_a_line_and_fails_on_an_expectation(command: Command, programs: dict[str, Path]) -> None:
    ran = command("try", "--json", "-j", "2", "--expect", "x == 1", programs["other"], programs["fine"])
    assert ran.code == 1
    assert lines(ran) == [("other", "returned"), ("fine", "returned")]
    holds = [json.loads(line)["expectations"]["x == 1"]["holds"] for line in ran.out.splitlines()]
    assert holds == [False, True]


def test_try_is_undecided_when_a_program_leaves(command: Command, programs: dict[str, Path]) -> None:
    ran = command("try", "--json", "--expect", "x == 1", programs["leaves"], programs["other"])
    assert ran.code == 3
    assert lines(ran) == [("leaves", "exited"), ("other", "returned")]


def test_try_runs_nothing_if_a_file_is_missing(command: Command, programs: dict[str, Path]) -> None:
    ran = command("try", programs["fine"], "missing.py")
    assert (ran.code, ran.out) == (2, "")
    assert "missing.py:1:1: there is no such file; check the name" in ran.err


def test_try_names_its_own_options_where_a_bound_is_met(command: Command, tmp_path: Path) -> None:
    for name, source in {"large": "x = [0] * 10**11", "writes": "open('x', 'w')"}.items():
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    ran = command("try", tmp_path / "large.py", tmp_path / "writes.py")
    assert ran.code == 3
    assert "help: let it hold less, or raise --memory-mib" in ran.out
    assert "help: let it do without; what only makes and writes files may do so with --scratch" in ran.out
    assert "limits." not in ran.out


def test_doctor_says_what_is_here_and_where_things_are_kept(command: Command) -> None:
    ran = command("doctor", environment={"HOME": None})
    assert (ran.code, ran.err) == (0, "")
    assert "first probe     ran" in ran.out
    assert str(command.cache / "quizkit" / "evidence.sqlite3") in ran.out


@pytest.mark.parametrize("of", [[], ["pattern"]])
def test_schema_is_a_schema(command: Command, of: list[str]) -> None:
    ran = command("schema", *of)
    assert ran.code == 0
    assert "properties" in ran.out
    assert json.loads(ran.out)["$schema"].startswith("https://json-schema.org/")


@pytest.mark.parametrize("name", [[], ["verify"], ["try"], ["list"], ["show"], ["doctor"], ["schema"]])
def test_help_is_there_without_torch(command: Command, name: list[str]) -> None:
    ran = command(*name, "--help", python=("-X", "importtime"))
    assert ran.code == 0
    assert ran.out.startswith("Usage: quizkit")
    imported = {line.rpartition("|")[2].strip() for line in ran.err.splitlines()}
    assert "click" in imported
    assert not imported & {"torch", "pydantic", "yaml", "rich"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["verfiy"], "No such command 'verfiy'"),
        (["show"], "Missing argument"),
        (["show", "no-such-item"], "there is no item 'no-such-item'"),
        (["try"], "Missing argument"),
        (["--content", "nowhere", "list"], "there is no folder nowhere"),
    ],
)
def test_a_wrong_command_line_is_a_usage_error(command: Command, arguments: list[str], told: str) -> None:
    ran = command(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err
    assert "Traceback" not in ran.err


SURVIVOR = RIGHT.replace("id: right", "id: survivor").replace(
    "  key: [eight]", "  expect: {eight in: layer.in_features > 7, some out: layer.out_features != 3}\n  key: [eight]"
)
EQUIVALENT = RIGHT.replace("id: right", "id: equivalent").replace("layer.in_features == 8", "layer.in_features < 100")


def test_mutants_that_survive_are_listed_apart_from_equivalent_ones(command: Command, tmp_path: Path) -> None:
    bank = write_bank(tmp_path / "bank", RIGHT + SURVIVOR + EQUIVALENT)
    ran = command("verify", bank, "--trust", "--mutants", "--format", "json")
    assert ran.code == 1, ran.err
    *mutants, last = map(json.loads, ran.out.splitlines())
    told = {(each["item"], each["operator"], each["description"]): each["fate"] for each in mutants}
    assert {key: fate for key, fate in told.items() if fate not in ("killed", "equivalent")} == {
        ("survivor", "drop-expectation", "the expectation 'eight in' is gone"): "survived",
        ("survivor", "drop-expectation", "the expectation 'some out' is gone"): "survived",
    }
    change = "'layer.in_features < 101' instead of 'layer.in_features < 100'"
    assert told["equivalent", "change-integer", change] == "equivalent"
    assert told["right", "flip-key", "frozen in the key instead of eight"] == "killed"
    assert last["exit_code"] == 1
    listed = command("verify", bank, "--trust", "--mutants", "--only", "equivalent")
    assert listed.code == 0
    assert change in " ".join(listed.out.split())


@pytest.mark.skipif(not confinement().is_full, reason=f"confinement here is {confinement()}")
def test_every_trick_of_the_hostile_corpus_is_contained(command: Command) -> None:
    ran = command("doctor", "--self-test")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1] == f"{len(cases())} tricks contained."
