"""What follows from the attempts: strength, schedule, selection, result, the next step."""

from math import exp
from random import Random

import pytest
from fsrs import Rating
from hypothesis import given
from hypothesis import strategies as st
from made_up_offer import attempt, beginning, by_id, card, item, offer_of

from quizkit.model.item import Difficulty
from quizkit.model.mode import READING_MODES, Mode
from quizkit.model.served import Entry, Offer, ServedItem
from quizkit.model.session import Attempt, SessionStarted
from quizkit.practice.history import KeptSession
from quizkit.practice.overview import overview
from quizkit.practice.result import result
from quizkit.practice.reviews import returns_said, reviews_said
from quizkit.practice.schedule import due_at, rating, schedule
from quizkit.practice.selection import NothingToAskError, drawn, retried, stratified
from quizkit.practice.session import advance, hint, respond, start
from quizkit.practice.state import Session
from quizkit.practice.strength import counted, strength

DAY = 86400.0
EASY = [item(f"easy-{number}") for number in range(6)]
MEDIUM = [item(f"medium-{number}", "medium") for number in range(6)]
HARD = [item(f"hard-{number}", "hard") for number in range(6)]


# Strength


def test_strength_is_the_mean_of_the_posterior() -> None:
    """Against the same integral on a far finer and wider grid."""
    responses = [(-1.0, True), (0.0, True), (0.0, False), (1.0, False)]
    grid = [step / 1000 for step in range(-8000, 8001)]
    weights = []
    for theta in grid:
        weight = exp(-theta * theta / 2)
        for b, is_right in responses:
            chance = 1 / (1 + exp(b - theta))
            weight *= chance if is_right else 1 - chance
        weights.append(weight)
    expected = sum(theta * weight for theta, weight in zip(grid, weights, strict=True)) / sum(weights)
    found = strength(responses)
    assert found is not None
    assert found.theta == pytest.approx(expected, abs=1e-3)
    below = sum(weight for theta, weight in zip(grid, weights, strict=True) if theta <= found.low) / sum(weights)
    above = sum(weight for theta, weight in zip(grid, weights, strict=True) if theta <= found.high) / sum(weights)
    assert below == pytest.approx(0.05, abs=0.02) and above == pytest.approx(0.95, abs=0.02)


RESPONSES = st.lists(st.tuples(st.sampled_from((-1.0, 0.0, 1.0)), st.booleans()), min_size=1, max_size=12)


@given(RESPONSES)
def test_strength_lies_in_its_interval_and_grows_with_what_is_right(responses: list[tuple[float, bool]]) -> None:
    found = strength(responses)
    assert found is not None and found.low <= found.theta <= found.high
    assert 0 <= found.interval[0] <= found.percent <= found.interval[1] <= 100
    more, less = strength([*responses, (0.0, True)]), strength([*responses, (0.0, False)])
    assert more is not None and less is not None and less.theta < found.theta < more.theta


def test_a_hard_item_right_says_more_and_a_wrong_one_less() -> None:
    thetas = [found.theta for b in (-1.0, 0.0, 1.0) if (found := strength([(b, True)]))]
    assert thetas == sorted(set(thetas))
    assert strength([]) is None


def test_the_interval_narrows_with_every_item() -> None:
    widths = [
        found.high - found.low for number in (1, 4, 16) if (found := strength([(0.0, True), (0.0, False)] * number))
    ]
    assert widths == sorted(set(widths), reverse=True)


def test_what_counts_is_the_latest_unhelped_response_to_the_program_of_today() -> None:
    a, b, c, d = EASY[:4]
    attempts = [
        attempt(a, 0, is_right=False),
        attempt(a, 60, is_right=True),  # The answer was just shown.
        attempt(b, 100, is_right=False),
        attempt(b, DAY, is_right=True),
        attempt(c, 200, hints=1),
        attempt(d, 300, digest="before the change"),
        attempt(a, 400, number=2),
    ]
    digests = {each.item: each.digest for each in (a, b, c, d)}
    assert counted(attempts, digests) == {a.item: False, b.item: True, c.item: False}


def test_a_retry_never_moves_strength_nor_the_schedule() -> None:
    a, b = EASY[:2]
    first = [attempt(a, 0, is_right=False), attempt(b, 10)]
    again = [attempt(a, 30 * DAY, is_retry=True), attempt(b, 30 * DAY, is_right=False, is_retry=True)]
    digests = {each.item: each.digest for each in (a, b)}
    assert counted(first + again, digests) == counted(first, digests) == {a.item: False, b.item: True}
    assert schedule(first + again, digests) == schedule(first, digests)
    shown = attempt(a, 30 * DAY + 60)
    assert counted([*first, *again, shown], digests)[a.item] is False, "its answer was shown a minute before"


