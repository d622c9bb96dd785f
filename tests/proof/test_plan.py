"""What is planned: every option, every context, variant and seed; each in a probe of its own."""

from typing import Any

import pytest
from proved_items import PROVED, claim, diagnosis, no_fault, observed, output, raising, snippet
from staging import item, returns

from quizkit.model.bank import Fact
from quizkit.model.item import Item
from quizkit.proof.plan import Planned, Role, further, plan_fact, plan_item


def planned(asked: Item, **more: Any) -> dict[str, Planned]:
    """What is planned for an item, by what it is for."""
    found = {
        f"{p.role.value}{f' {p.option}' if p.option else ''}": p for p in plan_item(asked, "import torch", **more)
    }
    assert len(found) == len(plan_item(asked, "import torch", **more))
    return found


def program(entry: Planned) -> list[tuple[str, str]]:
    return [(part.phase, part.source) for part in entry.probe.parts]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (snippet(), ["option plain", "option right", "option silent", "option wide", "premise"]),
        (output(), ["claim remark", "claim right", "program", "values"]),
        (observed(), ["program", "values"]),
        (raising(options={"a": {"raises": "E", "during": "given"}, "b": {"raises": "F", "during": "given"}},
                 key=["a"]), ["program"]),
        (diagnosis(), ["claim false", "claim remark", "cure bare", "cure features", "cure mode", "cure remark",
                       "cure sound", "premise"]),
        (no_fault(), ["claim one", "cure sound", "premise"]),
        (claim(), ["claim also", "claim right", "claim wrong", "premise"]),
    ],
)  # fmt: skip
def test_every_option_and_the_premise_has_its_probe(asked: Item, names: list[str]) -> None:
    assert sorted(planned(asked)) == names


def test_an_option_follows_given_and_the_premise_has_none() -> None:
    found = planned(snippet(setup="s = 1"))
    assert program(found["option right"]) == [
        ("setup", "s = 1"), ("given", "m = load()"), ("option", "m.fc = 1"), ("forward", "y = m(1)"),
    ]  # fmt: skip
    assert program(found["premise"]) == [("setup", "s = 1"), ("given", "m = load()"), ("forward", "y = m(1)")]
    assert found["premise"].probe.expectations == {"ten": "y == 10", "finite": "y > 0"}
    assert found["premise"].probe.prelude == "import torch"


def test_an_option_goes_where_its_place_is_marked() -> None:
    found = planned(snippet(given="with x:\n    $option\nz = 1"))
    assert program(found["option right"])[0] == ("given", "with x:\n    m.fc = 1\nz = 1")
    assert program(found["premise"])[0] == ("given", "with x:\n    pass\nz = 1")


def test_one_run_serves_all_options_of_an_output_item() -> None:
    found = planned(output())
    assert found["program"].probe.reads_stdout
    assert found["program"].probe.claim is None
    assert found["values"].probe.values == {
        "other": "torch.Size([1, 6])", "remark": "torch.Size([1, 5])", "right": "torch.Size([1, 5])",
    }  # fmt: skip
    assert found["values"].probe.parts == ()
    assert found["claim remark"].probe.claim == "n == 6"
    assert program(found["claim remark"]) == program(found["program"])
    assert not planned(observed())["program"].probe.reads_stdout


def test_a_cure_is_tried_on_the_whole_script() -> None:
    found = planned(diagnosis())
    assert program(found["cure features"])[0] == ("given", "m = load()\nm.fc = Linear(512, 10)\nm.train()")
    assert found["cure features"].probe.expectations == {"ten": "y == 10"}
    assert found["cure sound"].probe.digest == found["premise"].probe.digest
    assert found["claim false"].probe.expectations == {}


def test_each_context_and_each_variant_is_planned_by_itself() -> None:
    asked = snippet(
        contexts={"arch": ["a", "b"]}, variants=[{"n": "1"}, {"n": "2"}], then={"forward": "y = $arch($n)"}
    )
    found = plan_item(asked, "")
    assert len(found) == 5 * 2 * 2
    assert {(p.instance, p.context, p.probe.parts[-1].source) for p in found} == {
        (f"asked?n={n}", f"arch={arch}", f"y = {arch}({n})") for n in "12" for arch in "ab"
    }
    assert len({p.probe.digest for p in found}) == len(found)


