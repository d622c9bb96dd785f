"""What is wrong with an item that no single field shows. Pure: loaded nouns in, problems out.

Invariant: an item without problems can be planned: every instance in every context is an item, its code compiles
where it should, its edits apply, and every name it refers to is there. What it says may still be wrong; nothing it
says is empty.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from pydantic import ValidationError

from quizkit.bank.expand import contexts, cured, has_slot, instances, placeholders, takes_contexts, validated
from quizkit.bank.lint_code import Found, lint_code
from quizkit.bank.problem import did_you_mean, problem, quoted
from quizkit.bank.wording import complaints
from quizkit.errors import Problem
from quizkit.model.bank import START, LoadedItem, Path, Place
from quizkit.model.failure import Failure
from quizkit.model.item import DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.option import DiagnosisOption, OutputOption, SnippetOption
from quizkit.model.table import row_count

_EXPANSION_LIMIT: Final = 1_000_000
_EXCEPTION: Final = re.compile(r"(?:Error|Exception|Warning|Interrupt|Exit)$")


def lint_item(entry: LoadedItem, prelude: str) -> list[Problem]:
    """Return what is wrong with an item, each problem once even if it is there in every instance."""
    item = entry.item
    told: dict[tuple[Place, str], Problem] = {}
    for path, inside, what, remedy in chain(_options(item), _placeholders(item), _expanded(item, prelude)):
        place = entry.document.place(path, inside)
        told.setdefault((place, remedy), problem(place, what, remedy))
    return list(told.values())


def _options(item: Item) -> Iterator[Found]:
    ids = [option.id for option in item.options]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield ("options", index, "id"), START, f"the option id {name!r} is taken", "choose another"
    for index, name in enumerate(item.key):
        if name not in ids:
            remedy = did_you_mean(name, ids, f"name one of {', '.join(ids)}")
            yield ("key", index), START, f"the key names no option {name!r}", remedy
        elif name in item.key[:index]:
            yield ("key", index), START, f"the key names {name!r} twice", "name it once"
    if set(item.key) >= set(ids):
        yield ("key",), START, "every option is in the key", "add a distractor: an item needs one"


def _texts(item: Item) -> Iterator[tuple[Path, str, bool]]:
    """Yield every text with a dollar in it, its path, and whether it is a key; the tables apart."""
    data = item.model_dump(mode="json", exclude={"contexts", "variants"}, exclude_unset=True)
    waiting: list[tuple[Path, object]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str) and "$" in value:
            yield path, value, False
        elif isinstance(value, dict):
            waiting += [((*path, key), inner) for key, inner in value.items()]
            for key in value:
                if "$" in key:
                    yield (*path, key), key, True
        elif isinstance(value, list):
            waiting += [((*path, index), inner) for index, inner in enumerate(value)]


def _placeholders(item: Item) -> Iterator[Found]:
    """Check that placeholders are declared, used, and stand where they may."""
    in_contexts, in_variants = item.context_names(), item.variant_names()
    declared, used = in_contexts | in_variants, set[str]()
    for path, text, is_key in _texts(item):
        found = placeholders(text)
        used |= found
        for name in sorted(found & in_contexts):
            if is_key or not takes_contexts(path):
                remedy = "use it in the text of setup, then, expect or match, or make it a variant"
                yield path, START, f"the context ${name} does not belong here: learners see this text", remedy
        for name in sorted(found - declared - {"option"}):
            if close := did_you_mean(name, sorted(declared), ""):
                yield path, START, f"${name} is not declared", close
        if "option" in found:
            yield from _slot(item, path, text)
    for name in sorted(declared - used):
        field = "contexts" if name in in_contexts else "variants"
        yield (field,), START, f"${name} is declared and never used", f"use ${name} in a text, or remove it"
    for field, table in (("contexts", item.contexts), ("variants", item.variants)):
        for text in (text for row in table or () for text in _row_texts(table, row)):
            if placeholders(text) & (declared | {"option"}):
                yield (
                    (field,),
                    START,
                    f"{quoted(text)} holds a placeholder, which is not filled in",
                    "write the text out",
                )


def _row_texts(table: object, row: object) -> list[str]:
    values = table[row] if isinstance(table, dict) else row.values() if isinstance(row, dict) else ()
    return [str(value) for value in values]


def _slot(item: Item, path: Path, text: str) -> Iterator[Found]:
    if not (isinstance(item, SnippetItem) and path == ("given",)):
        yield path, START, "$option does not belong here", "it marks a line in the `given` of a snippet item"
    elif not has_slot(text) or len(re.findall(r"\$option\b", text)) > 1:
        yield path, START, "$option must stand alone on its line, once", "give the option a line of its own"


def _expanded(item: Item, prelude: str) -> Iterator[Found]:
    """Check every instance in every context, as it will be planned."""
    count = row_count(item.contexts) * row_count(item.variants)
    if count > 1 and count * len(item.model_dump_json()) > _EXPANSION_LIMIT:
        yield (
            (),
            START,
            f"this makes too much text in {count} instances and contexts",
            "shorten the tables or the code",
        )
        return
    names: set[tuple[str, str]] = set()
    try:
        for instance in instances(item):
            for label, concrete in contexts(instance.item):
                if (instance.id, label) in names:
                    yield (
                        (),
                        START,
                        f"two rows of the tables are both called {quoted(label or instance.id)}",
                        "rename one",
                    )
                names.add((instance.id, label))
                if concrete is not item:
                    validated(concrete)
                row = ", ".join(filter(None, (instance.id.partition("?")[2], label)))
                yield from _concrete(item, concrete, prelude, f" ({row})" if row else "")
    except ValidationError as error:
        for path, _, what, remedy in complaints(error, type(item), item.model_dump(mode="json", exclude_unset=True)):
            yield path, START, f"{what}, once placeholders are filled in", remedy
    except ValueError as error:
        yield (), START, str(error), "let the texts differ in every row"


def _concrete(written: Item, item: Item, prelude: str, row: str) -> Iterator[Found]:
    """Check an item whose placeholders are filled in; expectations are told by the names as they were `written`."""
    names = dict(zip(item.expect, written.expect, strict=True))
    for path, (line, column), what, remedy in chain(
        _shown(item), _failures(item), _cures(item), lint_code(item, prelude)
    ):
        if path[:1] == ("expect",):
            path = ("expect", *(names.get(str(step), step) for step in path[1:]))
        inside = (line, column if item is written else 1)  # What is filled in moves what follows it on its line.
        yield path, inside, f"{what}{row}", remedy


def _shown(item: Item) -> Iterator[Found]:
    shown = [" ".join(option.shown().split()) for option in item.options]
    for index, text in enumerate(shown):
        if text in shown[:index]:
            yield ("options", index), START, "this option reads like an earlier one", "remove it, or let them differ"


def _phases(item: Item) -> list[str]:
    """Return the phases an exception can be declared for."""
    phases = ["setup"] if item.setup else []
    phases += ["given"] if item.given else []
    if isinstance(item, SnippetItem) and not has_slot(item.given):
        phases.append("option")
    return [*phases, *item.then, "syntax", *([] if isinstance(item, OutputItem) else ["expect"])]


def _failures(item: Item) -> Iterator[Found]:
    """Check that declared failures name what there is, and stand where they are read."""
    declared: list[tuple[Path, Failure | str | None]] = []
    for index, option in enumerate(item.options):
        path: Path = ("options", index)
        if isinstance(option, OutputOption):
            declared.append((path, option.failure()))
        elif isinstance(option, SnippetOption | DiagnosisOption) and option.fails is not None:
            declared.append(((*path, "fails"), option.fails))
            if item.should_hold(option.id):
                yield (*path, "fails"), START, "this option should hold, so `fails` is never read", "remove it"
    if isinstance(item, DiagnosisItem):
        declared.append((("premise",), item.premise))
    phases, known = _phases(item), list(item.expect)
    for path, fails in declared:
        if isinstance(fails, Failure) and fails.during not in phases:
            remedy = did_you_mean(fails.during, phases, f"choose one of {', '.join(phases)}")
            yield path, START, f"there is no phase {fails.during!r}", remedy
        elif isinstance(fails, str) and fails not in known:
            remedy = did_you_mean(fails, known, f"name one of {', '.join(map(quoted, known))}")
            if _EXCEPTION.search(fails):
                remedy = f"write {{raises: {fails}, during: PHASE}} for an exception"
            yield path, START, f"there is no expectation {quoted(fails)}", remedy


def _cures(item: Item) -> Iterator[Found]:
    if not isinstance(item, DiagnosisItem):
        return
    keyed = [option for option in item.options if item.should_hold(option.id)]
    if item.premise is None and not any(option.cure == {} for option in keyed):
        yield (), START, "the premise is missing", "say how `given` fails, or key an option with `cure: {}`"
    for index, option in enumerate(item.options):
        path: Path = ("options", index)
        if option in keyed and option.cure is None:
            yield path, START, "the keyed cause has no cure, and a true remark is no cause", "add `cure:`"
        try:
            changed = cured(item.given, option.cure or {})
        except ValueError as error:
            yield (*path, "cure"), START, str(error), "quote a piece of `given` that stands there once"
            continue
        if option.cure and changed == item.given:
            yield (*path, "cure"), START, "the cure changes nothing", "let it change `given`, or write `{}`"
