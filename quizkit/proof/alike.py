"""Does a distractor say the same as a keyed option? By what the author declares, never by what running it gave. Pure.

Two options that leave the same traces may still be different answers; two that read the same to Python are not.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TypeVar, assert_never

from quizkit.bank.expand import cured
from quizkit.bank.grammar import same_code
from quizkit.model.evidence import Evidence, Value
from quizkit.model.item import BaseItem, ClaimItem, DiagnosisItem, Item, OutputItem, SnippetItem
from quizkit.model.option import ClaimOption, DiagnosisOption, OutputOption, SnippetOption
from quizkit.proof.compare import equal

OneKind = TypeVar("OneKind", SnippetOption, OutputOption, DiagnosisOption, ClaimOption)


def twins(item: Item, values: Evidence) -> dict[str, str]:
    """Return every distractor that says the same as a keyed option, with that option.

    `values` is the evidence of what the options of an output item state.
    """
    match item:
        case SnippetItem():
            return _twins(item, item.options, lambda a, b: same_code(a.code, b.code))
        case ClaimItem():
            return _twins(item, item.options, lambda a, b: _same_claim(a.claim, b.claim))
        case DiagnosisItem():
            same_cure = partial(_same_cure, item.given)
            return _twins(
                item, item.options, lambda a, b: _same_claim(a.claim, b.claim) and same_cure(a.cure, b.cure)
            )
        case OutputItem():
            same_output = partial(_same_output, values, item.tolerance)
            return _twins(item, item.options, lambda a, b: _same_claim(a.claim, b.claim) and same_output(a, b))
        case _:
            assert_never(item)


def _twins(
    item: BaseItem, options: Iterable[OneKind], says_same: Callable[[OneKind, OneKind], bool]
) -> dict[str, str]:
    keyed = sorted((option for option in options if option.id in item.key), key=lambda option: option.id)
    distractors = (option for option in options if option.id not in item.key)
    found = ((a.id, next((b.id for b in keyed if says_same(a, b)), None)) for a in distractors)
    return {distractor: twin for distractor, twin in found if twin is not None}


def _same_claim(a: str | None, b: str | None) -> bool:
    return a is b if a is None or b is None else same_code(a.strip(), b.strip())


def _same_cure(given: str, a: Mapping[str, str] | None, b: Mapping[str, str] | None) -> bool:
    return a is b if a is None or b is None else same_code(cured(given, a), cured(given, b))


def _same_output(values: Evidence, tolerance: float, a: OutputOption, b: OutputOption) -> bool:
    if a.value is None or b.value is None:
        return a.value is b.value and a.failure() == b.failure()
    first, second = _stated(a, values), _stated(b, values)
    if first is None or second is None:
        return same_code(a.value.strip(), b.value.strip())
    return equal(first, second, tolerance)


def _stated(option: OutputOption, values: Evidence) -> Value | None:
    read = values.values.get(option.id) if values.is_decided else None
    return read.value if read is not None else None
