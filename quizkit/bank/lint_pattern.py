"""What is wrong with a topic beside its items and lesson: its prelude, its facts and its cards. Pure."""

from collections.abc import Collection, Iterator

from quizkit.bank.grammar import fault, names
from quizkit.bank.problem import did_you_mean, problem, quoted
from quizkit.bank.prose import lint_prose
from quizkit.errors import Problem
from quizkit.model.bank import Document, Path, Pattern
from quizkit.model.card import Card


def lint_pattern(pattern: Pattern, document: Document) -> Iterator[Problem]:
    """Yield what is wrong with a topic's prelude and facts."""
    texts: list[tuple[Path, str, str]] = [(("prelude",), pattern.prelude, "exec")]
    for name, fact in pattern.facts.items():
        texts += [(("facts", name, "given"), fact.given, "exec"), (("facts", name, "value"), fact.value, "eval")]
    for path, source, mode in texts:
        if (found := fault(source, mode)) is not None:
            at = document.place(path, (found.line, found.column))
            yield problem(at, f"the {path[-1]} is not Python: {found.what}", "mend the code")
    for name, fact in pattern.facts.items():
        others = sorted(pattern.facts.keys() - {name})
        if fact.differs_from is not None and fact.differs_from not in others:
            what = f"there is no other fact {quoted(fact.differs_from)}"
            remedy = did_you_mean(fact.differs_from, others, "name another fact of this pattern")
            yield problem(document.place(("facts", name, "differs_from")), what, remedy)
        made = [names(pattern.prelude), names(fact.given)]
        known = frozenset().union(*(each.bound | each.imported for each in made))
        if fault(fact.value, "eval") is None and names(fact.value, "eval").read.isdisjoint(known):
            what = "this reads nothing that a program makes, so nothing is measured"
            yield problem(document.place(("facts", name, "value")), what, "read what `given` makes")


def lint_card(card: Card, document: Document, facts: Collection[str] | None) -> Iterator[Problem]:
    """Yield what is wrong with the figures of a flip card; `facts` are those it may quote, None if any."""
    for side, text in (("front", card.front), ("back", card.back)):
        for doubt in lint_prose(text, facts):
            yield problem(document.place((side,), (doubt.line, doubt.column)), doubt.what, doubt.remedy)
