"""A line of a lock: nothing volatile in it, all that the judge needs, and when two say the same."""

import json
from typing import Any

import pytest
from proved_items import PROVED
from staging import records, size, tensor, value

from quizkit.model.evidence import Checked, Evidence, Observed, Outcome, Raise, Read, SubValue, Value
from quizkit.model.probe import Probe
from quizkit.model.verdict import Status
from quizkit.proof.judge import judge_item
from quizkit.proof.line import Line, equivalent, in_short, line_of

PLAIN = Probe()
READING = Probe(reads_stdout=True)
ADDRESS = 0x7F3C5A1B2C40


def evidence(**facts: Any) -> Evidence:
    return Evidence.model_validate({"digest": "d" * 64, "environment": "here", "outcome": Outcome.RETURNED, **facts})


def told(got: Value) -> Line:
    """What a line keeps of a value behind an expectation."""
    checked = Checked(holds=True, got=value(True), sub_values=(SubValue(source="x", value=got),))
    line = line_of(PLAIN, evidence(expectations={"fits": checked}))
    kept: Line = line["expectations"]["fits"]["sub_values"][0]["value"]
    return kept


def claimed(**facts: Any) -> Line:
    return line_of(PLAIN, evidence(claim=Checked(holds=True), **facts))


@pytest.mark.parametrize("name", PROVED)
def test_what_is_proved_is_proved_by_its_lines_too(name: str) -> None:
    item, scripts = PROVED[name]
    lines = [(planned, line_of(planned.probe, found)) for planned, found in records(item, scripts) if found]
    read = [(planned, Evidence.model_validate(json.loads(json.dumps(line)))) for planned, line in lines]
    assert judge_item(item, read).status is Status.PROVED


def test_a_line_has_no_times_memory_or_output_of_no_matter() -> None:
    seen = Observed(cpu_seconds=1.5, wall_seconds=2.5, peak_memory_mib=300.0, exit_code=0)
    line = line_of(PLAIN, evidence(observed=seen, stdout="epoch 1\n", stderr="warning\n"))
    assert line == {"digest": "d" * 64, "environment": "here", "outcome": "returned"}


@pytest.mark.parametrize(
    "message",
    [
        "bad object at 0x7f3c5a1b2c40",
        "no file /home/me/project/weights.pt",
        "see line 12",
    ],
)
def test_a_message_is_kept_without_addresses_paths_and_lines(message: str) -> None:
    raised = Raise(type="OSError", message=message, phase="forward", line=3)
    kept = line_of(PLAIN, evidence(outcome=Outcome.RAISED, raised=raised))["raised"]
    assert kept.keys() == {"type", "phase", "message"}
    assert not any(word in kept["message"] for word in ("0x7f", "/home", "12"))


def test_a_message_is_kept_to_its_end_since_match_may_be_there() -> None:
    message = "size mismatch " * 50 + "for fc.weight"
    raised = Raise(type="RuntimeError", message=message, phase="load")
    assert line_of(PLAIN, evidence(outcome=Outcome.RAISED, raised=raised))["raised"]["message"].endswith("fc.weight")


@pytest.mark.parametrize(
    ("got", "kept"),
    [
        (value(10), {"scalar": 10, "text": "10"}),
        (value(True), {"scalar": True, "text": "True"}),
        (value(0.123456789), {"scalar": 0.1235, "text": "0.1235"}),
        (value(0.5), {"scalar": 0.5, "text": "0.5"}),
        (size(2, 1000), {"text": "torch.Size([2, 1000])"}),
        (value(ADDRESS), {"text": "…", "is_complete": False}),
        (value("<Net at 0x7f3c5a1b2c40>"), {"text": "'<Net at 0x…>'", "is_complete": False}),
        (value([0.123456789, 1]), {"text": "[0.1235, 1]"}),
        (tensor(1, 2), {"numbers": [1, 2], "shape": [2], "text": "tensor([1, 2])"}),
        (
            tensor(0.123456789, 2.0, dtype="torch.float32"),
            {"shape": [2], "text": "tensor of shape [2], torch.float32", "is_complete": False},
        ),
        (
            tensor(0.5, dtype="torch.float32").model_copy(update={"numbers": None, "is_complete": False}),
            {"shape": [1], "text": "tensor of shape [1], torch.float32", "is_complete": False},
        ),
        (tensor(ADDRESS), {"shape": [1], "text": "tensor of shape [1], torch.int64", "is_complete": False}),
    ],
)
def test_a_value_that_is_only_told_is_kept_as_every_machine_would_say_it(got: Value, kept: dict[str, Any]) -> None:
    told_of = told(got)
    assert {name: told_of.get(name) for name in kept} == kept
    assert ("numbers" in told_of) == ("numbers" in kept)
    assert ("scalar" in told_of) == ("scalar" in kept)


