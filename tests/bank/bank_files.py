"""A well-formed item of each kind, and ways to write banks that differ from it in one place."""

from pathlib import Path
from typing import Final

from quizkit.bank.loader import load
from quizkit.errors import ContentError
from quizkit.model.bank import Bank

PATTERN: Final = """\
id: topic
title: A topic
prelude: import math
"""

SNIPPET: Final = """\
id: snippet-item
kind: snippet
difficulty: easy
concepts: [head]
stem: Which line gives ten?
given: model = make()
options:
  - {id: ten, code: model.n = 10, rationale: Yes.}
  - {id: other, code: model.n = 11, rationale: No., fails: is ten}
  - {id: broken, code: model.n(), rationale: No., fails: {raises: TypeError, during: option, match: not callable}}
key: [ten]
then: {forward: out = model.n}
expect: {is ten: out == 10}
"""

OUTPUT: Final = """\
id: output-item
kind: output
difficulty: medium
concepts: [head]
stem: What does this print?
given: |
  x = [1, 2]
  print(len(x))
options:
  - {id: two, value: 2, rationale: Yes.}
  - {id: three, value: 3, rationale: No., claim: len(x) == 3}
  - {id: raises, raises: TypeError, during: given, rationale: No.}
key: [two]
"""

DIAGNOSIS: Final = """\
id: diagnosis-item
kind: diagnosis
difficulty: hard
concepts: [head]
stem: Why does this fail?
given: |
  width = 1024
  layer = make(width)
then: {forward: out = layer(512)}
premise: {raises: ValueError, during: forward}
options:
  - {id: width, text: The width., cure: {"1024": "512"}, rationale: Yes.}
  - {id: name, text: The name., cure: {"layer =": "head = layer ="}, rationale: No.}
  - {id: type, text: The type., claim: "isinstance(width, str)", rationale: No.}
key: [width]
expect: {ran: out is not None}
"""

CLAIM: Final = """\
id: claim-item
kind: claim
difficulty: easy
concepts: [head]
stem: What is true?
given: x = [1, 2]
options:
  - {id: two, text: It has two., claim: len(x) == 2, rationale: Yes.}
  - {id: three, text: It has three., claim: len(x) == 3, rationale: No.}
key: [two]
"""

LESSON: Final = """\
# Learn: The first: and a colon
Learn it.
# Why: The second
Why it is.
# Deep dive: The third
Dive.
# Visualise: The fourth
See.
# Metrics: The fifth
Count.
"""

KINDS: Final = {"snippet": SNIPPET, "output": OUTPUT, "diagnosis": DIAGNOSIS, "claim": CLAIM}


def edited(text: str, *edits: tuple[str, str]) -> str:
    """Return `text` with every edit made, each found exactly once."""
    for old, new in edits:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {text!r}"
        text = text.replace(old, new)
    return text


def write_bank(folder: Path, item: str | bytes = SNIPPET, pattern: str = PATTERN, lesson: str | None = None) -> Path:
    """Write a bank of one pattern with one file of items, and return its folder."""
    (folder / "items").mkdir(parents=True)
    (folder / "pattern.yaml").write_text(pattern, encoding="utf-8")
    (folder / "items" / "item.yaml").write_bytes(item.encode() if isinstance(item, str) else item)
    if lesson is not None:
        (folder / "lesson.md").write_text(lesson, encoding="utf-8")
    return folder


def loaded(folder: Path) -> Bank | list[str]:
    """Return what `load` returns, or its problems, each without the folder's name."""
    try:
        return load(folder)
    except ContentError as error:
        return [str(problem).removeprefix(f"{folder}/") for problem in error.problems]


def problems_of(folder: Path, item: str, pattern: str = PATTERN) -> list[str]:
    """Return the problems of an item, as `line:column: what; what to do`."""
    found = loaded(write_bank(folder, item, pattern))
    return [each.removeprefix("items/item.yaml:") for each in found] if isinstance(found, list) else []


def touch(file: Path, text: str = "x: y\n") -> None:
    """Write a file and the folders it is in."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def ids(bank: Bank | list[str]) -> list[str]:
    """Return the ids of all items, in order."""
    assert isinstance(bank, Bank), bank
    return [entry.item.id for pattern in bank.patterns for entry in pattern.items]
