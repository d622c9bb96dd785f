"""The wording all sinks share: numbers, the conclusion in one sentence, a finding as plain facts.

Invariant: one event is told in the same words whatever the format.
"""

import re
from typing import Final

from quizkit.model.bank import Place
from quizkit.model.event import VerificationFinished
from quizkit.model.text import one_line
from quizkit.model.verdict import Finding, Status, Verdict
from quizkit.report.stream import FACT_PREFIX, Conclusion, Tally, VerificationStopped

NEEDS_ENVIRONMENT: Final = "needs-environment"
"""The one reason for undecided that is counted apart: nothing is wrong, something is not here."""

_COMMAND: Final = re.compile(r"^([^\S\n]*)::|##(?=\w*\[)", re.MULTILINE)


def count(number: int, singular: str, plural: str = "") -> str:
    """Return a number with its noun: `1 item`, `10,000 items`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def extent(tally: Tally) -> str:
    """Say how much was judged: `12 items and 5 facts`."""
    items, facts = tally.judged - tally.facts, tally.facts
    if not facts:
        return count(items, "item")
    return f"{count(items, 'item')} and {count(facts, 'fact')}" if items else count(facts, "fact")


def conclusion(tally: Tally, last: Conclusion, planned: int | None) -> str:
    """Return the conclusion as one sentence, the worst first."""
    counts = [
        (tally.refuted, "refuted"),
        (tally.undecided, "undecided"),
        (tally.needs_environment, NEEDS_ENVIRONMENT),
        (tally.exempt, "exempt"),
        (tally.proved, "proved"),
    ]
    told = ", ".join(f"{number:,} {word}" for number, word in counts if number)
    if isinstance(last, VerificationStopped):
        judged = f"{tally.judged:,} of {count(planned, 'item')} judged" if planned else "nothing judged"
        return f"{one_line(last.reason).capitalize()}: {judged}{'; ' * bool(told)}{told}."
    if not tally.judged:
        return "Nothing was verified."
    if tally.proved == tally.judged:
        return f"Proved: {extent(tally)}." if tally.judged == 1 else f"Proved: all {extent(tally)}."
    number, word = next((entry for entry in counts[:2] if entry[0]), (tally.proved, "proved"))
    rest = ", ".join(f"{other:,} {name}" for other, name in counts if other and name != word)
    return f"{word.capitalize()}: {number:,} of {extent(tally)}; {rest}."


def effort(finished: VerificationFinished) -> str:
    """Say what the verdicts rest on: probes, cache, time, exit code."""
    probes = count(finished.probes, "probe")
    if finished.cached and finished.cached == finished.probes:
        probes += ", from the cache" if finished.probes == 1 else ", all from the cache"
    elif finished.cached:
        probes += f", {finished.cached:,} from the cache"
    return f"{probes}, {duration(finished.seconds)}, exit code {int(finished.exit_code)}"


def so_far(last: Conclusion) -> VerificationFinished:
    """Return the numbers of a conclusion, whole or not."""
    return last.so_far if isinstance(last, VerificationStopped) else last


def circumstances(finding: Finding) -> str:
    """Say which option, instance, context and seed a finding is about."""
    named = [
        ("option", finding.option),
        ("instance", finding.instance),
        ("context", finding.context),
        ("seed", finding.seed),
    ]
    return ", ".join(f"{name} {one_line(str(value))}" for name, value in named if value not in {None, ""})


def place_of(finding: Finding, verdict: Verdict) -> Place | None:
    """Return where a finding stands, at least where its item does."""
    return finding.place or verdict.place


def is_fact(verdict: Verdict) -> bool:
    """Say whether this is the verdict on a fact."""
    return verdict.item.startswith(FACT_PREFIX)


def is_refuted(verdict: Verdict) -> bool:
    """Say whether the key was shown not to hold."""
    return verdict.status is Status.REFUTED


def inert(text: str) -> str:
    """Return `text` with whatever a CI log would take for a command made plain: `::error::`, `##[group]`.

    Reports for people end up in such logs, and a line of a stem or of an exception is a stranger's.
    """
    return _COMMAND.sub(lambda match: "# #" if match.group(1) is None else rf"{match.group(1)}\::", text)