# What comes back


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ((), ""),
        ((DAY,), "1 comes back tomorrow"),
        ((4 * DAY - 60, DAY - 300, 0.9 * DAY, 3.9 * DAY), "2 come back tomorrow, 2 in 4 days"),
        ((3600.0,), "1 comes back tomorrow"),
        ((-5.0, 0.0, 2 * DAY), "2 are still due, 1 comes back in 2 days"),
        ((-5.0,), "1 is still due"),
    ],
)
def test_when_what_was_asked_comes_back_is_said_with_how_many(waits: tuple[float, ...], said: str) -> None:
    assert returns_said(waits) == said


# Schedule


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"is_right": False}, Rating.Again),
        ({"hints": 1, "seconds": 1.0}, Rating.Hard),
        ({"seconds": 81.0}, Rating.Hard),
        ({"seconds": 40.0}, Rating.Good),
        ({"seconds": 19.0}, Rating.Easy),
    ],
)
def test_a_rating_comes_from_correctness_hints_and_time(changes: dict[str, object], expected: Rating) -> None:
    assert rating(attempt(EASY[0], 0, **changes), usual=40.0) is expected  # type: ignore[arg-type]


def days(attempts: list[Attempt]) -> float:
    plan = schedule(attempts, {EASY[0].item: EASY[0].digest})
    return (due_at(plan[EASY[0].item]) - attempts[-1].at) / DAY


def test_what_was_wrong_comes_tomorrow_and_what_is_known_ever_later() -> None:
    wrong, right = attempt(EASY[0], 0, is_right=False), attempt(EASY[0], 0)
    assert days([wrong]) == 1
    first = days([right])
    second = days([right, attempt(EASY[0], first * DAY)])
    assert 1 < first < second
    assert days([right, attempt(EASY[0], first * DAY, is_right=False)]) < first


def test_a_changed_program_is_not_scheduled_and_a_second_attempt_does_not_count() -> None:
    old = attempt(EASY[0], 0, digest="before the change")
    assert schedule([old], {EASY[0].item: EASY[0].digest}) == {}
    first, digests = attempt(EASY[0], 0, is_right=False), {EASY[0].item: EASY[0].digest}
    assert schedule([first, attempt(EASY[0], 9, number=2)], digests) == schedule([first], digests)


def test_usual_is_what_this_learner_takes() -> None:
    quick = [attempt(each, number, seconds=10.0) for number, each in enumerate(MEDIUM[:5])]
    digests = {each.item: each.digest for each in (*MEDIUM, EASY[0])}
    slow = attempt(EASY[0], 10, seconds=30.0)
    alone, after = schedule([slow], digests)[EASY[0].item], schedule([*quick, slow], digests)[EASY[0].item]
    assert due_at(after) < due_at(alone), "thirty seconds are good for a stranger, and hard for who takes ten"


def test_the_same_attempts_always_give_the_same_days() -> None:
    attempts = [attempt(each, number * DAY) for number, each in enumerate(EASY + EASY)]
    digests = {each.item: each.digest for each in EASY}
    assert schedule(attempts, digests) == schedule(attempts, digests)


# Selection


def test_a_test_has_ten_items_from_easy_to_hard() -> None:
    started = drawn(offer_of(*HARD, *EASY, *MEDIUM), Mode.TEST, [], number="n", now=5, rng=Random(1))
    names = [slot.entry.partition("-")[0] for slot in started.slots]
    assert names == ["easy"] * 3 + ["medium"] * 4 + ["hard"] * 3
    assert (started.id, started.at, started.mode) == ("n", 5, Mode.TEST)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(1, 12), st.integers())
def test_strata_are_as_even_as_they_can_be(easy: int, medium: int, hard: int, size: int, seed: int) -> None:
    items = EASY[:easy] + MEDIUM[:medium] + HARD[:hard]
    found = stratified(items, size, Random(seed))
    assert len(found) == min(size, len(items)) == len({each.id for each in found})
    have = {each: sum(item.difficulty is each for item in found) for each in Difficulty}
    there = {each: sum(item.difficulty is each for item in items) for each in Difficulty}
    for one in Difficulty:
        for other in Difficulty:
            assert have[one] >= have[other] - 1 or have[one] == there[one]


def test_of_an_item_with_variants_the_instance_asked_least_is_asked() -> None:
    variants = [item(f"family?n={number}") for number in range(3)]
    attempts = [attempt(variants[0], 1), attempt(variants[2], 2)]
    for seed in range(5):
        started = drawn(offer_of(*variants), Mode.PRACTICE, attempts, number="n", now=5, rng=Random(seed))
        assert [slot.entry for slot in started.slots] == ["family?n=1"]


