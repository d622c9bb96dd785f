"""What a bank holds: a line per item, or one item with its whole proof.

Invariant: what is shown as proved is what the judge says of recorded evidence, with the environment it is from.
"""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator

from quizkit.model.bank import Fact, LoadedPattern
from quizkit.model.evidence import Evidence
from quizkit.model.exhibit import Exhibit, Exhibition
from quizkit.model.experiment import LoadedSolution
from quizkit.model.failure import Failure
from quizkit.model.item import DiagnosisItem, Item, SnippetItem
from quizkit.model.option import DiagnosisOption
from quizkit.model.text import count, one_line
from quizkit.model.verdict import Status
from quizkit.report.evidence import evidence_lines
from quizkit.report.explain import finding_lines, place_line, stem_lines
from quizkit.report.layout import Page, cells, cut, pad, prose, verbatim
from quizkit.report.stream import kind_of
from quizkit.report.words import inert


def as_list(pattern: LoadedPattern, shown: Iterable[Exhibition], page: Page) -> Iterator[str]:
    """Yield a pattern's items, a line each: what it is and what is proved of it."""
    yield from map(inert, _listed(pattern, shown, page))


def _listed(pattern: LoadedPattern, shown: Iterable[Exhibition], page: Page) -> Iterator[str]:
    yield f"{page.paint('strong', pattern.pattern.id)}  {one_line(pattern.pattern.title)}"
    items = {entry.item.id: entry.item for entry in pattern.items}
    others, proved = Counter[str](), Counter[str]()
    for exhibition in shown:
        verdict = exhibition.verdict
        item = items.get(verdict.item)
        if item is None:
            others[kind_of(verdict)] += 1
            proved[kind_of(verdict)] += verdict.status is Status.PROVED
            continue
        word = standing(exhibition)
        style = word if word in {"proved", "refuted", "exempt"} else "undecided"
        start = f"  {page.paint(style, pad(word, 10))} {item.kind:<9} {item.difficulty.value:<6} {item.id}"
        room = page.width - cells(item.id) - 31
        yield start + (f"  {cut(one_line(item.stem), room)}" if room > 20 else "")
    for kind, number in others.items():
        yield f"  {proved[kind]} of {count(number, kind)} proved"


def standing(exhibition: Exhibition) -> str:
    """Return what is known of an item, in a word."""
    status = exhibition.verdict.status
    return "unproved" if status is Status.UNDECIDED else status.value


def as_item(content: Item | Fact | LoadedSolution, exhibition: Exhibition, page: Page) -> Iterator[str]:
    """Yield an item, a fact or a solution as an author reads it, and its whole proof."""
    yield from map(inert, _shown(content, exhibition, page))


def _shown(content: Item | Fact | LoadedSolution, exhibition: Exhibition, page: Page) -> Iterator[str]:
    verdict = exhibition.verdict
    yield f"{page.paint('strong', one_line(verdict.item))}  {one_line(verdict.pattern)}"
    if verdict.place:
        yield place_line(verdict.place, page)
    yield ""
    match content:
        case Fact():
            yield from _fact(content)
        case LoadedSolution():
            yield from _solution(content, page)
        case _:
            yield from _question(content, page)
    yield ""
    word = standing(exhibition)
    environments = sorted({e.evidence.environment for e in exhibition.exhibits if e.evidence is not None})
    style = word if word in {"proved", "refuted"} else "undecided"
    yield f"{page.paint(style, word)}  {'; '.join(map(one_line, environments)) or 'nothing is recorded of it'}"
    for note in verdict.notes:
        yield from prose(note, page.width, "  ", "    ")
    for finding in verdict.findings if verdict.status is Status.REFUTED else ():
        yield ""
        yield from finding_lines(finding, verdict, page)
    yield from _exhibits(exhibition.exhibits, page)
    yield ""
    folder = f" {shlex.quote(one_line(exhibition.folder))}" if exhibition.folder else ""
    yield f"run it again: quizkit verify{folder} --fresh --only {one_line(verdict.item)}"


def _question(item: Item, page: Page) -> Iterator[str]:
    yield f"{item.kind}, {item.difficulty.value}: {', '.join(item.concepts)}"
    yield ""
    yield from stem_lines(item.stem, page.width)
    for name, text in (("setup", item.setup), ("given", item.given)):
        yield from _code(name, text)
    yield from _failing("premise", getattr(item, "premise", None))
    for option in item.options:
        mark = "*" if option.id in item.key else " "
        yield ""
        yield f"{mark} {page.paint('strong', option.id)}"
        if isinstance(item, SnippetItem):
            yield from verbatim(option.shown(), "    | ")
        else:
            yield from prose(option.shown(), page.width, "    ")
        if isinstance(item, DiagnosisItem) and isinstance(option, DiagnosisOption) and option.cure is not None:
            yield from _cure(option.cure)
        yield from _failing("    fails", getattr(option, "fails", None))
        if claim := getattr(option, "claim", None):
            yield from verbatim(claim, "    claim: ")
        yield from prose(option.rationale, page.width, "    ")
    for name, text in item.then.items():
        yield from _code(name, text)
    if item.expect:
        yield ""
        yield "expect"
        for name, text in item.expect.items():
            yield from verbatim(text, f"  {one_line(name)}: ")


def _failing(name: str, fails: Failure | str | None) -> Iterator[str]:
    """Yield how something is declared to fail, if it is."""
    match fails:
        case Failure():
            like = f", its message like {one_line(fails.match)}" if fails.match is not None else ""
            yield f"{name}: {fails.raises} during {fails.during}{like}"
        case str():
            yield f"{name}: not {one_line(fails)}"
        case None:
            pass


def _cure(cure: dict[str, str]) -> Iterator[str]:
    if not cure:
        yield "    cure: there is no fault"
    for find, replace in cure.items():
        yield from verbatim(find, "    - ")
        yield from verbatim(replace, "    + ")


def _fact(fact: Fact) -> Iterator[str]:
    yield from _code("given", fact.given)
    yield from verbatim(fact.value, "value: ")


def _solution(loaded: LoadedSolution, page: Page) -> Iterator[str]:
    yield from prose(loaded.solution.about, page.width)
    broken = ", ".join(clause.value for clause in loaded.solution.breaks) or "nothing"
    yield from prose(f"breaks: {broken}", page.width, "", "        ")
    yield from _code(loaded.solution.file, loaded.source)


def _code(name: str, text: str) -> Iterator[str]:
    if text.strip():
        yield ""
        yield one_line(name)
        yield from verbatim(text, "  | ")


def _exhibits(exhibits: Iterable[Exhibit], page: Page) -> Iterator[str]:
    """Yield every probe's evidence, that of equal outcome under several seeds once."""
    by_name: dict[str, dict[tuple[str, ...], list[int]]] = {}
    for exhibit in exhibits:
        told = tuple(_evidence(exhibit.evidence, page))
        by_name.setdefault(exhibit.name, {}).setdefault(told, []).append(exhibit.seed)
    for name, ways in by_name.items():
        for (ending, *lines), seeds in ways.items():
            under = f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, sorted(seeds)))}"
            yield ""
            yield f"{page.paint('strong', one_line(name))}, {under}: {ending}"
            yield from (f"  {line}" for line in lines)


def _evidence(evidence: Evidence | None, page: Page) -> Iterator[str]:
    if evidence is None:
        yield "not recorded"
        return
    raised = f" {one_line(f'{evidence.raised.type} during {evidence.raised.phase}')}" if evidence.raised else ""
    yield f"{evidence.outcome.value}{raised}"
    yield from evidence_lines(evidence, page)
