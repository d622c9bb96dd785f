"""What programs read back from json, junit and github is what happened, whole even if the verification was not."""

import json
import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from goldens import VERIFICATIONS, written
from junitparser import Error, Failure, JUnitXml, Skipped
from sample_events import all_proved, conclusion, everything, finished, proved

from quizkit.errors import ExitCode, QuizkitError
from quizkit.model.bank import Place
from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted, VerifyEvent
from quizkit.model.verdict import FindingKind, Reason, Status, Verdict
from quizkit.report.stream import Tally


def verdicts(name: str) -> list[Verdict]:
    """Return the verdicts of a sample, as far as it gets."""
    found: list[Verdict] = []
    with suppress(KeyboardInterrupt, QuizkitError):
        for event in VERIFICATIONS[name]():
            found += [event.verdict] if isinstance(event, ItemJudged) else []
    return found


def test_the_sample_is_honest() -> None:
    tally = Tally()
    for event in everything():
        tally.count(event)
    told = finished().model_dump(include={"proved", "refuted", "undecided", "needs_environment", "exempt", "drift"})
    assert {name: getattr(tally, name) for name in told} == told
    kinds = {finding.kind for verdict in verdicts("everything") for finding in verdict.findings}
    assert kinds == {*FindingKind, *Reason}


@pytest.mark.parametrize("name", VERIFICATIONS)
def test_json_gives_every_verdict_back(name: str) -> None:
    document = json.loads(written(VERIFICATIONS[name](), "json"))
    assert [Verdict.model_validate(each) for each in document["items"]] == verdicts(name)
    assert document["schema"] == 1
    summary = document["summary"]
    assert summary.pop("complete") is (summary.pop("stopped") is None)
    assert VerificationFinished.model_validate(summary)
    assert len(document["problems"]) == (3 if name == "unreadable" else 0)


def test_json_gives_drift_and_conclusion_back() -> None:
    document = json.loads(written(everything(), "json"))
    drift = [event for event in everything() if isinstance(event, DriftFound)]
    assert [DriftFound.model_validate(each) for each in document["drift"]] == drift
    told = {name: value for name, value in document["summary"].items() if name not in {"complete", "stopped"}}
    assert VerificationFinished.model_validate(told) == finished()
    assert document["summary"]["complete"] is True


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("everything", (20, 5, 5, 2)),
        ("all-proved", (2, 0, 0, 0)),
        ("interrupted", (9, 1, 1, 0)),
        ("empty", (1, 0, 1, 0)),
        ("unreadable", (1, 0, 1, 0)),
    ],
)
def test_junit_counts_what_a_ci_server_counts(name: str, counts: tuple[int, int, int, int]) -> None:
    report = JUnitXml.fromstring(written(VERIFICATIONS[name](), "junit").encode())
    assert (report.tests, report.failures, report.errors, report.skipped) == counts
    told = [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in report]
    for suite, stated in zip(report, told, strict=True):
        own = Counter(type(result) for case in suite for result in case.result)
        assert stated == (len(list(suite)), own[Failure], own[Error], own[Skipped])
    assert tuple(map(sum, zip(*told, strict=True))) == counts


def test_junit_tells_of_each_item_its_place_its_reason_and_its_drift() -> None:
    report = JUnitXml.fromstring(written(everything(), "junit").encode())
    cases = {case.name: case for suite in report for case in suite}
    assert cases.keys() == {verdict.item for verdict in verdicts("everything")}
    head = cases["resnet-head"]
    (failure,) = head.result
    assert (failure.type, failure.message) == (
        "context-dependent", "fc-2048 holds in one context and not in another (and 2 more)",
    )  # fmt: skip
    assert "tensor([1, 2]) -> tensor([1, 2])" in failure.text
    assert "measured: RuntimeError" in cases["resnet50-ten-outputs"].system_out
    assert [result.type for result in cases["who-wrote-it"].result] == ["exempt"]
    element = ET.fromstring(written(everything(), "junit")).find(".//testcase[@name='resnet-head']")
    assert element is not None
    told = (element.get("classname"), element.get("file"), element.get("line"))
    assert told == ("transfer-learning", "content/pytorch/transfer-learning/items/heads.yaml", "27")


