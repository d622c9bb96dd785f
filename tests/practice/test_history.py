"""History: what was kept is there, whatever happens; what cannot be read is set aside and not touched."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from made_up_offer import Clock, beginning, by_id, item, offer_of

from quizkit.model.mode import Mode
from quizkit.practice.history import History, HistoryError
from quizkit.practice.session import NotAllowedError
from quizkit.practice.study import Study

A, B = item("a"), item("b", "hard")
ENTRIES = by_id(A, B)


def begun(history: History, mode: Mode = Mode.PRACTICE, number: str = "s", at: float = 1000.0) -> Study:
    started = beginning(mode, A, B, at=at).model_copy(update={"id": number})
    return Study.begun(started, ENTRIES, history, Clock(at + 1))


def test_a_session_is_there_again_as_it_was_left(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "history.sqlite3"
    with History(file) as history:
        study = begun(history)
        study.hint()
        study.respond(["fc"])
        study.advance()
        study.flag("b")
    with History(file) as history:
        assert not history.notes
        kept = history.latest("heads")
        assert kept is not None and not kept.is_finished and kept.started == study.session.started
        assert kept.events == study.session.events
        again = Study.resumed(kept, ENTRIES, history, Clock(5000))
        assert again.session.turns == study.session.turns and again.session.current == 1
        again.respond(["fc"])
        again.advance()
        assert [each.item for each in history.attempts("heads")] == ["a", "b"]
        assert history.attempts("heads") == list(again.session.attempts) and history.attempts("feet") == []
        finished = history.latest("heads")
        assert finished is not None and finished.is_finished and finished.last_at == 5000


def test_a_step_that_is_not_allowed_is_not_kept(tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        study = begun(history)
        with pytest.raises(NotAllowedError):
            study.respond(["spleen"])
        kept = history.session("s")
        assert kept is not None and kept.events == () and study.session.events == ()


def test_the_session_in_which_something_happened_last_is_the_latest(tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        first, _ = begun(history, number="one"), begun(history, Mode.TEST, number="two", at=2000)
        latest = history.latest("heads")
        assert latest is not None and latest.started.id == "two"
        Study.resumed(history.session("one"), ENTRIES, history, Clock(3000))  # type: ignore[arg-type]
        latest, tests = history.latest("heads"), history.latest("heads", Mode.TEST)
        assert latest is not None and latest.started.id == "one" == first.session.started.id
        assert tests is not None and tests.started.id == "two"
        assert history.latest("heads", Mode.REVIEW) is None and history.session("three") is None


def test_two_sessions_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    file = tmp_path / "h"
    with History(file) as one, History(file) as other:
        first, second = begun(one, number="one"), begun(other, number="two")
        for study in (first, second, first, second):
            study.respond(["tail"])
            study.advance()
        assert len(one.attempts()) == len(other.attempts()) == 4


def test_one_session_in_two_windows_goes_on_in_one_of_them(tmp_path: Path) -> None:
    file = tmp_path / "h"
    with History(file) as one, History(file) as other:
        first = begun(one)
        kept = other.session("s")
        assert kept is not None
        second = Study.resumed(kept, ENTRIES, other, Clock(2000))
        before = first.session
        with pytest.raises(HistoryError, match="another window"):
            first.respond(["fc"])
        assert first.session is before and one.attempts() == []
        second.respond(["fc"])
        assert len(one.attempts()) == 1


def test_opened_goes_on_with_what_was_left_unless_told_otherwise(tmp_path: Path) -> None:
    offer, clock, rng = offer_of(A, B), Clock(), Random(1)
    with History(tmp_path / "h") as history:
        first = Study.opened(offer, Mode.PRACTICE, history, clock, rng)
        first.respond(["wing"])
        again = Study.opened(offer, Mode.PRACTICE, history, clock, rng)
        assert again.is_resumed and again.session.turns == first.session.turns
        assert not Study.opened(offer, Mode.TEST, history, clock, rng).is_resumed
        new = Study.opened(offer, Mode.PRACTICE, history, clock, rng, is_new=True)
        assert not new.is_resumed and new.session.started.id != first.session.started.id


def test_what_was_not_right_can_be_asked_again(tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        study = begun(history)
        for chosen in ("fc", "tail"):
            study.respond([chosen])
            study.advance()
        again = study.again(Random(1))
        assert [turn.entry.id for turn in again.session.turns] == ["b"]
        assert again.session.started.mode is Mode.PRACTICE


def test_time_that_was_used_is_kept_when_one_leaves(tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        study = begun(history, Mode.CHALLENGE)
        study._clock = Clock(1100)
        study.leave()
        kept = history.session("s")
        assert kept is not None
        again = Study.resumed(kept, ENTRIES, history, Clock(5000))
        assert again.session.deadline == 5080


def test_a_session_of_which_nothing_is_left_is_finished_when_it_is_resumed(tmp_path: Path) -> None:
    offer, clock, rng = offer_of(A, item("b", "hard", digest="another")), Clock(), Random(1)
    with History(tmp_path / "h") as history:
        study = begun(history)
        study.respond(["fc"])
        study.advance()
        again = Study.opened(offer, Mode.PRACTICE, history, clock, rng)
        assert again.session.started.id != "s"
        old = history.session("s")
        assert old is not None and old.is_finished and old.events == study.session.events


def test_attempts_of_a_retry_are_marked(tmp_path: Path) -> None:
    with History(tmp_path / "h") as history:
        study = begun(history)
        for _ in range(2):
            study.respond(["tail"])
            study.advance()
        again = study.again(Random(1))
        again.respond(["fc"])
        assert sorted((each.session == "s", each.is_retry) for each in history.attempts()) == [
            (False, True), (True, False), (True, False),
        ]  # fmt: skip


ANSWERS = """
import sys
from pathlib import Path
from made_up_offer import Clock, beginning, by_id, item
from quizkit.model.mode import Mode
from quizkit.practice import history as history_room
from quizkit.practice.history import History
from quizkit.practice.study import Study

entries = [item(f"i{number}") for number in range(200)]
history = History(Path(sys.argv[1]))
started = beginning(Mode.PRACTICE, *entries).model_copy(update={"id": sys.argv[2]})
study = Study.begun(started, by_id(*entries), history, Clock())
print("begun", flush=True)
for number in range(200):
    study.respond(["fc"])
    study.advance()
    print(number, flush=True)
"""


def test_killed_at_any_moment_nothing_that_was_shown_is_lost(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite3"
    command = [sys.executable, "-c", ANSWERS, str(file)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    for wanted in (1, 7):
        name = f"killed after {wanted}"
        with subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True, env=environment) as child:
            assert child.stdout is not None
            shown = [child.stdout.readline() for _ in range(wanted + 1)]
            child.kill()
            shown += child.stdout.readlines()
        finished = sum(line.strip().isdecimal() for line in shown if line.endswith("\n"))
        with History(file) as history:
            assert not history.notes
            kept = history.session(name)
            assert kept is not None and not kept.is_finished
            advanced = sum(event.event == "advanced" for event in kept.events)
            assert wanted <= finished <= advanced
            attempts = [each for each in history.attempts() if each.session == name]
            assert len(attempts) == sum(event.event == "responded" for event in kept.events)
