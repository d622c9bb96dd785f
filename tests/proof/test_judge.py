"""The judge, kind by kind: from what happened to a status and to findings.

Each row of a table is a proved item with something gone another way, and what must be found then.
"""

import pytest
from proved_items import (
    CLAIM,
    DIAGNOSIS,
    MISMATCH,
    NO_FAULT,
    OBSERVED,
    OUTPUT,
    PROVED,
    RAISING,
    SILENT_FAULT,
    SNIPPET,
    claim,
    diagnosis,
    no_fault,
    observed,
    output,
    raising,
    silent_fault,
    snippet,
)
from staging import (
    Scripts,
    checks,
    drawing,
    ends,
    gives,
    judged,
    kinds,
    prints,
    raises,
    returns,
    size,
    states,
    tensor,
    value,
)

from quizkit.model.evidence import Checked, Observed, Outcome, Raise
from quizkit.model.item import Item
from quizkit.model.verdict import Status

REFUTED = Status.REFUTED
NAME_ERROR = raises("NameError", "forward", "name 'F' is not defined")
CHECK_RAISED = Checked(raised=Raise(type="NameError", message="name 'F' is not defined", phase="expect"))
NO_BOOLEAN = Checked(got=value(3))
SIZE = size(1, 5)


@pytest.mark.parametrize("name", PROVED)
def test_a_right_key_is_proved(name: str) -> None:
    asked, scripts = PROVED[name]
    judgement = judged(asked, scripts)
    assert judgement.findings == ()
    assert judgement.status is Status.PROVED


Row = tuple[str, Scripts, set[tuple[str, str | None]]]