@pytest.mark.parametrize(
    ("code", "counts", "errors"),
    [
        (ExitCode.PROVED, {"proved": 1}, 0),
        (ExitCode.REFUTED, {"proved": 1, "drift": 1}, 1),
        (ExitCode.UNDECIDED, {"proved": 1}, 1),
        (ExitCode.USAGE, {"proved": 1}, 1),
    ],
    ids=["proved", "drift", "strict", "stale lock"],
)
def test_junit_is_red_whenever_the_command_fails(code: ExitCode, counts: dict[str, int], errors: int) -> None:
    events: list[VerifyEvent] = [proved("loops", "zero-grad", 1), conclusion(code, notes=("why",), **counts)]
    report = JUnitXml.fromstring(written(events, "junit").encode())
    assert report.errors == errors
    assert [result.text for suite in report for case in suite for result in case.result] == ["why"] * errors


@dataclass(frozen=True)
class Command:
    """A workflow command, as GitHub's runner reads it."""

    level: str
    properties: dict[str, str]
    message: str


def commands(report: str) -> list[Command]:
    """Read the workflow commands of a report; whatever else there is must be its last line."""
    *lines, last = report.splitlines()
    assert re.match(r"quizkit: .*exit code \d+$", last)
    found = []
    for line in lines:
        match = re.fullmatch(r"::(error|warning|notice) ([^:]*)::(.*)", line)
        assert match, line
        pairs = [pair.partition("=") for pair in match[2].split(",")]
        properties = {name: _decoded(value) for name, _, value in pairs}
        assert properties.keys() <= {"file", "line", "col", "title"}
        found.append(Command(match[1], properties, _decoded(match[3])))
    return found


def _decoded(text: str) -> str:
    for code, char in [("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")]:
        text = text.replace(code, char)
    return text


def marks() -> Iterator[tuple[str, str, int, int]]:
    """Yield the title and the place of everything in the sample that deserves an annotation."""
    for event in everything():
        match event:
            case DriftFound(place=Place(file=file, line=line, column=column)):
                yield f"drift: {event.item}", file, line, column
            case ItemJudged(verdict=verdict):
                for finding in verdict.findings:
                    place = finding.place or verdict.place
                    assert place
                    yield f"{finding.kind.value}: {verdict.item}", place.file, place.line, place.column
            case _:
                pass


def test_github_annotates_every_finding_where_it_stands() -> None:
    *annotations, end = commands(written(everything(), "github"))
    told = [
        (each.properties["title"], each.properties["file"], int(each.properties["line"]), int(each.properties["col"]))
        for each in annotations
    ]
    assert told == list(marks())
    assert end.level == "notice"
    assert "  weight -> tensor([[0.1200, 0.5000],\n        [0.2500, 0.7500]])" in annotations[2].message


def test_github_levels_follow_the_exit_code() -> None:
    annotations = commands(written(everything(), "github"))
    levels = {each.properties["title"].partition(":")[0]: each.level for each in annotations}
    assert {levels[kind] for kind in FindingKind} == {"error"}
    assert {levels[kind] for kind in Reason if kind is not Reason.NEEDS_ENVIRONMENT} == {"warning"}
    assert levels[Reason.NEEDS_ENVIRONMENT] == "notice"


def test_github_annotates_what_keeps_a_bank_from_being_read() -> None:
    *problems, end = commands(written(VERIFICATIONS["unreadable"](), "github"))
    assert [(each.level, each.properties["line"], each.properties["col"]) for each in problems] == [
        ("error", "1", "1"), ("error", "3", "1"), ("error", "9", "11"),
    ]  # fmt: skip
    assert problems[1].message == "unknown field 'stemm'\nhelp: did you mean 'stem'?"
    assert end.level == "error"


def unfinished() -> list[VerifyEvent]:
    return all_proved()[:-1]


@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
def test_what_has_no_conclusion_is_never_told_as_finished(form: str) -> None:
    report = written(unfinished(), form)
    assert "ended without a conclusion" in report
    assert "Proved: " not in report
    assert f"{int(ExitCode.UNDECIDED)}" in report


def test_an_item_is_undecided_for_the_environment_only_if_a_finding_says_so() -> None:
    silent = Verdict(pattern="p", item="i", status=Status.UNDECIDED)
    assert not silent.needs_environment


@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
def test_a_layer_that_is_missing_is_named_in_every_format(form: str) -> None:
    start = VerificationStarted(items=1, environment="here", confinement="partial: without landlock, seccomp")
    assert "partial: without landlock, seccomp" in written([start, proved("loops", "first", 1), finished()], form)
