"""proofs.lock: what was proved, committed beside the content. Read to show proofs and to report drift.

Invariant: a lock is never a reason not to run a probe and never the source of a verdict. A line holds nothing that
differs from machine to machine (times, memory, addresses, paths, hosts, program text) and every line is an
`Evidence` with its volatile parts left out, so that whoever reads it judges it with the same judge.
"""

import hashlib
import json
import math
import secrets
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from quizkit.errors import UsageError
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Probe
from quizkit.proof.compare import normalised

FILE_NAME: Final = "proofs.lock"
_RELATIVE_TOLERANCE: Final = 1e-3
_DIGITS: Final = 4
_TEXT_LIMIT: Final = 400
_SHOWN_LIMIT: Final = 120

Line = dict[str, Any]
"""A line of the lock, as JSON has it."""


def line_of(probe: Probe, evidence: Evidence) -> Line:
    """Return the lock's line for the evidence of a probe."""
    keeps_numbers = bool(probe.values or probe.observe or probe.reads_stdout)
    line = evidence.model_dump(
        mode="json",
        exclude_defaults=True,
        include={
            "digest", "environment", "outcome", "raised", "expectations", "claim", "observe", "printed", "values",
            "drew_random", "stub_weights",
        },
    )  # fmt: skip
    line["outcome"] = evidence.outcome.value
    if probe.reads_stdout and evidence.stdout:
        line["stdout"] = _short(evidence.stdout)
    stable: Line = _stable(line, keeps_numbers=keeps_numbers)
    return stable


def _stable(told: Any, *, keeps_numbers: bool) -> Any:
    """Return JSON without what differs from machine to machine, floats to four digits."""
    match told:
        case float():
            return _rounded(told)
        case {"type": str(), "text": str()}:
            return _stable_value(told, keeps_numbers=keeps_numbers)
        case {"type": str(), "message": str(message)}:
            return {key: told[key] for key in ("type", "phase")} | {"message": _short(normalised(message))}
        case dict():
            return {key: _stable(inner, keeps_numbers=keeps_numbers) for key, inner in told.items()}
        case list():
            return [_stable(inner, keeps_numbers=keeps_numbers) for inner in told]
        case _:
            return told


def _stable_value(told: Line, *, keeps_numbers: bool) -> Line:
    value = {key: _stable(inner, keeps_numbers=keeps_numbers) for key, inner in told.items() if key != "text"}
    if isinstance(value.get("scalar"), str):
        value["scalar"] = _short(value["scalar"])
    if "numbers" in value and not keeps_numbers and any(isinstance(number, float) for number in value["numbers"]):
        del value["numbers"]
        value["is_complete"] = False
    return {**value, "text": _stable_text(value, told["text"])}


def _stable_text(value: Line, text: str) -> str:
    if isinstance(value.get("scalar"), float):
        return f"{value['scalar']:.{_DIGITS}g}"
    numbers = value.get("numbers")
    if "shape" in value and (numbers is None or any(isinstance(number, float) for number in numbers)):
        kind = value["type"].rpartition(".")[2].lower()
        return f"{kind} of shape {value['shape']}, {value['dtype']}"
    return _short(text)


def _rounded(number: float) -> float:
    return float(f"{number:.{_DIGITS}g}") if math.isfinite(number) else number


def _short(text: str) -> str:
    """Return `text`, or its beginning and a hash of all of it."""
    if len(text) <= _TEXT_LIMIT:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{text[:_SHOWN_LIMIT]}… sha256:{digest}"


def equivalent(a: Any, b: Any) -> bool:
    """Say whether two lines record the same facts: floats within 1e-3 of each other, relative; environments apart."""
    match a, b:
        case dict(), dict():
            ignored = {"environment"} | ({"text"} if {"scalar", "numbers", "items", "shape"} & a.keys() else set())
            names = (a.keys() | b.keys()) - ignored
            return all(name in a and name in b and equivalent(a[name], b[name]) for name in names)
        case list(), list():
            return len(a) == len(b) and all(map(equivalent, a, b))
        case float(), float():
            return math.isclose(a, b, rel_tol=_RELATIVE_TOLERANCE, abs_tol=1e-6)
        case _:
            return type(a) is type(b) and bool(a == b)


def in_short(line: Line) -> str:
    """Return what a line says, for people: how it ended, and what each expression gave."""
    raised = line.get("raised")
    ending = f"{raised['type']} during {raised['phase']}: {raised['message']}" if raised else str(line["outcome"])
    parts = [ending]
    told = {**line.get("expectations", {}), **({"claim": line["claim"]} if line.get("claim") else {})}
    for name, checked in told.items():
        parts.append(f"{name}: {checked.get('holds')}")
        parts += [f"  {part['source']} -> {part['value']['text']}" for part in checked.get("sub_values", ())]
    read = {"observe": line.get("observe"), "printed": line.get("printed"), **line.get("values", {})}
    parts += [f"{name}: {each['value']['text']}" for name, each in read.items() if each and each.get("value")]
    return "\n".join([*parts, *([f"stdout: {line['stdout']}"] if "stdout" in line else [])])


class Lock:
    """The lines of one proofs.lock, by digest. `problems` says which lines could not be read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.problems: list[str] = []
        self._lines: dict[str, list[Line]] = {}
        try:
            text = file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{file} cannot be read: {error}")
            return
        for number, raw in enumerate(text.splitlines(), 1):
            if raw.strip():
                self._read(number, raw)

    def _read(self, number: int, raw: str) -> None:
        try:
            line = json.loads(raw)
            digest = Evidence.model_validate(line).digest
        except (ValueError, RecursionError, ValidationError):
            self.problems.append(f"{self.file}:{number} is not a proof; write the lock anew with `verify --update`")
            return
        self._lines.setdefault(digest, []).append(line)

    @property
    def digests(self) -> frozenset[str]:
        """The probes that have a line."""
        return frozenset(self._lines)

    def lines(self, digest: str) -> list[Line]:
        """Return the lines of a probe, one for each environment that gave other evidence."""
        return self._lines.get(digest, [])

    def evidence(self, digest: str, environment: str) -> Evidence | None:
        """Return a probe's locked evidence, that of this environment first."""
        lines = sorted(self.lines(digest), key=lambda line: line["environment"] != environment)
        return Evidence.model_validate(lines[0]) if lines else None

    def drifted(self, line: Line) -> Line | None:
        """Return what is locked, if the probe has lines and none of them records the same facts."""
        lines = self.lines(line["digest"])
        return lines[0] if lines and not any(equivalent(line, other) for other in lines) else None

    def updated(self, proved: Iterable[Line], known: AbstractSet[str]) -> list[Line]:
        """Return the lines to write: those of `known` probes, equivalent ones as they were, new facts added.

        A line that records other facts takes the place of the one from the same environment.
        """
        kept = {digest: list(lines) for digest, lines in self._lines.items() if digest in known}
        for line in proved:
            lines = kept.setdefault(line["digest"], [])
            if not any(equivalent(line, other) for other in lines):
                lines[:] = [other for other in lines if other["environment"] != line["environment"]]
                lines.append(line)
        return sorted((line for lines in kept.values() for line in lines), key=_order)


def _order(line: Line) -> tuple[str, str]:
    return line["digest"], line["environment"]


def write_lock(file: Path, lines: Iterable[Line]) -> bool:
    """Replace `file` whole, one sorted JSON line a probe; say whether anything changed. Raises UsageError."""
    text = "".join(json.dumps(line, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n" for line in lines)
    try:
        if file.is_file() and file.read_text(encoding="utf-8", errors="replace") == text:
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
