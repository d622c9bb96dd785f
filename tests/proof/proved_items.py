"""Items of every kind whose key is right, each with scripts under which it is proved."""

from typing import Any

from staging import (
    Scripts,
    drawing,
    gives,
    item,
    prints,
    raises,
    returns,
    size,
    states,
    tensor,
    within,
)

from quizkit.model.item import Item

FORWARD = {"raises": "RuntimeError", "during": "forward", "match": "mat1 and mat2"}
MISMATCH = "mat1 and mat2 shapes cannot be multiplied (2x2048 and 512x10)"


def snippet(**changes: Any) -> Item:
    """Four lines of code: one right, one silent, one that raises, one that fails undeclared but cleanly."""
    fields: dict[str, Any] = {
        "given": "m = load()",
        "options": {
            "right": {"code": "m.fc = 1"},
            "silent": {"code": "m.head = 1", "fails": "ten"},
            "wide": {"code": "m.fc = 2", "fails": FORWARD},
            "plain": {"code": "m.fc = 3"},
        },
        "key": ["right"],
        "then": {"forward": "y = m(1)"},
        "expect": {"ten": "y == 10", "finite": "y > 0"},
    }
    return item("snippet", **{**fields, **changes})


SNIPPET: Scripts = {
    "premise": returns("ten"),
    "option right": returns(),
    "option silent": returns("ten"),
    "option wide": raises("RuntimeError", "forward", MISMATCH),
    "option plain": returns("finite"),
}


def output(**changes: Any) -> Item:
    """A program that prints a size; one option has the right value and a false claim."""
    fields: dict[str, Any] = {
        "given": "print(x.shape)",
        "options": {
            "right": {"value": "torch.Size([1, 5])", "claim": "n == 5"},
            "remark": {"value": "torch.Size([1, 5])", "claim": "n == 6"},
            "other": {"value": "torch.Size([1, 6])"},
            "raises": {"raises": "RuntimeError", "during": "given"},
        },
        "key": ["right"],
    }
    return item("output", **{**fields, **changes})


OUTPUT: Scripts = {
    "program": prints("torch.Size([1, 5])", size(1, 5)),
    "values": states(right=size(1, 5), remark=size(1, 5), other=size(1, 6)),
    "claim right": returns(),
    "claim remark": returns(claim=False),
}


def observed(**changes: Any) -> Item:
    """A program of which one expression is observed; its expectations are the premise."""
    fields: dict[str, Any] = {
        "given": "x = f()",
        "observe": "x",
        "options": {"right": {"value": "0.5"}, "half": {"value": "0.25"}, "whole": {"value": "1"}},
        "key": ["right"],
        "expect": {"small": "x < 1"},
    }
    return item("output", **{**fields, **changes})


OBSERVED: Scripts = {"program": gives(0.50004), "values": states(right=0.5, half=0.25, whole=1)}


def raising(**changes: Any) -> Item:
    """A program that raises, as the key says."""
    fields: dict[str, Any] = {
        "given": "x = f()",
        "options": {
            "right": {"raises": "ValueError", "during": "given", "match": "negative"},
            "late": {"raises": "ValueError", "during": "then"},
            "other": {"raises": "TypeError", "during": "given"},
            "value": {"value": "3"},
        },
        "key": ["right"],
        "then": "y = x",
    }
    return item("output", **{**fields, **changes})


RAISING: Scripts = {"program": raises("ValueError", "given", "negative size -1"), "values": states(value=3)}


def diagnosis(**changes: Any) -> Item:
    """A script that raises; one cure, a cure that cures nothing, one that fails otherwise, remarks true and false."""
    fields: dict[str, Any] = {
        "given": "m = load()\nm.fc = Linear(1024, 10)\nm.train()",
        "premise": FORWARD,
        "options": {
            "features": {"text": "The size.", "cure": {"1024": "512"}},
            "mode": {"text": "The mode.", "cure": {"train": "eval"}},
            "bare": {"text": "The layer.", "cure": {"Linear(1024, 10)": "None"}, "fails": "ten"},
            "remark": {"text": "It has a head.", "claim": "had_fc", "cure": {", 10)": ", 100)"}},
            "false": {"text": "It has no head.", "claim": "not had_fc"},
            "sound": {"text": "Nothing is wrong.", "cure": {}},
        },
        "key": ["features"],
        "then": {"forward": "y = m(1)"},
        "expect": {"ten": "y == 10"},
    }
    return item("diagnosis", **{**fields, **changes})


_FAULT = raises("RuntimeError", "forward", MISMATCH)
DIAGNOSIS: Scripts = {
    "premise": _FAULT,
    "cure features": returns(),
    "cure mode": _FAULT,
    "cure bare": returns("ten"),
    "cure remark": _FAULT,
    "claim remark": raises("RuntimeError", "forward", MISMATCH, claim=True),
    "claim false": raises("RuntimeError", "forward", MISMATCH, claim=False),
    "cure sound": _FAULT,
}


