"""A small assembler for classic BPF, as far as a seccomp filter needs it: loads, masks, comparisons, jumps, returns.

Invariant: what is assembled jumps forward only, and a conditional jump that would go too far is refused, never cut.
"""

import struct
from collections.abc import Iterable
from typing import Final

_LOAD, _AND, _JUMP, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x54, 0x05, 0x15, 0x35, 0x06
_NEXT: Final = ""
"""The label of whatever comes next."""


class Assembler:
    """Collects instructions and labels, then turns them into the bytes that the kernel reads."""

    def __init__(self) -> None:
        self._code: list[tuple[int, int, str, str]] = []
        """Operation, operand, and the labels to go to if true and if false."""
        self._labels: dict[str, int] = {}
        self._count = 0

    def fresh(self) -> str:
        """Return a label that nothing else has."""
        self._count += 1
        return f"L{self._count}"

    def label(self, name: str) -> None:
        """Give the next instruction a name. Raises ValueError if something has it."""
        if name in self._labels:
            raise ValueError(f"two places are called {name}")
        self._labels[name] = len(self._code)

    def load(self, offset: int) -> None:
        """Take the 32-bit word at `offset` of the data."""
        self._code.append((_LOAD, offset, _NEXT, _NEXT))

    def mask(self, bits: int) -> None:
        """Keep only these bits of the word."""
        self._code.append((_AND, bits, _NEXT, _NEXT))

    def jump(self, target: str) -> None:
        """Go on at a label, however far."""
        self._code.append((_JUMP, 0, target, _NEXT))

    def if_equal(self, value: int, *, then: str = _NEXT, otherwise: str = _NEXT) -> None:
        """Go on at one label or the other, at most 255 instructions away, as the word equals `value`."""
        self._code.append((_IF_EQUAL, value, then, otherwise))

    def if_at_least(self, value: int, *, then: str = _NEXT, otherwise: str = _NEXT) -> None:
        """Go on at one label or the other, at most 255 instructions away, as the word is at least `value`."""
        self._code.append((_IF_AT_LEAST, value, then, otherwise))

    def give(self, value: int) -> None:
        """End with `value`."""
        self._code.append((_RETURN, value, _NEXT, _NEXT))

    def assembled(self) -> bytes:
        """Return the program. Raises KeyError for an unknown label, ValueError for a jump back or too far."""
        return b"".join(self._instructions())

    def _instructions(self) -> Iterable[bytes]:
        for place, (operation, operand, then, otherwise) in enumerate(self._code):
            if operation == _JUMP:
                yield struct.pack("=HBBI", operation, 0, 0, self._distance(place, then, 2**32))
            else:
                near, far = (self._distance(place, target, 2**8) for target in (then, otherwise))
                yield struct.pack("=HBBI", operation, near, far, operand)

    def _distance(self, place: int, target: str, limit: int) -> int:
        distance = 0 if target == _NEXT else self._labels[target] - place - 1
        if not 0 <= distance < limit:
            raise ValueError(f"{target} is {distance} instructions away")
        return distance
