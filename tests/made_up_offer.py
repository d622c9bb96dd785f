"""Items and cards as `proof.serve` would make them, without a proof behind them; and a clock turned by hand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from quizkit.model.evidence import Outcome
from quizkit.model.item import Difficulty
from quizkit.model.mode import Mode
from quizkit.model.served import Check, Entry, Offer, OptionEvidence, ServedCard, ServedItem, ServedOption
from quizkit.model.session import Attempt, SessionStarted, Slot

HERE = "python3.11 torch2.13.0 torchvision0.28.0 linux-x86_64"


def option(name: str, *, is_right: bool, **changes: Any) -> ServedOption:
    check = Check(
        name="ten", source="y == 10", wanted="True", got=str(is_right), holds=is_right, parts=(("y", "10"),)
    )
    fields: dict[str, Any] = {
        "id": name,
        "text": f"model.{name} = head",
        "is_code": True,
        "is_right": is_right,
        "holds": is_right,
        "rationale": f"This is why {name}.",
        "evidence": [OptionEvidence(outcome=Outcome.RETURNED, checks=(check,))],
    }
    return ServedOption(**{**fields, **changes})


def item(name: str, difficulty: str = "easy", *, key: Iterable[str] = ("fc",), **changes: Any) -> ServedItem:
    """An item with the options fc, head, tail and wing."""
    right = set(key)
    fields: dict[str, Any] = {
        "id": name,
        "item": name.partition("?")[0],
        "pattern": "heads",
        "digest": f"digest of {name.partition('?')[0]}",
        "kind": "snippet",
        "difficulty": Difficulty(difficulty),
        "concepts": ("head", difficulty),
        "stem": f"What of {name}?",
        "given": "model = load()",
        "options": tuple(option(each, is_right=each in right) for each in ("fc", "head", "tail", "wing")),
        "hints": ("Look.", "Look again."),
        "steps": ("First.", "Second."),
        "quick_check": "Ten.",
        "environments": (HERE,),
        "is_proved_here": True,
    }
    return ServedItem(**{**fields, **changes})


def card(name: str) -> ServedCard:
    return ServedCard(id=f"card:{name}", pattern="heads", concepts=("head",), front=f"{name}?", back=f"{name}!")


def offer_of(*entries: Entry, withheld: tuple[str, ...] = ()) -> Offer:
    return Offer(
        pattern="heads",
        items=tuple(each for each in entries if isinstance(each, ServedItem)),
        cards=tuple(each for each in entries if isinstance(each, ServedCard)),
        withheld=withheld,
    )


def beginning(mode: Mode, *entries: Entry, at: float = 1000.0) -> SessionStarted:
    slots = tuple(Slot(entry=each.id, digest=each.digest, options=each.option_ids) for each in entries)
    return SessionStarted(id="s", pattern="heads", mode=mode, at=at, slots=slots)


def by_id(*entries: Entry) -> Mapping[str, Entry]:
    return {entry.id: entry for entry in entries}


def attempt(entry: Entry, at: float, *, is_right: bool = True, **changes: Any) -> Attempt:
    fields: dict[str, Any] = {
        "session": f"at {at}",
        "mode": Mode.PRACTICE,
        "pattern": entry.pattern,
        "item": entry.item,
        "instance": entry.id,
        "digest": entry.digest,
        "number": 1,
        "at": at,
        "chosen": entry.key if is_right else (entry.option_ids[-1],),
        "is_right": is_right,
        "seconds": 30.0,
    }
    return Attempt(**{**fields, **changes})


@dataclass
class Clock:
    """Time stands still until it is moved."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now
