"""Studying with the real command, in a pipe: from the first question to what is stored of it, and back again."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from real_command import PATTERN, RIGHT, Command, write_bank

WIDE = RIGHT.replace("id: right", "id: wide").replace("Was ist wahr? Ω", "How wide is it?")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bank of two items, proved once; whoever plays it has only its lock."""
    folder = write_bank(tmp_path_factory.mktemp("bank") / "small", RIGHT + WIDE, PATTERN)
    done = Command(tmp_path_factory.mktemp("home"))("verify", folder, "--update", "--trust")
    assert done.code == 0, done.err
    return folder


def right_number(said: str) -> str:
    """Return the number of the right option in the question that was said last."""
    return str(re.findall(r"^(\d)  It takes eight features", said, re.MULTILINE)[-1])


def test_from_the_first_question_to_the_stored_result(tmp_path: Path, bank: Path) -> None:
    quizkit = Command(tmp_path)
    play = ("--content", bank, "play", "sm", "--mode", "practice", "--plain")
    first = quizkit(*play, typed="h\n1\n")
    assert first.code == 0 and "There is no hint to this one." in first.out
    assert "You chose 1. Right is " in first.out and "layer.in_features -> 8" in first.out
    assert "To go on: quizkit play small --mode practice --plain" in first.out

    second = quizkit(*play, typed="\n1\n\n\n")
    assert "1 of 2 are done" in second.err and second.code == 0
    assert "Question 1 of 2" not in second.out and "Question 2 of 2" in second.out
    [told] = re.findall(r"Practice: (\d) of 2 right", second.out)

    [stats] = map(json.loads, quizkit("--content", bank, "stats", "--json").out.splitlines())
    assert (stats["pattern"], stats["attempts"], stats["met"]) == ("small", 2, 2)
    assert stats["strength"]["right"] == int(told) and stats["last"]["is_finished"]
    assert f"{told} of 2 right without a hint" in quizkit("--content", bank, "stats").out


def test_what_is_right_is_right_whatever_its_number(tmp_path: Path, bank: Path) -> None:
    quizkit = Command(tmp_path)
    with quizkit.start(
        "--content", bank, "play", "small", "--mode", "test", "--plain", stdin=subprocess.PIPE, bufsize=1
    ) as process:
        said = answered(process, 2)
    assert "Test: 2 of 2 right" in said


def answered(process: "subprocess.Popen[str]", wanted: int) -> str:
    """Choose the right option so many times, then let the input end; return all that was said."""
    assert process.stdin is not None and process.stdout is not None
    said = ""
    while wanted:
        while not said.endswith("> "):
            said += process.stdout.read(1)
        if said.rstrip("> \n").endswith("for help"):
            process.stdin.write(right_number(said) + "\n")
            wanted -= 1
        else:
            process.stdin.write("\n")
        said += " "
    process.stdin.close()
    return said + process.stdout.read()


def test_a_process_that_is_killed_loses_nothing_that_it_told(tmp_path: Path, bank: Path) -> None:
    quizkit = Command(tmp_path)
    play = ("--content", bank, "play", "small", "--mode", "practice", "--plain")
    with quizkit.start(*play, stdin=subprocess.PIPE, bufsize=1) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("1\n")
        while "Right is" not in process.stdout.readline():
            assert process.poll() is None
        process.kill()
    assert "1 of 2 are done" in quizkit(*play).err
    assert json.loads(quizkit("--content", bank, "stats", "--json").out)["attempts"] == 1


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_leaves_and_keeps_what_was_answered(tmp_path: Path, bank: Path) -> None:
    play = ("--content", bank, "play", "small", "--mode", "test", "--plain")
    with Command(tmp_path).start(*play, stdin=subprocess.PIPE, bufsize=1) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write("1\n")
        while "Question 2 of 2" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert "What you answered is kept. To go on:" in process.stdout.read()
    assert process.returncode == 130


