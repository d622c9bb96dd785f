"""Does a distractor say the same as a keyed option? By what the author declares, never by what running it gave. Pure.

Two options that leave the same traces may still be different answers; two that read the same to Python are not.
"""

from collections.abc import Mapping
from typing import assert_never

from quizkit.bank.expand import cured
from quizkit.bank.grammar import same_code
from quizkit.model.evidence import Evidence, Value
from quizkit.model.item import ClaimItem, DiagnosisItem, Item, OutputItem, OutputOption, SnippetItem
from quizkit.proof.compare import equal


def twins(item: Item, values: Evidence) -> dict[str, str]:
    """Return every distractor that says the same as a keyed option, with that option.

    `values` is the evidence of what the options of an output item state.
    """
    match item:
        case SnippetItem():
            alike = {(a.id, b.id) for a in item.options for b in item.options if same_code(a.code, b.code)}
        case ClaimItem():
            alike = {(a.id, b.id) for a in item.options for b in item.options if _same_claim(a.claim, b.claim)}
        case DiagnosisItem():
            alike = {
                (a.id, b.id)
                for a in item.options
                for b in item.options
                if _same_claim(a.claim, b.claim) and _same_cure(item.given, a.cure, b.cure)
            }
        case OutputItem():
            alike = {
                (a.id, b.id)
                for a in item.options
                for b in item.options
                if _same_claim(a.claim, b.claim) and _same_output(a, b, values, item.tolerance)
            }
        case _:
            assert_never(item)
    return {a: b for a, b in sorted(alike, reverse=True) if a not in item.key and b in item.key}


def _same_claim(a: str | None, b: str | None) -> bool:
    return a is b if a is None or b is None else same_code(a.strip(), b.strip())


def _same_cure(given: str, a: Mapping[str, str] | None, b: Mapping[str, str] | None) -> bool:
    return a is b if a is None or b is None else same_code(cured(given, a), cured(given, b))


def _same_output(a: OutputOption, b: OutputOption, values: Evidence, tolerance: float) -> bool:
    if a.value is None or b.value is None:
        return a.value is b.value and a.failure() == b.failure()
    first, second = _stated(a, values), _stated(b, values)
    if first is None or second is None:
        return same_code(a.value.strip(), b.value.strip())
    return equal(first, second, tolerance)


def _stated(option: OutputOption, values: Evidence) -> Value | None:
    read = values.values.get(option.id) if values.is_decided else None
    return read.value if read is not None else None
