"""Prove the prover: lie about a proved item in a small way, and see whether the lie is refuted.

Operators, each making one change:
    flip-key          a keyed option and a distractor trade places in the key
    swap-options      a keyed option and a distractor trade what they say; ids, texts and rationales stay
    delete-statement  one statement of the code or the cure of an option that should hold is gone
    change-integer    one integer in what an option says that should hold, or in an expectation, is one more
    drop-expectation  one expectation is gone, unless it is the only one

Pure. Invariant: a mutant differs from one instance of its item in the one change it tells, and what had to follow for
the loader to take it (an option that should hold now declares no failure).
"""

import ast
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from quizkit.bank.expand import instances
from quizkit.bank.grammar import parsed
from quizkit.bank.lint import lint_item
from quizkit.model.bank import LoadedItem, Path
from quizkit.model.event import Operator
from quizkit.model.item import Item
from quizkit.proof.subject import Subject

_INTEGER: Final = re.compile(r"(?:0|[1-9][\d_]*|0[xX][\da-fA-F_]+)")
_SAID: Final = ("code", "value", "raises", "during", "match", "cure", "claim")
"""Fields in which an option says something that execution decides."""

Data = dict[str, Any]
Change = tuple[str, Path, Data]
"""What was changed, where, and the item's data after it."""


@dataclass(frozen=True)
class Mutant:
    """An item with one change."""

    original: Subject
    operator: Operator
    change: str
    """What was changed, in words."""
    path: Path
    """What was changed, inside the item."""
    instance: str
    """Id of the instance that was changed."""
    subject: Subject | None
    """The lying item; None if the loader would refuse it."""


def _flip_key(item: Item, data: Data) -> Iterator[Change]:
    for index, keyed in enumerate(item.key):
        for option in item.options:
            if option.id not in item.key:
                changed = deepcopy(data)
                changed["key"][index] = option.id
                yield f"{option.id} in the key instead of {keyed}", ("key",), changed


def _swap_options(item: Item, data: Data) -> Iterator[Change]:
    for first, one in enumerate(item.options):
        for second, other in enumerate(item.options):
            if one.id in item.key and other.id not in item.key:
                changed = deepcopy(data)
                a, b = changed["options"][first], changed["options"][second]
                for name in _SAID:
                    mine, theirs = a.pop(name, None), b.pop(name, None)
                    a |= {} if theirs is None else {name: theirs}
                    b |= {} if mine is None else {name: mine}
                yield f"{one.id} and {other.id} say what the other said", ("options", first), changed


def _claimed_code(item: Item, data: Data) -> Iterator[tuple[Path, Data, str]]:
    """Yield each piece of Python that an option says which should hold: its path, what holds it, its name there."""
    for index, option in enumerate(item.options):
        if item.should_hold(option.id):
            said = data["options"][index]
            for name in ("code", "value", "claim"):
                if said.get(name) is not None:
                    yield ("options", index, name), said, name
            for find in said.get("cure") or {}:
                yield ("options", index, "cure", find), said["cure"], find


def _delete_statement(item: Item, data: Data) -> Iterator[Change]:
    for path, held, name in _claimed_code(item, data):
        if path[2] not in ("code", "cure"):
            continue
        for number, (what, shorter) in enumerate(_shortened(held[name])):
            changed = deepcopy(data)
            _holder(changed, path)[name] = shorter
            yield f"statement {number + 1} is gone: {what}", path, changed


def _shortened(source: str) -> Iterator[tuple[str, str]]:
    """Yield every statement of a program with the program that lacks it."""
    tree = parsed(source, "exec")
    if not isinstance(tree, ast.Module):
        return
    for number in range(sum(map(len, _bodies(tree)))):
        copy = deepcopy(tree)
        parents = [(body, at) for body in _bodies(copy) for at in range(len(body))]
        body, at = parents[number]
        gone = body.pop(at)
        if not body:
            body.append(ast.Pass())
        yield ast.unparse(gone).partition("\n")[0], ast.unparse(ast.fix_missing_locations(copy))


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if isinstance(body, list):
                yield body


def _change_integer(item: Item, data: Data) -> Iterator[Change]:
    places = [path for path, _, _ in _claimed_code(item, data)]
    places += [("expect", name) for name in data.get("expect", {})]
    for path in places:
        source = _holder(data, path)[path[-1]]
        for start, end in _integers(source):
            changed = deepcopy(data)
            mutated = source[:start] + str(int(source[start:end], 0) + 1) + source[end:]
            _holder(changed, path)[path[-1]] = mutated
            line = source.count("\n", 0, start)
            before, after = (text.split("\n")[line].strip() for text in (source, mutated))
            yield f"{after!r} instead of {before!r}", path, changed


def _integers(source: str) -> Iterator[tuple[int, int]]:
    """Yield where each integer of a piece of Python stands; those in texts and comments are none."""
    lines = source.splitlines(keepends=True)
    try:
        for token in tokenize.generate_tokens(iter(lines).__next__):
            if token.type == tokenize.NUMBER and _INTEGER.fullmatch(token.string):
                before = sum(map(len, lines[: token.start[0] - 1]))
                yield before + token.start[1], before + token.end[1]
    except (tokenize.TokenError, SyntaxError):
        return  # A cure may be less than a program; what could be read of it was.


def _holder(data: Any, path: Path) -> Any:
    """Return what holds the last step of `path`."""
    for step in path[:-1]:
        data = data[step]
    return data


def _drop_expectation(item: Item, data: Data) -> Iterator[Change]:
    if len(item.expect) < 2:
        return
    for name in item.expect:
        changed = deepcopy(data)
        del changed["expect"][name]
        for option in changed["options"]:
            if option.get("fails") == name:
                del option["fails"]
        yield f"the expectation {name!r} is gone", ("expect", name), changed


_OPERATORS: Final[Mapping[Operator, Callable[[Item, Data], Iterator[Change]]]] = {
    "flip-key": _flip_key,
    "swap-options": _swap_options,
    "delete-statement": _delete_statement,
    "change-integer": _change_integer,
    "drop-expectation": _drop_expectation,
}


def mutants(subject: Subject) -> Iterator[Mutant]:
    """Yield every mutant of every instance of an item; a fact or a solution has none."""
    if subject.item is None:
        return
    for instance in instances(subject.item):
        data = instance.item.model_dump(mode="json", exclude_unset=True)
        for operator, changes in _OPERATORS.items():
            for what, path, changed in changes(instance.item, data):
                lying = _loaded(type(instance.item), changed, subject)
                yield Mutant(subject, operator, what, path, instance.id, lying)


def _loaded(kind: type[Item], data: Data, original: Subject) -> Subject | None:
    """Return the mutated item as a subject, or None if the loader would refuse it."""
    key, is_negated = data["key"], data.get("negated", False)
    for option in data["options"]:
        if (option["id"] in key) != is_negated:
            option.pop("fails", None)
    try:
        item = kind.model_validate(data)
    except ValidationError:
        return None
    if lint_item(LoadedItem(item=item, document=original.document), original.pattern.pattern.prelude):
        return None
    return replace(original, content=item)
