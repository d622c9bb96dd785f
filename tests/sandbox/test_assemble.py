"""Frames and a wait status become evidence; nothing doubtful becomes `returned` or `raised`."""

from itertools import combinations
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.assemble import Ended, assemble, frames_of
from quizkit.sandbox.wire import BROKEN_STATUS, encode

PROBE: Final = Probe(
    parts=(Part(phase="given", source="x = 1"), Part(phase="then", source="y = 2")),
    expectations={"a": "x == 1", "b": "y == 2"},
    claim="x < y",
    observe="x",
    limits=Limits(cpu_seconds=2),
)
VALUES: Final = Probe(values={"one": "1", "two": "2"})
EXITED: Final = Ended(status=0, cpu_seconds=0.5, wall_seconds=1, peak_kib=2048)

Frame = dict[str, Any]


def exception(kind: str = "ValueError", **facts: Any) -> Frame:
    plain = {"type": kind, "message": "no", "phase": "given", "line": 1, "errno": None, "is_own": False, "behind": []}
    return {**plain, "bases": [kind, "Exception", "BaseException"], **facts}


def one() -> Frame:
    return {"type": "int", "text": "1", "scalar": 1}


def phase(name: str) -> Frame:
    return {"frame": "phase", "name": name}


def checked(kind: str, **more: Any) -> Frame:
    return {
        "frame": kind,
        "holds": True,
        "got": {"type": "bool", "text": "True", "scalar": True},
        "sub_values": [],
        **more,
    }


def final(count: int, **more: Any) -> Frame:
    return {"frame": "final", "drew_random": False, "stub_weights": [], "frames": count, **more}


CONFINED: Final[Frame] = {"frame": "confined", "layers": ["rlimits"]}
RAN: Final = [CONFINED, *map(phase, ("syntax", "prelude", "given", "then"))]


def returned() -> list[Frame]:
    told = [checked("expectation", name="a"), checked("expectation", name="b"), checked("claim")]
    frames = [*RAN, *told, {"frame": "observe", "value": one()}]
    return [*frames, final(len(frames), drew_random=True, stub_weights=["W.V1"])]


def raised(**facts: Any) -> list[Frame]:
    return [*RAN[:-1], {"frame": "raised", "part": "given", **exception(**facts)}, checked("claim"), final(6)]


def evidence(frames: list[Frame], ended: Ended = EXITED, probe: Probe = PROBE) -> Evidence:
    return assemble(probe, "here", frames, ended, b"out", b"\xff")


def test_a_program_that_returned() -> None:
    told = evidence(returned())
    assert (told.outcome, told.reason) == (Outcome.RETURNED, "")
    assert {name: checked.holds for name, checked in told.expectations.items()} == {"a": True, "b": True}
    assert told.claim is not None and told.claim.holds is True
    assert told.observe is not None and told.observe.value is not None and told.observe.value.scalar == 1
    assert (told.drew_random, told.stub_weights) == (True, ("W.V1",))
    assert (told.stdout, told.stderr, told.digest, told.environment) == ("out", "\\xff", PROBE.digest, "here")
    assert (told.observed.exit_code, told.observed.cpu_seconds, told.observed.peak_memory_mib) == (0, 0.5, 2)


def test_a_program_that_raised() -> None:
    told = evidence(raised())
    assert told.outcome is Outcome.RAISED and told.raised is not None and told.claim is not None
    assert (told.raised.type, told.raised.message, told.raised.phase, told.raised.line) == (
        "ValueError",
        "no",
        "given",
        1,
    )