def refutes(asked: Item, usual: Scripts, changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    judgement = judged(asked, {**usual, **changed})
    assert kinds(judgement) == found
    assert judgement.status is REFUTED
    # Of options of other kinds nobody can declare how they fail.
    can_declare = asked.kind in ("snippet", "diagnosis")
    assert can_declare or not any("`fails`" in finding.remedy for finding in judgement.findings)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"premise": returns()}, {("false-premise", None)}),
        ({"premise": raises("ModuleNotFoundError", "prelude")}, {("false-premise", None)}),
        ({"premise": raises("NameError", "setup")}, {("false-premise", None)}),
        ({"premise": ends(Outcome.EXITED)}, {("false-premise", None)}),
        ({"option right": returns("ten")}, {("none-holds", None)}),
        ({"option right": NAME_ERROR}, {("none-holds", None)}),
        ({"option right": ends(Outcome.EXITED)}, {("none-holds", None)}),
        ({"option right": checks(ten=NO_BOOLEAN)}, {("none-holds", None)}),
        ({"option right": returns("ten"), "option silent": returns()},
         {("key-fails", "right"), ("distractor-holds", "silent")}),
        ({"option silent": returns()}, {("distractor-holds", "silent")}),
        ({"option silent": returns("finite")}, {("wrong-reason", "silent")}),
        ({"option silent": NAME_ERROR}, {("wrong-reason", "silent")}),
        ({"option silent": checks(ten=CHECK_RAISED)}, {("wrong-reason", "silent")}),
        ({"option silent": checks(ten=NO_BOOLEAN)}, {("wrong-reason", "silent")}),
        ({"option silent": checks(ten=Checked(holds=False), finite=CHECK_RAISED)}, {("wrong-reason", "silent")}),
        ({"option silent": checks(ten=Checked(holds=False), finite=NO_BOOLEAN)}, {("wrong-reason", "silent")}),
        ({"option silent": ends(Outcome.EXITED)}, {("wrong-reason", "silent")}),
        ({"option wide": returns()}, {("distractor-holds", "wide")}),
        ({"option wide": returns("ten")}, {("wrong-reason", "wide")}),
        ({"option wide": NAME_ERROR}, {("wrong-reason", "wide")}),
        ({"option wide": raises("RuntimeError", "forward", "out of range")}, {("wrong-reason", "wide")}),
        ({"option wide": raises("RuntimeError", "option", MISMATCH)}, {("wrong-reason", "wide")}),
        ({"option wide": raises("ValueError", "forward", MISMATCH)}, {("wrong-reason", "wide")}),
        ({"option wide": raises("RuntimeError", "forward", MISMATCH, outcome=Outcome.EXITED)},
         {("wrong-reason", "wide")}),
        ({"option plain": NAME_ERROR}, {("wrong-reason", "plain")}),
        ({"option plain": checks(finite=CHECK_RAISED)}, {("wrong-reason", "plain")}),
        ({"option plain": checks(ten=Checked(holds=False), finite=NO_BOOLEAN)}, {("wrong-reason", "plain")}),
        ({"option plain": ends(Outcome.EXITED)}, {("wrong-reason", "plain")}),
    ],
)  # fmt: skip
def test_snippet(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(snippet(), SNIPPET, changed, found)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"option wide": returns()}, {("key-fails", "wide")}),
        ({"option right": returns("ten")}, {("distractor-holds", "right")}),
        ({"option right": NAME_ERROR}, {("distractor-holds", "right")}),
        ({"option wide": NAME_ERROR}, {("wrong-reason", "wide")}),
        ({f"option {name}": returns() for name in ("silent", "wide", "plain")}, {("none-holds", None)}),
    ],
)
def test_a_negated_item_asks_which_options_do_not_hold(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(snippet(negated=True, key=["silent", "wide", "plain"]), SNIPPET, changed, found)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"program": prints("torch.Size([1, 7])", tensor(1))}, {("none-holds", None)}),
        ({"program": NAME_ERROR},
         {("none-holds", None), ("wrong-reason", "remark"), ("wrong-reason", "other"), ("wrong-reason", "raises")}),
        ({"program": raises("RuntimeError", "given")},
         {("key-fails", "right"), ("distractor-holds", "raises"), ("wrong-reason", "other"),
          ("wrong-reason", "remark")}),
        ({"program": raises("ModuleNotFoundError", "prelude")}, {("false-premise", None)}),
        ({"program": ends(Outcome.EXITED)}, {("false-premise", None)}),
        ({"program": raises("RuntimeError", "given", outcome=Outcome.EXITED)}, {("false-premise", None)}),
        ({"claim right": returns(claim=False)}, {("none-holds", None)}),
        ({"claim right": returns(claim=CHECK_RAISED)}, {("none-holds", None)}),
        ({"claim right": returns(claim=NO_BOOLEAN)}, {("none-holds", None)}),
        ({"claim right": NAME_ERROR}, {("none-holds", None)}),
        ({"claim right": ends(Outcome.EXITED)}, {("none-holds", None)}),
        ({"claim remark": returns(claim=True)}, {("distractor-holds", "remark")}),
        ({"claim remark": returns(claim=CHECK_RAISED)}, {("wrong-reason", "remark")}),
        ({"claim remark": returns(claim=NO_BOOLEAN)}, {("wrong-reason", "remark")}),
        ({"claim remark": raises("E", "given", claim=False)}, {("wrong-reason", "remark")}),
        ({"claim remark": ends(Outcome.EXITED)}, {("wrong-reason", "remark")}),
        ({"values": states(right=SIZE, remark=SIZE, other=NameError("x"))},
         {("wrong-reason", "other")}),
        ({"values": states(right=SIZE, remark=SIZE, other=value(1, is_complete=False))},
         {("wrong-reason", "other")}),
        ({"values": states(right=NameError("x"), remark=SIZE, other=value(1))}, {("none-holds", None)}),
        ({"values": states(right=SIZE, remark=SIZE, other=SIZE)},
         {("distractor-holds", "other")}),
        ({"program": prints("torch.Size([1, 5])", SIZE, observed=Observed(cut_streams=("stdout",)))},
         {("none-holds", None), ("wrong-reason", "remark"), ("wrong-reason", "other")}),
    ],
)  # fmt: skip
def test_output(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(output(), OUTPUT, changed, found)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"program": gives(0.5, expectations={"small": Checked(holds=False)})}, {("false-premise", None)}),
        ({"program": gives(0.5, expectations={"small": CHECK_RAISED})}, {("false-premise", None)}),
        ({"program": raises("ValueError", "given")}, {("false-premise", None)}),
        ({"program": gives(0.2500001)}, {("key-fails", "right"), ("distractor-holds", "half")}),
        ({"program": gives(1.0)}, {("none-holds", None)}),
        ({"program": gives(0.5, expectations={"small": NO_BOOLEAN})}, {("false-premise", None)}),
        ({"program": gives(value(0.5, is_complete=False))},
         {("none-holds", None), ("wrong-reason", "half"), ("wrong-reason", "whole")}),
        ({"program": gives(NameError("x"))},
         {("none-holds", None), ("wrong-reason", "half"), ("wrong-reason", "whole")}),
        ({"values": states(right=0.5, half=0.50001, whole=1)}, {("indistinguishable", "half")}),
        ({"values": states(right=0.6, half=0.60001, whole=1)},
         {("none-holds", None), ("indistinguishable", "half")}),
        ({"values": states(right=0.5, half=ValueError("x"), whole=1)}, {("wrong-reason", "half")}),
        ({"values": ends(Outcome.EXITED)},
         {("none-holds", None), ("wrong-reason", "half"), ("wrong-reason", "whole")}),
    ],
)  # fmt: skip
def test_observed_output(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(observed(), OBSERVED, changed, found)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"program": raises("ValueError", "then", "negative")},
         {("key-fails", "right"), ("distractor-holds", "late"), ("wrong-reason", "other"),
          ("wrong-reason", "value")}),
        ({"program": raises("ValueError", "given", "too large")},
         {("none-holds", None), ("wrong-reason", "late"), ("wrong-reason", "other"), ("wrong-reason", "value")}),
        ({"program": prints("3", 3)}, {("key-fails", "right"), ("distractor-holds", "value")}),
        ({"program": prints("4", 4)}, {("none-holds", None)}),
        ({"values": states(value=NameError("x"))}, {("wrong-reason", "value")}),
        ({"program": raises("ValueError", "given", "negative", outcome=Outcome.EXITED)}, {("false-premise", None)}),
    ],
)  # fmt: skip
def test_raising_output(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(raising(), RAISING, changed, found)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"premise": returns()}, {("false-premise", None)}),
        ({"premise": returns("ten")}, {("false-premise", None)}),
        ({"premise": raises("RuntimeError", "forward", "other")}, {("false-premise", None)}),
        ({"premise": raises("RuntimeError", "given", MISMATCH)}, {("false-premise", None)}),
        ({"premise": NAME_ERROR}, {("false-premise", None)}),
        ({"premise": raises("RuntimeError", "forward", MISMATCH, outcome=Outcome.EXITED)}, {("false-premise", None)}),
        ({"cure features": returns("ten")}, {("none-holds", None)}),
        ({"cure features": NAME_ERROR}, {("none-holds", None)}),
        ({"cure features": ends(Outcome.EXITED)}, {("none-holds", None)}),
        ({"cure mode": returns()}, {("distractor-holds", "mode")}),
        ({"cure mode": returns("ten")}, {("wrong-reason", "mode")}),
        ({"cure mode": raises("RuntimeError", "forward", "other")}, {("wrong-reason", "mode")}),
        ({"cure mode": NAME_ERROR}, {("wrong-reason", "mode")}),
        ({"cure bare": DIAGNOSIS["cure mode"]}, {("wrong-reason", "bare")}),
        ({"cure sound": returns()}, {("distractor-holds", "sound")}),
        ({"cure remark": returns()}, {("distractor-holds", "remark")}),
        ({"cure remark": NAME_ERROR}, {("wrong-reason", "remark")}),
        ({"claim remark": raises("RuntimeError", "forward", MISMATCH, claim=CHECK_RAISED)},
         {("wrong-reason", "remark")}),
        ({"claim remark": raises("RuntimeError", "forward", MISMATCH, claim=NO_BOOLEAN)},
         {("wrong-reason", "remark")}),
        ({"claim false": raises("RuntimeError", "forward", MISMATCH, claim=True)}, {("distractor-holds", "false")}),
        ({"claim false": raises("RuntimeError", "forward", MISMATCH, claim=CHECK_RAISED)},
         {("wrong-reason", "false")}),
        ({"claim false": returns(claim=False)}, {("wrong-reason", "false")}),
        ({"claim false": raises("RuntimeError", "given", MISMATCH, claim=False)}, {("wrong-reason", "false")}),
        ({"claim false": raises("RuntimeError", "forward", MISMATCH, claim=False, outcome=Outcome.EXITED)},
         {("wrong-reason", "false")}),
    ],
)  # fmt: skip
def test_diagnosis(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(diagnosis(), DIAGNOSIS, changed, found)


def test_a_true_remark_is_no_cause() -> None:
    options = {
        "remark": {"text": "It has a head.", "claim": "had_fc"},
        "mode": {"text": "The mode.", "cure": {"train": "eval"}},
    }
    asked = diagnosis(options=options, key=["remark"])
    scripts = {**DIAGNOSIS, "claim remark": raises("RuntimeError", "forward", MISMATCH, claim=True)}
    judgement = judged(asked, scripts)
    assert kinds(judgement) == {("none-holds", None)}
    assert judgement.findings[0].details[:2] == (
        "remark: no cure and true",
        "  a true remark is no cause: it has no cure that was tried",
    )


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"premise": returns("finite")}, {("false-premise", None)}),
        ({"premise": returns()}, {("false-premise", None)}),
        ({"premise": checks(learns=Checked(holds=False), finite=CHECK_RAISED)}, {("false-premise", None)}),
        ({"premise": NAME_ERROR}, {("false-premise", None)}),
        ({"cure rate": returns("finite")}, {("none-holds", None)}),
        ({"cure step": returns("finite")}, {("wrong-reason", "step")}),
        ({"cure step": checks(learns=NO_BOOLEAN)}, {("wrong-reason", "step")}),
    ],
)
def test_diagnosis_of_a_script_that_runs(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(silent_fault(), SILENT_FAULT, changed, found)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"premise": raises("ValueError", "given")}, {("false-premise", None)}),
        ({"premise": returns("bound")}, {("false-premise", None)}),
        ({"premise": ends(Outcome.EXITED)}, {("false-premise", None)}),
        ({"cure sound": raises("ValueError", "given")}, {("none-holds", None)}),
        ({"claim one": returns(claim=True)}, {("distractor-holds", "one")}),
    ],
)
def test_diagnosis_of_a_sound_script(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(no_fault(), NO_FAULT, changed, found)


def test_without_a_premise_only_no_fault_can_be_the_key() -> None:
    options = {
        "edit": {"text": "The 1.", "cure": {"1": "2"}},
        "one": {"text": "The x.", "claim": "x != 1"},
    }
    scripts = {**NO_FAULT, "cure edit": returns()}
    assert kinds(judged(no_fault(options=options, key=["edit"]), scripts)) == {("false-premise", None)}


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"premise": returns("bound")}, {("false-premise", None)}),
        ({"premise": raises("ValueError", "given")}, {("false-premise", None)}),
        ({"premise": checks(bound=NO_BOOLEAN)}, {("false-premise", None)}),
        ({"claim right": returns(claim=False)}, {("key-fails", "right")}),
        ({"claim right": returns(claim=False), "claim also": returns(claim=False)}, {("none-holds", None)}),
        ({"claim right": raises("ValueError", "given", claim=True)}, {("key-fails", "right")}),
        ({"claim right": returns(claim=True, outcome=Outcome.EXITED)}, {("key-fails", "right")}),
        ({"claim wrong": returns(claim=True)}, {("distractor-holds", "wrong")}),
        ({"claim wrong": returns(claim=CHECK_RAISED)}, {("wrong-reason", "wrong")}),
        ({"claim wrong": returns(claim=NO_BOOLEAN)}, {("wrong-reason", "wrong")}),
        ({"claim wrong": raises("ValueError", "given", claim=False)}, {("wrong-reason", "wrong")}),
        ({"claim wrong": raises("NameError", "given", claim=CHECK_RAISED)}, {("wrong-reason", "wrong")}),
    ],
)
def test_claim(changed: Scripts, found: set[tuple[str, str | None]]) -> None:
    refutes(claim(), CLAIM, changed, found)


