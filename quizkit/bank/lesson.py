"""What is wrong with a topic beside its items: prelude, facts, and figures of the lesson without proof. Pure."""

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path as FilePath
from typing import Final

from quizkit.bank.grammar import fault, names
from quizkit.bank.problem import PROBLEM_LIMIT, did_you_mean, problem, quoted
from quizkit.errors import Problem
from quizkit.model.bank import LoadedPattern, Path, Place

_FACT: Final = re.compile(r"\{fact:([^{}\n]*)\}")
_FENCE: Final = re.compile(r" {0,3}(```+|~~~+)")
_UNREAD: Final = re.compile(
    r"(?<!`)`++[^`]+`++"  # code
    r"|\]\([^()]*\)|<[^<>]*>|https?://\S+|^ {0,3}\[[^\]]*\]:.*"  # links and tags
    r"|\{fact:[^{}]*\}"
    r"|^\s*(?:[-*+>#]+\s+)*\d{1,9}[.)]\s"  # the number of a list entry or heading
)
_NUMERAL: Final = re.compile(r"(?<![\w.-])\d[\d,.]*(?!\w)(?!-[A-Za-z]\b)")


def lint_pattern(loaded: LoadedPattern) -> list[Problem]:
    """Return what is wrong with a topic's prelude, facts and lesson."""
    return [*_prelude_and_facts(loaded), *islice(_lesson(loaded), PROBLEM_LIMIT + 1)]


def _prelude_and_facts(loaded: LoadedPattern) -> Iterator[Problem]:
    pattern, place = loaded.pattern, loaded.document.place
    texts: list[tuple[Path, str, str]] = [(("prelude",), pattern.prelude, "exec")]
    for name, fact in pattern.facts.items():
        texts += [(("facts", name, "given"), fact.given, "exec"), (("facts", name, "value"), fact.value, "eval")]
    for path, source, mode in texts:
        if (found := fault(source, mode)) is not None:
            at = place(path)
            at = at.model_copy(update={"line": at.line + found[0] - 1})
            yield problem(at, f"the {path[-1]} is not Python: {found[1]}", "mend the code")
    for name, fact in pattern.facts.items():
        made = [names(pattern.prelude), names(fact.given)]
        known = frozenset().union(*(each.bound | each.imported for each in made))
        if fault(fact.value, "eval") is None and names(fact.value, "eval").read.isdisjoint(known):
            what = "this reads nothing that a program makes, so nothing is measured"
            yield problem(place(("facts", name, "value")), what, "read what `given` makes")


def _lesson(loaded: LoadedPattern) -> Iterator[Problem]:
    """Yield facts that are not there, and numerals in prose that could be wrong without anybody noticing."""
    file, facts = str(FilePath(loaded.folder) / "lesson.md"), sorted(loaded.pattern.facts)
    fence = ""
    for number, line in enumerate((loaded.lesson or "").split("\n"), start=1):
        for match in _FACT.finditer(line):
            if match.group(1) not in facts:
                place = Place(file=file, line=number, column=match.start() + 1)
                remedy = did_you_mean(match.group(1), facts, "add it to the facts in pattern.yaml")
                yield problem(place, f"there is no fact {quoted(match.group(1))}", remedy)
        mark = _FENCE.match(line)
        if mark is not None and not fence:
            fence = mark.group(1)
        elif mark is not None and mark.group(1).startswith(fence):
            fence = ""
        elif not fence:
            prose = _UNREAD.sub(lambda found: " " * len(found.group()), line)
            for match in _NUMERAL.finditer(prose):
                place = Place(file=file, line=number, column=match.start() + 1)
                what = f"the bare numeral {quoted(match.group())} is not proved"
                yield problem(place, what, "make it a fact and write {fact:ID}, or put code between backticks")
