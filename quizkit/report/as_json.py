"""The report for programs: one JSON document, written as it becomes known.

    {
      "schema": 1,
      "environment": "python3.11 torch...", id of the environment; null if it stopped before that was known
      "confinement": "full",          level of the sandbox; null likewise
      "items": [...],                 verdicts as they were judged, each a `quizkit.model.verdict.Verdict`
      "drift": [...],                 probes whose evidence differs from the lock, each a `DriftFound`
      "problems": [...],              what keeps the bank from being read: file, line, column, what, remedy
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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from textwrap import indent
from typing import Final

from quizkit.model.event import DriftFound, ItemJudged, VerificationFinished, VerificationStarted
from quizkit.report.stream import Conclusion, Stopped, Told
from quizkit.report.words import inert_json, so_far

SCHEMA: Final = 1
"""Raised when a consumer of the document would have to change."""

_UNTOLD: Final = {"event"}
"""The place in the document says which event it is."""


def as_json(told: Iterable[Told]) -> Iterator[str]:
    """Yield the document, a verdict at a time."""
    before_item = f"{_head(None, None)}\n"
    after_items = f"{_head(None, None)}],\n"
    drift: list[DriftFound] = []
    for event in told:
        match event:
            case VerificationStarted():
                yield _head(event.environment, event.confinement)
                before_item, after_items = "\n", "],\n"
            case ItemJudged(verdict=verdict):
                yield before_item + _indented(verdict.model_dump(mode="json"))
                before_item, after_items = ",\n", "\n  ],\n"
            case DriftFound():
                drift.append(event)
            case VerificationFinished() | Stopped():
                yield after_items + _tail(drift, event)
            case _:
                pass


def _head(environment: str | None, confinement: str | None) -> str:
    return (
        f'{{\n  "schema": {SCHEMA},\n  "environment": {inert_json(environment)},\n'
        f'  "confinement": {inert_json(confinement)},\n  "items": ['
    )


def _tail(drift: Sequence[DriftFound], last: Conclusion) -> str:
    stopped, problems = (last.reason, last.problems) if isinstance(last, Stopped) else (None, ())
    finished = so_far(last).model_dump(mode="json", exclude=_UNTOLD)
    summary = {"complete": stopped is None, "stopped": stopped, **finished}
    return (
        f'  "drift": {_list([each.model_dump(mode="json", exclude=_UNTOLD) for each in drift])},\n'
        f'  "problems": {_list([asdict(each) for each in problems])},\n'
        f'  "summary": {indent(inert_json(summary, 2), "  ").lstrip()}\n}}\n'
    )


def _list(entries: Sequence[object]) -> str:
    return "[\n" + ",\n".join(map(_indented, entries)) + "\n  ]" if entries else "[]"


def _indented(entry: object) -> str:
    return indent(inert_json(entry, 2), "    ")
