"""What is wrong with the code of an item whose placeholders are filled in. Pure; nothing is run.

Invariant: what passes can be compiled, part by part, as it will be compiled to be run, except where the item says
that it cannot; and every expression depends on what the program does.
"""

import builtins
from collections.abc import Iterator
from typing import Final, NamedTuple

from quizkit.bank.expand import cured, slot, splice
from quizkit.bank.grammar import Fault, Names, fault, names, reads_program, same_code, vacuity
from quizkit.bank.problem import did_you_mean
from quizkit.model.bank import START, Path, Position
from quizkit.model.failure import Failure
from quizkit.model.item import DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.option import ClaimOption, DiagnosisOption, OutputOption, SnippetOption

Found = tuple[Path, Position, str, str]
"""Which part, where inside its text, what, remedy."""

_GIVEN: Final = frozenset({*dir(builtins), "__name__", "__file__", "__doc__"})
_UNFORESEEABLE: Final = frozenset({"exec", "globals", "vars", "locals", "setattr"})
"""Whoever uses these may bind names that no compiler sees."""
_TRUTH: Final = "write one expression that gives True or False, in quotes if it holds a comma, a colon or a #"
_VALUE: Final = "write a Python expression, in quotes if it holds a comma, a colon or a #"


class _Program(NamedTuple):
    """A text that is compiled as it stands, made of a part of the item."""

    path: Path
    """The part."""
    source: str
    own: range
    """The lines of `source`, from 1, that are written in this part."""
    indent: int
    """How many columns further to the right they stand than they are written."""
    may_fail: bool
    """Said not to compile."""


def lint_code(item: Item, prelude: str) -> Iterator[Found]:
    """Yield what is wrong with an item's programs and expressions."""
    programs = list(_programs(item))
    broken = False
    for program in programs:
        found = fault(program.source, "exec")
        if found is not None and not program.may_fail:
            broken = True
            yield program.path, _inside(program, found), f"this is not Python: {found.what}", "mend the code"
    for index, option in enumerate(item.options):
        if isinstance(option, SnippetOption) and same_code(option.code, ""):
            yield ("options", index, "code"), START, "this option does nothing", "write a statement"
    ours, theirs = names(prelude), [names(program.source) for program in programs]
    made = Names(
        frozenset().union(*(each.bound for each in theirs)),
        frozenset().union(*(each.imported for each in theirs)),
        frozenset().union(*(each.read for each in theirs)),
    )
    clean = _GIVEN | ours.bound | ours.imported
    known = clean | made.bound | made.imported
    if broken or "*" in known or not _UNFORESEEABLE.isdisjoint(made.read):
        known = frozenset()
    for path, source in _expressions(item):
        if (found := fault(source, "eval")) is not None:
            yield path, (found.line, found.column), f"this is not a Python expression: {found.what}", _TRUTH
        elif not broken:
            yield from _said(path, source, made.bound, known)
    yield from _values(item, clean)


def _inside(program: _Program, found: Fault) -> Position:
    """Return where in its part a program is at fault; where the part begins if it is not in the part's own lines."""
    if found.line not in program.own:
        return START
    return found.line - program.own.start + 1, max(1, found.column - program.indent)


def _programs(item: Item) -> Iterator[_Program]:
    """Yield every program text as it is compiled."""
    is_snippet, premise = isinstance(item, SnippetItem), getattr(item, "premise", None)
    yield _whole(("setup",), item.setup, may_fail=False)
    for name, source in item.then.items():
        yield _whole(("then", name), source, may_fail=False)
    says_broken = any(isinstance(each, OutputOption) and _is_syntax(each.failure()) for each in item.options)
    given = splice(item.given, None) if is_snippet else item.given
    yield _whole(("given",), given, may_fail=says_broken or _is_syntax(premise))
    for index, option in enumerate(item.options):
        path: Path = ("options", index)
        if isinstance(option, SnippetOption):
            may_fail = _is_syntax(option.fails)
            place = slot(item.given)
            if place is None:
                yield _whole((*path, "code"), option.code, may_fail=may_fail)
            elif fault(given, "exec") is None:  # Else every option would be told what is wrong around it.
                line, column = place
                own = range(line, line + option.code.rstrip("\n").count("\n") + 1)
                yield _Program((*path, "code"), splice(item.given, option.code), own, column - 1, may_fail)
        elif isinstance(item, DiagnosisItem) and isinstance(option, DiagnosisOption) and option.cure:
            try:
                source = cured(item.given, option.cure)
            except ValueError:
                continue
            yield _Program((*path, "cure"), source, range(0), 0, _is_syntax(option.fails or premise))


def _whole(path: Path, source: str, *, may_fail: bool) -> _Program:
    """Return the program that a part is, without anything around it."""
    return _Program(path, source, range(1, source.count("\n") + 2), 0, may_fail)


def _is_syntax(fails: object) -> bool:
    return isinstance(fails, Failure) and fails.during == "syntax"


def _expressions(item: Item) -> Iterator[tuple[Path, str]]:
    """Yield every expression over the program: expectations, what is observed, claims."""
    for name, source in item.expect.items():
        yield ("expect", name), source
    if isinstance(item, OutputItem) and item.observe is not None:
        yield ("observe",), item.observe
    for index, option in enumerate(item.options):
        if isinstance(option, OutputOption | DiagnosisOption | ClaimOption) and option.claim is not None:
            yield ("options", index, "claim"), option.claim


def _said(path: Path, source: str, bound: frozenset[str], known: frozenset[str]) -> Iterator[Found]:
    """Check that an expression says something, by names that there are; without `known`, any name may be there."""
    for name in sorted(names(source, "eval").read - known) if known else ():
        yield (
            path,
            START,
            f"nothing binds the name {name!r}",
            did_you_mean(name, sorted(known), "bind it, or name what is"),
        )
    if path == ("observe",):
        if not reads_program(source, bound):
            yield path, START, "this reads no name that the program binds", "observe what the program makes"
    elif (why := vacuity(source, bound)) is not None:
        yield path, START, f"this {why}", "let it say one definite thing about the program"


def _values(item: Item, clean: frozenset[str]) -> Iterator[Found]:
    """Check the values of output options: expressions that stand without the program."""
    for index, option in enumerate(item.options):
        if not isinstance(option, OutputOption) or option.value is None:
            continue
        path: Path = ("options", index, "value")
        if (found := fault(option.value, "eval")) is not None:
            yield path, (found.line, found.column), f"the value is not a Python expression: {found.what}", _VALUE
        elif "*" not in clean and (unknown := sorted(names(option.value, "eval").read - clean)):
            what = f"the value reads {unknown[0]!r}, and values are evaluated without the program"
            yield path, START, what, "write the value itself; quote twice what is text: \"'loss'\""
