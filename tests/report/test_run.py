"""A run is told as it goes and summed up, in words for people and in JSON, and no text of its own drives anything."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Literal

import pytest
from sample_run import LOADED, bonus, failed, head, opening, record, series, training

from quizkit.errors import ExitCode
from quizkit.model.record import RunRecord, RunRecorded, RunStatus, SeriesEvent
from quizkit.model.run_event import RunFailed
from quizkit.report.layout import Page
from quizkit.report.run import write_run
from quizkit.report.run_conclusion import Telling
from quizkit.report.runs import as_comparison, as_run, as_runs, as_runs_json


class Told:
    """A series that is over, or that Ctrl-C ends."""

    def __init__(self, events: Iterable[SeriesEvent], *, is_interrupted: bool = False) -> None:
        self._events, self._is_interrupted, self.is_closed = list(events), is_interrupted, False

    def __iter__(self) -> Iterator[SeriesEvent]:
        yield from self._events
        if self._is_interrupted:
            raise KeyboardInterrupt

    def close(self) -> None:
        self.is_closed = True


def written(events: Iterable[SeriesEvent], form: Literal["text", "json"] = "text") -> tuple[ExitCode, str]:
    out = io.StringIO()
    telling = Telling(LOADED, recorded={"bonus": [bonus(3)]})
    code, _ = write_run(Told(events), telling, form, out, io.StringIO())
    return code, out.getvalue()


def test_a_run_is_told_as_it_goes_and_summed_up() -> None:
    code, text = written(series())
    assert code is ExitCode.PROVED
    lines = text.splitlines()
    assert lines[0] == "p  reference, seed 0"
    assert "  path      cached-features, bfloat16, channels-last: it is frozen" in lines
    assert "  epoch 2/2  loss 0.5000  training 90.0 %  validation 90.0 %  2,874 images/s" in lines
    assert "  measured before  10.0 %    12.5 %" in lines and "  claimed after    85.0 %    72.0 %" in lines
    assert "  From 12.5 % to 96.0 %." in lines and "  The bonus: 99.0 %." in lines
    assert "    quizkit run p --solution bonus" in lines
    assert "Every clause holds." in lines and "quizkit run p" not in lines


def test_a_broken_clause_is_told_and_decides() -> None:
    code, text = written(series(is_broken=True))
    assert code is ExitCode.REFUTED
    assert "BROKEN  backbone-buffers  60 of 60" in text and "The contract is broken: backbone-buffers." in text


def test_over_seeds_mean_and_deviation_are_told_and_the_broken_clause_of_any() -> None:
    code, text = written([*series(0), *series(2, is_broken=True), *series(1)])
    assert code is ExitCode.REFUTED
    assert "Contract, over 3 seeds" in text and "97.0 % ± 1.0" in text
    assert "BROKEN  backbone-buffers" in text and "going on with a run that was cut off" in text


def test_a_failure_is_told_with_its_line_and_what_to_do() -> None:
    code, text = written(failed())
    assert code is ExitCode.USAGE
    assert "  m.py:3: NameError" in text
    assert "  help: wrap it:\n      | def prepare():\n      |     pass\n" in text
    assert "What it means" not in text and "The contract was not audited." in text


def test_every_run_of_several_seeds_is_named_with_its_folder() -> None:
    _, text = written([*series(0), *series(1)])
    assert text.endswith("\nKept as r-0 in /runs/r\nKept as r-1 in /runs/r\n")


def test_a_run_that_could_not_be_kept_is_not_said_to_be() -> None:
    lost = RunFailed(phase="disk", what="the run cannot be kept", remedy="leave its folder")
    told = [*training()[:-1], lost]
    ended = RunRecord(head=head(status=RunStatus.FAILED).model_copy(update={"id": ""}), events=tuple(told))
    code, text = written([*opening(), *told, RunRecorded(record=ended)])
    assert code is ExitCode.UNDECIDED
    assert text.endswith("\nEvery clause holds, but the run did not come to its end.\n")


def test_a_loss_that_is_not_finite_is_no_broken_contract() -> None:
    lost = RunFailed(phase="training", what="the loss is nan in epoch 2", remedy="a smaller step", epoch=2)
    ended = RunRecord(head=head(status=RunStatus.FAILED), events=(lost,))
    code, text = written([*opening(), lost, RunRecorded(record=ended)])
    assert code is ExitCode.REFUTED
    assert "  the loss is nan in epoch 2\n  help: a smaller step\n" in text
    assert "The training failed: its loss is not finite, so the contract was not audited." in text
    assert "contract is broken" not in text


@pytest.mark.parametrize("events", [series(), failed()], ids=["whole", "failed"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_no_text_drives_a_terminal_or_a_log(events: list[SeriesEvent], form: Literal["text", "json"]) -> None:
    _, text = written(events, form)
    assert "\x1b" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def test_json_has_a_line_for_each_event() -> None:
    code, text = written(series(), "json")
    told = [json.loads(line) for line in text.splitlines()]
    assert [event["event"] for event in told] == [event.event for event in series()]
    assert told[-1] == {"event": "run-recorded", "id": "r-0", "folder": "/runs/r", "status": "finished",
                        "exit_code": int(code)}  # fmt: skip


def test_ctrl_c_stops_the_run_and_is_passed_on() -> None:
    told, out, talk = Told(opening(), is_interrupted=True), io.StringIO(), io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        write_run(told, Telling(LOADED), "text", out, talk)
    assert told.is_closed and "the same command goes on after them" in talk.getvalue()
    assert "device" in out.getvalue()


def test_runs_are_listed_shown_and_compared() -> None:
    cut = RunRecord(head=head(5, RunStatus.INTERRUPTED), events=tuple(training()[:6]))
    every = [record(), record(1, is_broken=True), cut]
    listed = "\n".join(as_runs(every, Page()))
    assert "keeps the contract" in listed and "breaks backbone-buffers" in listed and "interrupted" in listed
    assert "no runs yet" in "".join(as_runs([], Page()))
    shown = "\n".join(as_run(record(), "/runs/r", Page()))
    assert "zero" in shown and "90.0 %" in shown and "2.5 s, 1.0 s of it training" in shown
    assert "\x1b" not in shown and "\n::" not in shown
    assert "interrupted" in "\n".join(as_run(cut, "/runs/r", Page()))
    compared = "\n".join(as_comparison(every, Page()))
    assert "reference, offline: validation 96.5 % ± 0.7" in compared
    elsewhere = head(1).model_copy(update={"config": head(1).config.model_copy(update={"profile": "cifar10"})})
    apart = "\n".join(as_comparison([record(), record(1).model_copy(update={"head": elsewhere})], Page()))
    assert "cifar10" in apart and "±" not in apart, "no mean is taken over different images"
    assert [RunRecord.model_validate_json(line) for line in as_runs_json(every)] == every