@pytest.mark.parametrize("whole", [returned(), raised()], ids=["returned", "raised"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_frames_that_are_lost_decide_nothing(whole: list[Frame], count: int) -> None:
    for lost in combinations(range(len(whole)), count):
        told = evidence([frame for index, frame in enumerate(whole) if index not in lost])
        assert not told.is_decided, lost


@pytest.mark.parametrize("whole", [returned(), raised()], ids=["returned", "raised"])
def test_frames_that_come_twice_decide_nothing(whole: list[Frame]) -> None:
    for index, frame in enumerate(whole):
        for place in range(index, len(whole) + 1):
            assert not evidence([*whole[:place], frame, *whole[place:]]).is_decided, (index, place)


def test_values() -> None:
    told = [
        {"frame": "value", "name": "one", "value": one()},
        {"frame": "value", "name": "two", "raised": exception()},
    ]
    whole = evidence([CONFINED, *told, final(3)], probe=VALUES)
    assert whole.outcome is Outcome.RETURNED
    assert whole.values["one"].value is not None and whole.values["two"].raised is not None
    lacking = evidence([CONFINED, told[0], final(2)], probe=VALUES)
    assert (lacking.outcome, lacking.reason) == (Outcome.SANDBOX_FAILED, "the evidence of the child lacks a value")


# How the process ended, what it had said by then, and what that must be called.
ENDS: Final[dict[str, tuple[list[Frame], Ended, Outcome, str]]] = {
    "nothing was said": ([], EXITED, Outcome.SANDBOX_FAILED, "before the program began"),
    "killed before the program": ([], Ended(status=9), Outcome.SANDBOX_FAILED, "before the program began"),
    "the zygote died": (returned(), Ended(), Outcome.SANDBOX_FAILED, "the process that forks probes died"),
    "os._exit": (RAN, Ended(status=3 << 8), Outcome.EXITED, "ended itself with status 3 during then"),
    "os._exit(0) while compiling": (RAN[:2], EXITED, Outcome.EXITED, "status 0 during syntax"),
    "segmentation fault": (RAN, Ended(status=11 | 0x80), Outcome.CRASHED, "SIGSEGV during then"),
    "an unknown signal": (RAN, Ended(status=63), Outcome.CRASHED, "ended by "),
    "killed by somebody": (RAN, Ended(status=9, cpu_seconds=1.9), Outcome.CRASHED, "SIGKILL"),
    "CPU time": (RAN, Ended(status=24, cpu_seconds=2), Outcome.TIMED_OUT, "used its 2 s of CPU time during then"),
    "CPU time, ignored": (RAN, Ended(status=9, cpu_seconds=3), Outcome.TIMED_OUT, "2 s of CPU time during then"),
    "killed by us at the last moment": (
        returned(),
        Ended(status=0, killed_for=Outcome.TIMED_OUT, killed_because="still running after 12 s"),
        Outcome.TIMED_OUT,
        "still running after 12 s during then",
    ),
    "the channel broke": (RAN, Ended(status=BROKEN_STATUS << 8), Outcome.SANDBOX_FAILED, "the channel for evidence"),
    "the harness failed": (
        [*RAN, {"frame": "fault", **exception("KeyError")}],
        Ended(status=BROKEN_STATUS << 8),
        Outcome.SANDBOX_FAILED,
        "the harness failed: KeyError: no",
    ),
    "a layer that could not be applied": (
        [{"frame": "fault", **exception("PermissionError", errno=13)}],
        Ended(status=BROKEN_STATUS << 8),
        Outcome.SANDBOX_FAILED,
        "the harness failed: PermissionError: no",
    ),
    "the harness had no memory": (
        [*RAN, {"frame": "fault", **exception("MemoryError")}],
        Ended(status=BROKEN_STATUS << 8),
        Outcome.OUT_OF_MEMORY,
        "no more memory than its limit",
    ),
    "something is missing": (
        [*returned()[:-1], {"frame": "missing", "what": "no weights here"}, final(10)],
        EXITED,
        Outcome.NEEDS_ENVIRONMENT,
        "no weights here",
    ),
    "something is missing from the start": (
        [CONFINED, {"frame": "missing", "what": "no CUDA"}, final(2)],
        EXITED,
        Outcome.NEEDS_ENVIRONMENT,
        "no CUDA",
    ),
    "a wall": (raised(kind="PermissionError", errno=13), EXITED, Outcome.BLOCKED, "PermissionError: no (during"),
    "a wall behind an expectation": (
        [*RAN, {"frame": "expectation", "name": "a", "raised": exception("MemoryError"), "sub_values": []},
         *returned()[6:]],
        EXITED,
        Outcome.OUT_OF_MEMORY,
        "MemoryError: no",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDS)
def test_how_it_ended(name: str) -> None:
    frames, ended, outcome, reason = ENDS[name]
    told = evidence(frames, ended)
    assert told.outcome is outcome, told.reason
    assert reason in told.reason


MALFORMED: Final[dict[str, Frame]] = {
    "no kind": {"name": "given"},
    "an unknown kind": {"frame": "verdict"},
    "a phase that is not there": phase("option"),
    "a phase that is over": phase("prelude"),
    "a name that is no text": phase(7),  # type: ignore[arg-type]
    "an expectation that was not asked for": checked("expectation", name="c"),
    "an expectation without truth": {"frame": "expectation", "name": "a", "sub_values": []},
    "a truth that is none": checked("claim", holds="perhaps"),
    "a field too many": checked("claim", got={"type": "bool", "text": "True", "proved": True}),
    "a raise that is none": {"frame": "claim", "raised": "ValueError", "sub_values": []},
    "a raise without facts": {"frame": "raised", "type": "ValueError", "message": "no", "phase": "given"},
    "a chain that is none": {"frame": "raised", "part": "given", **exception(behind=7)},
    "a value that is none": {"frame": "observe", "value": 7},
    "a value of another probe": {"frame": "value", "name": "a", "value": one()},
    "half a character": checked("claim", got={"type": "str", "text": "", "scalar": "\ud800"}),
    "a count that is none": final(None),  # type: ignore[arg-type]
    "stubs that are none": final(5, stub_weights=7),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_frame_is_a_fault_of_ours(name: str) -> None:
    for frames in ([*RAN, MALFORMED[name]], [*RAN, MALFORMED[name], *returned()[5:]]):
        assert evidence(frames).outcome is Outcome.SANDBOX_FAILED


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.integers(0, 8), st.sampled_from([*returned()[1:], *raised()[1:]]), st.data())
def test_whatever_a_field_holds_evidence_comes_out(place: int, frame: Frame, data: st.DataObject) -> None:
    changed = {**frame, data.draw(st.sampled_from(sorted(frame))): data.draw(JSON)}
    whole = returned()
    told = evidence([*whole[:place], changed, *whole[place + 1 :]])
    assert Evidence.model_validate_json(told.model_dump_json()) == told


def test_only_lines_with_the_nonce_are_frames() -> None:
    ours = [{"nonce": "n", "frame": "phase", "name": "given"}, {"nonce": "n", "frame": "final"}]
    noise = [
        b"",
        b"{",
        b"[1]",
        b"7",
        b'{"nonce": "m"}',
        b'{"frame": "final"}',
        b"\xff\x00",
        b"[" * 100_000,
        b"9" * 9000,
    ]
    data = b"half a line" + b"".join(encode(frame) for frame in ours) + b"\n".join(noise) + b'\n{"nonce": "n", "fra'
    assert frames_of(data, "n") == ours
    assert frames_of(data, "") == []