TWINS = [
    (snippet(options={"right": {"code": "m.fc = 1"}, "twin": {"code": "m.fc=1  # one"}, "plain": {"code": "pass"}}),
     {**SNIPPET, "option twin": returns()}),
    (snippet(options={"right": {"code": "m.fc = 1"}, "twin": {"code": "(m.fc) = 1", "fails": "ten"},
                      "plain": {"code": "pass"}}), {**SNIPPET, "option twin": returns("ten")}),
    (claim(options={"right": {"text": "One.", "claim": "x == 1"}, "twin": {"text": "1", "claim": " x  ==  1"},
                    "wrong": {"text": "Two.", "claim": "x == 2"}}, key=["right"]),
     {**CLAIM, "claim twin": returns()}),
    (diagnosis(options={"features": {"text": "The size.", "cure": {"1024": "512"}},
                        "twin": {"text": "The layer.", "cure": {"Linear(1024": "Linear( 512"}},
                        "mode": {"text": "The mode.", "cure": {"train": "eval"}}}),
     {**DIAGNOSIS, "cure twin": returns()}),
    (raising(options={"right": {"raises": "ValueError", "during": "given"},
                      "twin": {"raises": "ValueError", "during": "given", "text": "It fails."},
                      "value": {"value": "3"}}), RAISING),
    (output(options={"right": {"value": "5"}, "twin": {"value": "2 + 3"}, "other": {"value": "6"}}),
     {"program": prints("5", 5), "values": states(right=5, twin=5, other=6)}),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "scripts"), TWINS)
