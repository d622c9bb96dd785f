"""Whole conversations, word for word, and what is stored of them."""

import io
import re

import pytest
from made_up_offer import item
from transcripts import FOLDER, SEVERAL, SNIPPET, TRANSCRIPTS, conversation

from quizkit.model.evidence import Outcome, Raise
from quizkit.model.mode import Mode
from quizkit.model.served import Check, Entry, OptionEvidence
from quizkit.practice.result import result


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_conversation_goes_as_pinned(name: str) -> None:
    said, _ = TRANSCRIPTS[name]()
    assert said == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TRANSCRIPTS)
def test_a_conversation_is_plain_text_that_fits_on_a_line(name: str) -> None:
    said, _ = TRANSCRIPTS[name]()
    assert said.isprintable() or re.fullmatch(r"[\x20-\x7e\n]*", said)
    assert max(map(len, said.splitlines())) <= 80


def test_evidence_that_was_cut_is_told_without_its_hash() -> None:
    cut = "A... … sha256:074d0123456789ab"
    check = Check(name="x", source="y", wanted=cut, got=cut, holds=False, parts=(("z", cut),))
    failed = Raise(type="ValueError", message=cut, phase="forward")
    evidence = OptionEvidence(outcome=Outcome.RAISED, raised=failed, checks=(check,))
    said, _ = conversation(Mode.PRACTICE, "1\np\n\n\n", item("a", premise=(evidence,)), proof=cut)
    assert "sha256" not in said and said.count("A... …") == 5


def test_every_pinned_file_is_of_a_conversation() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(TRANSCRIPTS)


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("practice", ["wrong", "right", "right"]),
        ("challenge", ["right", "wrong"]),
        ("too-late", ["wrong", "wrong"]),
        ("review", ["right", "right", "wrong"]),
        ("left", ["right", "open"]),
    ],
)
def test_what_was_said_is_what_is_stored(name: str, states: list[str]) -> None:
    said, kept = TRANSCRIPTS[name]()
    assert [turn.state.value for turn in kept.turns] == states
    assert (f"{result(kept).right} of {len(states)} right" in said) == kept.is_finished


def test_wherever_the_input_ends_what_was_answered_is_kept() -> None:
    script = "h\n2\nf\n\ns\n1,2\n\n\n"
    for length in range(len(script.splitlines()) + 1):
        typed = "".join(script.splitlines(keepends=True)[:length])
        said, kept = conversation(Mode.PRACTICE, typed, SNIPPET, SEVERAL)
        assert len(kept.attempts) == typed.count("2\n"), typed
        assert ("To go on: quizkit play heads --mode practice --plain" in said) is not kept.is_finished


@pytest.mark.parametrize("typed", ["", "0", "5", "x", "1,x", "1 2", "1,2,3", "²", "-1", "--help", "\x1b[A"])
def test_what_is_no_answer_is_told_and_asked_again(typed: str) -> None:
    said, kept = conversation(Mode.PRACTICE, f"{typed}\n", SNIPPET)
    assert said.count("Choose 1-4") == 2 and not kept.attempts
    assert "\x1b" not in said


def test_a_wrong_answer_before_the_time_ran_out_is_told_as_the_answer() -> None:
    said, kept = conversation(Mode.CHALLENGE, "2\nh\n\n\n", SNIPPET, seconds=100)
    assert [(each.chosen, each.is_late) for each in kept.attempts] == [(("head",), False), ((), True)]
    assert "Time is up: 3 min 00 s were allowed.\nYou chose 2. Right is 1." in said
    assert "Option 2, wrong, your choice" in said


def test_a_reader_who_has_left_ends_it_and_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            if "Right." in text:
                raise BrokenPipeError(32, "Broken pipe")
            return super().write(text)

    monkeypatch.setattr("transcripts.io.StringIO", Broken)
    entries: tuple[Entry, ...] = (SNIPPET, SEVERAL)
    _, kept = conversation(Mode.PRACTICE, "1\n\n1\n", *entries)
    assert [turn.state.value for turn in kept.turns] == ["right", "open"]
