"""The shipped backbone: the file of the record, whole, small, loadable, and as good as its record says."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from quizkit.bank.builtin import builtin
from quizkit.lab.child.quantised import IMAGE_SIZE, MEAN, STD, dequantise
from quizkit.lab.pretrain import record as records
from quizkit.lab.pretrain import transfer
from quizkit.lab.pretrain.__main__ import NAME, WEIGHTS, main
from quizkit.lab.pretrain.exclusion import may_be_a_class
from quizkit.lab.pretrain.train import build
from quizkit.model.record import RunRecord

FILE = WEIGHTS / f"{NAME}.safetensors"


@pytest.fixture(scope="module")
def record() -> dict[str, Any]:
    found = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def state() -> dict[str, torch.Tensor]:
    return dequantise(FILE)


def test_it_is_the_file_of_the_record_and_small(record: dict[str, Any]) -> None:
    content = FILE.read_bytes()
    assert hashlib.sha256(content).hexdigest() == record["sha256"]
    assert len(content) == record["bytes"] <= 12_000_000


def test_it_fills_a_resnet18_strictly(state: dict[str, torch.Tensor]) -> None:
    model = build(1000, 0)
    model.load_state_dict(state, strict=True)
    assert all(tensor.isfinite().all() for tensor in state.values())


def test_the_record_says_what_images_it_expects(record: dict[str, Any]) -> None:
    assert record["input"]["size"] == IMAGE_SIZE
    assert (tuple(record["input"]["mean"]), tuple(record["input"]["std"])) == (MEAN, STD)


def test_its_frozen_features_tell_digits_apart(state: dict[str, torch.Tensor], record: dict[str, Any]) -> None:
    *per_seed, again = transfer.pretrained(state, seeds=(*transfer.SEEDS, transfer.SEEDS[0])).per_seed
    assert sum(per_seed) / len(per_seed) >= 0.975
    assert again == per_seed[0], "a seed says everything"
    # Another processor rounds otherwise, which may turn an answer or two of 360.
    assert per_seed == pytest.approx(record["transfer"]["int8"]["per_seed"], abs=0.006)


def test_the_record_keeps_its_promise_over_all_seeds(record: dict[str, Any]) -> None:
    moved = record["transfer"]
    assert len(moved["seeds"]) == 5
    for backbone in ("int8", "random"):
        again = transfer.Measured.over(tuple(moved[backbone]["per_seed"]))
        assert again.mean == pytest.approx(moved[backbone]["mean"], abs=2e-4)
        assert again.std == pytest.approx(moved[backbone]["std"], abs=2e-4)
    assert moved["int8"]["mean"] >= 0.975
    assert moved["random_plus_three_std"] < moved["int8"]["mean"]
    assert moved["random_plus_three_std"] == pytest.approx(
        moved["random"]["mean"] + 3 * moved["random"]["std"], abs=2e-4
    )


@pytest.mark.parametrize(("backbone", "name"), [("int8", "offline"), ("random", "offline-random")])
def test_what_the_card_says_is_what_runs_measured(record: dict[str, Any], backbone: str, name: str) -> None:
    """One figure for one thing: the card's, and those of the recorded runs that every run is shown beside."""
    runs = builtin() / "pytorch" / "replacing-classifier-head" / "runs" / "reference"
    for seed, share in zip(record["transfer"]["seeds"], record["transfer"][backbone]["per_seed"], strict=True):
        kept = RunRecord.model_validate_json((runs / f"{name}-seed-{seed}.json").read_bytes())
        after = kept.evaluated("after")
        assert after is not None and after.validation_accuracy == pytest.approx(share, abs=5e-5)


def test_the_transfer_alone_is_measured_again(
    tmp_path: Path, record: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for suffix in (".safetensors", ".json"):
        (tmp_path / FILE.name).with_suffix(suffix).write_bytes(FILE.with_suffix(suffix).read_bytes())
    measured = transfer.Measured(0.5, 0.1, (0.4, 0.5, 0.6, 0.5, 0.5))
    monkeypatch.setattr(transfer, "pretrained", lambda state, **_: measured)
    monkeypatch.setattr(transfer, "at_random", lambda: measured)
    monkeypatch.setattr("sys.argv", ["pretrain", "transfer", "--out", str(tmp_path), "--threads", "1"])
    main()
    again = json.loads((tmp_path / FILE.name).with_suffix(".json").read_text(encoding="utf-8"))
    assert again["transfer"]["int8"]["mean"] == again["transfer"]["random"]["mean"] == 0.5
    assert {**again, "transfer": 0, "versions": 0} == {**record, "transfer": 0, "versions": 0}
    assert "| 50.0% | 10.0% |" in (tmp_path / FILE.name).with_suffix(".md").read_text(encoding="utf-8")


def test_the_card_is_written_from_the_record(record: dict[str, Any]) -> None:
    card = Path(FILE.with_suffix(".md")).read_text(encoding="utf-8")
    assert card == records.card(record)
    assert record["sha256"] in card


def test_its_classes_keep_the_rule(record: dict[str, Any]) -> None:
    characters = record["pretraining"]["characters"]
    assert len(set(characters)) == len(characters) == record["pretraining"]["classes"] == 1000
    assert [character for character in characters if not may_be_a_class(character)] == []
