"""What is missing is known before anything runs, by release numbers and not by text."""

import platform

import pytest

from quizkit.proof.needs import missing

PYTHON = platform.python_version()


@pytest.mark.parametrize(
    ("torch", "wanted"),
    [("2.13.0+cpu", "2.13"), ("2.13.0", "2.13.0"), ("2.13", "2.13.0"), ("2.13.0", "2.9"), ("10.0", "9.9")],
)
def test_what_is_here_is_enough(torch: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizkit.proof.needs.versions", lambda: {"torch": torch, "python": "3.11"})
    assert missing((f"torch>={wanted}",)) is None


@pytest.mark.parametrize(
    ("torch", "wanted"), [("2.9.1", "2.10"), ("2.13.0", "2.13.1"), ("2.13.0", "3"), ("none", "0"), ("9.9", "10.0")]
)
def test_what_is_here_is_not_enough(torch: str, wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizkit.proof.needs.versions", lambda: {"torch": torch, "python": "3.11"})
    assert missing((f"torch>={wanted}",)) == (
        f"torch>={wanted} is needed, and torch is {torch} here",
        f"install torch>={wanted}",
    )


def test_python_is_known_to_its_last_number() -> None:
    assert missing((f"python>={PYTHON}",)) is None
    assert missing((f"python>={PYTHON}.1",)) is not None


def test_what_only_a_probe_can_see_is_left_to_it() -> None:
    assert missing(("weights", "cuda", "scratch")) is None
