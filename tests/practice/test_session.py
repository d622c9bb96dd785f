"""The state machine: what each mode allows, and that a session is the fold of its events."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_offer import beginning, by_id, card, item

from quizkit.model.mode import SESSION_MODES, Mode
from quizkit.model.session import SESSION_EVENT, Resumed, SessionStarted
from quizkit.practice.replies import again_said
from quizkit.practice.session import (
    NotAllowedError,
    advance,
    applied,
    expire,
    flag,
    hint,
    leave,
    respond,
    resume,
    skip,
    start,
)
from quizkit.practice.state import Session, State

A, B, C = item("a"), item("b", "medium", key=("fc", "head")), item("c", "hard", hints=())
CARD = card("first")


def session(mode: Mode = Mode.PRACTICE, *entries: Any) -> Session:
    chosen = entries or (A, B, C)
    return start(beginning(mode, *chosen), by_id(*chosen))


def states(of: Session) -> list[str]:
    return [turn.state.value for turn in of.turns]


def test_a_right_response_settles_and_explains() -> None:
    now = respond(session(), ["fc"], 1007.5)
    assert now.turn is not None and now.turn.state is State.RIGHT and now.is_explained(now.turn)
    [attempt] = now.attempts
    assert (attempt.seconds, attempt.is_right, attempt.number, attempt.chosen) == (7.5, True, 1, ("fc",))
    assert (attempt.item, attempt.digest, attempt.session) == ("a", "digest of a", "s")


def test_several_are_right_only_together() -> None:
    second = advance(respond(session(), ["fc"], 1001), 1002)
    assert respond(second, ["head", "fc", "head"], 1003).turns[1].state is State.RIGHT
    for part in (["fc"], ["fc", "head", "tail"]):
        assert respond(second, part, 1003).turns[1].state is State.WRONG


@pytest.mark.parametrize(
    ("chosen", "why"),
    [([], "nothing is chosen"), (["fc", "head"], "exactly one"), (["spleen"], "no option 'spleen'; choose from fc")],
)
def test_what_is_no_response_is_refused_and_changes_nothing(chosen: list[str], why: str) -> None:
    with pytest.raises(NotAllowedError, match=why):
        respond(session(), chosen, 1001)


def test_a_settled_turn_takes_nothing_more() -> None:
    done = respond(session(), ["head"], 1001)
    with pytest.raises(NotAllowedError, match="go on to the next"):
        respond(done, ["fc"], 1002)
    for step in (hint, skip):
        with pytest.raises(NotAllowedError, match="go on to the next"):
            step(done, 1002)


def test_an_open_turn_cannot_be_left() -> None:
    with pytest.raises(NotAllowedError, match="still open"):
        advance(session(), 1001)


def test_after_the_last_the_session_is_finished() -> None:
    end = advance(respond(session(Mode.PRACTICE, A), ["fc"], 1001), 1002)
    assert end.is_finished and end.turn is None and end.settled == 1
    for step in (advance, skip):
        with pytest.raises(NotAllowedError, match="finished"):
            step(end, 1002)


def test_hints_open_one_by_one_and_are_counted() -> None:
    once = hint(session(), 1001)
    assert once.turns[0].open_hints == ("Look.",) and once.hints_left == 1
    twice = hint(once, 1002)
    with pytest.raises(NotAllowedError, match="no more hints"):
        hint(twice, 1003)
    settled = respond(twice, ["fc"], 1004)
    assert settled.attempts[0].hints == 2
    assert settled.turns[0].open_hints == A.hints, "they stay readable"


def test_an_item_without_hints_says_so() -> None:
    with pytest.raises(NotAllowedError, match="no hint to this one"):
        hint(session(Mode.PRACTICE, C), 1001)


def test_what_is_skipped_comes_again_at_the_end_and_then_is_given_up() -> None:
    put_off = skip(session(), 1001)
    assert put_off.turn is not None and put_off.turn.entry is B
    last = advance(respond(advance(respond(put_off, ["fc"], 1002), 1003), ["fc"], 1004), 1005)
    assert last.turn is not None and last.turn.entry is A
    end = skip(last, 1006)
    assert end.is_finished and states(end) == ["given-up", "wrong", "right"]
    assert [each.item for each in end.attempts] == ["b", "c"], "no response was given to the first"


def test_a_flag_is_set_and_taken_off_also_when_all_is_over() -> None:
    end = advance(respond(session(Mode.PRACTICE, A), ["fc"], 1001), 1002)
    flagged = flag(end, "a", 1003)
    assert flagged.turns[0].is_flagged and not flag(flagged, "a", 1004).turns[0].is_flagged
    with pytest.raises(NotAllowedError, match="no 'z'"):
        flag(end, "z", 1003)


def test_a_test_gives_no_hint_and_explains_at_the_end() -> None:
    asked = session(Mode.TEST, A, C)
    with pytest.raises(NotAllowedError, match="a test gives no hints"):
        hint(asked, 1001)
    first = respond(asked, ["tail"], 1001)
    assert not first.is_explained(first.turns[0])
    end = advance(respond(advance(first, 1002), ["fc"], 1003), 1004)
    assert all(end.is_explained(turn) for turn in end.turns)


def test_a_challenge_gives_two_attempts_and_one_hint() -> None:
    asked = hint(session(Mode.CHALLENGE, A), 1001)
    with pytest.raises(NotAllowedError, match="the one hint is open"):
        hint(asked, 1002)
    once = respond(asked, ["tail"], 1010)
    assert once.turn is not None and not once.turn.is_settled and once.attempts_left == 1
    for chosen, state in (("fc", State.RIGHT), ("head", State.WRONG)):
        twice = respond(once, [chosen], 1030)
        assert twice.turns[0].state is state
        assert [(each.number, each.seconds) for each in twice.attempts] == [(1, 10), (2, 20)]


def test_a_part_of_what_is_right_is_not_said_to_be_wrong() -> None:
    for entry, chosen, said in (
        (A, ["tail"], "3: not right. 1 attempt left."),
        (B, ["fc"], "1: not exactly what is right. 1 attempt left."),
        (B, ["wing", "fc"], "1, 4: not exactly what is right. 1 attempt left."),
    ):
        asked = session(Mode.CHALLENGE, entry)
        assert asked.turn is not None and again_said(asked.turn, asked.attempts_left) == ""
        once = respond(asked, chosen, 1010)
        assert once.turn is not None and again_said(once.turn, once.attempts_left) == said


def test_what_was_tried_already_is_refused_and_costs_no_attempt() -> None:
    for entry, tried in ((A, ["tail"]), (B, ["tail", "fc"])):
        once = respond(session(Mode.CHALLENGE, entry), tried, 1010)
        with pytest.raises(NotAllowedError, match="tried already"):
            respond(once, reversed(tried), 1020)
        assert respond(once, entry.key, 1030).turns[0].state is State.RIGHT
        assert respond(once, tried, 1200).attempts[-1].is_late, "there is nothing left to be saved"


def test_the_time_of_a_problem_runs_out() -> None:
    asked = session(Mode.CHALLENGE, A, B)
    assert asked.deadline == 1180
    assert expire(asked, 1179.9) is asked
    over = expire(asked, 1180)
    assert over.turns[0].state is State.WRONG
    assert [(each.chosen, each.is_late) for each in over.attempts] == [((), True)]
    assert expire(over, 2000) is over and over.deadline is None
    assert advance(over, 1190).deadline == 1370


def test_a_late_response_is_kept_and_does_not_count() -> None:
    late = respond(session(Mode.CHALLENGE, A), ["fc"], 1200)
    assert late.turns[0].state is State.WRONG
    assert [(each.chosen, each.is_late, each.is_right) for each in late.attempts] == [(("fc",), True, False)]


def test_leaving_and_coming_back_buys_no_time() -> None:
    asked = respond(session(Mode.CHALLENGE, A), ["tail"], 1100)
    left = leave(asked, 1130)
    assert leave(left, 1150) is left
    back = resume(left.started, left.events, by_id(A), 90_000)
    assert back.deadline == 90_050, "180 s less those before and after the first attempt"
    again = leave(back, 90_020)
    back = resume(again.started, again.events, by_id(A), 100_000)
    assert back.deadline == 100_030
    assert [each.seconds for each in respond(back, ["fc"], 100_010).attempts] == [100, 60]
    over = resume(again.started, again.events, by_id(A), 100_000)
    assert expire(over, 100_030).turns[0].state is State.WRONG


def test_a_clock_that_runs_out_runs_on_where_nobody_said_goodbye() -> None:
    asked = hint(session(Mode.CHALLENGE, A, B), 1100)
    back = resume(asked.started, asked.events, by_id(A, B), 1120)
    assert back.deadline == 1180
    over = resume(asked.started, asked.events, by_id(A, B), 90_000)
    assert [(each.chosen, each.is_late) for each in over.attempts] == [((), True)]
    assert advance(over, 90_005).deadline == 90_185


def test_where_no_clock_runs_out_time_away_never_counts() -> None:
    asked = hint(session(), 1100)
    for left in (asked, leave(asked, 1010)):
        back = resume(left.started, left.events, by_id(A, B, C), 90_000)
        assert respond(back, ["fc"], 90_010).attempts[-1].seconds <= 20


def test_there_is_nothing_to_leave_once_a_turn_is_settled() -> None:
    settled = respond(session(Mode.CHALLENGE, A), ["fc"], 1010)
    assert leave(settled, 1020) is settled
    end = advance(settled, 1030)
    assert leave(end, 1040) is end


def test_a_clock_that_is_set_back_costs_nothing() -> None:
    assert respond(session(Mode.CHALLENGE, A), ["fc"], 400).attempts[0].seconds == 0


def test_a_card_is_answered_by_oneself() -> None:
    asked = session(Mode.REVIEW, CARD)
    assert asked.turn is not None and asked.turn.options == ("recalled", "forgotten")
    assert respond(asked, ["recalled"], 1001).turns[0].state is State.RIGHT
    assert respond(asked, ["forgotten"], 1001).turns[0].state is State.WRONG


def test_what_is_gone_or_has_changed_is_left_out_and_the_rest_goes_on() -> None:
    left = advance(respond(advance(respond(session(), ["fc"], 1001), 1002), ["fc"], 1003), 1004)
    changed = item("a", digest="another")
    back = resume(left.started, left.events, by_id(changed, B, C), 2000)
    assert [turn.entry.id for turn in back.turns] == ["b", "c"]
    assert states(back) == ["wrong", "open"] and back.turn is not None and back.turn.entry is C
    gone = resume(left.started, left.events, by_id(A, B), 2000)
    assert gone.is_finished


def test_a_session_of_nothing_is_finished() -> None:
    assert start(beginning(Mode.PRACTICE), {}).is_finished


# Whatever a learner does

STEPS: dict[str, Callable[[Session, float, Any], Session]] = {
    "respond": lambda at, now, draw: respond(at, draw(st.sets(st.sampled_from(("fc", "head", "tail", "x")))), now),
    "recall": lambda at, now, draw: respond(at, [draw(st.sampled_from(("recalled", "forgotten")))], now),
    "hint": lambda at, now, _: hint(at, now),
    "skip": lambda at, now, _: skip(at, now),
    "flag": lambda at, now, draw: flag(at, draw(st.sampled_from(("a", "b", "c", "card:first"))), now),
    "leave": lambda at, now, _: leave(at, now),
    "advance": lambda at, now, _: advance(at, now),
    "expire": lambda at, now, _: expire(at, now),
}


def same(a: Session, b: Session) -> None:
    """Two sessions are the same but for when they were resumed."""
    assert (a.turns, a.current) == (b.turns, b.current)
    assert [each for each in a.events if not isinstance(each, Resumed)] == [
        each for each in b.events if not isinstance(each, Resumed)
    ]


@given(st.data())
def test_a_session_resumed_at_any_point_is_the_one_that_was_never_left(data: st.DataObject) -> None:
    entries = (A, B, C, CARD)
    mode = data.draw(st.sampled_from(SESSION_MODES))
    one = other = start(beginning(mode, *entries), by_id(*entries))
    now = 1000.0
    for name in data.draw(st.lists(st.sampled_from(sorted(STEPS)), max_size=30)):
        now += data.draw(st.sampled_from((0.0, 1.0, 200.0)))
        before = one
        try:
            one = STEPS[name](one, now, data.draw)
        except NotAllowedError:
            assert one is before
            continue
        for event in one.events[len(before.events) :]:
            other = applied(other, event)
        if data.draw(st.booleans()):
            kept = [SESSION_EVENT.validate_json(SESSION_EVENT.dump_json(event)) for event in other.events]
            other = resume(
                SessionStarted.model_validate_json(one.started.model_dump_json()), kept, by_id(*entries), now
            )
            one = one if one.turn is None else expire(applied(one, Resumed(entry=one.turn.entry.id, at=now)), now)
        same(one, other)
        assert len(one.attempts) == sum(event.event == "responded" for event in one.events), "no response is lost"
        assert one.is_finished == (one.turn is None)
        assert one.settled == sum(state != "open" for state in states(one))
        if one.is_finished:
            assert all(turn.is_settled for turn in one.turns)
