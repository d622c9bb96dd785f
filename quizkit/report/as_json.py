"""The report for programs: one JSON document, written as it becomes known.

    {
      "schema": 1,
      "environment": "py3.11...",     id of the environment; null if the verification stopped before it was known
      "confinement": "full",          level of the sandbox; null likewise
      "items": [...],                 verdicts as they were judged, each a `quizkit.model.verdict.Verdict`
      "drift": [...],                 probes whose evidence differs from the lock, each a `DriftFound`
      "summary": {
        "complete": true,             false: the verification stopped early, and all else is what was known by then
        "stopped": null,              why it stopped: "interrupted", or a sentence
        "proved": 0, "refuted": 0, "undecided": 0, "needs_environment": 0, "exempt": 0,
        "drift": 0, "probes": 0, "cached": 0, "seconds": 0.0,
        "exit_code": 0,               what the command ends with
        "notes": []
      }
    }

Invariant: always one whole document, pure ASCII, with keys in this order; fields may be added to schema 1, never
removed or given another meaning. A verdict is written when it is judged and not kept.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pydantic import BaseModel

from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted
from quizkit.report.stream import Conclusion, Told, VerificationStopped
from quizkit.report.words import so_far

SCHEMA: Final = 1
"""Raised when a consumer of the document would have to change."""

_TAG: Final = frozenset({"event"})

_COMMAND: Final = re.compile(r"#(?=#\w*\[)")
"""Where a CI log would see a command; inside a JSON string a `#` may be written as an escape."""


def as_json(told: Iterable[Told]) -> Iterator[str]:
    """Yield the document, a verdict at a time."""
    is_open, has_items = False, False
    drift: list[DriftFound] = []
    for event in told:
        match event:
            case VerificationStarted(environment=environment, confinement=confinement):
                yield _head(environment, confinement)
                is_open = True
            case ItemJudged(verdict=verdict):
                yield ("" if is_open else _head(None, None)) + (",\n" if has_items else "\n") + _indented(verdict, 4)
                is_open = has_items = True
            case DriftFound():
                drift.append(event)
            case VerificationFinished() | VerificationStopped():
                yield "" if is_open else _head(None, None)
                yield ("\n  ],\n" if has_items else "],\n") + _tail(drift, event)
            case _:
                pass


def _head(environment: str | None, confinement: str | None) -> str:
    return (
        f'{{\n  "schema": {SCHEMA},\n  "environment": {_text(environment)},\n'
        f'  "confinement": {_text(confinement)},\n  "items": ['
    )


def _tail(drift: list[DriftFound], last: Conclusion) -> str:
    found = ",\n".join(_indented(each, 4, _TAG) for each in drift)
    stopped = last.reason if isinstance(last, VerificationStopped) else None
    summary = {"complete": stopped is None, "stopped": stopped, **_plain(so_far(last), _TAG)}
    drifted = f"[\n{found}\n  ]" if found else "[]"
    return f'  "drift": {drifted},\n  "summary": {_text(summary, 2).lstrip()}\n}}\n'


def _plain(noun: BaseModel, without: frozenset[str]) -> dict[str, Any]:
    return noun.model_dump(mode="json", exclude=set(without))


def _indented(noun: BaseModel, by: int, without: frozenset[str] = frozenset()) -> str:
    return _text(_plain(noun, without), by)


def _text(value: object, by: int = 0) -> str:
    lines = json.dumps(value, indent=2, ensure_ascii=True, allow_nan=False).split("\n")
    return _COMMAND.sub(r"\\u0023", "\n".join(" " * by + line for line in lines))
