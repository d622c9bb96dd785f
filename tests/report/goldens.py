"""What the golden files pin: every format of every sample. Nothing here is a test.

    python tests/report/goldens.py

writes the files again; look at `git diff` before you keep them.
"""

import io
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import sample_events
import sample_mutations

from quizkit.errors import QuizkitError
from quizkit.model.event import MutationEvent, VerifyEvent
from quizkit.report import write, write_mutation
from quizkit.report.as_text import as_text
from quizkit.report.layout import COLOURS, Page
from quizkit.report.mutation import mutation_as_text
from quizkit.report.stream import MutantTally, Tally, concluded

FOLDER = Path(__file__).parent / "golden"

COLOURFUL = Page(100, COLOURS)

VERIFICATIONS: dict[str, Callable[[], Iterable[VerifyEvent]]] = {
    "everything": sample_events.everything,
    "all-proved": sample_events.all_proved,
    "interrupted": sample_events.interrupted,
    "empty": sample_events.empty,
    "unreadable": sample_events.unreadable,
}
MUTATIONS: dict[str, Callable[[], Iterable[MutationEvent]]] = {
    "mutation": sample_mutations.mutation,
    "mutation-interrupted": sample_mutations.mutation_interrupted,
    "mutation-without-mutants": sample_mutations.mutation_without_mutants,
}


def still() -> float:
    """Return the time on a clock that stands still."""
    return 0.0


def written(events: Iterable[VerifyEvent], form: str) -> str:
    """Return the report of a verification as `write` writes it, however it ended."""
    out = io.StringIO()
    with suppress(KeyboardInterrupt, QuizkitError):
        write(events, form, out, io.StringIO(), clock=still)
    return out.getvalue()


def written_mutation(events: Iterable[MutationEvent], form: str) -> str:
    """Return the report of a mutation test as `write_mutation` writes it, however it ended."""
    out = io.StringIO()
    with suppress(KeyboardInterrupt, QuizkitError):
        write_mutation(events, form, out, io.StringIO(), clock=still)
    return out.getvalue()


def coloured(events: Iterable[VerifyEvent]) -> str:
    """Return the report for people as a terminal gets it."""
    return "".join(as_text(concluded(events, Tally(), clock=still), COLOURFUL))


def coloured_mutation(events: Iterable[MutationEvent]) -> str:
    """Return the report of a mutation test as a terminal gets it."""
    return "".join(mutation_as_text(concluded(events, MutantTally(), clock=still), COLOURFUL))


def goldens() -> dict[str, str]:
    """Return the name and the text of every golden file."""
    made = {}
    for name, events in VERIFICATIONS.items():
        made[f"{name}.txt"] = written(events(), "text")
        made[f"{name}.colour.txt"] = coloured(events())
        made[f"{name}.json"] = written(events(), "json")
        made[f"{name}.junit.xml"] = written(events(), "junit")
        made[f"{name}.github.txt"] = written(events(), "github")
    for name, mutants in MUTATIONS.items():
        made[f"{name}.txt"] = written_mutation(mutants(), "text")
        made[f"{name}.colour.txt"] = coloured_mutation(mutants())
        made[f"{name}.jsonl"] = written_mutation(mutants(), "json")
    return made


def main() -> None:
    """Write every golden file, and remove those that nothing makes any more."""
    FOLDER.mkdir(exist_ok=True)
    made = goldens()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    for file in FOLDER.iterdir():
        if file.name not in made:
            file.unlink()


if __name__ == "__main__":
    main()
