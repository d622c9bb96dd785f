"""The wording all sinks share: numbers, the conclusion in one sentence, a finding as plain facts.

Invariant: one event is told in the same words whatever the format, and in none of them is it a command to a CI log.
"""

import json
import re
from typing import Final

from quizkit.model.bank import Place
from quizkit.model.event import ForecastMade, VerificationFinished
from quizkit.model.text import count, one_line
from quizkit.model.verdict import Finding, Verdict
from quizkit.report.progress import Pace
from quizkit.report.stream import KINDS, Conclusion, End, Stopped, Tally, kind_of

NEEDS_ENVIRONMENT: Final = "needs-environment"
"""The one reason for undecided that is counted apart: nothing is wrong, something is not here."""

COMMAND: Final = re.compile(r"^(?P<indent>(?:[^\S\n]|\x1b\[[\d;]*m)*):(?=:)|#(?=#\w*\[)", re.MULTILINE)
"""Where a CI log would see a command (`::error::`, `##[group]`), behind space or a colour: what makes it one."""


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def sentence(text: str) -> str:
    """Return `text` with a capital first letter, unless its first word is a name, such as that of a file."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first.isalpha() else text


def extent(tally: Tally) -> str:
    """Say how much was judged: `12 items and 5 facts`."""
    told = [count(tally.kinds[kind], kind) for kind in KINDS if tally.kinds[kind]]
    return " and ".join(filter(None, (", ".join(told[:-1]), told[-1]))) if told else count(0, KINDS[0])


def conclusion(tally: Tally, last: Conclusion) -> str:
    """Return the conclusion as one sentence, the worst first."""
    counts = {
        "refuted": tally.refuted,
        "undecided": tally.undecided,
        NEEDS_ENVIRONMENT: tally.needs_environment,
        "exempt": tally.exempt,
        "proved": tally.proved,
    }
    told = {word: f"{number:,} {word}" for word, number in counts.items() if number}
    if isinstance(last, Stopped):
        judged = f"{tally.judged:,} of {tally.items:,} judged" if tally.items else "nothing judged"
        return f"{sentence(last.reason)}; {judged}{': ' * bool(told)}{', '.join(told.values())}."
    if not tally.judged:
        return "Nothing was verified."
    if tally.proved == tally.judged:
        return f"Proved: {'all ' * (tally.judged > 1)}{extent(tally)}."
    word = next((word for word in ("refuted", "undecided") if counts[word]), "proved")
    rest = ", ".join(text for other, text in told.items() if other != word)
    return f"{sentence(word)}: {counts[word]:,} of {extent(tally)}{'; ' * bool(rest)}{rest}."


def pace(tally: Tally) -> Pace:
    """Say how far a verification is."""
    refuted = f", {tally.refuted:,} refuted" if tally.refuted else ""
    probes = f", {count(tally.probes, 'probe')}" if tally.probes else ""
    said = f"{tally.judged:,}/{tally.items:,} judged{refuted}{probes}"
    return Pace(said, tally.judged, tally.items, one_line(tally.latest))


def effort(finished: VerificationFinished) -> str:
    """Say what the verdicts rest on: probes, cache, time, exit code."""
    probes = count(finished.probes, "probe")
    if finished.cached and finished.cached == finished.probes:
        probes += ", from the cache" if finished.probes == 1 else ", all from the cache"
    elif finished.cached:
        probes += f", {finished.cached:,} from the cache"
    return f"{probes}, {duration(finished.seconds)}, exit code {int(finished.exit_code)}"


def forecast(made: ForecastMade) -> str:
    """Say how long it will take."""
    least = duration(made.seconds)
    return f"{count(made.probes, 'probe')} to run, or more; at least {least}, measured on an empty one"


def so_far(last: End | Stopped[End]) -> End:
    """Return the numbers of a conclusion, whole or not."""
    return last.so_far if isinstance(last, Stopped) else last


def circumstances(finding: Finding) -> str:
    """Say which option, instance, context and seed a finding is about."""
    named = {
        "option": finding.option,
        "instance": finding.instance,
        "context": finding.context,
        "seed": finding.seed,
    }
    return ", ".join(f"{name} {one_line(str(value))}" for name, value in named.items() if value not in (None, ""))


def place_of(finding: Finding, verdict: Verdict) -> Place | None:
    """Return where a finding stands, at least where its item does."""
    return finding.place or verdict.place


def is_fact(verdict: Verdict) -> bool:
    """Say whether this is the verdict on a fact."""
    return kind_of(verdict) == "fact"


def inert(text: str) -> str:
    """Return `text` with whatever a CI log would take for a command made plain: `::error::`, `##[group]`.

    Reports for people end up in such logs, and a line of a stem or of an exception is a stranger's.
    """
    return COMMAND.sub(lambda found: rf"{found['indent']}\:" if found.group().endswith(":") else "# ", text)


def inert_json(value: object, indent: int | None = None) -> str:
    """Return JSON in pure ASCII. No line of it starts with a colon; a `#` that matters is written as its number."""
    text = json.dumps(value, indent=indent, ensure_ascii=True, allow_nan=False)
    return COMMAND.sub(r"\\u0023", text)
