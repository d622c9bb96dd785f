"""What pydantic finds wrong with a noun, in an author's words and at the author's place."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from quizkit.bank.problem import PROBLEM_LIMIT, did_you_mean, quoted
from quizkit.model.bank import Fact, Path
from quizkit.model.experiment import Accuracies, Bonus, Claimed, Setting, Solution
from quizkit.model.failure import Failure
from quizkit.model.item import KINDS
from quizkit.model.limits import Limits

_SEE: Final = "see `quizkit schema`"
_CUT: Final = "if YAML has cut the text before it at a comma, quote that; else write it out or remove it"
_WANTED: Final = {"dict": "a mapping", "model": "a mapping", "tuple": "a list", "string": "text"}
_PATTERNS: Final = {
    r"\.py": ("is no name of a solution's file", "use lower-case letters, digits and _, and end it in .py"),
    "[a-z0-9-]": ("is not an id", "use lower-case letters, digits and hyphens, a letter first"),
    "[a-z0-9_]": ("is no name of a placeholder", "use lower-case letters, digits and _, a letter first"),
    "[a-z0-9_-]": ("is no name of a stage", "use lower-case letters, digits, _ and -, a letter first"),
    "[A-Za-z0-9_.]": ("is no name of an exception class", "write a class name, such as RuntimeError"),
    "weights|": ("is no requirement", "choose weights, cuda, scratch, or a version such as torch>=2.0"),
}


class Complaint(NamedTuple):
    """One thing wrong with a noun."""

    path: Path
    """Where, inside the noun."""
    is_key: bool
    """Whether the key at `path` is meant, not its value."""
    what: str
    remedy: str


def complaints(error: ValidationError, noun: type[BaseModel], data: Any) -> Iterator[Complaint]:
    """Yield what is wrong with `data`, which should have been a `noun`; the first of it if there is very much."""
    for found in islice(filter(_is_news, error.errors(include_url=False)), PROBLEM_LIMIT):
        path, is_key = _real_path(data, found)
        what, remedy = _in_words(found, path, noun)
        yield Complaint(path, is_key, what, remedy)


def _is_news(found: ErrorDetails) -> bool:
    """Say whether an error is one: pydantic also finds a list too short for having left out what is wrong in it."""
    return found["type"] != "too_short" or len(found["input"]) < found["ctx"]["min_length"]


def _real_path(data: Any, found: ErrorDetails) -> tuple[Path, bool]:
    """Return the path of an error inside the data: the tags of unions and validators are not in it."""
    path: list[str | int] = []
    for step in found["loc"]:
        is_list = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if is_list or (isinstance(data, dict) and step in data):
            path.append(step)
            data = data[step]
    return tuple(path), found["type"] == "extra_forbidden" or found["loc"][-1:] == ("[key]",)


def _fields(noun: type[BaseModel], path: Path) -> list[str]:
    """Return the fields of what stands at `path` inside a noun."""
    match path:
        case ():
            inner: type[BaseModel] = noun
        case ("options", int()):
            inner = get_args(noun.model_fields["options"].annotation)[0]
        case ("limits",):
            inner = Limits
        case ("facts", str()):
            inner = Fact
        case ("solutions", int()):
            inner = Solution
        case ("profiles", str()):
            inner = Setting
        case ("bonus",):
            inner = Bonus
        case ("claimed",):
            inner = Claimed
        case ("claimed", str()):
            inner = Accuracies
        case _:
            inner = Failure
    return list(inner.model_fields)


def _named(path: Path) -> str:
    """Return what stands at `path`, as a person would call it."""
    match path:
        case ():
            return "this"
        case ("options", int()):
            return "this option"
        case (*_, str() as field, int()):
            return f"an entry of {_bare(field)}"
        case _:
            return _bare(str(path[-1]))


def _bare(word: str) -> str:
    return word if word.replace(" ", "_").isidentifier() else quoted(word)


def _in_words(found: ErrorDetails, path: Path, noun: type[BaseModel]) -> tuple[str, str]:
    """Return what is wrong and what to do, in plain words."""
    name, given = _named(path), found["input"]
    context: Mapping[str, Any] = found.get("ctx", {})
    match found["type"]:
        case "missing":
            return f"{name} has no {quoted(str(found['loc'][-1]))}", f"add `{found['loc'][-1]}:`"
        case "extra_forbidden":
            field, known = str(path[-1]), _fields(noun, path[:-1])
            remedy = f"remove it; known here: {', '.join(known)}"
            if not field.isidentifier():
                remedy = _CUT
            return f"unknown field {quoted(field)}", did_you_mean(field, known, remedy)
        case "string_pattern_mismatch":
            what, remedy = next((each for sign, each in _PATTERNS.items() if sign in context["pattern"]), ("", _SEE))
            return f"{quoted(str(given))} {what}", remedy
        case "enum" | "literal_error":
            return f"{name} is {quoted(str(given))}", f"choose {context['expected']}"
        case "too_short":
            return f"{name} has too few entries", f"give at least {context['min_length']}"
        case "too_long" | "string_too_long":
            return f"{name} is too long", f"give at most {context['max_length']}"
        case "value_error":
            what, _, remedy = str(context["error"]).partition(": ")
            return f"{name} {what}", _CUT if getattr(given, "is_null", False) and name[0] in "'\"" else remedy
        case kind if kind.endswith("_type"):
            shape = kind.removesuffix("_type").removesuffix("_attributes")
            remedy = "quote it: [ and { begin a list or mapping" if isinstance(given, list | dict) else _SEE
            if shape == "tuple" and isinstance(given, str):
                remedy = f"write [{given}]"
            return f"{name} wants {_WANTED.get(shape, shape)}", remedy
        case _:
            told = found["msg"].removeprefix("Input should be ")
            return f"{name} is {quoted(str(given))}", f"it should be {told[:1].lower()}{told[1:]}"


def unknown_kind(data: Any) -> Complaint | None:
    """Return what is wrong with the kind of an item, or None."""
    if not isinstance(data, dict):
        return Complaint((), False, "this is not an item", "write a mapping: id, kind, stem and so on")
    kind = data.get("kind")
    choices = ", ".join(KINDS)
    if kind is None:
        return Complaint((), False, "this has no 'kind'", f"add `kind:` with one of {choices}")
    if not isinstance(kind, str) or kind not in KINDS:
        remedy = did_you_mean(str(kind), KINDS, f"choose {choices}")
        return Complaint(("kind",), False, f"unknown kind {quoted(str(kind))}", remedy)
    return None