def test_practice_begins_with_what_was_wrong_then_new_then_right() -> None:
    wrong, new, right = HARD[0], MEDIUM[0], EASY[0]
    attempts = [attempt(wrong, 1, is_right=False), attempt(right, 2)]
    started = drawn(offer_of(right, new, wrong), Mode.PRACTICE, attempts, number="n", now=5, rng=Random(1))
    assert [slot.entry for slot in started.slots] == [wrong.id, new.id, right.id]


def test_options_are_shuffled_unless_the_item_forbids_it() -> None:
    free, fixed = item("free"), item("fixed", is_shuffled=False)
    orders = set()
    for seed in range(8):
        started = drawn(offer_of(free, fixed), Mode.PRACTICE, [], number="n", now=5, rng=Random(seed))
        slots = {slot.entry: slot.options for slot in started.slots}
        assert slots["fixed"] == fixed.option_ids and sorted(slots["free"]) == sorted(free.option_ids)
        orders.add(slots["free"])
    assert len(orders) > 1


def test_review_asks_what_is_due_and_cards_not_met_yet() -> None:
    due, later, new = EASY[0], EASY[1], EASY[2]
    met, unmet = card("met"), card("unmet")
    attempts = [attempt(due, 0, is_right=False), attempt(met, 10, is_right=False), attempt(later, 1.5 * DAY)]
    offer = offer_of(due, later, new, met, unmet)
    started = drawn(offer, Mode.REVIEW, attempts, number="n", now=2 * DAY, rng=Random(1))
    assert [slot.entry for slot in started.slots] == [due.id, met.id, unmet.id]
    with pytest.raises(NothingToAskError, match="nothing is due; the next review of heads is in 1 day"):
        drawn(offer_of(due, new), Mode.REVIEW, attempts[:1], number="n", now=0, rng=Random(1))
    with pytest.raises(NothingToAskError, match="begin with practice or test"):
        drawn(offer_of(due), Mode.REVIEW, [], number="n", now=0, rng=Random(1))


def test_where_nothing_is_proved_nothing_is_asked_and_it_says_so() -> None:
    with pytest.raises(NothingToAskError, match="`quizkit verify` proves them"):
        drawn(offer_of(withheld=("a",)), Mode.TEST, [], number="n", now=0, rng=Random(1))
    with pytest.raises(NothingToAskError, match="has no items"):
        drawn(offer_of(), Mode.TEST, [], number="n", now=0, rng=Random(1))


# Results and the next step


def done(mode: Mode, *chosen: tuple[ServedItem, str], hints: int = 0) -> Session:
    entries = [entry for entry, _ in chosen]
    session, now = start(beginning(mode, *entries), by_id(*entries)), 1000.0
    for _, response in chosen:
        for _ in range(hints):
            session = hint(session, now)
        session = respond(session, [response], now + 5)
        now += 10
        if session.turn is not None and not session.turn.is_settled:
            session = respond(session, ["wing"], now)
        session = advance(session, now)
    return session


def test_a_result_counts_by_difficulty_and_concept_and_names_what_to_retry() -> None:
    session = done(Mode.TEST, (EASY[0], "fc"), (EASY[1], "tail"), (HARD[0], "fc"))
    found = result(session)
    assert (found.right, found.total, found.seconds) == (2, 3, 15)
    assert [(each.name, each.right, each.total) for each in found.difficulties] == [("easy", 1, 2), ("hard", 1, 1)]
    assert [(each.name, each.right, each.total) for each in found.concepts] == [
        ("easy", 1, 2), ("head", 2, 3), ("hard", 1, 1)
    ]  # fmt: skip
    assert found.strength == strength([(-1, True), (-1, False), (1, True)]) and not found.badge
    assert found.wrong == (EASY[1].id,)
    again = retried(session, number="n", now=0, rng=Random(1))
    assert [slot.entry for slot in again.slots] == [EASY[1].id] and again.mode is Mode.TEST
    with pytest.raises(NothingToAskError, match="everything was right"):
        retried(done(Mode.TEST, (EASY[0], "fc")), number="n", now=0, rng=Random(1))


@pytest.mark.parametrize(
    ("right", "hints", "badge", "missed"),
    [
        (5, 0, "gold", ""), (5, 1, "silver", "gold takes no hint and no second attempt"),
        (4, 0, "silver", "gold takes 5 right"), (3, 1, "bronze", "silver takes 4 right"),
        (2, 0, "", "bronze takes 3 right"), (0, 0, "", "bronze takes 3 right"),
    ],
)  # fmt: skip
def test_a_badge_is_earned_and_what_the_next_takes_is_said(right: int, hints: int, badge: str, missed: str) -> None:
    chosen = [(entry, "fc" if number < right else "tail") for number, entry in enumerate(EASY[:5])]
    found = result(done(Mode.CHALLENGE, *chosen, hints=hints))
    assert (found.badge, found.missed_badge) == (badge, missed)


