"""Content errors that one field alone does not show. Pure: loaded nouns in, problems out."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from quizkit.bank.expand import contexts, cured, has_slot, instances, placeholders, splice
from quizkit.bank.grammar import bound_names, parsed, vacuity
from quizkit.errors import Problem
from quizkit.model.bank import LoadedItem, LoadedPattern, Path, Place
from quizkit.model.item import DiagnosisItem, Failure, Item, OutputItem, SnippetItem, rows

_FACT: Final = re.compile(r"\{fact:([^}]*)\}")
_CODE_SPANS: Final = re.compile(r"```.*?```|~~~.*?~~~|`[^`\n]*`|\]\([^)]*\)|<[^>\n]*>|\{fact:[^}]*\}", re.DOTALL)
_NUMERAL: Final = re.compile(r"(?<![\w.-])\d[\d,.]*(?![\w-])")
_COMBINATION_LIMIT: Final = 200
Found = tuple[Path, int, str, str]
"""Where, how many lines further down, what, remedy."""


def lint_item(entry: LoadedItem, prelude: str) -> list[Problem]:
    """Return what is wrong with an item."""
    checks = (_options, _failures, _slot, _tables)
    found = [each for check in checks for each in check(entry.item)]
    if not found:
        found = list(_code(entry.item, prelude))
    places = [(entry.document.place(path), lines, what, remedy) for path, lines, what, remedy in found]
    return list(dict.fromkeys(_at(place, lines, what, remedy) for place, lines, what, remedy in places))


def _at(place: Place, lines: int, what: str, remedy: str) -> Problem:
    return Problem(place.file, place.line + lines, place.column, what, remedy)


def _mean(word: str, known: list[str], otherwise: str) -> str:
    close = get_close_matches(word, known, 1)
    return f"did you mean {close[0]!r}?" if close else otherwise


def _options(item: Item) -> Iterator[Found]:
    ids = [option.id for option in item.options]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            yield ("options", index, "id"), 0, f"the option id {name!r} is taken", "choose another"
    for index, name in enumerate(item.key):
        if name not in ids:
            yield ("key", index), 0, f"the key names no option {name!r}", _mean(name, ids, f"name one of {ids}")
        elif name in item.key[:index]:
            yield ("key", index), 0, f"the key names {name!r} twice", "name it once"
    if set(item.key) >= set(ids):
        yield ("key",), 0, "every option is in the key", "add a distractor: an item needs one"
    shown = [option.shown() for option in item.options]
    for index, text in enumerate(shown):
        if text in shown[:index]:
            yield ("options", index), 0, "this option reads like an earlier one", "remove it, or let them differ"
    if isinstance(item, DiagnosisItem):
        yield from _diagnosis(item)


def _diagnosis(item: DiagnosisItem) -> Iterator[Found]:
    keyed = [option for option in item.options if item.should_hold(option.id)]
    if item.premise is None and not any(option.cure == {} for option in keyed):
        yield (), 0, "the premise is missing", "say how `given` fails, or key an option with `cure: {}`"
    for index, option in enumerate(item.options):
        if option in keyed and option.cure is None:
            yield ("options", index), 0, "a keyed diagnosis needs a cure: a true remark is no cause", "add `cure:`"
        try:
            changed = cured(item.given, option.cure or {})
        except ValueError as error:
            yield ("options", index, "cure"), 0, str(error), "quote a piece of `given` that stands there once"
            continue
        if option.cure and changed == item.given:
            yield ("options", index, "cure"), 0, "the cure changes nothing", "let it change `given`, or write `{}`"


def _failures(item: Item) -> Iterator[Found]:
    known = list(item.expect)
    phases = [*item.phases(), "expect"]
    if not isinstance(item, SnippetItem) or has_slot(item.given):
        phases.remove("option")
    declared: list[tuple[Path, Any]] = []
    for index, option in enumerate(item.options):
        path: Path = ("options", index)
        if isinstance(item, OutputItem):
            declared.append((path, option.failure()))  # type: ignore[union-attr]
            continue
        fails = getattr(option, "fails", None)
        declared.append(((*path, "fails"), fails))
        if fails is not None and item.should_hold(option.id):
            yield (*path, "fails"), 0, "this option should hold, so `fails` is never read", "remove it, or the key"
    declared.append((("premise",), getattr(item, "premise", None)))
    for path, fails in declared:
        if isinstance(fails, str) and fails not in known:
            yield path, 0, f"there is no expectation {fails!r}", _mean(fails, known, f"name one of {known}")
        if isinstance(fails, Failure) and fails.during not in phases:
            otherwise = f"choose one of {', '.join(phases)}"
            yield path, 0, f"there is no phase {fails.during!r}", _mean(fails.during, phases, otherwise)


def _slot(item: Item) -> Iterator[Found]:
    if isinstance(item, SnippetItem) and "$option" in item.given:
        if item.given.count("$option") > 1 or not has_slot(item.given):
            yield ("given",), 0, "$option must stand alone on its line, once", "give the option a line of its own"
    for path, text in _texts(item):
        if "option" in placeholders(text) and not (isinstance(item, SnippetItem) and path == ("given",)):
            yield path, 0, "$option does not belong here", "it marks a line in the `given` of a snippet item"


def _texts(item: Item) -> Iterator[tuple[Path, str]]:
    def walk(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            for key, inner in value.items():
                yield (*path, key), key
                yield from walk(inner, (*path, key))
        elif isinstance(value, list | tuple):
            for index, inner in enumerate(value):
                yield from walk(inner, (*path, index))

    yield from walk(item.model_dump(exclude={"contexts", "variants"}, exclude_unset=True), ())


def _tables(item: Item) -> Iterator[Found]:
    in_contexts, in_variants = item.context_names(), item.variant_names()
    for field in ("contexts", "variants"):
        table = getattr(item, field)
        if table is not None and (not table or any(row.keys() != rows(table)[0].keys() for row in rows(table))):
            yield (field,), 0, f"the rows of {field} do not name the same placeholders", "give every row the same"
    declared, used = in_contexts | in_variants, set[str]()
    for path, text in _texts(item):
        names = placeholders(text) - {"option"}
        used |= names
        for name in sorted(names & in_contexts):
            if path[0] not in ("setup", "then", "expect") and path[-1] != "match":
                remedy = "use it in setup, then, expect or match, or make it a variant"
                yield path, 0, f"the context ${name} would change what the learner reads", remedy
        for name in sorted(names - declared):
            if close := get_close_matches(name, sorted(declared), 1):
                yield path, 0, f"${name} is not declared", f"did you mean ${close[0]}?"
    for name in sorted(declared - used):
        field = "contexts" if name in in_contexts else "variants"
        yield (field,), 0, f"${name} is declared and never used", "use it, or remove it"


def _code(item: Item, prelude: str) -> Iterator[Found]:
    """Check every part of every instance in every context, as it will be compiled."""
    count = 0
    for instance in instances(item):
        for _, concrete in contexts(instance.item):
            count += 1
            if count > _COMBINATION_LIMIT:
                yield (), 0, f"more than {_COMBINATION_LIMIT} instances and contexts", "shorten the tables"
                return
            yield from _concrete(concrete)


def _concrete(item: Item) -> Iterator[Found]:
    programs: list[tuple[Path, str]] = [(("setup",), item.setup)]
    given = splice(item.given, None) if isinstance(item, SnippetItem) else item.given
    programs.append((("given",), given))
    programs += [(("then", name), source) for name, source in item.then.items()]
    bound = {name for _, source in programs for name in bound_names(source)}
    expressions: list[tuple[Path, str]] = [(("expect", name), source) for name, source in item.expect.items()]
    if isinstance(item, OutputItem) and item.observe is not None:
        expressions.append((("observe",), item.observe))
    for index, option in enumerate(item.options):
        path: Path = ("options", index)
        code = getattr(option, "code", None)
        if code is not None:
            bound |= bound_names(code)
            fails = getattr(option, "fails", None)
            if not (isinstance(fails, Failure) and fails.during == "syntax"):
                programs.append(((*path, "code"), code))
        if (claim := getattr(option, "claim", None)) is not None:
            expressions.append(((*path, "claim"), claim))
        if (value := getattr(option, "value", None)) is not None and isinstance(parsed(value, "eval"), str):
            yield (*path, "value"), 0, "the value is not a Python expression", "write one, such as torch.Size([1, 5])"
    premise = getattr(item, "premise", None)
    for path, source in programs:
        problem = parsed(source, "exec")
        expected = isinstance(premise, Failure) and premise.during == "syntax" and path == ("given",)
        if isinstance(problem, str) and not expected:
            line, _, what = problem.partition(": ")
            yield path, int(line) - 1, f"this is not Python: {what}", "mend the code"
    for path, source in expressions:
        if isinstance(parsed(source, "eval"), str):
            yield path, 0, "this is not a Python expression", "write one expression that gives True or False"
        elif (why := vacuity(source, bound)) is not None and path != ("observe",):
            yield path, 0, f"this {why}", "let it say one definite thing about the program"


def lint_pattern(loaded: LoadedPattern) -> list[Problem]:
    """Return what is wrong with a topic's prelude, facts and lesson."""
    place = loaded.document.place
    found = []
    if isinstance(parsed(loaded.pattern.prelude, "exec"), str):
        found.append(_at(place(("prelude",)), 0, "the prelude is not Python", "mend the code"))
    for name, fact in loaded.pattern.facts.items():
        for field, mode in (("given", "exec"), ("value", "eval")):
            if isinstance(parsed(getattr(fact, field), mode), str):
                found.append(_at(place(("facts", name, field)), 0, f"the {field} is not Python", "mend the code"))
    return found + list(_lesson_problems(loaded))


def _lesson_problems(loaded: LoadedPattern) -> Iterator[Problem]:
    if loaded.lesson is None:
        return
    file, facts = f"{loaded.folder}/lesson.md", sorted(loaded.pattern.facts)

    def at(position: int, what: str, remedy: str) -> Problem:
        before = (loaded.lesson or "")[:position]
        return Problem(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1, what, remedy)

    for match in _FACT.finditer(loaded.lesson):
        if match.group(1) not in facts:
            yield at(match.start(), f"there is no fact {match.group(1)!r}", _mean(match.group(1), facts, "add it"))
    prose = _CODE_SPANS.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), loaded.lesson)
    for match in _NUMERAL.finditer(prose):
        yield at(match.start(), f"the bare numeral {match.group()} is not proved", "make it a fact and quote that")
