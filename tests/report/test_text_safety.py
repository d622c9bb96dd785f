"""Whatever content, programs and file names say, no report drives a terminal, a CI log or a parser."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import pytest
from goldens import COLOURFUL, coloured, coloured_mutation, written, written_mutation
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_events import conclusion
from test_formats_for_programs import commands

from quizkit.errors import ContentError, ExitCode, Problem, QuizkitError, UsageError
from quizkit.model.bank import Document, LoadedItem, LoadedPattern, Pattern, Place
from quizkit.model.event import (
    DriftFound,
    Fate,
    ItemJudged,
    MutantJudged,
    MutationEvent,
    MutationFinished,
    VerificationStarted,
    VerifyEvent,
    mutant_counts,
)
from quizkit.model.evidence import Checked, Evidence, Observed, Outcome, Raise, Read, SubValue, Value
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.model.item import SnippetItem
from quizkit.model.verdict import Finding, FindingKind, Reason, Status, Verdict
from quizkit.report.catalogue import as_item, as_list
from quizkit.report.evidence import as_evidence, as_evidence_json
from quizkit.report.facts import as_facts
from quizkit.report.layout import Page

HARMLESS = "tensor([1, 2])"

HOSTILE = {
    "colour": "\x1b[31mred\x1b[0m",
    "clear the screen": "\x1b[2J\x1b[H",
    "title": "\x1b]0;owned\x07",
    "link": "\x1b]8;;https://example.org\x1b\\here\x1b]8;;\x1b\\",
    "C1": "\x9b31m\x9d0;owned\x9c",
    "overwrite": "proved\rrefuted\b\b",
    "bidi": "\u202eevil\u202c \u2066x\u2069 \u200f",
    "zero width": "a\u200bb\u2060c\ufeff",
    "markup": "[bold red]x[/bold red] [link=https://example.org]y[/link] :smile: [/]",
    "forbidden in XML": "\x00 \x01 \x0b \ufffe \uffff <a b='c'>]]>&amp;",
    "command": "::error::x\n::error file=a,line=1::y\n  ::stop-commands::z\n\u2003::add-mask::w",
    "group": "##[group]x\n##vso[task.setvariable]y ###[error] ##teamcity[z]",
    "properties": "a,line=9::b%0A::error::c",
    "line separators": "a\u2028::error::b\u2029##[group]c\x85::error::d\x0c::error::e",
    "tags and surrogates": "\U000e0041 \ud800 \ue000",
    "a line of ours": "x\nProved: all 3 items.\n\nrefuted  other-item",
}


def foreign_events(text: str) -> list[VerifyEvent]:
    """Return events that say `text` wherever someone else has a say."""
    place = Place(file=text)
    findings = tuple(
        Finding(
            kind=kind, what=text, instance=text, option=text, shown=text, context=text, details=(text, f"  {text}"),
            table=((text, text), (text, text)), remedy=text, path=(text,), place=place,
        )
        for kind in (FindingKind.KEY_FAILS, Reason.NEEDS_ENVIRONMENT)
    )  # fmt: skip
    common = {"pattern": text, "stem": f"{text}\n\n```\n{text}\n```", "notes": (text,), "place": place}
    by_status = {
        Status.REFUTED: findings,
        Status.UNDECIDED: findings[1:],
        Status.EXEMPT: (),
        Status.PROVED: (),
    }
    drift = DriftFound(item=f"proved {text}", probe=text, locked=text, measured=text, place=place)
    return [
        VerificationStarted(items=4, environment=text, confinement=text),
        *(
            ItemJudged(
                verdict=Verdict.model_validate(
                    {**common, "item": f"{status.value} {text}", "status": status, "findings": found, "exempt": text}
                )
            )
            for status, found in by_status.items()
        ),
        drift,
        conclusion(ExitCode.REFUTED, refuted=1, needs_environment=1, exempt=1, proved=1, notes=(text,)),
    ]


def foreign_mutation(text: str) -> list[MutationEvent]:
    """Return events of a mutation test that say `text` wherever someone else has a say."""
    fates: tuple[Fate, ...] = ("survived", "equivalent", "undecided")
    mutants = [
        MutantJudged(item=text, operator="swap-options", description=text, fate=fate, place=Place(file=text))
        for fate in fates
    ]
    counts = mutant_counts(mutants)
    return [*mutants, MutationFinished(counts=counts, seconds=0, exit_code=ExitCode.REFUTED, notes=(text,))]


def foreign_evidence(text: str) -> Evidence:
    """Return evidence that says `text` wherever a program has a say."""
    value = Value(type=text, text=text, scalar="x", dtype=text)
    raised = Raise(type=text, message=text, phase=text)
    checked = Checked(got=value, sub_values=(SubValue(source=text, value=value),))
    return Evidence(
        digest="0" * 64, environment=text, outcome=Outcome.RAISED, reason=text, raised=raised,
        expectations={text: checked, f"{text} 2": Checked(raised=raised)}, claim=checked, observe=Read(value=value),
        values={text: Read(raised=raised)}, stdout=text, stderr=text, stub_weights=(text,), observed=Observed(),
    )  # fmt: skip


def assert_cannot_drive_a_terminal(text: str) -> None:
    """Check that a text is lines of characters that can be seen."""
    hidden = {char for char in text if char not in "\n\t" and unicodedata.category(char)[0] == "C"}
    assert not hidden, f"{hidden!r}"


def assert_shows_nothing_but_text(report: str) -> None:
    """Check that a report can be shown on a terminal and in a CI log."""
    assert_cannot_drive_a_terminal(report)
    assert not re.search(r"##\w*\[", report)
    assert not [line for line in report.splitlines() if line.lstrip().startswith("::")]


def without_colour(report: str) -> str:
    """Return a report without the colours that are ours."""
    ours = "|".join(re.escape(f"\x1b[{code}m") for code in {*COLOURFUL.colours.values(), "0"})
    return re.sub(ours, "", report)


def reports_for_people(text: str) -> list[str]:
    """Return every report that a terminal or a log shows."""
    return [
        written(foreign_events(text), "text"),
        without_colour(coloured(foreign_events(text))),
        written_mutation(foreign_mutation(text), "text"),
        without_colour(coloured_mutation(foreign_mutation(text))),
        "".join(f"{line}\n" for line in as_evidence(text, [text], foreign_evidence(text), COLOURFUL)),
    ]


def check_reports_for_people(text: str) -> None:
    *reports, evidence = reports_for_people(text)
    for report in (*reports, without_colour(evidence)):
        assert_shows_nothing_but_text(report)


def check_json(text: str) -> None:
    report = written(foreign_events(text), "json")
    assert report.isascii()
    assert_shows_nothing_but_text(report)
    wanted = [event.verdict for event in foreign_events(text) if isinstance(event, ItemJudged)]
    assert [Verdict.model_validate(each) for each in json.loads(report)["items"]] == wanted
    lines = written_mutation(foreign_mutation(text), "json")
    assert_shows_nothing_but_text(lines)
    assert [json.loads(line)["event"] for line in lines.splitlines()] == 3 * ["mutant-judged"] + ["mutation-finished"]
    assert_shows_nothing_but_text(as_evidence_json(text, foreign_evidence(text)))


def check_junit(text: str) -> None:
    report = written(foreign_events(text), "junit")
    assert report.isascii()
    assert_shows_nothing_but_text(report)
    root = ET.fromstring(report)
    assert {element.tag for element in root.iter()} == {
        "testsuites", "testsuite", "properties", "property", "testcase", "failure", "skipped", "system-out",
    }  # fmt: skip
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "1", "2")


def check_github(text: str) -> None:
    report = written(foreign_events(text), "github")
    annotations = commands(report)
    assert [each.level for each in annotations] == ["error", "notice", "notice", "warning", "notice"]
    for each in annotations:
        for said in (each.message, *each.properties.values()):
            assert_shows_nothing_but_text(said)


Check = Callable[[str], None]
CHECKS: list[Check] = [check_reports_for_people, check_json, check_junit, check_github]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_report_obeys_foreign_text(check: Check, text: str) -> None:
    check(text)


@pytest.mark.parametrize("check", CHECKS)
@settings(max_examples=40, deadline=None)
@given(text=st.text(min_size=1) | st.lists(st.sampled_from([":", "#", "[", "\n", " ", "a", "\x1b"])).map("".join))
def test_no_report_obeys_any_text(check: Check, text: str) -> None:
    check(text)


def test_what_is_harmless_stays_as_it_is() -> None:
    for report in reports_for_people(HARMLESS):
        assert HARMLESS in report
    for events in (foreign_events(HARMLESS), foreign_events(f"[bold]{HARMLESS}[/bold]")):
        (refuted,) = [e.verdict for e in events if isinstance(e, ItemJudged) and e.verdict.status is Status.REFUTED]
        text = refuted.findings[0].what
        assert json.loads(written(events, "json"))["items"][0]["findings"][0]["details"] == [text, f"  {text}"]
        failure = ET.fromstring(written(events, "junit")).find(".//failure")
        assert failure is not None and failure.text is not None
        assert failure.get("message") == f"{text} (and 1 more)"
        assert f"      | {text}\n" in failure.text
        assert commands(written(events, "github"))[0].message.splitlines()[0] == text


def test_foreign_lines_never_stand_where_lines_of_the_report_stand() -> None:
    text = HOSTILE["a line of ours"]
    for report in reports_for_people(text)[:-1]:
        forged = [line for line in report.splitlines() if line.startswith(("Proved: all 3", "refuted  other-item"))]
        assert not forged


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_a_bank_holds_is_shown_as_text(text: str) -> None:
    said = {"id": "a", "code": text, "rationale": text, "fails": text}
    item = SnippetItem.model_validate(
        {
            "id": "x", "kind": "snippet", "difficulty": "easy", "concepts": ["c"], "stem": text, "setup": text,
            "given": text, "then": {"forward": text}, "expect": {text: text}, "key": ["b"],
            "options": [said, {**said, "id": "b", "code": f"{text}1"}],
        }
    )  # fmt: skip
    place = Place(file=text)
    verdict = Verdict(pattern="p", item="x", status=Status.PROVED, stem=text, notes=(text,), place=place)
    exhibit = Exhibit(name=text, evidence=foreign_evidence(text))
    shown = Exhibition(verdict=verdict, exhibits=(exhibit, Exhibit(name=text)))
    document = Document(file=text, places={})
    pattern = LoadedPattern(
        pattern=Pattern(id="p", title=text),
        document=document,
        items=(LoadedItem(item=item, document=document),),
        folder=text,
    )
    facts = as_facts({"storage": {"content": text}}, Page())
    for lines in (as_item(item, shown, Page()), as_list(pattern, [shown], Page()), facts):
        assert_shows_nothing_but_text("\n".join(lines))


@pytest.mark.parametrize("form", ["text", "json", "junit", "github"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_stops_a_verification_is_foreign_text_too(form: str, text: str) -> None:
    def stopped(error: QuizkitError) -> Iterator[VerifyEvent]:
        yield from ()
        raise error

    for error in (UsageError(text), ContentError([Problem(text, 1, 1, text, text)])):
        report = written(stopped(error), form)
        if form == "github":
            for each in commands(report):
                assert_shows_nothing_but_text(each.message)
        else:
            assert_shows_nothing_but_text(report)
        if form == "junit":
            assert ET.fromstring(report).get("errors") == "1"
        if form == "json":
            assert_cannot_drive_a_terminal(json.loads(report)["summary"]["stopped"])
