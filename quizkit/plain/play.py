"""A session from the first question to its result, in a conversation.

Invariant: every step goes through `Study`, which has kept it before it is told; leaving at any prompt loses nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from random import Random
from typing import Final

from quizkit.model.mode import Mode
from quizkit.model.served import ServedCard, ServedItem
from quizkit.plain.feedback import feedback
from quizkit.plain.question import heading, hint_lines, question
from quizkit.plain.summary import answer_lines, result_lines
from quizkit.plain.talk import LeftError, Talk
from quizkit.practice.excerpt import readable
from quizkit.practice.replies import again_said
from quizkit.practice.result import result
from quizkit.practice.reviews import returns_said
from quizkit.practice.session import NotAllowedError
from quizkit.practice.state import State, Turn
from quizkit.practice.study import Study
from quizkit.report.explain import stem_lines

ShowProof = Callable[[str], Iterable[str]]
"""Returns the lines of an item's whole proof."""

_HELP: Final = (
    "  1    chooses option 1; 1,3 chooses two, where several may be right",
    "  h    opens a hint",
    "  s    skips: it comes again at the end; the second time it is given up",
    "  f    flags, or takes the flag off",
    "  p    after the answer: the whole proof, every program with what it gave",
    "  q    leaves; what you answered is kept, and the session can go on later",
)


def play(study: Study, talk: Talk, proof: ShowProof, rng: Random) -> None:
    """Ask everything, then tell the result; as often as the learner wants the wrong ones again.

    Raises HistoryError.
    """
    try:
        while True:
            _asked(study, talk, proof)
            talk.say(result_lines(result(study.session), talk.page, _returns(study)))
            if not _reviewed(study, talk):
                return
            study = study.again(rng)
    except (LeftError, KeyboardInterrupt) as left:
        study.leave()
        started = study.session.started
        if not study.session.is_finished:
            back = f"quizkit play {started.pattern} --mode {started.mode.value} --plain"
            with suppress(LeftError):
                talk.say(["", f"What you answered is kept. To go on: {back}"])
        if isinstance(left, KeyboardInterrupt):
            raise


def _returns(study: Study) -> str:
    is_review = study.session.started.mode is Mode.REVIEW
    return returns_said(study.returns().values()) if is_review else ""


def _asked(study: Study, talk: Talk, proof: ShowProof) -> None:
    """Ask until nothing is open. A turn that is settled already was left before its feedback was read."""
    while (turn := study.session.turn) is not None:
        if not turn.is_settled:
            _ask(study, talk)
            continue
        if isinstance(turn.entry, ServedItem):
            if study.session.is_explained(turn):
                talk.say(feedback(turn, study.session, talk.page))
                _read(study, turn, talk, proof)
            else:
                talk.say(["Noted."])
        study.advance()


def _read(study: Study, turn: Turn, talk: Talk, proof: ShowProof) -> None:
    """Wait until the learner has read the feedback."""
    while True:
        match talk.ask("Enter for the next, p for the whole proof, f to flag, q to leave").lower():
            case "":
                return
            case "q" | "quit":
                raise LeftError
            case "p":
                talk.say(["", *readable("\n".join(proof(turn.entry.item))).split("\n")])
            case "f":
                study.flag(turn.entry.id)
                is_flagged = any(turn.entry.id == each.entry.id and each.is_flagged for each in study.session.turns)
                talk.say(["Flagged." if is_flagged else "Flag taken off."])
            case other:
                talk.say([f"{other!r} says nothing here."])


def _reviewed(study: Study, talk: Talk) -> bool:
    """Let the learner read the answers again; say whether what was not right is wanted again."""
    session = study.session
    can_retry = any(turn.state is not State.RIGHT for turn in session.turns)
    talk.say(answer_lines(session, talk.page))
    retry = "w asks again what was not right, " if can_retry else ""
    while True:
        answer = talk.ask(f"A number shows that question with its evidence, {retry}Enter ends").lower()
        if answer in ("", "q", "quit"):
            return False
        if answer == "w" and can_retry:
            return True
        if not (answer.isdecimal() and 1 <= int(answer) <= len(session.turns)):
            talk.say([f"{answer!r} is not a number from 1 to {len(session.turns)}."])
            continue
        turn = session.turns[int(answer) - 1]
        if isinstance(turn.entry, ServedItem):
            talk.say(question(turn.entry, turn.options, talk.page))
            talk.say(hint_lines(turn, talk.page))
            talk.say(feedback(turn, session, talk.page))
        else:
            talk.say(
                [
                    "",
                    *stem_lines(turn.entry.front, talk.page.width),
                    "",
                    *stem_lines(turn.entry.back, talk.page.width),
                ]
            )


def _ask(study: Study, talk: Talk) -> None:
    """Ask the current entry until it is settled or skipped."""
    session, turn = study.session, study.session.turn
    assert turn is not None
    talk.say(heading(session, turn, talk.page))
    if isinstance(turn.entry, ServedCard):
        _show_card(turn.entry, talk)
    else:
        talk.say(question(turn.entry, turn.options, talk.page))
    talk.say(hint_lines(turn, talk.page))
    while study.session.turn is not None and study.session.turn.entry.id == turn.entry.id:
        before = study.session.turn
        try:
            _take(talk.ask(_prompt(study, before)).lower(), study, talk)
        except NotAllowedError as error:
            talk.say([f"{str(error)[:1].upper()}{str(error)[1:]}."])
        after = study.session.turn
        if after is None or after.is_settled or after.skips > before.skips:
            return
        if len(after.attempts) > len(before.attempts):
            talk.say([again_said(after, study.session.attempts_left)])


def _show_card(card: ServedCard, talk: Talk) -> None:
    talk.say(["", *stem_lines(card.front, talk.page.width)])
    if talk.ask("Enter turns it over, q to leave").lower() in ("q", "quit"):
        raise LeftError
    talk.say(["", *stem_lines(card.back, talk.page.width), "", "1  I knew it", "2  I did not"])


def _prompt(study: Study, turn: Turn) -> str:
    session = study.session
    choice = "numbers, such as 1,3" if turn.entry.selects_several else f"1-{len(turn.options)}"
    hint = f", h for a hint ({session.hints_left} left)" if session.hints_left else ""
    return f"Choose {choice}{hint}, s to skip, f to flag, q to leave, ? for help"


def _take(answer: str, study: Study, talk: Talk) -> None:
    """Do what a line of the learner's says."""
    turn = study.session.turn
    assert turn is not None
    match answer:
        case "q" | "quit":
            raise LeftError
        case "?" | "help":
            talk.say(_HELP)
        case "f":
            study.flag(turn.entry.id)
            talk.say(["Flag taken off." if turn.is_flagged else "Flagged."])
        case "h" | "s":
            study.expire()  # Its time may have run out while nobody typed.
            if study.session.turn is not None and not study.session.turn.is_settled:
                _hint(study, talk) if answer == "h" else study.skip()
        case _:
            study.respond(_chosen(answer, turn))


def _hint(study: Study, talk: Talk) -> None:
    study.hint()
    assert study.session.turn is not None
    talk.say(hint_lines(study.session.turn, talk.page, study.session.turn.hints))


def _chosen(answer: str, turn: Turn) -> Iterator[str]:
    words = answer.replace(",", " ").split()
    if not words:
        raise NotAllowedError("nothing is chosen; type the number of an option, or s to skip")
    for word in words:
        if not (word.isdecimal() and 1 <= int(word) <= len(turn.options)):
            raise NotAllowedError(
                f"{word!r} is not a number from 1 to {len(turn.options)}; ? lists what you can type"
            )
        yield turn.options[int(word) - 1]
