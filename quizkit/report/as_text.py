"""The report for people: a line per item as it is judged, then what needs a person, then one conclusion.

Invariant: a proved item takes one line and no memory; a refuted or undecided one is told in full, below the
lines, with the place to go to; nothing foreign stands where a line of ours starts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from quizkit.errors import ExitCode
from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted
from quizkit.model.text import count, one_line
from quizkit.model.verdict import Status, Verdict
from quizkit.report.explain import explained, place_line
from quizkit.report.layout import Page, begun, cells, cut, pad, prose, section, verbatim
from quizkit.report.stream import Conclusion, Stopped, Tally, Told
from quizkit.report.words import NEEDS_ENVIRONMENT, conclusion, effort, inert, is_fact, so_far

_LISTED: Final = 20
"""How many entries of a list are written out before the rest is counted."""


@dataclass
class _Kept:
    """What the end of the report needs; proved items are only counted."""

    tally: Tally = field(default_factory=Tally)
    started: VerificationStarted | None = None
    pattern: str | None = None
    facts: int = 0
    refuted: list[Verdict] = field(default_factory=list)
    undecided: list[Verdict] = field(default_factory=list)
    missing: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    exempt: list[tuple[str, str]] = field(default_factory=list)
    drift: list[DriftFound] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)


def as_text(told: Iterable[Told], page: Page) -> Iterator[str]:
    """Yield the report, a line or a block at a time."""
    kept = _Kept()
    lines = (line for event in told for line in _lines(event, kept, page))
    for line in begun(lines):
        yield inert(line) + "\n"


def _lines(event: Told, kept: _Kept, page: Page) -> Iterator[str]:
    kept.tally.count(event)
    match event:
        case VerificationStarted():
            kept.started = event
        case ItemJudged(verdict=verdict):
            yield from _heading(verdict.pattern, kept, page)
            yield from _item(verdict, kept, page)
        case DriftFound():
            kept.drift.append(event)
        case VerificationFinished() | Stopped():
            yield from _facts(kept, page)
            yield from _end(event, kept, page)
        case _:
            pass


def _heading(pattern: str, kept: _Kept, page: Page) -> Iterator[str]:
    if pattern == kept.pattern:
        return
    yield from _facts(kept, page)
    if kept.pattern is not None:
        yield ""
    kept.pattern = pattern
    yield page.paint("strong", one_line(pattern))


def _facts(kept: _Kept, page: Page) -> Iterator[str]:
    if kept.facts:
        yield f"  {page.paint('proved', pad('proved', 9))}  {kept.facts:>4,} fact{'s' * (kept.facts != 1)}"
    kept.facts = 0


def _item(verdict: Verdict, kept: _Kept, page: Page) -> Iterator[str]:
    _keep(verdict, kept)
    if is_fact(verdict) and verdict.status is Status.PROVED:
        kept.facts += 1
        return
    style = NEEDS_ENVIRONMENT if verdict.needs_environment else verdict.status.value
    start = f"{_rest(verdict):<11}  {one_line(verdict.item)}"
    room = page.width - 13 - cells(start) - 2
    kinds = ", ".join(dict.fromkeys(finding.kind.value for finding in verdict.findings))
    after = f"  {cut(kinds, room)}" if kinds and room >= 12 else ""
    yield f"  {page.paint(style, pad(verdict.status.value, 9))}  {start}{after}"


def _rest(verdict: Verdict) -> str:
    """Say what a verdict rests on, in a column."""
    if not verdict.probes:
        return f"{'-':>4}"
    if verdict.cached == verdict.probes:
        return f"{verdict.probes:>4,} cached"
    return f"{verdict.probes:>4,} probe{'s' * (verdict.probes != 1)}"


def _keep(verdict: Verdict, kept: _Kept) -> None:
    kept.notes.update(dict.fromkeys(map(one_line, verdict.notes), 1))
    match verdict.status:
        case Status.REFUTED:
            kept.refuted.append(verdict)
        case Status.EXEMPT:
            kept.exempt.append((verdict.item, verdict.exempt or ""))
        case Status.UNDECIDED if verdict.needs_environment:
            for finding in verdict.findings:
                items = kept.missing[one_line(finding.what), one_line(finding.remedy)]
                items.extend([verdict.item] * (verdict.item not in items[-1:]))
        case Status.UNDECIDED:
            kept.undecided.append(verdict)
        case Status.PROVED:
            pass


def _end(last: Conclusion, kept: _Kept, page: Page) -> Iterator[str]:
    finished = so_far(last)
    for verdict in kept.refuted + kept.undecided:
        yield ""
        yield from explained(verdict, page)
    yield from section("Needs environment", _missing(kept, page), page)
    yield from section("Exempt", _pairs(kept.exempt, page), page)
    yield from section("Drift", _drifted(kept, page), page)
    noted = [(note, f"({count(number, 'time')})") for note, number in kept.notes.items()]
    noted += [(note, "") for note in finished.notes]
    yield from section("Notes", _noted(noted, page), page)
    yield ""
    style = {ExitCode.PROVED: "proved", ExitCode.UNDECIDED: "undecided"}.get(finished.exit_code, "refuted")
    if kept.started:
        yield from prose(f"Environment {kept.started.environment}", page.width)
        yield from prose(f"Sandbox {kept.started.confinement}", page.width)
        yield effort(finished)
    for line in prose(conclusion(kept.tally, last), page.width):
        yield page.paint(style, line)


def _missing(kept: _Kept, page: Page) -> Iterator[str]:
    for (what, remedy), items in kept.missing.items():
        yield from prose(what, page.width, "  ")
        yield from prose(f"help: {remedy}", page.width, "    ", "          ") if remedy else ()
        yield from prose(_listed(items), page.width, "    ")


def _listed(names: list[str]) -> str:
    more = f", and {len(names) - _LISTED:,} more" if len(names) > _LISTED else ""
    return f"{count(len(names), 'item')}: {', '.join(map(one_line, names[:_LISTED]))}{more}"


def _pairs(pairs: list[tuple[str, str]], page: Page) -> Iterator[str]:
    for name, reason in pairs:
        yield from prose(f"{one_line(name)}: {reason}", page.width, "  ", "    ")


def _noted(notes: list[tuple[str, str]], page: Page) -> Iterator[str]:
    for note, number in notes[:_LISTED]:
        yield from prose(f"{note} {number}", page.width, "  ", "    ")
    if len(notes) > _LISTED:
        yield f"  and {count(len(notes) - _LISTED, 'other note')}"


def _drifted(kept: _Kept, page: Page) -> Iterator[str]:
    for drift in kept.drift[:_LISTED]:
        yield from prose(drift.probe, page.width, "  ", "    ")
        yield from _quoted("locked:   ", drift.locked)
        yield from _quoted("measured: ", drift.measured)
        if drift.place:
            yield f"    {place_line(drift.place, page)}"
    if len(kept.drift) > _LISTED:
        yield f"  and {count(len(kept.drift) - _LISTED, 'other probe')}"


def _quoted(label: str, text: str) -> Iterator[str]:
    first, *rest = verbatim(text, "")
    yield f"    {label}{first}"
    for line in rest:
        yield f"    {'|':>{len(label) - 1}} {line}"
