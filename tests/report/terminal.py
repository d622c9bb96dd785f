"""A terminal small enough to be read: it knows what the live line needs, and refuses every other control sequence."""

import re

_SEQUENCE = re.compile(r"\x1b\[(\?)?([\d;]*)([A-Za-z])|([\r\n])|([^\x1b\r\n]+)")


class Screen:
    """What a person sees after some output, with no end below and to the right."""

    def __init__(self, output: str) -> None:
        self.lines = [""]
        self.row = self.column = 0
        self.has_cursor = True
        self.colours: set[str] = set()
        end = 0
        for match in _SEQUENCE.finditer(output):
            assert match.start() == end, repr(output[end : match.start()])
            end = match.end()
            self._take(match)
        assert end == len(output), repr(output[end:])

    @property
    def text(self) -> str:
        """The lines that have something on them, each with its end."""
        return "".join(f"{line.rstrip()}\n" for line in self.lines).rstrip("\n") + "\n"

    def _take(self, match: re.Match[str]) -> None:
        private, numbers, command, layout, text = match.groups()
        if text:
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + text + line[self.column + len(text) :]
            self.column += len(text)
        elif layout == "\r":
            self.column = 0
        elif layout == "\n":
            self._move(1)
        elif private:
            assert (numbers, command) in {("25", "l"), ("25", "h")}, match.group()
            self.has_cursor = command == "h"
        elif command == "m":
            self.colours.add(numbers)
        elif command == "A":
            self._move(-int(numbers or 1))
        else:
            assert (numbers, command) == ("2", "K"), match.group()
            self.lines[self.row] = ""

    def _move(self, rows: int) -> None:
        self.row = max(self.row + rows, 0)
        while self.row >= len(self.lines):
            self.lines.append("")
