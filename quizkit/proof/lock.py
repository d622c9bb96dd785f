"""proofs.lock: what was proved, committed beside the content. Read to show proofs and to report drift.

Invariant: a lock is never a reason not to run a probe and never the source of a verdict. A line holds nothing that
differs from machine to machine (times, memory, addresses, paths, hosts, program text) and every line is an
`Evidence` with its volatile parts left out, so that whoever reads it judges it with the same judge.
"""

import json
import secrets
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from quizkit.bank.reader import read_text
from quizkit.errors import UsageError
from quizkit.model.evidence import Evidence
from quizkit.proof.line import Line, equivalent

FILE_NAME: Final = "proofs.lock"

_SIZE_LIMIT: Final = 64 * 2**20
"""Bytes of the largest lock that is read: about 100,000 probes."""


class Lock:
    """The lines of one proofs.lock, by digest. `problems` says what could not be read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[str] = []
        self._lines: dict[str, list[Line]] = {}
        self._evidence: dict[str, list[Evidence]] = {}
        with suppress(OSError):  # What else is wrong with it is told by whoever reads it.
            if not file.exists():
                return
        text, unreadable = read_text(file, str(file), _SIZE_LIMIT)
        self.problems += [f"{problem.file}: {problem.what}; {problem.remedy}" for problem in unreadable]
        numbered = [(number, raw) for number, raw in enumerate(text.split("\n"), 1) if raw.strip()]
        if bad := [number for number, raw in numbered if not self._read(raw)]:
            told = (
                f"line {bad[0]} is no proof"
                if len(bad) == 1
                else f"{len(bad)} lines, from line {bad[0]}, are no proofs"
            )
            self.problems.append(f"{file}: {told}; `quizkit verify --update` writes it anew")

    def _read(self, raw: str) -> bool:
        try:
            line = json.loads(raw)
            evidence = Evidence.model_validate(line)
        except (ValueError, RecursionError, ValidationError):
            return False
        self._lines.setdefault(evidence.digest, []).append(line)
        self._evidence.setdefault(evidence.digest, []).append(evidence)
        return True

    @property
    def digests(self) -> AbstractSet[str]:
        """The probes that have a line."""
        return self._lines.keys()

    def evidence(self, digest: str, environment: str) -> Evidence | None:
        """Return a probe's locked evidence, that of this environment first."""
        known = self._evidence.get(digest, ())
        return min(known, key=lambda evidence: evidence.environment != environment, default=None)

    def drifted(self, line: Line) -> Line | None:
        """Return what is locked, if the probe has lines and none of them records the same facts."""
        lines = self._lines.get(line["digest"], ())
        return lines[0] if lines and not any(equivalent(line, other) for other in lines) else None

    def updated(self, proved: Iterable[Line], disproved: Iterable[Line], known: AbstractSet[str]) -> list[Line]:
        """Return the lines to write: those of `known` probes, equivalent ones as they were, new facts added.

        A line that records other facts than were measured here for the same environment is gone, whatever the
        verdict; but only what is `proved` is added.
        """
        kept = {digest: list(lines) for digest, lines in self._lines.items() if digest in known}
        for lines, is_proved in ((proved, True), (disproved, False)):
            for line in lines:
                own = kept.setdefault(line["digest"], [])
                own[:] = [o for o in own if o["environment"] != line["environment"] or equivalent(line, o)]
                if is_proved and not any(equivalent(line, other) for other in own):
                    own.append(line)
        return sorted((line for lines in kept.values() for line in lines), key=_order)


def _order(line: Line) -> tuple[str, str]:
    return line["digest"], line["environment"]


def write_lock(file: Path, lines: Iterable[Line]) -> bool:
    """Replace `file` whole, one sorted JSON line a probe; say whether anything changed. Raises UsageError."""
    text = "".join(json.dumps(line, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n" for line in lines)
    try:
        before = file.read_bytes() if file.is_file() else b""
        if before == text.encode():
            return False
        draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        try:
            draft.write_text(text, encoding="utf-8", newline="\n")
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"cannot write {file}: {error.strerror}; check the folder's permissions") from error
    return True
