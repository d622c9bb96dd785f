"""Opening a mode of a pattern in a conversation, and telling where the learner stands.

Invariant: what is not about the questions themselves goes to standard error.
"""

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from random import Random

from quizkit.bank.naming import pattern_named
from quizkit.model.bank import Bank, LoadedPattern
from quizkit.model.mode import MODES, SESSION_MODES, Mode
from quizkit.model.served import Offer
from quizkit.model.text import count
from quizkit.plain.play import play
from quizkit.plain.summary import overview_lines
from quizkit.plain.talk import LeftError, Talk, standard_talk
from quizkit.practice.history import History, history_file
from quizkit.practice.overview import Overview, overview
from quizkit.practice.study import Study
from quizkit.proof.serve import exhibition, offer
from quizkit.report.catalogue import as_item
from quizkit.report.layout import pad, prose
from quizkit.report.outlet import Outlet


def study_plainly(bank: Bank, wanted: str, mode: Mode | None, *, is_new: bool) -> None:
    """Open a mode of a pattern in a conversation over standard input and output; without one, ask which.

    Raises UsageError, NothingToAskError, HistoryError.
    """
    pattern, talk = pattern_named(bank, wanted), standard_talk()
    offered = offer(pattern)
    with History(history_file()) as history:
        _note([*history.notes, *_withheld(offered)])
        try:
            mode = mode or _asked_mode(pattern, offered, history, talk)
        except LeftError:
            return
        if mode not in SESSION_MODES:
            _read(pattern, mode, talk)
            return
        # The order of questions and options is no secret.
        rng = Random()  # noqa: S311
        study = Study.opened(offered, mode, history, time.time, rng, is_new=is_new)
        if study.is_resumed:
            done = f"{study.session.settled} of {len(study.session.turns)} are done"
            _note([f"going on with the {mode.value} session that you left: {done}; --new begins another"])
        play(study, talk, lambda item: as_item(*exhibition(bank, item), talk.page), rng)


def _read(pattern: LoadedPattern, mode: Mode, talk: Talk) -> None:
    from quizkit.plain.reading import lesson_lines, show_experiment

    with suppress(LeftError):
        if mode is Mode.EXPERIMENT:
            show_experiment(pattern, talk)
        else:
            talk.say(lesson_lines(pattern, mode, talk.page))


def overviews(bank: Bank, wanted: str | None) -> Iterator[tuple[str, Overview]]:
    """Yield where the learner stands in one pattern or in all, with its title. Raises UsageError, HistoryError."""
    patterns = bank.patterns if wanted is None else (pattern_named(bank, wanted),)
    with History(history_file()) as history:
        _note(history.notes)
        for pattern in patterns:
            yield pattern.pattern.title, _overview(pattern, offer(pattern), history)


def _overview(pattern: LoadedPattern, offered: Offer, history: History) -> Overview:
    name = pattern.pattern.id
    attempts, last = history.attempts(name), history.latest(name)
    return overview(offered, pattern.unasked_modes, attempts, last, time.time())


def _asked_mode(pattern: LoadedPattern, offered: Offer, history: History, talk: Talk) -> Mode:
    """Show where the learner stands and every mode; return the chosen one, the recommended one for Enter."""
    standing = _overview(pattern, offered, history)
    talk.say(overview_lines(standing, pattern.pattern.title, time.time(), talk.page))
    talk.say(["", *_menu(talk)])
    modes = list(MODES)
    while True:
        recommended = standing.recommendation.mode
        answer = talk.ask(f"Choose 1-{len(modes)}, Enter for {recommended.value}, q to leave").lower()
        if answer in ("q", "quit"):
            raise LeftError
        if not answer:
            return recommended
        if answer.isdecimal() and 1 <= int(answer) <= len(modes):
            return modes[int(answer) - 1]
        if answer in modes:
            return Mode(answer)
        talk.say([f"{answer!r} is not a number from 1 to {len(modes)}, and no mode."])


def _menu(talk: Talk) -> Iterator[str]:
    for number, (mode, facts) in enumerate(MODES.items(), start=1):
        yield from prose(facts.about, talk.page.width, f"{number:>2}  {pad(mode.value, 10)}  ", " " * 16)


def _withheld(offered: Offer) -> list[str]:
    if not offered.withheld:
        return []
    names = ", ".join(offered.withheld[:3]) + (", ..." if len(offered.withheld) > 3 else "")
    are = "is" if len(offered.withheld) == 1 else "are"
    what = f"{count(len(offered.withheld), 'item')} ({names}) {are} not proved by what is recorded here, so not asked"
    return [f"{what}; `quizkit verify` proves {'it' if len(offered.withheld) == 1 else 'them'}"]


def _note(notes: Iterable[str]) -> None:
    outlet = Outlet(sys.stderr)
    for note in notes:
        outlet.put(f"quizkit: {note}\n")
