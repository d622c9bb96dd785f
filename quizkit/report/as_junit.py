"""The report for CI servers: JUnit XML, a suite per pattern, a case per item.

refuted is a failure, undecided an error, exempt and needs-environment are skipped; drift is a case's output. What no
case explains (interrupted, nothing verified, a strict rule broken) is a case of its own, so that a server that reads
only this file never shows green where the command failed.

Invariant: well-formed whatever the content says, pure ASCII, and small in memory: a case keeps only its own text.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from quizkit.errors import ExitCode
from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted
from quizkit.model.text import one_line, printable
from quizkit.model.verdict import Status, Verdict
from quizkit.report.explain import finding_lines, stem_lines
from quizkit.report.layout import PLAIN_WIDTH, Page
from quizkit.report.stream import Conclusion, Tally, Told, VerificationStopped
from quizkit.report.words import conclusion, so_far

_COMMAND: Final = re.compile(r"^([^\S\n]*):(?=:)|#(?=#\w*\[)", re.MULTILINE)
"""Where a CI log would see a command; XML lets a character be written as its number."""


@dataclass
class _Kept:
    """What the document is made of in the end."""

    tally: Tally = field(default_factory=Tally)
    started: VerificationStarted | None = None
    suites: dict[str, list[ET.Element]] = field(default_factory=dict)
    cases: dict[str, ET.Element] = field(default_factory=dict)
    drift: list[DriftFound] = field(default_factory=list)


def as_junit(told: Iterable[Told]) -> Iterator[str]:
    """Yield the document, in one piece: a suite's counts stand before its cases."""
    kept = _Kept()
    for event in told:
        kept.tally.count(event)
        match event:
            case VerificationStarted():
                kept.started = event
            case ItemJudged(verdict=verdict):
                case = kept.cases[verdict.item] = _case(verdict)
                kept.suites.setdefault(verdict.pattern, []).append(case)
            case DriftFound():
                kept.drift.append(event)
            case VerificationFinished() | VerificationStopped():
                yield _document(event, kept)
            case _:
                pass


def _document(last: Conclusion, kept: _Kept) -> str:
    unplaced = [told for drift in kept.drift if (told := _drifted(drift, kept.cases.get(drift.item)))]
    unexplained = _unexplained(last, kept)
    if unplaced and unexplained is None:
        unexplained = _verification_case()
    if unexplained is not None:
        kept.suites["quizkit"] = [*kept.suites.get("quizkit", []), unexplained]
        if unplaced:
            ET.SubElement(unexplained, "system-out").text = "\n".join(unplaced)
    root = ET.Element("testsuites", {"name": "quizkit"})
    root.extend(_suite(pattern, cases, kept.started) for pattern, cases in kept.suites.items())
    for name, value in _counts([case for cases in kept.suites.values() for case in cases]).items():
        root.set(name, value)
    root.set("time", f"{so_far(last).seconds:.3f}")
    ET.indent(root)
    return "<?xml version='1.0' encoding='us-ascii'?>\n" + _serialised(root) + "\n"


def _serialised(root: ET.Element) -> str:
    text = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return _COMMAND.sub(lambda found: "&#35;" if found.group(1) is None else f"{found.group(1)}&#58;", text)


def _suite(pattern: str, cases: list[ET.Element], started: VerificationStarted | None) -> ET.Element:
    suite = ET.Element("testsuite", {"name": one_line(pattern), **_counts(cases)})
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    if started is not None:
        properties = ET.SubElement(suite, "properties")
        known = {"environment": started.environment, "confinement": started.confinement}
        for name, value in known.items():
            ET.SubElement(properties, "property", {"name": name, "value": one_line(value)})
    suite.extend(cases)
    return suite


def _counts(cases: list[ET.Element]) -> dict[str, str]:
    told = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    counts = {name: sum(case.find(tag) is not None for case in cases) for name, tag in told.items()}
    return {"tests": str(len(cases)), **{name: str(number) for name, number in counts.items()}}


def _case(verdict: Verdict) -> ET.Element:
    case = ET.Element("testcase", {"classname": one_line(verdict.pattern), "name": one_line(verdict.item)})
    case.set("time", f"{verdict.seconds:.3f}")
    if verdict.place:
        case.set("file", one_line(verdict.place.file))
        case.set("line", str(verdict.place.line))
    match verdict.status:
        case Status.REFUTED:
            _ended(case, "failure", verdict)
        case Status.UNDECIDED:
            _ended(case, "skipped" if verdict.needs_environment else "error", verdict)
        case Status.EXEMPT:
            ET.SubElement(case, "skipped", {"type": "exempt", "message": one_line(verdict.exempt or "")})
        case Status.PROVED:
            pass
    if verdict.notes:
        ET.SubElement(case, "system-out").text = "\n".join(map(printable, verdict.notes))
    return case


def _ended(case: ET.Element, tag: str, verdict: Verdict) -> None:
    page = Page(PLAIN_WIDTH)
    first = verdict.findings[0] if verdict.findings else None
    more = f" (and {len(verdict.findings) - 1} more)" if len(verdict.findings) > 1 else ""
    what = f"{one_line(first.what)}{more}" if first else "no reason was given"
    told = ET.SubElement(case, tag, {"type": first.kind.value if first else "sandbox-failed", "message": what})
    lines = list(stem_lines(verdict.stem, page.width)) if verdict.stem.strip() else []
    for finding in verdict.findings:
        lines += ["", *finding_lines(finding, verdict, page)]
    told.text = "\n".join(["", *lines, ""])


def _drifted(drift: DriftFound, case: ET.Element | None) -> str:
    """Add a drift to its item's case, or return it where that case is missing."""
    text = f"drift: {drift.item}, {drift.probe}\nlocked: {drift.locked}\nmeasured: {drift.measured}"
    if case is None:
        return text
    told = case.find("system-out")
    told = ET.SubElement(case, "system-out") if told is None else told
    told.text = f"{told.text}\n{text}" if told.text else text
    return ""


def _verification_case() -> ET.Element:
    return ET.Element("testcase", {"classname": "quizkit", "name": "verification", "time": "0.000"})


def _unexplained(last: Conclusion, kept: _Kept) -> ET.Element | None:
    """Return a case for an end that no item's case accounts for."""
    finished = so_far(last)
    is_told = bool(kept.tally.refuted or kept.tally.undecided)
    is_stopped = isinstance(last, VerificationStopped)
    if not is_stopped and (finished.exit_code is ExitCode.PROVED or is_told):
        return None
    case = _verification_case()
    sentence = conclusion(kept.tally, last, kept.started.items if kept.started else None)
    kind = "stopped" if is_stopped else f"exit-code-{int(finished.exit_code)}"
    told = ET.SubElement(case, "error", {"type": kind, "message": one_line(sentence)})
    told.text = "\n".join(map(printable, finished.notes)) or None
    return case
