"""The judge across instances, contexts and seeds: what differs, what is missing, what takes precedence."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proved_items import CLAIM, MISMATCH, OUTPUT, PROVED, SNIPPET, claim, output, snippet
from staging import (
    Script,
    Scripts,
    drawing,
    ends,
    gives,
    item,
    judged,
    kinds,
    prints,
    raises,
    records,
    returns,
    under,
    within,
)

from quizkit.model.bank import Fact
from quizkit.model.evidence import Checked, Evidence, Outcome, Raise
from quizkit.model.item import Item
from quizkit.model.verdict import Finding, FindingKind, Reason, Status
from quizkit.proof.case import Record
from quizkit.proof.judge import judge_item
from quizkit.proof.judge_fact import judge_fact
from quizkit.proof.plan import Planned, Role, further, plan_fact, plan_item

UNDECIDED = sorted(set(Outcome) - {Outcome.RETURNED, Outcome.RAISED, Outcome.EXITED})


def only(judged_findings: tuple[Finding, ...], kind: FindingKind) -> list[Finding]:
    return [found for found in judged_findings if found.kind is kind]


# A question that is right for some networks only

ARCHITECTURES = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
NARROW, WIDE = ARCHITECTURES[:2], ARCHITECTURES[2:]
TOO_WIDE = drawing(raises("RuntimeError", "forward", "mat1 and mat2 shapes cannot be multiplied (2x512 and 2048x10)"))
TOO_NARROW = drawing(raises("RuntimeError", "forward", MISMATCH))


def which(names: list[str], script: Script, otherwise: Script) -> Script:
    return within({f"arch={name}": script for name in names}, otherwise)


WHICH_HEAD = item(
    "snippet",
    options={
        "fc-2048": {"code": "model.fc = nn.Linear(2048, 10)"},
        "classifier": {"code": "model.classifier = nn.Linear(2048, 10)", "fails": "ten outputs"},
        "fc-512": {
            "code": "model.fc = nn.Linear(512, 10)",
            "fails": {"raises": "RuntimeError", "during": "forward", "match": "mat1 and mat2"},
        },
        "head": {"code": "model.head = nn.Linear(512, 10)", "fails": "ten outputs"},
    },
    key=["fc-2048"],
    setup="model = models.$arch(weights='DEFAULT')",
    then={"forward": "logits = model(torch.randn(2, 3, 224, 224))"},
    expect={"ten outputs": "logits.shape == (2, 10)"},
    contexts={"arch": ARCHITECTURES},
)
HEADS: Scripts = {
    "premise": drawing(returns("ten outputs")),
    "option fc-2048": which(WIDE, drawing(returns()), TOO_WIDE),
    "option fc-512": which(NARROW, drawing(returns()), TOO_NARROW),
    "option classifier": drawing(returns("ten outputs")),
    "option head": drawing(returns("ten outputs")),
}


def test_a_key_that_holds_for_some_networks_only_is_context_dependent_with_the_table() -> None:
    judgement = judged(WHICH_HEAD, HEADS)
    assert judgement.status is Status.REFUTED
    assert kinds(judgement) == {("context-dependent", "fc-2048"), ("context-dependent", "fc-512")}
    silent, error = "not ten outputs", "RuntimeError during forward"
    expected = (
        ("", "fc-2048", "classifier", "fc-512", "head"),
        ("arch=resnet18", error, silent, "holds", silent),
        ("arch=resnet34", error, silent, "holds", silent),
        ("arch=resnet50", "holds", silent, error, silent),
        ("arch=resnet101", "holds", silent, error, silent),
        ("arch=resnet152", "holds", silent, error, silent),
    )
    assert [found.table for found in judgement.findings] == [expected, expected]
    details = judgement.findings[0].details
    assert details[0] == "arch=resnet50, seed 0: holds"
    assert "2x512 and 2048x10" in "\n".join(details)


def test_a_declared_message_may_differ_from_context_to_context() -> None:
    fails = {"raises": "RuntimeError", "during": "forward", "match": "2x$width and"}
    asked = snippet(
        options={"right": {"code": "m.fc = 1"}, "wide": {"code": "m.fc = 2", "fails": fails}},
        contexts=[{"width": "512"}, {"width": "2048"}],
        then={"forward": "y = m($width)"},
    )

    def wide(width: str) -> Script:
        return raises("RuntimeError", "forward", f"(2x{width} and 1x10)")

    told = within({"width=512": wide("512"), "width=2048": wide("2048")})
    assert judged(asked, {**SNIPPET, "option wide": told}).status is Status.PROVED
    swapped = within({"width=512": wide("512"), "width=2048": wide("512")})
    assert kinds(judged(asked, {**SNIPPET, "option wide": swapped})) == {("wrong-reason", "wide")}


TWO: dict[str, Any] = {"contexts": {"arch": ["a", "b"]}, "then": {"forward": "y = $arch(1)"}}


def in_b(usual: Script, other: Script) -> Script:
    return within({"arch=b": other}, usual)


@pytest.mark.parametrize(
    ("name", "other", "found"),
    [
        ("premise", returns(), ("false-premise", None)),
        ("option right", returns("ten"), ("context-dependent", "right")),
        ("option right", raises("NameError", "forward"), ("context-dependent", "right")),
        ("option silent", returns(), ("context-dependent", "silent")),
        ("option silent", returns("finite"), ("wrong-reason", "silent")),
        ("option wide", raises("RuntimeError", "forward", "other"), ("wrong-reason", "wide")),
    ],
)
def test_every_context_counts(name: str, other: Script, found: tuple[str, str | None]) -> None:
    judgement = judged(snippet(**TWO), {**SNIPPET, name: in_b(SNIPPET[name], other)})
    assert kinds(judgement) == {found}
    assert judgement.status is Status.REFUTED
    spans = judgement.findings[0].kind is FindingKind.CONTEXT_DEPENDENT
    assert judgement.findings[0].context == ("" if spans else "arch=b")
    assert judgement.findings[0].seed == (None if spans else 0)


@pytest.mark.parametrize(
    ("name", "other", "found"),
    [
        ("premise", returns(), ("false-premise", None)),
        ("option right", returns("ten"), ("nondeterministic", "right")),
        ("option silent", returns(), ("nondeterministic", "silent")),
        ("option silent", returns("finite"), ("wrong-reason", "silent")),
        ("option wide", raises("NameError", "forward"), ("wrong-reason", "wide")),
    ],
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_every_seed_counts(name: str, other: Script, found: tuple[str, str | None], seed: int) -> None:
    judgement = judged(snippet(), {**SNIPPET, name: under({seed: other}, SNIPPET[name])})
    assert kinds(judgement) == {found}
    assert judgement.status is Status.REFUTED


@pytest.mark.parametrize("seed", [5, 9])
def test_every_fixed_seed_counts(seed: int) -> None:
    scripts = {**SNIPPET, "option right": under({seed: returns("ten")}, returns())}
    assert kinds(judged(snippet(seeds=[5, 9]), scripts)) == {("nondeterministic", "right")}
    assert kinds(judged(snippet(), scripts, seeds=(5, 9))) == {("nondeterministic", "right")}


def test_chance_is_told_with_the_table_of_seeds() -> None:
    scripts = {**SNIPPET, "option right": under({1: returns("ten")}, returns())}
    [found] = judged(snippet(), scripts).findings
    assert found.table == (
        ("", "right", "silent", "wide", "plain"),
        ("seed 0", "holds", "not ten", "RuntimeError during forward", "not finite"),
        ("seed 1", "not ten", "not ten", "RuntimeError during forward", "not finite"),
        ("seed 2", "holds", "not ten", "RuntimeError during forward", "not finite"),
    )
    assert found.details[:1] == ("seed 0: holds",)
    assert "seed 1: not ten" in found.details
    assert (found.seed, found.context, found.option) == (None, "", "right")


def test_what_differs_takes_the_place_of_what_is_wrong_with_that_option_alone() -> None:
    scripts = {
        **SNIPPET,
        "option right": in_b(returns(), returns("ten")),
        "option silent": in_b(returns("finite"), returns()),
        "option plain": returns(),
        "option wide": raises("NameError", "forward"),
    }
    assert kinds(judged(snippet(**TWO), scripts)) == {
        ("context-dependent", "right"),
        ("context-dependent", "silent"),
        ("distractor-holds", "plain"),
        ("wrong-reason", "wide"),
    }


def test_chance_in_one_context_is_not_taken_for_the_context() -> None:
    chancy = under({1: returns("ten")}, returns())
    judgement = judged(snippet(**TWO), {**SNIPPET, "option right": in_b(returns(), chancy)})
    assert kinds(judgement) == {("nondeterministic", "right")}
    assert ("arch=b, seed 1", "not ten", "not ten", "RuntimeError during forward", "not finite") in (
        judgement.findings[0].table
    )


def test_chance_and_context_are_both_told() -> None:
    three = {"contexts": {"arch": ["a", "b", "c"]}, "then": {"forward": "y = $arch(1)"}}
    chancy = under({1: returns("ten")}, returns())
    told = within({"arch=a": returns(), "arch=b": returns("ten"), "arch=c": chancy})
    judgement = judged(snippet(**three), {**SNIPPET, "option right": told})
    assert kinds(judgement) == {("nondeterministic", "right"), ("context-dependent", "right")}
    [by_context] = only(judgement.findings, FindingKind.CONTEXT_DEPENDENT)
    assert [row[:2] for row in by_context.table[1:]] == [
        ("arch=a", "holds"), ("arch=b", "not ten"), ("arch=c", "differs by seed"),
    ]  # fmt: skip


def test_no_option_right_anywhere_is_none_holds_and_no_key_fails() -> None:
    scripts = {**SNIPPET, "option right": drawing(returns("ten"))}
    assert kinds(judged(snippet(**TWO), scripts)) == {("none-holds", None)}


def test_no_option_right_in_one_context_is_context_dependent() -> None:
    scripts = {**SNIPPET, "option right": in_b(returns(), returns("ten"))}
    assert kinds(judged(snippet(**TWO), scripts)) == {("context-dependent", "right")}


def test_none_holds_is_not_said_while_an_option_is_undecided() -> None:
    scripts = {**SNIPPET, "option right": returns("ten"), "option plain": ends(Outcome.TIMED_OUT)}
    assert kinds(judged(snippet(), scripts)) == {("key-fails", "right"), ("timed-out", "plain")}


def test_a_false_premise_is_told_once_a_context_and_nothing_else_is_judged() -> None:
    scripts = {**SNIPPET, "premise": drawing(returns()), "option right": returns("ten")}
    judgement = judged(snippet(**TWO), scripts)
    assert [(found.kind, found.context, found.seed) for found in judgement.findings] == [
        (FindingKind.FALSE_PREMISE, "arch=a", 0), (FindingKind.FALSE_PREMISE, "arch=b", 0),
    ]  # fmt: skip


def test_every_instance_counts() -> None:
    asked = snippet(variants=[{"n": "1"}, {"n": "2"}], setup="n = $n")

    def right(planned: Any) -> Evidence | None:
        return (returns("ten") if planned.instance == "asked?n=2" else returns())(planned)

    judgement = judged(asked, {**SNIPPET, "option right": right})
    assert [(found.kind, found.instance) for found in judgement.findings] == [(FindingKind.NONE_HOLDS, "asked?n=2")]


def test_an_option_that_says_two_things_may_draw_in_one_of_them() -> None:
    scripts = {**OUTPUT, "claim right": under({2: returns(claim=False)}, returns())}
    assert kinds(judged(output(), scripts)) == {("nondeterministic", "right")}


def test_a_stated_value_stands_for_every_seed() -> None:
    scripts = {**OUTPUT, "program": under({2: prints("torch.Size([1, 6])")}, OUTPUT["program"])}
    assert kinds(judged(output(seeds=[1, 2]), scripts)) == {
        ("nondeterministic", "right"),
        ("nondeterministic", "other"),
    }


# No fault ever yields proved

Change = Callable[[Evidence], Evidence | None]


def with_(**facts: Any) -> Change:
    """What came back, but for some of its facts."""
    return lambda evidence: evidence.model_copy(update=facts)


CHANGES: dict[str, Change] = {
    "no evidence": lambda _: None,
    **{outcome.value: with_(outcome=outcome) for outcome in (*UNDECIDED, Outcome.EXITED)},
    "evidence of another probe": with_(digest="0" * 64),
    "no last word": lambda evidence: Evidence(
        digest=evidence.digest, environment=evidence.environment, outcome=evidence.outcome
    ),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", PROVED)
def test_no_single_fault_leaves_an_item_proved(name: str, change: str) -> None:
    asked, scripts = PROVED[name]
    whole = records(asked, scripts)
    may_refute = change in (Outcome.EXITED, "no last word")
    for index, (planned, evidence) in enumerate(whole):
        assert evidence is not None
        changed = [*whole[:index], (planned, CHANGES[change](evidence)), *whole[index + 1 :]]
        judgement = judge_item(asked, changed)
        assert judgement.status is not Status.PROVED, planned.label()
        if not may_refute:
            assert judgement.status is Status.UNDECIDED, planned.label()


@pytest.mark.parametrize("name", PROVED)
def test_no_record_can_be_lost(name: str) -> None:
    asked, scripts = PROVED[name]
    whole = records(asked, scripts)
    for index, (planned, _) in enumerate(whole):
        judgement = judge_item(asked, [*whole[:index], *whole[index + 1 :]])
        assert judgement.status is Status.UNDECIDED, planned.label()
        assert {found.kind for found in judgement.findings} == {Reason.SANDBOX_FAILED}


@pytest.mark.parametrize("name", PROVED)
def test_nothing_run_proves_nothing(name: str) -> None:
    asked, _ = PROVED[name]
    judgement = judge_item(asked, [])
    assert judgement.status is Status.UNDECIDED
    assert {found.kind for found in judgement.findings} == {Reason.SANDBOX_FAILED}


@pytest.mark.parametrize("outcome", UNDECIDED)
def test_an_outcome_that_decides_nothing_is_the_reason(outcome: Outcome) -> None:
    [found] = judged(snippet(), {**SNIPPET, "option wide": ends(outcome)}).findings
    assert found.kind == Reason(outcome.value)
    assert (found.option, found.what, found.path) == ("wide", "told by the supervisor", ("options", 2))


def test_a_refutation_stands_beside_what_is_undecided() -> None:
    scripts = {**SNIPPET, "option right": in_b(returns("ten"), ends(Outcome.TIMED_OUT))}
    judgement = judged(snippet(**TWO), scripts)
    assert kinds(judgement) == {("key-fails", "right"), ("timed-out", "right")}
    assert judgement.status is Status.REFUTED


def test_a_part_that_fails_refutes_though_the_other_is_undecided() -> None:
    scripts = {**OUTPUT, "program": prints("7", 7), "claim right": ends(Outcome.CRASHED)}
    assert kinds(judged(output(), scripts)) == {("none-holds", None), ("crashed", "right")}


def test_an_undecided_premise_keeps_an_item_from_being_proved_and_not_from_being_refuted() -> None:
    scripts = {**CLAIM, "premise": ends(Outcome.TIMED_OUT)}
    assert kinds(judged(claim(), scripts)) == {("timed-out", None)}
    scripts["claim wrong"] = returns()
    assert kinds(judged(claim(), scripts)) == {("timed-out", None), ("distractor-holds", "wrong")}


def test_seeds_that_a_drawing_probe_was_not_run_under_are_missed() -> None:
    scripts = {**SNIPPET, "option right": drawing(returns()), "option wide": drawing(SNIPPET["option wide"])}
    whole = records(snippet(), scripts)
    cut = [each for each in whole if (each[0].option, each[0].probe.seed) != ("wide", 2)]
    assert len(cut) == len(whole) - 1
    assert kinds(judge_item(snippet(), cut)) == {("sandbox-failed", "wide")}


def test_two_rows_that_read_alike_are_never_judged_as_one() -> None:
    table = [{"a": "1, b=2", "b": "3"}, {"a": "1", "b": "2, b=3"}]
    asked = snippet(contexts=table, then={"forward": "y = ($a, $b)"})
    judgement = judged(asked, SNIPPET)
    assert judgement.status is Status.UNDECIDED
    assert "read alike" in judgement.findings[0].what


@pytest.mark.parametrize("seen", [None, "timed-out"])
def test_of_two_records_of_one_probe_the_worse_counts(seen: str | None) -> None:
    whole = records(snippet(), SNIPPET)
    planned, evidence = whole[1]
    assert evidence is not None
    worse = evidence.model_copy(update={"outcome": Outcome(seen)}) if seen else None
    assert judge_item(snippet(), [*whole, whole[1]]).status is Status.PROVED
    assert judge_item(snippet(), [*whole, (planned, worse)]).status is Status.UNDECIDED
    assert judge_item(snippet(), [(planned, worse), *whole]).status is Status.UNDECIDED


@pytest.mark.parametrize(
    "broken",
    [
        {"expectations": {"ten": Checked(holds=True)}},
        {"expectations": {}},
        {"raised": Raise(type="E", message="", phase="then")},
        {"outcome": Outcome.RAISED},
    ],
)
def test_evidence_that_lacks_a_part_is_a_fault(broken: dict[str, Any]) -> None:
    judgement = judged(snippet(), {**SNIPPET, "option right": returns(**broken)})
    assert kinds(judgement) == {("sandbox-failed", "right")}


# The order of options never matters

SCRIPTS: list[Script] = [
    returns(), returns("ten"), returns("finite"), returns("ten", "finite"), raises("NameError", "forward"),
    raises("RuntimeError", "forward", MISMATCH), ends(Outcome.TIMED_OUT), ends(Outcome.EXITED), ends(None),
    under({1: returns("ten")}, returns()), in_b(returns(), returns("ten")),
]  # fmt: skip


def reordered(asked: Item, order: list[int]) -> Item:
    options = tuple(asked.options[index] for index in order)
    return asked.model_copy(update={"options": options})


def unordered(findings: tuple[Finding, ...]) -> set[tuple[object, ...]]:
    """Findings without their places; tables with options as columns, by name."""
    return {
        (
            found.kind, found.what, found.instance, found.option, found.shown, found.context, found.seed,
            found.remedy, tuple(sorted(found.details)), tuple(sorted(zip(*found.table, strict=True))),
        )
        for found in findings
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_options_never_matters(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(["snippet, contexts", "snippet", "snippet, negated"]))
    asked, usual = PROVED[name]
    if "contexts" not in name:
        asked = snippet(**TWO, negated=asked.negated, key=asked.key)
    scripts = {key: data.draw(st.sampled_from([script, *SCRIPTS])) for key, script in usual.items()}
    order = data.draw(st.permutations(range(len(asked.options))))
    other = reordered(asked, list(order))
    assert plan_item(asked, "p") == plan_item(other, "p")
    one, two = judged(asked, scripts), judged(other, scripts)
    assert one.status is two.status
    assert unordered(one.findings) == unordered(two.findings)


@pytest.mark.parametrize("name", PROVED)
def test_a_proved_item_stays_proved_in_any_order(name: str) -> None:
    asked, scripts = PROVED[name]
    backwards = list(reversed(range(len(asked.options))))
    assert plan_item(asked, "p") == plan_item(reordered(asked, backwards), "p")
    assert judged(reordered(asked, backwards), scripts).status is Status.PROVED


@pytest.mark.parametrize("name", [name for name in PROVED if "negated" not in name])
def test_any_other_key_is_refuted(name: str) -> None:
    asked, scripts = PROVED[name]
    for option in asked.options:
        if option.id not in asked.key:
            lying = asked.model_copy(update={"key": (option.id,)})
            assert judged(lying, scripts).status is Status.REFUTED


# Facts

FACT = Fact(given="m = load()", value="m.width")


CONTRASTED = Fact(given="m = load(wide=True)", value="m.width", differs_from="other")


def fact_records(script: Script, *, seeds: tuple[int, ...] = (), fact: Fact = FACT) -> list[Record]:
    waiting, found = plan_fact("width", {"width": fact, "other": FACT}, "", seeds), []
    while waiting:
        planned = waiting.pop(0)
        evidence = script(planned)
        found.append((planned, evidence))
        waiting += further(planned, evidence) if evidence is not None else []
    return found


@pytest.mark.parametrize(
    ("script", "status", "kind"),
    [
        (gives(512), Status.PROVED, None),
        (drawing(gives(512)), Status.PROVED, None),
        (under({0: gives(0.5)}, gives(0.50001)), Status.PROVED, None),
        (under({1: gives(2048)}, gives(512)), Status.REFUTED, FindingKind.NONDETERMINISTIC),
        (under({1: gives(512.0)}, gives(512)), Status.REFUTED, FindingKind.NONDETERMINISTIC),
        (gives(AttributeError("width")), Status.REFUTED, FindingKind.FALSE_PREMISE),
        (raises("NameError", "given"), Status.REFUTED, FindingKind.FALSE_PREMISE),
        (ends(Outcome.EXITED), Status.REFUTED, FindingKind.FALSE_PREMISE),
        (ends(Outcome.TIMED_OUT), Status.UNDECIDED, Reason.TIMED_OUT),
        (ends(None), Status.UNDECIDED, Reason.SANDBOX_FAILED),
        (returns(), Status.UNDECIDED, Reason.SANDBOX_FAILED),
        (under({2: ends(Outcome.CRASHED)}, gives(512)), Status.UNDECIDED, Reason.CRASHED),
    ],
)
def test_a_fact_has_one_value(script: Script, status: Status, kind: FindingKind | Reason | None) -> None:
    judgement = judge_fact(fact_records(script))
    assert judgement.status is status
    assert [found.kind for found in judgement.findings] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("fact", "other", "status", "kind"),
    [
        (gives(2048), gives(512), Status.PROVED, None),
        (gives(512), gives(512), Status.REFUTED, FindingKind.INDISTINGUISHABLE),
        (gives(0.5), gives(0.50001), Status.REFUTED, FindingKind.INDISTINGUISHABLE),
        (drawing(gives(2048)), drawing(gives(512)), Status.PROVED, None),
        (gives(2048), drawing(under({2: gives(2048)}, gives(512))), Status.REFUTED, FindingKind.INDISTINGUISHABLE),
        (gives(2048), raises("NameError", "given"), Status.REFUTED, FindingKind.FALSE_PREMISE),
        (gives(2048), ends(Outcome.TIMED_OUT), Status.UNDECIDED, Reason.TIMED_OUT),
        (gives(2048), ends(None), Status.UNDECIDED, Reason.SANDBOX_FAILED),
    ],
)
def test_a_fact_differs_from_its_contrast(
    fact: Script, other: Script, status: Status, kind: FindingKind | Reason | None
) -> None:
    def script(planned: Planned) -> Evidence | None:
        return (other if planned.role is Role.CONTRAST else fact)(planned)

    judgement = judge_fact(fact_records(script, fact=CONTRASTED))
    assert judgement.status is status
    assert [found.kind for found in judgement.findings] == ([kind] if kind else [])


def test_a_fact_that_was_not_run_is_undecided() -> None:
    assert judge_fact([]).status is Status.UNDECIDED
