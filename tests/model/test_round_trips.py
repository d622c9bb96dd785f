"""Every event, and everything that a report or a cache tells, survives a JSON round trip and cannot be changed."""

import math
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from quizkit.model.bank import Place
from quizkit.model.base import Noun
from quizkit.model.event import (
    Fate,
    ItemJudged,
    MutantJudged,
    MutationEvent,
    Operator,
    OperatorCounts,
    VerifyEvent,
    mutant_counts,
)
from quizkit.model.evidence import Checked, Evidence, Observed, Raise, Read, SubValue, Value
from quizkit.model.probe import Part, Probe
from quizkit.model.verdict import Finding, FindingKind, Status, Verdict


def members(union: object) -> list[type[BaseModel]]:
    """Return the nouns of an annotated union."""
    assert get_origin(union) is Annotated
    (inner, *_) = get_args(union)
    assert get_origin(inner) in (Union, UnionType)
    return list(get_args(inner))


EVENTS = {each.__name__: each for union in (VerifyEvent, MutationEvent) for each in members(union)}
PARTS = [
    Place,
    Finding,
    Verdict,
    OperatorCounts,
    Value,
    Raise,
    SubValue,
    Checked,
    Read,
    Observed,
    Evidence,
    Part,
    Probe,
]
ANY_EVENT: TypeAdapter[object] = TypeAdapter(VerifyEvent | MutationEvent)

for each in Noun.__subclasses__():  # Nouns are built on first use, and hypothesis looks before.
    each.model_rebuild()


def is_plain(noun: BaseModel) -> bool:
    """Say whether a noun can be written as JSON: it holds no number that JSON does not have."""
    return all(_is_plain(value) for _, value in noun)


def _is_plain(value: object) -> bool:
    match value:
        case float():
            return math.isfinite(value)
        case BaseModel():
            return is_plain(value)
        case tuple() | list():
            return all(map(_is_plain, value))
        case dict():
            return all(map(_is_plain, value.values()))
        case _:
            return True


@pytest.mark.parametrize("kind", [*EVENTS.values(), *PARTS], ids=lambda kind: kind.__name__)
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_a_noun_survives_a_json_round_trip(kind: type[BaseModel], data: st.DataObject) -> None:
    noun = data.draw(st.from_type(kind).filter(is_plain))
    assert kind.model_validate_json(noun.model_dump_json()) == noun
    if kind.__name__ in EVENTS:
        again = ANY_EVENT.validate_json(noun.model_dump_json())
        assert (type(again), again) == (kind, noun)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=EVENTS)
def test_an_event_says_which_it_is_and_takes_nothing_unknown(kind: type[BaseModel]) -> None:
    tag = "".join(f"-{char.lower()}" if char.isupper() else char for char in kind.__name__).strip("-")
    assert kind.model_fields["event"].default == tag
    with pytest.raises(ValidationError, match="extra_forbidden"):
        kind.model_validate({"unknown": 1})


def test_a_noun_cannot_be_changed() -> None:
    place = Place(file="a.yaml")
    with pytest.raises(ValidationError, match="frozen"):
        place.line = 2  # type: ignore[misc]


def test_a_changed_copy_is_cleaned_where_it_is_put() -> None:
    finding = Finding(kind=FindingKind.KEY_FAILS, what="x").model_copy(update={"table": (("\x1b[1m",),)})
    verdict = Verdict(pattern="p", item="i", status=Status.REFUTED, findings=(finding,))
    told = ItemJudged(verdict=verdict.model_copy(update={"notes": ("\x1b[2J",)})).verdict
    assert (told.findings[0].table, told.notes) == ((("\\x1b[1m",),), ("\\x1b[2J",))


def mutant(operator: Operator, fate: Fate) -> MutantJudged:
    return MutantJudged(item="i", operator=operator, description="d", fate=fate)


def test_mutants_are_counted_by_operator_and_fate() -> None:
    fates: list[Fate] = ["killed", "killed", "survived", "equivalent", "undecided", "stillborn"]
    counts = {each.operator: each for each in mutant_counts(mutant("swap-options", fate) for fate in fates)}
    assert counts.keys() == set(get_args(Operator))
    assert counts["swap-options"] == OperatorCounts(
        operator="swap-options", killed=2, survived=1, equivalent=1, undecided=1, stillborn=1
    )
    assert counts["swap-options"].score == pytest.approx(2 / 3)
    assert counts["flip-key"].score is None
