"""Can a key be guessed by whoever knows nothing? Told of a whole topic, for one item shows no habit. Pure.

Invariant: what is told is no problem of a file; a bank in which the longest option is often right is still right.
"""

from collections.abc import Callable, Iterable, Iterator
from math import sqrt
from typing import Final

from quizkit.model.item import Item
from quizkit.model.option import Option

_ENOUGH: Final = 12
"""Items below which a habit cannot be told from chance."""
_UNLIKELY: Final = 2.5
"""Standard deviations above what chance gives."""
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth")

Guess = Callable[[Item], Option | None]
"""A way to guess: the option it chooses, if it chooses one."""


def habits(items: Iterable[Item]) -> Iterator[str]:
    """Yield each way of guessing that is right more often than chance, over the items with a single right option."""
    single = [item for item in items if len(item.key) == 1]
    ways: list[tuple[str, Guess]] = [
        ("the longest option", lambda item: _longest(item, 1)),
        ("the shortest option", lambda item: _longest(item, -1)),
        *((f"the {name} option as written", _at(index)) for index, name in enumerate(_ORDINALS)),
    ]
    for name, guess in ways:
        tried = [(item, option) for item in single if (option := guess(item)) is not None]
        if len(tried) < _ENOUGH:
            continue
        right = sum(option.id in item.key for item, option in tried)
        chances = [1 / len(item.options) for item, _ in tried]
        spread = sqrt(sum(chance * (1 - chance) for chance in chances))
        if right > sum(chances) + _UNLIKELY * spread:
            yield f"{name} is right in {right} of {len(tried)} items, where chance gives {sum(chances):.0f}"


def _longest(item: Item, sign: int) -> Option | None:
    """Return the one option that is longest as shown, or shortest for a `sign` of -1; None if several are."""
    options: list[Option] = list(item.options)
    ranked = sorted(options, key=lambda option: sign * len(option.shown()), reverse=True)
    return ranked[0] if len(ranked[0].shown()) != len(ranked[1].shown()) else None


def _at(index: int) -> Guess:
    return lambda item: item.options[index] if index < len(item.options) else None
