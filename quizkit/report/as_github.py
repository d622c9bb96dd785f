"""The report for GitHub's log: an annotation for every finding, a notice with the conclusion, a plain last line.

Invariant: a line is a command only where this module made it one. Foreign text is escaped in messages and
properties, and where the log shows it, nothing in it starts a command.
"""

from collections.abc import Iterable, Iterator

from quizkit.errors import Problem
from quizkit.model.bank import Place
from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted
from quizkit.model.text import one_line
from quizkit.model.verdict import Finding, FindingKind, Reason, Verdict
from quizkit.report.stream import Conclusion, Stopped, Tally, Told
from quizkit.report.words import circumstances, conclusion, effort, inert, place_of, so_far


def as_github(told: Iterable[Told]) -> Iterator[str]:
    """Yield workflow commands, one a line, and a plain line in the end."""
    tally = Tally()
    sandbox: list[str] = []
    for event in told:
        tally.count(event)
        match event:
            case VerificationStarted(confinement=confinement) if confinement != "full":
                sandbox = [f"sandbox {confinement}"]
            case ItemJudged(verdict=verdict):
                yield from (_annotation(finding, verdict) for finding in verdict.findings)
            case DriftFound():
                message = f"{event.probe}\nlocked: {event.locked}\nmeasured: {event.measured}"
                yield _command("warning", f"drift: {event.item}", message, event.place)
            case VerificationFinished() | Stopped():
                yield from _end(event, tally, sandbox)
            case _:
                pass


def _annotation(finding: Finding, verdict: Verdict) -> str:
    about = circumstances(finding)
    table = ["  ".join(one_line(cell) or "-" for cell in row) for row in finding.table]
    parts = [finding.what, about and f"({about})", finding.shown, *finding.details, *table]
    parts += [finding.remedy and f"help: {finding.remedy}"]
    message = "\n".join(part.strip("\n") for part in parts if part.strip())
    return _command(_level(finding), f"{finding.kind.value}: {verdict.item}", message, place_of(finding, verdict))


def _level(finding: Finding) -> str:
    if finding.kind is Reason.NEEDS_ENVIRONMENT:
        return "notice"
    return "error" if isinstance(finding.kind, FindingKind) else "warning"


def _end(last: Conclusion, tally: Tally, sandbox: list[str]) -> Iterator[str]:
    told = conclusion(tally, last)
    finished = so_far(last)
    if isinstance(last, Stopped):
        yield from map(_problem, last.problems)
    level = "error" if isinstance(last, Stopped) else "notice"
    yield _command(level, "quizkit", "\n".join([told, *sandbox, *finished.notes]), None)
    yield f"quizkit: {inert(told)} {effort(finished)}\n"


def _problem(problem: Problem) -> str:
    place = Place(file=problem.file, line=problem.line, column=problem.column)
    return _command("error", "content", f"{problem.what}\nhelp: {problem.remedy}", place)


def _command(level: str, title: str, message: str, place: Place | None) -> str:
    where = {"file": place.file, "line": str(place.line), "col": str(place.column)} if place else {}
    properties = ",".join(f"{name}={_property(value)}" for name, value in {**where, "title": title}.items())
    return f"::{level} {properties}::{_data(message)}\n"


def _data(text: str) -> str:
    return inert(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(one_line(text)).replace(":", "%3A").replace(",", "%2C")
