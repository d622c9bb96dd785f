"""Every mode from the first key to what is stored; leaving and coming back; what cannot be kept is said."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sample_desk
from sample_desk import NOON, PROBE, SampleDesk, evidence, item
from states import RIGHT, TO_RESULT, WRONG, settled
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from quizkit.errors import UsageError
from quizkit.model.item import Difficulty
from quizkit.model.mode import Mode
from quizkit.model.served import RECALLED, Offer
from quizkit.model.session import Attempt
from quizkit.practice.history import History, HistoryError, history_file
from quizkit.proof.live import Rerun
from quizkit.tui.app import QuizkitApp
from quizkit.tui.screens.answer import AnswerScreen
from quizkit.tui.screens.home import HomeScreen, Start
from quizkit.tui.screens.play import PlayScreen
from quizkit.tui.screens.proof import ProofScreen
from quizkit.tui.screens.reader import ReaderScreen
from quizkit.tui.screens.result import ResultScreen
from quizkit.tui.widgets.choices import Choices, OptionRow
from quizkit.tui.widgets.feedback import Feedback

Play = Callable[[Pilot[Any], SampleDesk], Awaitable[None]]


def played(*keys: str, then: Play | None = None, start: Start | None = None, size: tuple[int, int] = (80, 24)) -> Any:
    """Press keys in a new app, look at it, and return its last screen."""

    async def play() -> Any:
        desk = SampleDesk()
        shown = QuizkitApp(lambda: desk, start)
        shown.animation_level = "none"
        async with shown.run_test(size=size) as pilot:
            await settled(pilot)
            await press(pilot, *keys)
            if then is not None:
                await then(pilot, desk)
            return shown.screen

    return asyncio.run(play())


async def press(pilot: Pilot[Any], *keys: str) -> None:
    for key in keys:
        await pilot.press(key)
        await settled(pilot)


def stored() -> list[Attempt]:
    """Return what is on the disk."""
    with History(history_file()) as history:
        return history.attempts()


def text_of(pilot: Pilot[Any]) -> str:
    return "\n".join(strip.text for strip in pilot.app.screen._compositor.render_strips())


def test_practice_shows_the_evidence_after_each_answer_and_stores_it() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert [(each.chosen, each.is_right, each.at) for each in stored()] == [(("three",), False, NOON)]
        assert pilot.app.screen.query(Feedback)
        await press(pilot, "enter", *RIGHT, "enter", "1", "2", "enter", "enter")
        assert isinstance(pilot.app.screen, ResultScreen)

    played("7", *WRONG, then=look, size=(100, 80))
    assert sorted((each.item, each.is_right) for each in stored()) == [
        ("rows-1", False), ("rows-2", True), ("rows-3", True),
    ]  # fmt: skip
    assert {each.mode for each in stored()} == {Mode.PRACTICE}


def test_one_item_is_counted_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "1 item, none answered yet" in text_of(pilot)

    offered = Offer(pattern="reshaping", items=(item(1, Difficulty.EASY),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played(then=look)


@pytest.mark.parametrize(
    ("keys", "told", "untold"),
    [
        (("7",), ("some credit", "a playground", "skipped once more it is given up"), ("bronze", "turn it over")),
        (("8",), ("two attempts and one hint", "bronze", "a playground"), ("some credit",)),
        (("9",), ("no hint, and no answer is judged",), ("some credit", "a playground", "bronze")),
        (("6",), ("turn it over", "given up"), ("options", "some credit", "a playground")),
    ],
    ids=["practice", "challenge", "test", "card"],
)
def test_help_says_what_is_true_of_the_mode(
    keys: tuple[str, ...], told: tuple[str, ...], untold: tuple[str, ...]
) -> None:
    said = " ".join(played(*keys).help_text.split())
    assert all(each in said for each in told) and not any(each in said for each in untold)


def test_only_keys_that_do_something_are_listed() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert {"Option 3"} == listed(pilot) & {"Option 3", "Option 4", "Tick"}
        await press(pilot, "4", "space")
        assert pilot.app.screen.query_one(Choices).cursor is None
        await press(pilot, *RIGHT, "enter", *RIGHT, "enter")
        assert {"Option 3", "Tick"} == listed(pilot) & {"Option 3", "Option 4", "Tick"}

    def listed(pilot: Pilot[Any]) -> set[str]:
        offered = pilot.app.screen.active_bindings.values()
        return {each.binding.description for each in offered if each.enabled}

    played("7", then=look)


def test_a_test_gives_no_feedback_before_its_end() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert not pilot.app.screen.query(Feedback) and "2 of 3" in text_of(pilot)

    played("9", *WRONG, then=look)
    assert [each.is_right for each in stored()] == [False]


def test_the_result_of_a_test_can_be_looked_at_answer_by_answer() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "2 of 3 right" in text_of(pilot) and "Strength in this test alone: 58 %" in text_of(pilot)
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, AnswerScreen) and pilot.app.screen.query(Feedback)
        await press(pilot, "escape", "r")
        assert isinstance(pilot.app.screen, PlayScreen) and "1 of 1" in text_of(pilot)
        await press(pilot, *RIGHT)
        assert "1 of 1 right" in text_of(pilot)

    played("9", *TO_RESULT, then=look)
    assert sorted((each.item, each.is_right) for each in stored()) == [
        ("rows-1", True), ("rows-2", False), ("rows-2", True), ("rows-3", True),
    ]  # fmt: skip


def test_hints_can_be_read_again_with_the_answer() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, AnswerScreen)
        assert "Hint 1 of 2  How many numbers" in text_of(pilot) and "Hint 2 of 2" not in text_of(pilot)
        assert "1 hint used" in text_of(pilot)

    played("7", "h", *RIGHT, "enter", *RIGHT, "enter", "1", "2", "enter", "enter", then=look, size=(100, 80))


def test_a_flip_card_is_turned_over_before_one_says_anything_of_it() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await press(pilot, "1")
        assert not stored()
        await press(pilot, "space", "1")
        assert isinstance(pilot.app.screen, ResultScreen)

    played("6", then=look)
    assert [(each.item, each.chosen) for each in stored()] == [("card:view", (RECALLED,))]


@pytest.mark.parametrize("key", ["1", "2", "3", "4", "5"])
def test_modes_of_reading_show_their_section(key: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "six numbers can be seen" in text_of(pilot)
        await press(pilot, "end", "home", "down", "space", "escape")
        assert isinstance(pilot.app.screen, HomeScreen)

    assert isinstance(played(key), ReaderScreen)
    played(key, then=look)
    assert not stored()


def test_the_curves_of_a_run_are_told_apart_without_colour() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        lines = text_of(pilot).splitlines()
        (legend,) = (number for number, line in enumerate(lines) if "⠒⠒ training    •• validation" in line)
        frame = next(number for number, line in enumerate(lines) if "┌" in line)
        drawn = "\n".join(lines[frame:])
        assert legend < frame, "it covers nothing of what is drawn"
        assert "•••" in drawn and any("\u2801" <= char <= "\u28ff" for char in drawn)

    played("4", then=look, size=(100, 60))


def test_a_session_that_was_left_goes_on_where_it_was() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "2 of 3" in text_of(pilot)
        await press(pilot, "escape")
        assert "1 of 3 done" in text_of(pilot)
        await press(pilot, "a")

    played("7", *RIGHT, "enter", "escape")
    played("r", then=look)
    assert len(stored()) == 1


def test_what_one_came_for_is_opened_at_once() -> None:
    screen = played(start=Start("resh", Mode.CHALLENGE))
    assert isinstance(screen, PlayScreen)


def test_a_pattern_that_is_not_there_is_told_and_nothing_is_started() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert isinstance(pilot.app.screen, HomeScreen)
        assert any("there is no pattern 'reshapign'" in each.message for each in pilot.app._notifications)

    played(start=Start("reshapign", Mode.TEST), then=look)


def test_what_was_left_last_is_resumed_whatever_its_mode() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        desk.now += 60
        await press(pilot, "9", *RIGHT, "escape")
        desk.now += 60
        await press(pilot, "r")
        assert "Test ·" in text_of(pilot)

    played("7", *RIGHT, "escape", then=look)


def test_a_retry_that_cannot_be_kept_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        def full(*_: object) -> None:
            raise HistoryError("the disk is full")

        monkeypatch.setattr(desk.history, "begin", full)
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, ResultScreen)
        assert "the disk is full" in {each.message for each in pilot.app._notifications}

    played("9", *TO_RESULT, then=look)


def test_the_playground_runs_what_was_edited_and_compares_with_the_proof() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        screen = pilot.app.screen
        assert screen.query_one(TextArea).text.startswith("# ── given ──\nx = torch.arange(6)")
        screen.query_one(TextArea).text = "# ── given ──\nx = 1\n"
        screen.query_one(Input).value = "Size([2, 3])"
        await press(pilot, "ctrl+r")
        assert [part.source for part in desk.live.ran[0].parts] == ["x = 1"]
        assert "As you said: y.shape gave torch.Size([2, 3])" in text_of(
            pilot
        ) and "same as the proved evidence" in text_of(pilot)
        await press(pilot, "ctrl+o")
        assert "torch.arange" in screen.query_one(TextArea).text
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, PlayScreen)

    played("7", *RIGHT, "e", then=look)


def test_a_proof_is_run_again_and_compared_with_the_lock() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert isinstance(pilot.app.screen, ProofScreen)
        assert "everything as proofs.lock records it" in text_of(pilot)

    played("7", *RIGHT, "l", then=look)


def test_a_probe_that_the_lock_does_not_know_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def rerun(self: SampleDesk, item: str, tell: Callable[[Rerun], None]) -> int:
        unknown = Rerun(name="new", probe=PROBE, evidence=evidence(), locked=None, is_locked=False, done=1, total=1)
        await asyncio.get_running_loop().run_in_executor(None, tell, unknown)
        return 0

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "1 probe is not in proofs.lock" in text_of(pilot) and "everything as" not in text_of(pilot)

    monkeypatch.setattr(SampleDesk, "rerun", rerun)
    played("7", *RIGHT, "l", then=look)


def test_what_may_not_run_is_told_on_the_proof_and_in_the_playground(monkeypatch: pytest.MonkeyPatch) -> None:
    async def forbidden(*_: object) -> None:
        raise UsageError("this content is not quizkit's own")

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert [each.message for each in pilot.app._notifications] == ["this content is not quizkit's own"]

    monkeypatch.setattr(SampleDesk, "rerun", forbidden)
    monkeypatch.setattr(SampleDesk, "run", forbidden)
    played("7", *RIGHT, "l", then=look)
    played("r", "enter", *RIGHT, "e", "ctrl+r", then=look)


def test_the_experiment_checks_ones_own_solution_and_keeps_it() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        screen = pilot.app.screen
        assert "Reach 90.0 %" in text_of(pilot)
        await press(pilot, "2")
        assert "0 of 2 hints open; ctrl+n opens the next." in text_of(pilot)
        await press(pilot, "ctrl+n")
        assert "1 of 2 hints open; ctrl+n opens the next." in text_of(pilot)
        await press(pilot, "ctrl+n")
        assert "Count first" in text_of(pilot) and "Then reshape" in text_of(pilot)
        assert "2 of 2 hints open." in text_of(pilot)
        screen.query_one(TextArea).text = "def prepare(model, classes): return []\n"
        await press(pilot, "ctrl+r")
        assert desk.trained == ["own"] and desk.task("").own() == "def prepare(model, classes): return []\n"
        assert "0 of 60 BatchNorm buffers moved" in text_of(pilot) and "95.0 %" in text_of(pilot)

    played("0", then=look, size=(100, 40))


def test_a_run_can_be_watched_and_stopped() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await pilot.press("f5")
        for _ in range(200):
            await pilot.pause(0.05)
            if "Epoch 2/3" in text_of(pilot):
                break
        assert "Epoch 2/3, training, loss 0.5000" in text_of(pilot) and "accuracy in %" in text_of(pilot)
        await press(pilot, "ctrl+x")
        assert "Stopped after epoch 3. The same run goes on from there." in text_of(pilot)

    played("0", then=look, size=(100, 40))


def test_a_run_that_is_stopped_before_an_epoch_is_finished_promises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def stopped(*_: object) -> None:
        """End as a run does that is stopped at once."""

    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await press(pilot, "f5")
        assert "Stopped before an epoch was finished; only finished ones are kept." in text_of(pilot)

    monkeypatch.setattr(SampleDesk, "train", stopped)
    played("0", then=look, size=(100, 40))


@pytest.mark.parametrize(("key", "chosen"), [("down", "view"), ("up", "four"), ("2", "three")])
def test_nothing_is_answered_before_one_goes_to_an_option(key: str, chosen: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        await press(pilot, "enter", "space")
        assert not stored() and pilot.app.screen.query_one(Choices).is_open
        assert [each.message for each in pilot.app._notifications] == ["Choose with an arrow key or a number first."]
        await press(pilot, key, "enter")
        assert [each.chosen for each in stored()] == [(chosen,)]

    played("7", then=look)


@pytest.mark.parametrize(("place", "chosen"), [(0, "view"), (2, "four")])
def test_the_mouse_chooses_and_a_second_click_answers(place: int, chosen: str) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        row = list(pilot.app.screen.query(OptionRow))[place]
        await pilot.click(row)
        await settled(pilot)
        assert not stored()
        await pilot.click(row)
        await settled(pilot)

    played("7", then=look)
    assert [each.chosen for each in stored()] == [(chosen,)]


def test_a_skipped_question_comes_again_and_a_flag_is_shown() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "⚑" in text_of(pilot)
        await press(pilot, "s")
        assert "2 of 3" in text_of(pilot)
        await press(pilot, *RIGHT, "enter", "1", "2", "enter", "enter")
        assert "1 of 3" in text_of(pilot)

    played("7", "f", then=look)


def test_what_cannot_be_kept_is_said_and_nothing_is_shown_as_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        def full(*_: object) -> None:
            raise HistoryError("the disk is full")

        monkeypatch.setattr(desk.history, "keep", full)
        await press(pilot, *RIGHT)
        assert pilot.app.screen.query_one(Choices).is_open
        assert ("the disk is full", 10) in {(each.message, each.timeout) for each in pilot.app._notifications}

    played("7", then=look)
    assert not stored()


def test_before_a_run_the_playground_says_what_is_looked_at_and_shows_the_option() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        screen = pilot.app.screen
        assert "two rows of three: y.shape == (2, 3)" in text_of(pilot) and not desk.live.ran
        editor = screen.query_one(TextArea)
        assert editor.document.get_line(editor.cursor_location[0]) == "y = x.view(2, 3)"

    played("7", *RIGHT, "e", then=look)


def test_what_was_changed_in_the_playground_is_there_again_until_it_is_taken_back() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        pilot.app.screen.query_one(TextArea).text = "# ── given ──\nx = 1\n"
        await press(pilot, "escape", "2", "e")
        assert "torch.arange" in pilot.app.screen.query_one(TextArea).text, "another option, another program"
        assert "As you left it" not in text_of(pilot)
        await press(pilot, "escape", "1", "e")
        assert pilot.app.screen.query_one(TextArea).text == "# ── given ──\nx = 1\n"
        assert "As you left it; ctrl+o brings the original back." in text_of(pilot)
        await press(pilot, "ctrl+o", "escape", "e")
        assert "torch.arange" in pilot.app.screen.query_one(TextArea).text
        assert "As you left it" not in text_of(pilot)

    played("7", *RIGHT, "e", then=look)


def test_after_a_review_it_says_when_the_cards_come_back() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert isinstance(pilot.app.screen, ResultScreen) and "1 comes back tomorrow" in text_of(pilot)

    played("6", "space", "2", then=look)


def test_a_review_whose_history_cannot_be_read_shows_its_result_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        def broken(*_: object) -> None:
            raise HistoryError("it is damaged")

        monkeypatch.setattr(desk.history, "attempts", broken)
        await press(pilot, "2")
        assert "0 of 1 right" in text_of(pilot) and "back" not in text_of(pilot)

    played("6", "space", then=look)


def test_the_whole_breakdown_by_concept_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "0/1 concept-4" in text_of(pilot) and "concept-39" not in text_of(pilot)
        await press(pilot, "c")
        assert "0/1 concept-0" in text_of(pilot) and "concept-39" not in text_of(pilot)
        await press(pilot, "end")
        assert "0/1 concept-39" in text_of(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ResultScreen)

    concepts = tuple(f"concept-{number}" for number in range(40))
    offered = Offer(pattern="reshaping", items=(item(1, Difficulty.EASY, concepts=concepts),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played("9", *WRONG, then=look)


def test_own_answers_are_looked_at_one_after_the_other() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "1 of 3" in text_of(pilot) and "Answer before" not in text_of(pilot)
        await press(pilot, "n", "n")
        assert isinstance(pilot.app.screen, AnswerScreen)
        assert "3 of 3" in text_of(pilot) and "Next answer" not in text_of(pilot)
        await press(pilot, "b")
        assert "2 of 3" in text_of(pilot)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, ResultScreen)

    played("9", *TO_RESULT, "enter", then=look)


def test_skipping_the_only_one_left_says_that_it_stays() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert not pilot.app._notifications
        await press(pilot, "s")
        assert [("Skip again" in each.message, each.timeout) for each in pilot.app._notifications] == [(True, 3)]
        await press(pilot, "s")
        assert isinstance(pilot.app.screen, ResultScreen)

    played("9", *RIGHT, *WRONG, then=look)


def test_going_on_is_offered_only_where_a_session_was_left() -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        assert "Resume" not in text_of(pilot)
        await press(pilot, "7", *WRONG, "escape")
        assert "r Resume" in text_of(pilot) and "Resume: 1 of 3 done" in text_of(pilot)
        await press(pilot, "r")
        assert isinstance(pilot.app.screen, PlayScreen)

    played(then=look)


def test_a_worked_step_that_is_long_stays_beside_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    async def look(pilot: Pilot[Any], desk: SampleDesk) -> None:
        (line,) = [line for line in text_of(pilot).splitlines() if "word at the end" in line]
        (first,) = [line for line in text_of(pilot).splitlines() if "1. So it" in line]
        assert line != first and len(line) - len(line.lstrip()) == first.index("So it")

    step = "So it " + "goes on and " * 9 + "has a word at the end."
    offered = Offer(pattern="reshaping", items=(item(1, Difficulty.EASY, steps=(step,)),))
    monkeypatch.setattr(sample_desk, "offered", lambda: offered)
    played("7", *RIGHT, then=look, size=(80, 80))