def test_what_a_probe_needs_is_what_its_item_requires() -> None:
    asked = snippet(requires=["weights", "torch>=2.0"], limits={"cpu_seconds": 3, "threads": 2})
    for entry in plan_item(asked, ""):
        assert entry.probe.requires == ("weights",)
        assert (entry.probe.limits.cpu_seconds, entry.probe.limits.threads) == (3, 2)


def seeds_of(found: list[Planned]) -> dict[Role, list[int]]:
    return {role: [p.probe.seed for p in found if p.role is role] for role in {p.role for p in found}}


@pytest.mark.parametrize(
    ("own", "asked_for", "seeds"),
    [(None, (), [0]), ([4, 5], (), [4, 5]), (None, (7, 8), [7, 8]), ([4, 5], (7,), [7])],
)
def test_seeds(own: list[int] | None, asked_for: tuple[int, ...], seeds: list[int]) -> None:
    found = plan_item(output(seeds=own), "", asked_for)
    assert seeds_of(found) == {Role.PROGRAM: seeds, Role.CLAIM: seeds * 2, Role.VALUES: [0]}


@pytest.mark.parametrize(("drew", "fixed", "seeds"), [(False, (), []), (True, (), [1, 2]), (True, (0,), [])])
def test_other_seeds_follow_if_random_numbers_were_drawn_and_none_are_fixed(
    drew: bool, fixed: tuple[int, ...], seeds: list[int]
) -> None:
    for entry in plan_item(snippet(), "", fixed):
        evidence = returns(drew_random=drew)(entry)
        assert evidence is not None
        more = further(entry, evidence)
        assert [each.probe.seed for each in more] == seeds
        assert all(each.probe.digest != entry.probe.digest for each in more)
        assert all((each.role, each.option) == (entry.role, entry.option) for each in more)
        assert not [last for each in more for last in further(each, evidence)]


def test_what_options_state_never_follows_chance() -> None:
    values = planned(output())["values"]
    evidence = returns(drew_random=True)(values)
    assert evidence is not None
    assert further(values, evidence) == []


def test_a_fact_is_one_observed_expression() -> None:
    [entry] = plan_fact("width", {"width": Fact(given="m = load()", value="m.width")}, "import torch")
    assert program(entry) == [("given", "m = load()")]
    assert (entry.probe.observe, entry.probe.prelude, entry.instance) == ("m.width", "import torch", "fact:width")
    assert [p.probe.seed for p in plan_fact("width", {"width": Fact(value="1")}, "", (3, 4))] == [3, 4]


def test_a_fact_is_measured_beside_the_one_it_must_differ_from() -> None:
    facts = {"after": Fact(value="x", differs_from="before"), "before": Fact(value="y")}
    entries = plan_fact("after", facts, "import math")
    assert [(each.role, each.probe.observe) for each in entries] == [(Role.PROGRAM, "x"), (Role.CONTRAST, "y")]
    [before] = plan_fact("before", facts, "import math")
    assert entries[1].probe.digest == before.probe.digest


def test_a_probe_has_a_name_for_people() -> None:
    asked = snippet(contexts={"arch": ["a"]}, then={"forward": "y = $arch"})
    assert plan_item(asked, "")[0].label() == "asked option plain [arch=a] seed 0"


@pytest.mark.parametrize("name", PROVED)
def test_a_plan_is_the_same_every_time(name: str) -> None:
    asked, _ = PROVED[name]
    one, two = plan_item(asked, "p"), plan_item(asked.model_copy(), "p")
    assert [p.probe.digest for p in one] == [p.probe.digest for p in two]


def test_a_plan_sees_no_text_that_is_not_run() -> None:
    def digests(**texts: Any) -> set[str]:
        asked = item(
            "claim",
            **texts,
            key=["a"],
            options={"a": {"text": texts.get("stem", "?"), "claim": "x == 1"}, "b": {"text": "b", "claim": "x == 2"}},
        )
        return {p.probe.digest for p in plan_item(asked, "")}

    assert digests() == digests(stem="Another wording?", hints=["h"], difficulty="hard")
