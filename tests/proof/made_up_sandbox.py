"""A sandbox that makes up evidence, and banks of claims about `x`: for tests of what is around a sandbox."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from staging import item

from quizkit.model.bank import Bank, Document, LoadedItem, LoadedPattern, Pattern
from quizkit.model.evidence import Checked, Evidence, Outcome
from quizkit.model.item import Item
from quizkit.model.probe import Probe
from quizkit.sandbox.environment import environment_id


class MadeUpPool:
    """Runs nothing: every probe returns, `x` being 1. What was submitted last comes back first."""

    def __init__(self) -> None:
        self.endings: dict[str, list[Outcome]] = {}
        """How the next runs of a program end, by a word in it."""
        self.drawing: set[str] = set()
        """Words in programs that draw random numbers."""
        self.submitted: list[Probe] = []
        self.company: list[int] = []
        """How many others were running when each was submitted."""
        self._running: list[Probe] = []
        self.is_started = False

    def start(self, jobs: int) -> "AbstractContextManager[MadeUpPool]":
        """Stand in for `start_pool`."""
        self.is_started = True
        return nullcontext(self)

    def prepare(self) -> None:
        """Start nothing."""

    def submit(self, probe: Probe) -> None:
        """Queue a probe."""
        self.company.append(len(self._running))
        self.submitted.append(probe)
        self._running.append(probe)

    def results(self) -> Iterator[tuple[Probe, Evidence]]:
        """Yield what was submitted, with evidence."""
        while self._running:
            probe = self._running.pop()
            yield probe, self._evidence(probe)

    def _evidence(self, probe: Probe) -> Evidence:
        text = "\n".join([*(part.source for part in probe.parts), probe.claim or ""])
        ending = next((outcomes.pop(0) for word, outcomes in self.endings.items() if word in text and outcomes), None)
        facts = {"x": 1, "seed": probe.seed}
        return Evidence(
            digest=probe.digest,
            environment=environment_id(),
            outcome=ending or Outcome.RETURNED,
            reason="made up" if ending else "",
            expectations={name: _checked(source, facts) for name, source in probe.expectations.items()},
            claim=_checked(probe.claim, facts) if probe.claim else None,
            drew_random=any(word in text for word in self.drawing),
        )


def _checked(source: str, facts: dict[str, int]) -> Checked:
    return Checked(holds=bool(eval(source, {}, facts)))


@pytest.fixture
def made_up_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MadeUpPool:
    """A made-up pool in the place of the real one, and a cache of the test's own."""
    pool = MadeUpPool()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("quizkit.proof.prove.start_pool", pool.start)
    return pool


def claim(name: str, key: str = "one", **fields: object) -> Item:
    """An item of which the key is right if it is `one`."""
    options = {"one": {"text": "One.", "claim": "x == 1"}, "two": {"text": "Two.", "claim": "x == 2"}}
    return item(
        "claim",
        **{"id": name, "given": f"{name.replace('-', '_')} = x = 1", "options": options, "key": [key], **fields},
    )


def bank_of(*items: Item, folder: Path = Path(), is_own: bool = True) -> Bank:
    """A bank of one pattern."""
    return Bank(patterns=(pattern_of(*items, folder=folder),), is_own=is_own)


def pattern_of(*items: Item, folder: Path = Path(), name: str = "small") -> LoadedPattern:
    """A pattern with items."""
    document = Document(file=str(folder / "items.yaml"), places={})
    return LoadedPattern(
        pattern=Pattern(id=name, title="Small"),
        document=document,
        items=tuple(LoadedItem(item=each, document=document) for each in items),
        folder=str(folder),
    )