def silent_fault(**changes: Any) -> Item:
    """A script that runs and does not do what it should: the premise is the name of an expectation."""
    fields: dict[str, Any] = {
        "given": "step(0.1)",
        "premise": "learns",
        "options": {
            "rate": {"text": "The rate.", "cure": {"0.1": "0.01"}},
            "step": {"text": "No.", "cure": {"st": "s"}},
        },
        "key": ["rate"],
        "expect": {"learns": "loss < 1", "finite": "loss > 0"},
    }
    return item("diagnosis", **{**fields, **changes})


SILENT_FAULT: Scripts = {
    "premise": returns("learns"),
    "cure rate": returns(),
    "cure step": returns("learns", "finite"),
}


def no_fault(**changes: Any) -> Item:
    """A script with nothing wrong, as the key says."""
    fields: dict[str, Any] = {
        "given": "x = 1",
        "options": {
            "sound": {"text": "Nothing.", "cure": {}},
            "one": {"text": "The 1.", "claim": "x != 1"},
        },
        "key": ["sound"],
        "expect": {"bound": "x is not None"},
    }
    return item("diagnosis", **{**fields, **changes})


NO_FAULT: Scripts = {"premise": returns(), "cure sound": returns(), "claim one": returns(claim=False)}


def claim(**changes: Any) -> Item:
    """Sentences about a program."""
    fields: dict[str, Any] = {
        "given": "x = 1",
        "options": {
            "right": {"text": "One.", "claim": "x == 1"},
            "also": {"text": "Odd.", "claim": "x % 2 == 1"},
            "wrong": {"text": "Two.", "claim": "x == 2"},
        },
        "key": ["right", "also"],
        "expect": {"bound": "x is not None"},
    }
    return item("claim", **{**fields, **changes})


CLAIM: Scripts = {
    "premise": returns(),
    "claim right": returns(),
    "claim also": returns(),
    "claim wrong": returns(claim=False),
}

_TWO = {"contexts": {"arch": ["a", "b"]}, "then": {"forward": "y = $arch(1)"}}

PROVED: dict[str, tuple[Item, Scripts]] = {
    "snippet": (snippet(), SNIPPET),
    "snippet, negated": (snippet(negated=True, key=["silent", "wide", "plain"]), SNIPPET),
    "snippet, contexts": (snippet(**_TWO), SNIPPET),
    "snippet, variants": (snippet(variants=[{"n": "1"}, {"n": "2"}], setup="n = $n"), SNIPPET),
    "snippet, seeds": (snippet(seeds=[3, 4]), SNIPPET),
    "snippet, drawing": (snippet(), {name: drawing(script) for name, script in SNIPPET.items()}),
    "snippet, one option draws": (snippet(), {**SNIPPET, "option wide": drawing(SNIPPET["option wide"])}),
    "snippet, only the premise draws": (snippet(), {**SNIPPET, "premise": drawing(SNIPPET["premise"])}),
    "snippet, contexts and chance": (
        snippet(**_TWO),
        {**SNIPPET, "option right": within({"arch=b": drawing(returns())}, returns())},
    ),
    "output": (output(), OUTPUT),
    "output, negated": (
        output(
            negated=True,
            options={"right": {"value": "1"}, "same": {"value": "1", "claim": "n == 5"}, "not": {"value": "2"}},
            key=["not"],
        ),
        {"program": prints("1", 1), "values": states(right=1, same=1, **{"not": 2}), "claim same": returns()},
    ),
    "output, drawing": (output(), {**OUTPUT, "program": drawing(OUTPUT["program"])}),
    "output, observed": (observed(), OBSERVED),
    "output, tensor": (
        observed(expect={}),
        {"program": gives(tensor(1, 2)), "values": states(right=tensor(1, 2), half=tensor(1), whole=tensor(2, 1))},
    ),
    "output, raising": (raising(), RAISING),
    "diagnosis": (diagnosis(), DIAGNOSIS),
    "diagnosis, negated": (
        diagnosis(
            negated=True,
            options={
                "features": {"text": "The size.", "cure": {"1024": "512"}},
                "mode": {"text": "The mode.", "cure": {"train": "eval"}},
            },
            key=["mode"],
        ),
        DIAGNOSIS,
    ),
    "diagnosis, silent fault": (silent_fault(), SILENT_FAULT),
    "diagnosis, no fault": (no_fault(), NO_FAULT),
    "claim": (claim(), CLAIM),
    "claim, negated": (claim(negated=True, key=["wrong"]), CLAIM),
    "claim, drawing": (claim(), {name: drawing(script) for name, script in CLAIM.items()}),
}  # fmt: skip
"""Every item with its scripts, by name."""
