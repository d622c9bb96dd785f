"""What is asked for is checked before anything runs: pattern, solution, and whether it may run here at all."""

from pathlib import Path
from typing import Any

import pytest

from quizkit.bank.builtin import builtin
from quizkit.bank.loader import load
from quizkit.errors import UsageError
from quizkit.lab.request import experiment_of, requested
from quizkit.model.bank import Bank
from quizkit.model.defaults import BATCH_SIZE, EPOCHS, LEARNING_RATE

OWN = load(builtin(), is_own=True)
FOREIGN = OWN.model_copy(update={"is_own": False})


@pytest.mark.parametrize("name", ["replacing-classifier-head", "repl"])
def test_a_pattern_is_named_by_its_id_or_the_beginning_of_it(name: str) -> None:
    pattern, _ = experiment_of(OWN, name)
    assert requested(OWN, pattern, None, None).pattern == "replacing-classifier-head"


def test_what_is_not_asked_for_is_the_source_pages_recipe() -> None:
    pattern, _ = experiment_of(OWN, "repl")
    config = requested(OWN, pattern, None, None).config(0)
    assert (config.epochs, config.batch_size, config.learning_rate) == (EPOCHS, BATCH_SIZE, LEARNING_RATE)


@pytest.mark.parametrize("named", ["--weights", "--data-dir"])
def test_what_the_profile_would_not_use_is_refused(named: str, tmp_path: Path) -> None:
    pattern, _ = experiment_of(OWN, "repl")
    brought: dict[str, Any] = {named.removeprefix("--").replace("-", "_"): tmp_path}
    with pytest.raises(UsageError, match=f"leave out {named}, or choose another --profile"):
        requested(OWN, pattern, None, None, **brought)
    assert requested(OWN, pattern, None, "cifar10", **brought).profile == "cifar10"


@pytest.mark.parametrize("bank", [OWN, FOREIGN], ids=["own", "foreign"])
def test_ones_own_file_is_ones_own_affair(bank: Bank, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("x = 1\n")
    pattern, _ = experiment_of(bank, "repl")
    for wanted in (mine, str(mine)):
        assert requested(bank, pattern, wanted, None).source == "x = 1\n"


def test_a_solution_that_is_a_link_out_of_its_bank_is_the_banks(tmp_path: Path) -> None:
    pattern, loaded = experiment_of(FOREIGN, "repl")
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(loaded.solutions[0].source)
    link = tmp_path / "reference.py"
    link.symlink_to(elsewhere)
    reference = loaded.solutions[0].model_copy(update={"path": str(link)})
    linked = loaded.model_copy(update={"solutions": (reference, *loaded.solutions[1:])})
    with pytest.raises(UsageError, match="runs with your own rights"):
        requested(FOREIGN, pattern.model_copy(update={"experiment": linked}), None, None)


@pytest.mark.parametrize("wanted", [None, "as-published", "the file"])
def test_a_foreign_solution_needs_trust(wanted: str | None, tmp_path: Path) -> None:
    pattern, loaded = experiment_of(FOREIGN, "repl")
    link = tmp_path / "link.py"
    link.symlink_to(Path(loaded.solutions[0].path).absolute())
    asked = link if wanted == "the file" else wanted
    with pytest.raises(
        UsageError, match=r"runs with your own rights; .* say `quizkit run replacing-classifier-head --trust`"
    ):
        requested(FOREIGN, pattern, asked, None)
    assert requested(FOREIGN, pattern, asked, None, is_trusted=True).source
    assert requested(OWN, pattern, asked, None).source
