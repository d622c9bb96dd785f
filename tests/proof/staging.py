"""Items and made-up evidence: what a sandbox could have said, without one.

A script answers for a probe; `records` plans an item and lets the scripts answer for whatever was planned, further
seeds included. Scripts are named as probes are: `premise`, `option fc`, `cure fc`, `claim fc`, `program`, `values`.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from quizkit.model.evidence import Checked, Evidence, Number, Outcome, Raise, Read, Value
from quizkit.model.item import Item
from quizkit.proof.case import Record
from quizkit.proof.judge import judge_item
from quizkit.proof.judgement import Judgement
from quizkit.proof.plan import Planned, further, plan_item

Script = Callable[[Planned], Evidence | None]
Scripts = Mapping[str, Script]

_ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def item(kind: str, **fields: Any) -> Item:
    """An item of a kind, with what every item needs."""
    given = {"id": "asked", "difficulty": "easy", "concepts": ["a"], "stem": "Which?", "kind": kind, **fields}
    if kind != "snippet":
        given.setdefault("given", "x = 1")
    options = given.pop("options")
    given["options"] = [{"rationale": "Because.", **said, "id": name} for name, said in options.items()]
    return _ITEM.validate_python(given)


def value(scalar: object, **facts: Any) -> Value:
    """A described value, of plain numbers, strings and containers of them."""
    kind = type(scalar).__name__
    if isinstance(scalar, dict):
        items = tuple(value(part) for pair in scalar.items() for part in pair)
        return Value.model_validate({"type": kind, "text": repr(scalar), "items": items, **facts})
    if isinstance(scalar, list | tuple):
        return Value.model_validate({"type": kind, "text": repr(scalar), "items": tuple(map(value, scalar)), **facts})
    told = repr(scalar) if scalar is None or scalar != scalar or scalar in (float("inf"), -float("inf")) else scalar
    kind = "NoneType" if scalar is None else kind
    return Value.model_validate({"type": kind, "text": repr(scalar), "scalar": told, **facts})


def tensor(*numbers: Number, dtype: str = "torch.int64", shape: tuple[int, ...] | None = None, **facts: Any) -> Value:
    """A described tensor."""
    text = f"tensor([{', '.join(map(str, numbers))}])"
    shape = (len(numbers),) if shape is None else shape
    facts = {"type": "torch.Tensor", "text": text, "dtype": dtype, "shape": shape, "numbers": numbers, **facts}
    return Value.model_validate(facts)


def size(*numbers: int) -> Value:
    """A described torch.Size."""
    return value(numbers, type="torch.Size", text=f"torch.Size({list(numbers)})")


def reads(**told: object) -> dict[str, Read]:
    """What value expressions gave; an exception for one that raised."""
    return {
        name.replace("_", "-"): Read(
            raised=Raise(type=type(each).__name__, message=str(each), phase="value")
            if isinstance(each, Exception)
            else None,
            value=None if isinstance(each, Exception) else each if isinstance(each, Value) else value(each),
        )
        for name, each in told.items()
    }


# Scripts


def returns(*unmet: str, claim: Checked | bool = True, **facts: Any) -> Script:
    """A program that runs to its end; every expectation but `unmet` is met. `facts` are what its evidence says."""
    checked = claim if isinstance(claim, Checked) else Checked(holds=claim)

    def script(planned: Planned) -> Evidence:
        probe = planned.probe
        told = {
            "expectations": {name: Checked(holds=name not in unmet) for name in probe.expectations},
            "claim": checked if probe.claim is not None else None,
            "digest": probe.digest,
            "environment": "here",
            "outcome": Outcome.RETURNED,
        }
        return Evidence.model_validate({**told, **facts})

    return script


def checks(claim: Checked | bool = True, **given: Checked) -> Script:
    """A program that runs to its end; what each expectation named gave, the others being met."""

    def script(planned: Planned) -> Evidence:
        met = returns(claim=claim)(planned)
        assert met is not None
        return met.model_copy(update={"expectations": {**met.expectations, **given}})

    return script


def raises(
    kind: str = "RuntimeError", during: str = "then", message: str = "no", claim: Checked | bool = True, **facts: Any
) -> Script:
    """A program that raises."""

    def script(planned: Planned) -> Evidence | None:
        raised = Raise(type=kind, message=message, phase=during, line=1)
        told = {"outcome": Outcome.RAISED, "raised": raised, "expectations": {}, **facts}
        return returns(claim=claim, **told)(planned)

    return script


def ends(outcome: Outcome | None) -> Script:
    """A program that ends in another way, having said all that could make it look well; None: no evidence."""

    def script(planned: Planned) -> Evidence | None:
        if outcome is None:
            return None
        return returns(outcome=outcome, reason="told by the supervisor")(planned)

    return script


def states(**values: object) -> Script:
    """What the options of an output item state."""
    return returns(values=reads(**values))


def prints(text: str, reading: object = None, **facts: Any) -> Script:
    """A program that prints; `reading` is what the text is as an expression, by default nothing."""
    raised = NameError("text") if reading is None else reading
    return returns(stdout=f"{text}\n", printed=reads(stdout=raised)["stdout"], **facts)


def gives(observed: object, **facts: Any) -> Script:
    """A program whose observed expression gives something."""
    return returns(observe=reads(observe=observed)["observe"], **facts)


def under(seeds: Mapping[int, Script], otherwise: Script | None = None) -> Script:
    """A program that draws random numbers and ends differently from seed to seed."""

    def script(planned: Planned) -> Evidence | None:
        found = seeds.get(planned.probe.seed, otherwise)
        assert found is not None, f"nothing is scripted for seed {planned.probe.seed}"
        evidence = found(planned)
        return evidence and evidence.model_copy(update={"drew_random": True})

    return script


def drawing(script: Script) -> Script:
    """The same, having drawn random numbers."""
    return under({}, script)


def within(contexts: Mapping[str, Script], otherwise: Script | None = None) -> Script:
    """A program that ends differently from context to context."""

    def script(planned: Planned) -> Evidence | None:
        found = contexts.get(planned.context, otherwise)
        assert found is not None, f"nothing is scripted for context {planned.context!r}"
        return found(planned)

    return script


# Acts


def records(asked: Item, scripts: Scripts, seeds: tuple[int, ...] = ()) -> list[Record]:
    """Everything planned for an item, further seeds included, with what its scripts answer."""
    waiting, found = plan_item(asked, "", seeds), []
    while waiting:
        planned = waiting.pop(0)
        name = planned.role.value if planned.option is None else f"{planned.role.value} {planned.option}"
        evidence = scripts[name](planned)
        found.append((planned, evidence))
        if evidence is not None:
            waiting += further(planned, evidence)
    return found


def judged(asked: Item, scripts: Scripts, seeds: tuple[int, ...] = ()) -> Judgement:
    """The conclusion on an item whose probes ended as scripted."""
    return judge_item(asked, records(asked, scripts, seeds))


def kinds(judgement: Judgement) -> set[tuple[str, str | None]]:
    """What was found: kind and option."""
    return {(finding.kind.value, finding.option) for finding in judgement.findings}
