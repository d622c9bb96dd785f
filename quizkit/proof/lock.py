"""proofs.lock: what was proved, committed beside the content. Read to show proofs and to report drift.

Invariant: a lock is never a reason not to run a probe and never the source of a verdict. A line holds nothing that
differs from machine to machine (times, memory, addresses, paths, hosts, program text) and every line is an
`Evidence` with its volatile parts left out, so that whoever reads it judges it with the same judge.
"""

import json
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from quizkit.bank.text_file import read_text
from quizkit.bank.whole import write_whole
from quizkit.errors import UsageError
from quizkit.model.evidence import Evidence
from quizkit.proof.line import Line, equivalent

FILE_NAME: Final = "proofs.lock"

_SIZE_LIMIT: Final = 64 * 2**20
"""Bytes of the largest lock that is read: about 100,000 probes."""

_Entry = tuple[Line, Evidence]
"""A line as JSON has it, and the evidence that it is."""


class Lock:
    """The lines of one proofs.lock, by digest.

    They are read when they are asked for: what is measured is mostly what is locked, to the letter, and `has` says
    so without reading any.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._unreadable: list[str] = []
        self._numbered: list[tuple[int, str]] = []
        self._measured: set[str] = set()
        """Lines that were measured anew, and so are proofs."""
        with suppress(OSError):  # What else is wrong with it is told by whoever reads it.
            if not file.exists():
                return
        text, unreadable = read_text(file, str(file), _SIZE_LIMIT)
        self._unreadable += [f"{problem.file}: {problem.what}; {problem.remedy}" for problem in unreadable]
        self._numbered += [(number, raw) for number, raw in enumerate(text.split("\n"), 1) if raw.strip()]

    @cached_property
    def _raw(self) -> frozenset[str]:
        """The lines that have their probe and environment for themselves: of several, one may say otherwise."""
        about = [(_text_of("digest", raw), _text_of("environment", raw)) for _, raw in self._numbered]
        count = Counter(about)
        return frozenset(raw for own, (_, raw) in zip(about, self._numbered, strict=True) if count[own] == 1)

    @cached_property
    def _entries(self) -> dict[str, list[_Entry]]:
        entries: dict[str, list[_Entry]] = {}
        for _, raw in self._numbered:
            if (entry := _read(raw)) is not None:
                entries.setdefault(entry[1].digest, []).append(entry)
        return entries

    @property
    def problems(self) -> list[str]:
        """What could not be read."""
        bad = [number for number, raw in self._numbered if raw not in self._measured and _read(raw) is None]
        match bad:
            case []:
                return self._unreadable
            case [number]:
                told = f"line {number} is no proof"
            case [first, *_]:
                told = f"{len(bad)} lines, from line {first}, are no proofs"
        return [*self._unreadable, f"{self.file}: {told}; verify this bank with `--update` to write it anew"]

    def has(self, line: Line) -> bool:
        """Say whether this very line is locked, and no other of its probe in its environment."""
        text = _text(line)
        if text not in self._raw:
            return False
        self._measured.add(text)
        return True

    @property
    def digests(self) -> AbstractSet[str]:
        """The probes that have a line."""
        return self._entries.keys()

    def evidence(self, digest: str, environment: str) -> Evidence | None:
        """Return a probe's locked evidence, that of this environment first."""
        known = (evidence for _, evidence in self._entries.get(digest, ()))
        return min(known, key=lambda evidence: evidence.environment != environment, default=None)

    def drifted(self, line: Line) -> Line | None:
        """Return a line of the probe that records other facts, if one of its environment does, or all of them do."""
        lines = [] if self.has(line) else [other for other, _ in self._entries.get(line["digest"], ())]
        others = [other for other in lines if not equivalent(line, other)]
        here = [other for other in others if other["environment"] == line["environment"]]
        return next(iter(here or (others if len(others) == len(lines) else ())), None)

    def updated(self, proved: Iterable[Line], disproved: Iterable[Line], known: AbstractSet[str]) -> list[Line]:
        """Return the lines to write: those of `known` probes, equivalent ones as they were, new facts added.

        A line that records other facts than were measured here for the same environment is gone, whatever the
        verdict; but only what is `proved` is added.
        """
        kept = {digest: _once(line for line, _ in own) for digest, own in self._entries.items() if digest in known}
        for lines, is_proved in ((proved, True), (disproved, False)):
            for line in lines:
                own = kept.setdefault(line["digest"], [])
                own[:] = [o for o in own if o["environment"] != line["environment"] or equivalent(line, o)]
                if is_proved and not any(equivalent(line, other) for other in own):
                    own.append(line)
        return sorted((line for lines in kept.values() for line in lines), key=_order)


def _text_of(name: str, raw: str) -> str:
    """Return the text that a line, as `_text` writes it, has under `name`."""
    return raw.partition(f'"{name}": "')[2].partition('"')[0]


def _once(lines: Iterable[Line]) -> list[Line]:
    """Return the lines without those that are there already."""
    kept: list[Line] = []
    for line in lines:
        if line not in kept:
            kept.append(line)
    return kept


def _read(raw: str) -> _Entry | None:
    """Return what a line of the file says, or None if it is no proof."""
    try:
        line = json.loads(raw)
        return line, Evidence.model_validate(line)
    except (ValueError, RecursionError, ValidationError):
        return None


def _text(line: Line) -> str:
    return json.dumps(line, sort_keys=True, ensure_ascii=True, allow_nan=False)


def _order(line: Line) -> tuple[str, str]:
    return line["digest"], line["environment"]


def write_lock(file: Path, lines: Iterable[Line]) -> bool:
    """Replace `file` whole, one sorted JSON line a probe; say whether anything changed. Raises UsageError."""
    text = "".join(_text(line) + "\n" for line in lines).encode()
    try:
        before = file.read_bytes() if file.is_file() else b""
        if before == text:
            return False
        write_whole(file, text)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}; check the folder's permissions") from error
    return True
