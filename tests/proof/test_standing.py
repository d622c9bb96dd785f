"""What a declared failure is, and how an option stands that says several things."""

import pytest

from quizkit.model.evidence import Raise
from quizkit.model.failure import Failure
from quizkit.model.verdict import Reason
from quizkit.proof.standing import Doubt, Standing, joined, matches

RAISED = Raise(
    type="RuntimeError", message="shapes (2x2048\n  and 512x10) at 0x7f00, line 3", phase="forward", line=3
)


@pytest.mark.parametrize(
    ("declared", "is_it"),
    [
        (Failure(raises="RuntimeError", during="forward"), True),
        (Failure(raises="builtins.RuntimeError", during="forward"), True),
        (Failure(raises="RuntimeError", during="forward", match="2x2048 and 512x10"), True),
        (Failure(raises="RuntimeError", during="forward", match=r"^shapes \(.*\) at 0x…, line …$"), True),
        (Failure(raises="RuntimeError", during="forward", match="2048\n"), False),
        (Failure(raises="RuntimeError", during="forward", match="0x7f00"), False),
        (Failure(raises="RuntimeError", during="then"), False),
        (Failure(raises="Exception", during="forward"), False),
        (Failure(raises="Error", during="forward"), False),
        (Failure(raises="runtimeerror", during="forward"), False),
    ],
)
def test_the_declared_exception(declared: Failure, is_it: bool) -> None:
    assert matches(declared, RAISED) is is_it


TRUE = Standing(True, what="true")
FALSE = Standing(False, True, "false")
WRONG = Standing(False, False, "raised", declared="nothing")
UNKNOWN = Standing(None, what="timed-out", doubt=Doubt(Reason.TIMED_OUT, "too slow"))


@pytest.mark.parametrize(
    ("parts", "holds", "as_declared", "in_doubt"),
    [
        ((TRUE,), True, True, False),
        ((TRUE, TRUE), True, True, False),
        ((TRUE, FALSE), False, True, False),
        ((FALSE, FALSE), False, True, False),
        ((TRUE, WRONG), False, False, False),
        ((FALSE, WRONG), False, False, False),
        ((TRUE, UNKNOWN), None, True, True),
        ((FALSE, UNKNOWN), False, True, True),
        ((WRONG, UNKNOWN), False, False, True),
        ((UNKNOWN, UNKNOWN), None, True, True),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_an_option_that_says_several_things_holds_if_all_do(
    parts: tuple[Standing, ...], holds: bool | None, as_declared: bool, in_doubt: bool, turned: bool
) -> None:
    said = joined(*(reversed(parts) if turned else parts))
    assert said.holds is holds
    assert said.doubt is (UNKNOWN.doubt if in_doubt else None)
    if holds is False:
        assert said.as_declared is as_declared
