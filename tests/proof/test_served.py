"""What a learner is told of a proved item agrees with its key; and what is not proved is not served."""

from collections.abc import Callable
from typing import Any

import pytest
from proved_items import (
    CLAIM,
    DIAGNOSIS,
    OUTPUT,
    PROVED,
    RAISING,
    SNIPPET,
    claim,
    diagnosis,
    output,
    raising,
    snippet,
)
from staging import Scripts, records, returns

from quizkit.model.evidence import Outcome
from quizkit.model.item import Item
from quizkit.model.served import ServedItem
from quizkit.model.verdict import Status, Verdict
from quizkit.proof.judge import judge_item
from quizkit.proof.plan import plan_item
from quizkit.proof.served import program_digest, served_items


def served(item: Item, scripts: Scripts, environment: str = "here") -> list[ServedItem]:
    """Everything that may be served of an item, by the judge's own verdict."""
    known = list(records(item, scripts))
    status = judge_item(item, known).status
    return list(served_items(item, "p", Verdict(pattern="p", item=item.id, status=status), known, environment))


@pytest.mark.parametrize("name", PROVED)
def test_what_is_told_of_an_option_is_what_the_key_says(name: str) -> None:
    item, scripts = PROVED[name]
    found = served(item, scripts)
    assert found and {each.item for each in found} == {item.id}
    for each in found:
        assert each.key and set(each.key) == set(item.key)
        for option in each.options:
            told = [bool(one.checks) and all(check.holds for check in one.checks) for one in option.evidence]
            assert all(told) == option.holds == item.should_hold(option.id), (each.id, option.id)
            assert option.rationale == "Because." and option.text


@pytest.mark.parametrize("status", [each for each in Status if each is not Status.PROVED])
def test_what_is_not_proved_is_not_served(status: Status) -> None:
    verdict = Verdict(pattern="p", item="asked", status=status)
    assert not list(served_items(snippet(), "p", verdict, records(snippet(), SNIPPET), "here"))


def test_a_lie_is_not_served() -> None:
    assert not served(snippet(key=["silent"]), SNIPPET)


def test_a_snippet_is_told_by_its_expectations_or_its_exception() -> None:
    [found] = served(snippet(given="m = load()\nif m:\n    $option"), SNIPPET)
    assert found.given == "m = load()\nif m:\n    ____" and found.stages == (("forward", "y = m(1)"),)
    silent, wide = (found.option(name).evidence for name in ("silent", "wide"))
    assert [(each.name, each.source, each.wanted, each.got) for each in silent[0].checks] == [
        ("ten", "y == 10", "True", "False"), ("finite", "y > 0", "True", "True")
    ]  # fmt: skip
    raised = wide[0].raised
    assert raised is not None and not wide[0].checks and wide[0].outcome is Outcome.RAISED
    assert (raised.type, raised.phase) == ("RuntimeError", "forward") and raised.message.startswith("mat1 and mat2")
    assert found.premise == () and all(option.is_code for option in found.options)


def test_an_output_is_told_by_what_was_wanted_and_what_came() -> None:
    [found] = served(output(), OUTPUT)
    told = {option.id: option.evidence[0].checks[0] for option in found.options}
    assert (told["right"].wanted, told["right"].got, told["right"].source) == (
        "torch.Size([1, 5])", "torch.Size([1, 5])", "stdout"
    )  # fmt: skip
    assert told["other"].wanted == "torch.Size([1, 6])" and told["other"].holds is False
    assert told["raises"].wanted == "RuntimeError during given"
    assert [each.about for each in found.option("remark").evidence] == ["", "claim"]
    [late, *_] = served(raising(), RAISING)[0].option("late").evidence
    assert late.checks[0].got.startswith("ValueError during given, line 1: negative size")


def test_a_diagnosis_is_told_by_what_each_cure_changed_and_gave() -> None:
    [found] = served(diagnosis(), DIAGNOSIS)
    assert found.option("features").cure.splitlines() == [
        " m = load()", "-m.fc = Linear(1024, 10)", "+m.fc = Linear(512, 10)", " m.train()"
    ]  # fmt: skip
    assert found.option("sound").cure == "" and found.option("false").cure == ""
    assert [each.about for each in found.option("remark").evidence] == ["cure", "claim"]
    [fault] = found.premise
    assert fault.raised is not None and fault.raised.phase == "forward"


def test_several_may_be_chosen_where_several_are_right_or_sentences_are_judged() -> None:
    assert (
        served(claim(), CLAIM)[0].selects_several
        and served(snippet(negated=True, key=["silent", "wide", "plain"]), SNIPPET)[0].selects_several
    )
    assert not served(snippet(), SNIPPET)[0].selects_several


def test_contexts_in_which_the_same_happened_are_told_once() -> None:
    item = snippet(contexts={"arch": ["a", "b"]}, then={"forward": "y = $arch(1)"})
    [found] = served(item, SNIPPET)
    assert [each.contexts for each in found.option("right").evidence] == [("arch=a", "arch=b")]


def test_every_variant_is_served_as_it_reads() -> None:
    found = served(snippet(variants=[{"n": "1"}, {"n": "2"}], stem="What of $n?"), SNIPPET)
    assert [(each.id, each.item, each.stem) for each in found] == [
        ("asked?n=1", "asked", "What of 1?"), ("asked?n=2", "asked", "What of 2?")
    ]  # fmt: skip
    assert found[0].digest == found[1].digest


def test_where_it_was_proved_is_said() -> None:
    [here], [elsewhere] = served(snippet(), SNIPPET), served(snippet(), SNIPPET, "there")
    assert here.environments == ("here",) and here.is_proved_here and not elsewhere.is_proved_here
    both = {**SNIPPET, "option right": returns(environment="old \x1b[31m")}
    [mixed] = served(snippet(), both)
    assert mixed.environments == ("here", "old \\x1b[31m") and not mixed.is_proved_here


def digest(item: Item, prelude: str = "") -> str:
    return program_digest(item, plan_item(item, prelude))


@pytest.mark.parametrize(
    "changed",
    [
        lambda: snippet(stem="Which one?", hints=["Look."], steps=["So."], difficulty="hard", concepts=["b"]),
        lambda: snippet(limits={"cpu_seconds": 99}, seeds=[3], shuffle="false"),
        lambda: snippet(options=dict(reversed(_options().items()))),
    ],
)
def test_progress_survives_an_edit_of_prose(changed: Callable[[], Item]) -> None:
    assert digest(changed()) == digest(snippet()) == digest(snippet(), "import torch")


def _options() -> dict[str, Any]:
    return {option.id: option.model_dump(exclude={"id"}, exclude_unset=True) for option in snippet().options}


@pytest.mark.parametrize(
    "changes",
    [
        {"given": "m = load(2)"},
        {"key": ["silent"]},
        {"expect": {"ten": "y == 11", "finite": "y > 0"}},
        {"then": {"forward": "y = m(2)"}},
        {"setup": "n = 1"},
        {"negated": True},
    ],
)
def test_a_changed_program_or_key_is_another_question(changes: dict[str, Any]) -> None:
    assert digest(snippet(**changes)) != digest(snippet())