@pytest.mark.parametrize("mode", [Mode.CHALLENGE, Mode.TEST])
def test_what_is_asked_again_earns_no_badge_and_shows_no_strength(mode: Mode) -> None:
    first = done(mode, *((entry, "tail") for entry in EASY[:5]))
    again = start(retried(first, number="n", now=0, rng=Random(1)), by_id(*EASY))
    while (turn := again.turn) is not None:
        again = advance(respond(again, turn.entry.key, 1.0), 2.0)
    found = result(again)
    assert found.right == 5 and not found.badge and not found.missed_badge and found.strength is None
    assert SessionStarted.model_validate(again.started.model_dump(exclude={"is_retry"})).is_retry is False


def kept(mode: Mode, *, is_finished: bool) -> KeptSession:
    return KeptSession(beginning(mode, EASY[0]), (), is_finished, 1000.0)


UNASKED = (*READING_MODES, Mode.EXPERIMENT)
WHOLE = offer_of(*EASY, *MEDIUM, *HARD, card("one"))


def next_step(
    attempts: list[Attempt],
    last: KeptSession | None = None,
    now: float = 0.0,
    offer: Offer = WHOLE,
    unasked: tuple[Mode, ...] = UNASKED,
) -> tuple[str, str]:
    found = overview(offer, unasked, attempts, last, now)
    return found.recommendation.mode.value, found.recommendation.why


def test_the_next_step_follows_from_where_one_stands() -> None:
    assert next_step([])[0] == "learn"
    assert next_step([], kept(Mode.TEST, is_finished=False)) == ("test", "You left a test session before its end.")
    gone = KeptSession(beginning(Mode.TEST, item("gone")), (), False, 1000.0)
    assert next_step([], gone)[0] == "learn", "nothing of it can be asked any more"
    one = [attempt(EASY[0], 0, is_right=False), attempt(card("one"), 0)]
    assert next_step(one, kept(Mode.TEST, is_finished=True), now=60)[0] == "test"
    assert next_step(one, now=30 * DAY) == ("review", "2 things are due; a review now keeps what you know.")
    entries: list[Entry] = [*EASY, *MEDIUM, *HARD, card("one")]
    every = [attempt(each, number) for number, each in enumerate(entries)]
    assert next_step(every, now=99)[0] == "experiment"
    assert next_step(every[:-1], now=99) == (
        "review", "One flip card is new to you; what you turn over, you keep."
    )  # fmt: skip
    mixed = [*every[:6], *(attempt(each, 50, is_right=False) for each in (*MEDIUM, *HARD)), every[-1]]
    assert next_step(mixed, now=99) == ("practice", "Weakest so far: hard, 0 of 6 right.")


def test_the_next_step_is_one_that_the_pattern_has_something_for() -> None:
    assert next_step([], unasked=()) == (
        "practice", "This is new to you. After each answer you see what really happens."
    )  # fmt: skip
    assert next_step([], offer=offer_of(card("one")), unasked=())[0] == "review"
    assert next_step([], offer=offer_of(), unasked=READING_MODES)[0] == "learn"
    seen = [attempt(card("one"), 0)]
    assert next_step(seen, now=60, offer=offer_of(card("one")), unasked=()) == (
        "review", "Nothing is due, and nothing else is left to do here."
    )  # fmt: skip
    entries: list[Entry] = [*EASY, *MEDIUM, *HARD, card("one")]
    every = [attempt(each, number) for number, each in enumerate(entries)]
    assert next_step(every, now=99, unasked=READING_MODES)[0] == "challenge"


def test_an_overview_counts_what_is_there_today() -> None:
    gone = item("gone")
    attempts = [attempt(EASY[0], 0), attempt(gone, 1), attempt(EASY[1], 2, digest="before the change")]
    found = overview(offer_of(*EASY, card("one")), UNASKED, attempts, None, 60)
    assert (found.items, found.met, found.attempts, found.due, found.new_cards) == (6, 1, 3, 0, 1)
    assert found.strength == strength([(-1, True)])
    assert found.next_due_at is not None and found.next_due_at > DAY


def reviews(attempts: list[Attempt], now: float) -> str:
    return reviews_said(overview(offer_of(*EASY[:2], card("one"), card("two")), UNASKED, attempts, None, now), now)


def test_what_was_never_seen_is_new_and_not_due() -> None:
    assert reviews([], 0) == "nothing due yet; 2 new flip cards"
    seen = [attempt(card("one"), 0), attempt(EASY[0], 0, is_right=False)]
    assert reviews(seen, 60) == "nothing due, the next review in 1 day; 1 new flip card"
    assert reviews(seen, 30 * DAY) == "2 due for review; 1 new flip card"
    assert reviews([*seen, attempt(card("two"), 0)], 30 * DAY) == "3 due for review"