def test_nothing_volatile_is_left_however_deep_it_stands() -> None:
    deep = value([[ADDRESS, 0.123456789], "at 0x7f3c5a1b2c40"])
    text = json.dumps(told(deep))
    assert not any(word in text for word in (str(ADDRESS), "0.12345", "7f3c5a"))


def test_a_long_text_is_kept_as_its_beginning_and_a_hash() -> None:
    first, second = (told(value("x" * 900 + end))["text"] for end in "ab")
    assert len(first) < 200
    assert first != second


def test_numbers_that_are_compared_are_kept_to_single_precision() -> None:
    read = Read(value=value(0.30000001192092896))
    line = line_of(PLAIN, evidence(observe=read))
    assert line["observe"]["value"] == {"type": "float", "text": "0.3", "scalar": 0.300000012}


def test_printed_text_is_kept_where_an_option_is_compared_with_it() -> None:
    assert line_of(READING, evidence(stdout="tensor([1])\n"))["stdout"] == "tensor([1])\n"
    raised = Raise(type="ValueError", message="no", phase="then")
    line = line_of(READING, evidence(stdout="<Net at 0x7f>", outcome=Outcome.RAISED, raised=raised))
    assert "stdout" not in line, "a program that raised has no output to compare, and its text may be volatile"


def test_a_line_is_equivalent_to_itself_in_another_environment() -> None:
    assert equivalent(claimed(), {**claimed(), "environment": "there"})


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (claimed(), {**claimed(), "outcome": "raised"}),
        (claimed(), {**claimed(), "claim": {"holds": False}}),
        (claimed(), {**claimed(), "drew_random": True}),
        (told(value(3)), told(value(4))),
        (told(value(1)), told(value(True))),
        (told(value(1)), told(value(1.0))),
        (told(value(2.0)), told(value(2.01))),
        (told(value("a")), told(value("b"))),
        (told(tensor(1, 2)), told(tensor(1, 2, shape=(2, 1)))),
        (told(value([1, 2])), told(value([1, 2, 3]))),
        ({"expectations": {"environment": {"holds": True}}}, {"expectations": {"environment": {"holds": False}}}),
        ({"expectations": {"text": {}, "shape": {}}}, {"expectations": {"text": {"holds": True}, "shape": {}}}),
    ],
)
def test_other_facts_are_not_equivalent(first: Line, second: Line) -> None:
    assert equivalent(first, first)
    assert equivalent(second, second)
    assert not equivalent(first, second)
    assert not equivalent(second, first)


def test_floats_are_equivalent_within_a_thousandth() -> None:
    def observed(number: float) -> Line:
        return line_of(PLAIN, evidence(observe=Read(value=value(number))))

    assert equivalent(observed(2.3026), observed(2.3028))
    assert not equivalent(observed(2.30), observed(2.31))


def test_what_was_printed_is_compared_as_the_value_it_shows() -> None:
    def printed(text: str, number: float | None) -> Line:
        read = {"printed": Read(value=value(number))} if number is not None else {}
        return line_of(READING, evidence(stdout=text, **read))

    assert equivalent(printed("0.49629\n", 0.49629), printed("0.49630\n", 0.4963))
    assert not equivalent(printed("epoch 1\n", None), printed("epoch 2\n", None))
    assert not equivalent(printed("1\n", 1), printed("1\n", None))


def test_in_short_a_line_says_how_it_ended_and_what_was_found() -> None:
    raised = Raise(type="ValueError", message="no", phase="expect")
    checked = Checked(holds=False, got=value(False), sub_values=(SubValue(source="y.shape", value=size(2, 10)),))
    line = line_of(PLAIN, evidence(expectations={"ten": checked, "fine": Checked(raised=raised), "odd": Checked()}))
    assert in_short(line).splitlines() == [
        "returned",
        "ten: False",
        "  y.shape -> torch.Size([2, 10])",
        "fine: ValueError during expect: no",
        "odd: no boolean",
    ]
