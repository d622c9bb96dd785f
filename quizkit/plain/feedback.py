"""What a learner is told after an answer: right or not, and what really happened when every option was run. Pure.

Invariant: every option is told, the learner's own choice and the right one first, with its own evidence.
"""

from collections.abc import Iterable, Iterator

from quizkit.model.evidence import Outcome
from quizkit.model.served import Check, OptionEvidence, ServedItem, ServedOption
from quizkit.model.text import one_line
from quizkit.plain.question import option_lines
from quizkit.practice.excerpt import brief, readable
from quizkit.practice.state import Session, State, Turn
from quizkit.report.layout import Page, prose, section, verbatim
from quizkit.report.words import duration

_VERDICTS = {
    State.RIGHT: "Right.",
    State.WRONG: "Not right.",
    State.GIVEN_UP: "Given up.",
    State.OPEN: "Not answered.",
}


def verdict(turn: Turn, session: Session) -> str:
    """Return right or not, in a sentence."""
    if turn.is_late:
        limit = duration(session.rules.seconds or 0)
        if turn.has_key_too_late:
            return f"Too late: this is right, but {limit} were allowed, so it does not count."
        return f"{'Too late' if turn.attempts[-1].chosen else 'Time is up'}: {limit} were allowed."
    return _VERDICTS[turn.state]


def feedback(turn: Turn, session: Session, page: Page) -> Iterator[str]:
    """Yield everything about a settled turn."""
    item = turn.entry
    yield ""
    yield page.paint("strong", verdict(turn, session))
    if not isinstance(item, ServedItem):
        return
    chosen = set(turn.chosen)
    yield from _summary(turn, item, page)
    yield from section("When it was run", _evidence_of(item.premise, page, "  "), page)
    for is_first in (True, False):
        for option in (item.option(each) for each in turn.options):
            if (option.is_right or option.id in chosen) == is_first:
                yield from _option(turn, option, page)
    yield from section("What was run after the question's own code", _stages(item), page)
    yield from section("Worked steps", _numbered(item.steps, page), page)
    if item.quick_check:
        yield from section("Quick check", prose(item.quick_check, page.width, "  "), page)
    yield from _provenance(item, page)


def _summary(turn: Turn, item: ServedItem, page: Page) -> Iterator[str]:
    def numbers(ids: Iterable[str]) -> str:
        return ", ".join(str(number) for number, each in enumerate(turn.options, start=1) if each in set(ids))

    chosen = f"You chose {numbers(turn.chosen)}. " if turn.chosen else ""
    yield from prose(f"{chosen}Right is {numbers(item.key)}.", page.width)
    yield from prose(f"It is about {', '.join(item.concepts)}.", page.width)


def _option(turn: Turn, option: ServedOption, page: Page) -> Iterator[str]:
    number = turn.options.index(option.id) + 1
    marks = ["right" if option.is_right else "wrong", *(["your choice"] if option.id in turn.chosen else [])]
    yield ""
    yield page.paint("strong", f"Option {number}, {', '.join(marks)}")
    yield from option_lines(option, "  ", page)
    yield from prose(option.rationale, page.width, "  ")
    if option.cure:
        yield "  as a change:"
        yield from verbatim(option.cure, "    ")
    yield from _evidence_of(option.evidence, page, "  ")


def _evidence_of(every: Iterable[OptionEvidence], page: Page, indent: str) -> Iterator[str]:
    for each in every:
        about = f"{each.about}: " if each.about else ""
        where = f" [{'; '.join(each.contexts)}]" if each.contexts else ""
        yield from prose(f"{about}{_ending(each)}{where}", page.width, indent, indent + "  ")
        for check in each.checks:
            yield from _check(check, page, indent + "  ")


def _ending(evidence: OptionEvidence) -> str:
    raised = evidence.raised
    if raised is not None:
        line = f", line {raised.line}" if raised.line is not None else ""
        message = f": {readable(raised.message)}" if raised.message else ""
        return f"raised {raised.type} during {raised.phase}{line}{message}"
    return "ran to its end" if evidence.outcome is Outcome.RETURNED else evidence.outcome.value


def _check(check: Check, page: Page, indent: str) -> Iterator[str]:
    met = {True: "met", False: "not met", None: "not met"}[check.holds]
    told = f"{check.name}, {met}: {check.source}; wanted {brief(check.wanted)}, got {brief(check.got)}"
    yield from prose(told, page.width, indent, indent + "  ")
    for part, value in check.parts:
        yield from prose(f"{one_line(part)} -> {brief(value)}", page.width, indent + "  ", indent + "    ")


def _stages(item: ServedItem) -> Iterator[str]:
    for phase, code in item.stages:
        yield f"  {one_line(phase)}"
        yield from verbatim(code, "  | ")


def _numbered(texts: Iterable[str], page: Page) -> Iterator[str]:
    for number, text in enumerate(texts, start=1):
        yield from prose(text, page.width, f"  {number}. ", "     ")


def _provenance(item: ServedItem, page: Page) -> Iterator[str]:
    where = "; ".join(map(one_line, item.environments))
    here = "" if item.is_proved_here else "; another environment than this one, where it is not proved yet"
    yield ""
    yield from prose(f"Proved on {where}{here}.", page.width, "", "  ")
    for note in item.notes:
        yield from prose(f"Note: {note}.", page.width, "", "  ")
