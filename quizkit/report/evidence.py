"""The evidence of one probe, for people and for programs.

Invariant: everything a program said stands behind a bar, on lines of its own, and what the supervisor saw is told
apart from what the program reported.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from quizkit.model.evidence import Checked, Evidence, Observed, Outcome, Raise, Read
from quizkit.model.text import count, one_line
from quizkit.report.layout import Page, prose, verbatim
from quizkit.report.words import inert, inert_json

_STREAM_LINES: Final = 20
_REMEDIES: Final = {
    Outcome.TIMED_OUT: "let it do less, or raise --cpu-seconds",
    Outcome.OUT_OF_MEMORY: "let it hold less, or raise --memory-mib",
    Outcome.BLOCKED: "let it do without; what only makes and writes files may do so with --scratch",
}
"""What to do where a program that was tried meets a bound of the sandbox."""


def as_evidence(name: str, asked: Iterable[str], evidence: Evidence, page: Page) -> Iterator[str]:
    """Yield the lines that tell what happened when one program was run, and what `asked` expectations gave."""
    outcome = evidence.outcome.value
    style = "strong" if evidence.is_decided else "undecided"
    start = f"{page.paint('strong', one_line(name))}  {page.paint(style, outcome)}{_where(evidence.raised)}"
    unheard = [f"{one_line(each)}: not evaluated" for each in asked if each not in evidence.expectations]
    lines = [*evidence_lines(evidence, page), *unheard, *_notes(evidence, page), _seen(evidence.observed)]
    lines += [f"help: {_REMEDIES[evidence.outcome]}"] if evidence.outcome in _REMEDIES else []
    yield from map(inert, [start, *(f"  {line}" for line in lines)])


def _notes(evidence: Evidence, page: Page) -> Iterator[str]:
    told = [f"seeded stub weights for {', '.join(evidence.stub_weights)}"] if evidence.stub_weights else []
    told += ["random numbers were drawn"] if evidence.drew_random else []
    if told:
        yield from prose(f"note: {'; '.join(told)}", page.width - 4, "", "      ")


def _seen(seen: Observed) -> str:
    ended = f", signal {seen.signal}" if seen.signal else f", exit status {seen.exit_code}" if seen.exit_code else ""
    memory = f", {seen.peak_memory_mib:.0f} MiB at most" if seen.peak_memory_mib else ""
    return f"seen: {seen.cpu_seconds:.3f} s of CPU time in {seen.wall_seconds:.3f} s{memory}{ended}"


def evidence_lines(evidence: Evidence, page: Page) -> Iterator[str]:
    """Yield what the program reported: why it ended, what its expressions gave, what it printed."""
    if evidence.reason:
        yield from prose(evidence.reason, page.width - 4)
    if evidence.raised is not None:
        yield from verbatim(evidence.raised.message, "| ")
    for name, checked in evidence.expectations.items():
        yield from checked_lines(name, checked)
    if evidence.claim is not None:
        yield from checked_lines("claim", evidence.claim)
    for name, read in [("observed", evidence.observe), *evidence.values.items()]:
        if read is not None:
            yield f"{one_line(name)} -> {_read(read)}"
    for name, text in (("stdout", evidence.stdout), ("stderr", evidence.stderr)):
        yield from _stream(name, text, is_cut=name in evidence.observed.cut_streams)


def checked_lines(name: str, checked: Checked) -> Iterator[str]:
    """Yield what an expectation or a claim gave, and what its parts gave."""
    if checked.raised is not None:
        got = _raised(checked.raised)
    elif checked.holds is None:
        got = f"gave {checked.got.text} ({checked.got.type}), no boolean" if checked.got else "gave nothing"
    else:
        got = str(checked.holds)
    yield f"{one_line(name)}: {one_line(got)}"
    for part in checked.sub_values:
        yield f"  {one_line(part.source)} -> {one_line(part.value.brief())}"


def _where(raised: Raise | None) -> str:
    if raised is None:
        return ""
    line = f", line {raised.line}" if raised.line is not None else ""
    return " " + one_line(f"{raised.type} during {raised.phase}{line}")


def _raised(raised: Raise) -> str:
    return one_line(f"raised {raised.type}: {raised.message}")


def _read(read: Read) -> str:
    if read.raised is not None:
        return _raised(read.raised)
    return one_line(f"{read.value.text} ({read.value.type})") if read.value is not None else "nothing"


def _stream(name: str, text: str, *, is_cut: bool) -> Iterator[str]:
    if not text.strip():
        return
    lines = list(verbatim(text, "| "))
    yield f"{name}:"
    yield from lines[:_STREAM_LINES]
    if len(lines) > _STREAM_LINES:
        yield f"({count(len(lines) - _STREAM_LINES, 'more line')})"
    if is_cut:
        yield "(cut: it was longer than what is kept)"


def as_evidence_json(name: str, evidence: Evidence) -> str:
    """Return one line of ASCII JSON: the program's name and every recorded fact."""
    told = {
        "program": name,
        **evidence.model_dump(mode="json", exclude_defaults=True),
        "outcome": evidence.outcome.value,
    }
    return inert_json(told)