def test_a_distractor_that_says_the_same_is_indistinguishable(asked: Item, scripts: Scripts) -> None:
    judgement = judged(asked, scripts)
    assert kinds(judgement) == {("indistinguishable", "twin")}
    assert judgement.findings[0].path == ("options", 1)


def test_numbers_too_near_to_tell_apart_name_the_tolerance_that_tells_them_apart() -> None:
    options = {"right": {"value": "0.3"}, "twin": {"value": "0.1 + 0.2"}}
    scripts = {"program": prints("0.3", 0.3), "values": states(right=0.3, twin=0.1 + 0.2)}
    (found,) = judged(output(options=options), scripts).findings
    assert (found.kind, found.option) == ("indistinguishable", "twin")
    assert "`tolerance`" in found.remedy
    assert judged(output(options=options, tolerance=1e-17), scripts).status is Status.PROVED


def test_equal_evidence_makes_no_two_options_the_same() -> None:
    asked = snippet(options={"right": {"code": "m.fc = 1"}, "a": {"code": "m.head = 1"}, "b": {"code": "m.top = 1"}})
    scripts = {**SNIPPET, "option a": returns("ten"), "option b": returns("ten")}
    assert judged(asked, scripts).status is Status.PROVED


def test_a_finding_tells_where_and_what() -> None:
    judgement = judged(
        snippet(), {**SNIPPET, "option silent": raises("NameError", "forward", "name 'F' is not here")}
    )
    [found] = judgement.findings
    assert (found.option, found.shown, found.path) == ("silent", "m.head = 1", ("options", 1))
    assert (found.instance, found.context, found.seed) == ("", "", 0)
    assert found.what == "silent fails, but not as declared: NameError during forward"
    assert found.details == (
        "raised NameError during forward, line 1: name 'F' is not here",
        "declared: ten is False, and nothing raises",
    )
    assert found.remedy


def test_a_finding_tells_what_was_wanted_and_got() -> None:
    def wide(*_: object) -> Checked:
        return Checked.model_validate(
            {"holds": False, "sub_values": [{"source": "y.shape", "value": tensor(2, 1000).model_dump()}]}
        )

    judgement = judged(snippet(), {**SNIPPET, "option right": checks(ten=wide()), "option plain": returns()})
    fails = next(found for found in judgement.findings if found.kind == "key-fails")
    assert fails.details == ("ten: y == 10 -> False", "  y.shape -> tensor([2, 1000])", "finite: y > 0 -> True")


def test_where_nothing_holds_what_the_key_gave_is_told() -> None:
    [found] = judged(observed(), {**OBSERVED, "program": gives(0.75)}).findings
    assert found.details == (
        "right: different",
        "  observed: x -> 0.75 (float)",
        "  option: 0.5 (float)",
        "half: different",
        "whole: different",
    )
    assert found.path == ("key",)


def test_a_drawing_program_is_judged_as_any_other() -> None:
    scripts = {name: drawing(script) for name, script in SNIPPET.items()}
    assert kinds(judged(snippet(), {**scripts, "option silent": drawing(returns())})) == {
        ("distractor-holds", "silent")
    }
