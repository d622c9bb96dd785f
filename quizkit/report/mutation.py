"""The report of a mutation test: a line per survivor as it is found, then what no change could show, then the score.

Invariant: the score is killed / (killed + survived) over every operator but flip-key. A flipped key is refuted by any
prover that runs the options at all, so it is shown and never raises the score; and no score is rounded up to 100 %.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from quizkit.errors import ExitCode
from quizkit.model.event import Fate, MutantJudged, MutationFinished, Operator, OperatorCounts
from quizkit.model.text import count, one_line
from quizkit.report.explain import place_line
from quizkit.report.layout import Page, begun, prose, section
from quizkit.report.progress import Pace
from quizkit.report.stream import MutantTally, MutationTold, Stopped
from quizkit.report.words import duration, inert, inert_json, sentence, so_far

_NOT_SCORED: Final[Operator] = "flip-key"
_FATES: Final[tuple[Fate, ...]] = ("killed", "survived", "equivalent", "undecided", "stillborn")


def mutation_pace(tally: MutantTally) -> Pace:
    """Say how far a mutation test is; how many mutants there will be is not known."""
    survived = f", {tally.survived:,} survived" if tally.survived else ""
    probes = f", {count(tally.probes, 'probe')}" if tally.probes else ""
    latest = one_line(tally.judged[-1].item) if tally.judged else ""
    return Pace(f"{count(len(tally.judged), 'mutant')}{survived}{probes}", current=latest)


def mutation_as_json(told: Iterable[MutationTold]) -> Iterator[str]:
    """Yield JSON lines, each a `MutantJudged` or, last, a `MutationFinished`, whose notes say what stopped it."""
    for event in told:
        match event:
            case MutantJudged() | MutationFinished():
                yield inert_json(event.model_dump(mode="json")) + "\n"
            case Stopped():
                notes = (event.reason, *map(str, event.problems))
                yield inert_json({**event.so_far.model_dump(mode="json"), "notes": notes}) + "\n"
            case _:
                pass


def mutation_as_text(told: Iterable[MutationTold], page: Page) -> Iterator[str]:
    """Yield the report for people, a line or a block at a time."""
    for line in begun(_lines(told, page)):
        yield inert(line) + "\n"


def _lines(told: Iterable[MutationTold], page: Page) -> Iterator[str]:
    listed: dict[Fate, list[MutantJudged]] = {"equivalent": [], "undecided": []}
    for event in told:
        match event:
            case MutantJudged(fate="survived"):
                where = f"{place_line(event.place, page)}  " if event.place else ""
                yield f"{page.paint('refuted', 'survived')}  {where}{_named(event)}"
            case MutantJudged(fate=fate):
                listed.get(fate, []).append(event)
            case MutationFinished() | Stopped():
                for name, mutants in listed.items():
                    yield from section(sentence(name), _mutants(mutants, page), page)
                yield from _end(event, page)
            case _:
                pass


def _named(mutant: MutantJudged) -> str:
    return f"{one_line(mutant.item)}  {mutant.operator}: {one_line(mutant.description)}"


def _mutants(mutants: Iterable[MutantJudged], page: Page) -> Iterator[str]:
    for mutant in mutants:
        why = f" ({', '.join(mutant.by)})" if mutant.by else ""
        yield from prose(f"{_named(mutant)}{why}", page.width, "  ", "    ")
        if mutant.place:
            yield f"    {place_line(mutant.place, page)}"


def _end(last: MutationFinished | Stopped[MutationFinished], page: Page) -> Iterator[str]:
    finished = so_far(last)
    notes = (line for note in finished.notes for line in prose(note, page.width, "  ", "    "))
    yield from section("Notes", notes, page)
    if any(_total(finished.counts, fate) for fate in _FATES):
        yield from section("Operators", _table(finished.counts), page)
    yield ""
    yield f"{duration(finished.seconds)}, exit code {int(finished.exit_code)}"
    style = "proved" if finished.exit_code is ExitCode.PROVED else "refuted"
    for line in prose(_conclusion(last, finished.counts), page.width):
        yield page.paint(style, line)


def _total(counts: Iterable[OperatorCounts], fate: Fate) -> int:
    return sum(int(getattr(each, fate)) for each in counts)


def _table(counts: Sequence[OperatorCounts]) -> Iterator[str]:
    """Yield what became of the mutants of each operator: the scored ones, their sum, the one that is not scored."""
    scored = [each for each in counts if each.operator != _NOT_SCORED]
    rows: list[tuple[str, Iterable[OperatorCounts]]] = [(each.operator, [each]) for each in scored]
    rows.append(("in the score", scored))
    rows += [(each.operator, [each]) for each in counts if each.operator == _NOT_SCORED]
    yield f"  {'':<17}{'  '.join(_FATES)}  {'score':>7}"
    for name, own in rows:
        numbers = "  ".join(f"{_total(own, fate):>{len(fate)},}" for fate in _FATES)
        yield f"  {name:<17}{numbers}  {_percent(_total(own, 'killed'), _total(own, 'survived')):>7}"


def _percent(killed: int, survived: int) -> str:
    """Return the share of killed mutants, rounded down."""
    if not killed + survived:
        return "-"
    return f"{killed * 1000 // (killed + survived) / 10:g} %"


def _conclusion(last: MutationFinished | Stopped[MutationFinished], counts: Sequence[OperatorCounts]) -> str:
    survived = _total(counts, "survived")
    if isinstance(last, Stopped):
        judged = sum(_total(counts, fate) for fate in _FATES)
        told = f": {survived:,} survived" if survived else ""
        return f"{sentence(last.reason)}; {count(judged, 'mutant') if judged else 'nothing'} judged{told}."
    scored = [each for each in counts if each.operator != _NOT_SCORED]
    killed, left = _total(scored, "killed"), _total(scored, "survived")
    flipped, undecided = survived - left, _total(counts, "undecided")
    rest = f"; {count(flipped, 'flipped key')} survived" if flipped else ""
    rest += f"; {undecided:,} undecided" if undecided else ""
    if not killed + left:
        return f"No mutant that counts was killed or survived: nothing is shown{rest}."
    return f"Score {_percent(killed, left)}: {killed:,} of {count(killed + left, 'mutant')} killed{rest}."
