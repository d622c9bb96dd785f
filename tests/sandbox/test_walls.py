"""What a wall may have caused is told from what the program did itself."""

import errno
from typing import Any

import pytest

from quizkit.model.evidence import Outcome
from quizkit.sandbox.walls import wall_behind


def told(kind: str, message: str = "", **facts: Any) -> dict[str, Any]:
    plain = {"phase": "given", "line": 1, "errno": None, "is_own": False, "behind": [], "bases": [kind, "Exception"]}
    return {"type": kind, "message": message, **plain, **facts}


WALLS = [
    (told("MemoryError"), Outcome.OUT_OF_MEMORY),
    (told("_ArrayMemoryError", bases=["MemoryError"]), Outcome.OUT_OF_MEMORY),
    (told("OSError", errno=errno.ENOMEM), Outcome.OUT_OF_MEMORY),
    (told("RuntimeError", "DefaultCPUAllocator: can't allocate memory: you tried"), Outcome.OUT_OF_MEMORY),
    (told("RuntimeError", "DefaultCPUAllocator: not enough memory: you tried"), Outcome.OUT_OF_MEMORY),
    (told("OutOfMemoryError", "CUDA out of memory. Tried", bases=["RuntimeError"]), Outcome.OUT_OF_MEMORY),
    (told("PermissionError", errno=errno.EACCES), Outcome.BLOCKED),
    (told("OSError", errno=errno.EFBIG), Outcome.BLOCKED),
    (told("OSError", errno=errno.EMFILE), Outcome.BLOCKED),
    (told("OSError", errno=errno.EROFS), Outcome.BLOCKED),
    (told("RuntimeError", "unable to open shared memory object: Permission denied (13)"), Outcome.BLOCKED),
    (told("RuntimeError", "can't start new thread"), Outcome.OUT_OF_MEMORY),
    (told("RuntimeError", "std::bad_alloc"), Outcome.OUT_OF_MEMORY),
    (told("DistNetworkError", "EPERM, message: operation not permitted", bases=["RuntimeError"]), Outcome.BLOCKED),
    (told("RuntimeError", "Cannot resolve 127.0.0.1 to a (local) address"), Outcome.BLOCKED),
    (told("OperationalError", "unable to open database file", bases=["Exception"]), Outcome.BLOCKED),
    (told("KeyError", "'getpwuid(): uid not found: 1000'"), Outcome.BLOCKED),
    (told("ValueError", "not allowed to raise maximum limit"), Outcome.BLOCKED),
    (told("FileNotFoundError", "No usable temporary directory found", bases=["OSError"]), Outcome.BLOCKED),
]

PLAIN = [
    told("ValueError", "not enough memory"),
    told("KeyError", "Permission denied"),
    told("KeyError", "unable to open database file"),
    told("OperationalError", "no such table: runs"),
    told("RuntimeError", "mat1 and mat2 shapes cannot be multiplied"),
    told("FileNotFoundError", errno=errno.ENOENT, bases=["OSError"]),
]


@pytest.mark.parametrize(("exception", "outcome"), WALLS)
def test_a_wall(exception: dict[str, Any], outcome: Outcome) -> None:
    label = wall_behind(exception)
    assert label is not None and label[0] is outcome
    assert label[1].startswith(exception["type"]) and "(during given); " in label[1]


@pytest.mark.parametrize(("exception", "outcome"), WALLS)
def test_a_wall_behind_another_exception(exception: dict[str, Any], outcome: Outcome) -> None:
    label = wall_behind(told("ValueError", "mine", is_own=True, behind=[told("KeyError", is_own=True), exception]))
    assert label is not None and label[0] is outcome


@pytest.mark.parametrize("exception", [exception for exception, _ in WALLS])
def test_a_raise_of_the_programs_own_is_no_wall(exception: dict[str, Any]) -> None:
    assert wall_behind({**exception, "is_own": True}) is None


@pytest.mark.parametrize("exception", PLAIN)
def test_no_wall(exception: dict[str, Any]) -> None:
    assert wall_behind(exception) is None


def test_what_no_child_reports_is_refused() -> None:
    with pytest.raises(KeyError):
        wall_behind({"type": "MemoryError", "behind": []})