def test_a_damaged_history_is_set_aside_with_a_message(tmp_path: Path, bank: Path) -> None:
    quizkit = Command(tmp_path)
    file = quizkit.data / "quizkit" / "history.sqlite3"
    file.parent.mkdir(parents=True)
    file.write_text("not a database")
    done = quizkit("--content", bank, "play", "small", "--mode", "test", "--plain", typed="1\n")
    assert done.code == 0 and f"quizkit: {file} is damaged" in done.err and "Traceback" not in done.err
    assert (file.parent / "history-corrupt-1" / file.name).read_text() == "not a database"
    assert json.loads(quizkit("--content", bank, "stats", "--json").out)["attempts"] == 1


def test_only_the_item_whose_program_changed_starts_anew(tmp_path: Path, bank: Path) -> None:
    quizkit, copy = Command(tmp_path), tmp_path / "small"
    write_bank(copy, RIGHT + WIDE)
    (copy / "proofs.lock").write_bytes((bank / "proofs.lock").read_bytes())
    quizkit("--content", copy, "play", "small", "--mode", "test", "--plain", typed="1\n1\n")
    items = copy / "items" / "items.yaml"

    def met() -> int:
        return int(json.loads(quizkit("--content", copy, "stats", "--json").out)["met"])

    assert met() == 2
    items.write_text(
        (RIGHT + WIDE).replace("How wide", "How very wide").replace("It does.", "So it is."), encoding="utf-8"
    )
    assert met() == 2
    items.write_text(RIGHT + WIDE.replace("== 8", "== 2 * 4"), encoding="utf-8")
    assert quizkit("verify", copy, "--trust").code == 0
    assert met() == 1


def test_modes_and_patterns_that_are_not_there_are_told(tmp_path: Path, bank: Path) -> None:
    quizkit = Command(tmp_path)
    wrong = quizkit("--content", bank, "play", "smal1", "--mode", "test", "--plain")
    assert wrong.code == 2 and "did you mean small?" in wrong.err
    nothing = quizkit("--content", bank, "play", "small", "--mode", "review", "--plain")
    assert nothing.code == 5 and "begin with practice or test" in nothing.err


def test_without_a_mode_one_is_asked(tmp_path: Path, bank: Path) -> None:
    done = Command(tmp_path)("--content", bank, "play", "small", typed="12\ntest\nq\n")
    assert done.code == 0 and "no mode" in done.out and "Question 1 of 2" in done.out
    assert Command(tmp_path)("--content", bank, "play", "small", typed="").code == 0


def test_neither_torch_nor_a_screen_is_loaded_to_ask(tmp_path: Path, bank: Path) -> None:
    play = ("--content", bank, "play", "small", "--mode", "test", "--plain")
    done = Command(tmp_path)(*play, python=("-X", "importtime"), typed="1\n")
    loaded = {line.rpartition("|")[2].strip() for line in done.err.splitlines()}
    assert "quizkit.plain.play" in loaded
    assert loaded.isdisjoint({"torch", "torchvision", "numpy", "textual", "rich", "asyncio"})


@pytest.mark.parametrize("mode", ["learn", "why", "deep-dive", "visualise", "metrics", "experiment"])
def test_what_ships_can_be_read_in_plain_text(tmp_path: Path, mode: str) -> None:
    done = Command(tmp_path)("play", "replacing-classifier-head", "--mode", mode, "--plain", typed="h\n")
    assert done.code == 0 and not done.err, done.err
    assert len(done.out.split()) > 150 and not re.search(r"\{(fact|program|table|run):", done.out)
    assert "not proved here" not in done.out and "not measured here" not in done.out
    if mode in ("visualise", "metrics"):
        heading = "Data on its way through the layers" if mode == "visualise" else "Confusion matrix"
        assert heading in done.out and "From the run " in done.out


def test_a_bank_without_a_lesson_or_an_experiment_says_so(tmp_path: Path, bank: Path) -> None:
    for mode, what in (("learn", "no lesson"), ("experiment", "no experiment")):
        done = Command(tmp_path)("--content", bank, "play", "small", "--mode", mode, "--plain")
        assert done.code == 5 and f"small has {what}; begin with practice or test" in done.err
