"""The report for CI servers: JUnit XML, a suite per pattern, a case per item.

refuted is a failure, undecided an error, exempt and needs-environment are skipped; drift is a case's output. What no
case explains (interrupted, nothing verified, a strict rule broken) is a case of its own, so that a server that reads
only this file never shows green where the command failed.

Invariant: well-formed whatever the content says, pure ASCII, and small in memory: a case keeps only its own text.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from quizkit.errors import ExitCode
from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted
from quizkit.model.text import one_line
from quizkit.model.verdict import Status, Verdict
from quizkit.report.explain import finding_lines, stem_lines
from quizkit.report.layout import Page
from quizkit.report.stream import Conclusion, Stopped, Tally, Told
from quizkit.report.words import COMMAND, conclusion, so_far


@dataclass
class _Kept:
    """What the document is made of in the end."""

    tally: Tally = field(default_factory=Tally)
    properties: dict[str, str] = field(default_factory=dict)
    suites: dict[str, list[ET.Element]] = field(default_factory=dict)
    cases: dict[str, ET.Element] = field(default_factory=dict)
    drift: list[DriftFound] = field(default_factory=list)


def as_junit(told: Iterable[Told]) -> Iterator[str]:
    """Yield the document, in one piece: a suite's counts stand before its cases."""
    kept = _Kept()
    for event in told:
        kept.tally.count(event)
        match event:
            case VerificationStarted(environment=environment, confinement=confinement):
                kept.properties = {"environment": environment, "confinement": confinement}
            case ItemJudged(verdict=verdict):
                case = kept.cases[verdict.item] = _case(verdict)
                kept.suites.setdefault(verdict.pattern, []).append(case)
            case DriftFound():
                kept.drift.append(event)
            case VerificationFinished() | Stopped():
                yield _document(event, kept)
            case _:
                pass


def _document(last: Conclusion, kept: _Kept) -> str:
    for drift in kept.drift:
        text = f"drift: {drift.probe}\nlocked: {drift.locked}\nmeasured: {drift.measured}"
        _print(kept.cases[drift.item], text)
    if not _is_explained(last, kept.tally):
        kept.suites.setdefault("quizkit", []).append(_verification(last, kept.tally))
    root = ET.Element("testsuites", {"name": "quizkit"})
    root.extend(_suite(pattern, cases, kept.properties) for pattern, cases in kept.suites.items())
    every = [case for cases in kept.suites.values() for case in cases]
    root.attrib |= {**_counts(every), "time": f"{so_far(last).seconds:.3f}"}
    ET.indent(root)
    text = ET.tostring(root, encoding="us-ascii", xml_declaration=False).decode("ascii")
    return f"<?xml version='1.0' encoding='us-ascii'?>\n{_inert(text)}\n"


def _inert(xml: str) -> str:
    """Return the same document with what a CI log would take for a command written as character references."""
    return COMMAND.sub(lambda found: f"{found['indent'] or ''}&#{ord(found.group()[-1])};", xml)


def _suite(pattern: str, cases: list[ET.Element], properties: dict[str, str]) -> ET.Element:
    seconds = sum(float(case.get("time", "0")) for case in cases)
    suite = ET.Element("testsuite", {"name": one_line(pattern), **_counts(cases), "time": f"{seconds:.3f}"})
    if properties:
        parent = ET.SubElement(suite, "properties")
        for name, value in properties.items():
            ET.SubElement(parent, "property", {"name": name, "value": one_line(value)})
    suite.extend(cases)
    return suite


def _counts(cases: list[ET.Element]) -> dict[str, str]:
    tags = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    counts = {name: sum(case.find(tag) is not None for case in cases) for name, tag in tags.items()}
    return {"tests": str(len(cases)), **{name: str(number) for name, number in counts.items()}}


def _case(verdict: Verdict) -> ET.Element:
    names = {"classname": one_line(verdict.pattern), "name": one_line(verdict.item)}
    place = {"file": one_line(verdict.place.file), "line": str(verdict.place.line)} if verdict.place else {}
    case = ET.Element("testcase", {**names, "time": f"{verdict.seconds:.3f}", **place})
    match verdict.status:
        case Status.REFUTED:
            _end(case, "failure", verdict)
        case Status.UNDECIDED:
            _end(case, "skipped" if verdict.needs_environment else "error", verdict)
        case Status.EXEMPT:
            ET.SubElement(case, "skipped", {"type": "exempt", "message": one_line(verdict.exempt or "")})
        case Status.PROVED:
            pass
    for note in verdict.notes:
        _print(case, note)
    return case


def _end(case: ET.Element, tag: str, verdict: Verdict) -> None:
    """Add how a case that is not proved has ended."""
    page = Page()
    lines = list(stem_lines(verdict.stem, page.width))
    for finding in verdict.findings:
        lines += ["", *finding_lines(finding, verdict, page)]
    kind = verdict.findings[0].kind.value if verdict.findings else verdict.status.value
    what = one_line(verdict.findings[0].what) if verdict.findings else "no reason was given"
    more = f" (and {len(verdict.findings) - 1} more)" if len(verdict.findings) > 1 else ""
    told = ET.SubElement(case, tag, {"type": kind, "message": what + more})
    told.text = "\n".join(["", *lines, ""])


def _print(case: ET.Element, text: str) -> None:
    """Add to what a case has printed."""
    told = case.find("system-out")
    if told is None:
        ET.SubElement(case, "system-out").text = text
    else:
        told.text = f"{told.text}\n{text}"


def _is_explained(last: Conclusion, tally: Tally) -> bool:
    """Say whether the cases of the items account for how the command ends."""
    if isinstance(last, Stopped):
        return False
    return last.exit_code is ExitCode.PROVED or bool(tally.refuted or tally.undecided)


def _verification(last: Conclusion, tally: Tally) -> ET.Element:
    """Return a case for the verification as a whole."""
    finished = so_far(last)
    is_stopped = isinstance(last, Stopped)
    kind = "stopped" if is_stopped else f"exit-code-{int(finished.exit_code)}"
    lines = [*map(str, last.problems if isinstance(last, Stopped) else ()), *finished.notes]
    case = ET.Element("testcase", {"classname": "quizkit", "name": "verification", "time": "0.000"})
    told = ET.SubElement(case, "error", {"type": kind, "message": conclusion(tally, last)})
    told.text = "\n".join(lines) or None
    return case
