"""Prove the prover: every sample gets the verdict and the findings it must get, through the real command."""

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from real_command import SAMPLES, Command, Ran

from quizkit.bank.loader import load
from quizkit.model.evidence import Checked, Evidence, Outcome, Value
from quizkit.model.verdict import FindingKind, Reason
from quizkit.proof.line import line_of
from quizkit.proof.lock import write_lock
from quizkit.proof.plan import Planned
from quizkit.proof.subject import Subject, subjects
from quizkit.sandbox.environment import environment_id

EXPECTED: Final[dict[str, str]] = yaml.safe_load((SAMPLES / "expected.yaml").read_text(encoding="utf-8"))

NEVER_CACHED: Final = ("key-leaves-early", "never-ends-and-lies")
"""Refuted samples with a probe that decides nothing, so that it is run every time."""


class Samples:
    """The bank of samples with forged locks beside it, and what verifying it said."""

    def __init__(self, home: Path) -> None:
        self.bank = home / "bank"
        shutil.copytree(SAMPLES / "bank", self.bank)
        forge(self.bank / "forged")
        self.command = Command(home)
        self.listed = self.command("--content", self.bank / "forged", "list")
        self.ran = self.command("verify", self.bank, "--trust", "--format", "json")
        self.verdicts = {verdict["item"]: verdict for verdict in self.ran.document()["items"]}

    def told(self, item: str) -> str:
        """Return an item's verdict and the kinds of its findings, each once, as the table has them."""
        return told(self.verdicts[item])

    def finding(self, item: str, kind: str) -> dict[str, Any]:
        """Return the first finding of a kind."""
        found: dict[str, Any] = next(each for each in self.verdicts[item]["findings"] if each["kind"] == kind)
        return found


def told(verdict: dict[str, Any]) -> str:
    return " ".join([verdict["status"], *dict.fromkeys(finding["kind"] for finding in verdict["findings"])])


def forge(folder: Path) -> None:
    """Write a lock with the evidence that there would be if every key were right."""
    lines = [
        line_of(planned.probe, forged(subject, planned))
        for subject in subjects(load(folder))
        for planned in subject.planned()
    ]
    write_lock(folder / "proofs.lock", sorted(lines, key=lambda line: str(line["digest"])))


def forged(subject: Subject, planned: Planned) -> Evidence:
    is_claim = planned.probe.claim is not None
    is_right = planned.option in getattr(subject.content, "key", ()) or (planned.option is None and is_claim)
    checked = Checked(holds=is_right, got=Value(type="bool", text=str(is_right), scalar=is_right))
    return Evidence(
        digest=planned.probe.digest,
        environment=environment_id(),
        outcome=Outcome.RETURNED,
        expectations=dict.fromkeys(planned.probe.expectations, checked),
        claim=checked if is_claim else None,
    )


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    return Samples(tmp_path_factory.mktemp("samples"))


@pytest.mark.parametrize("item", EXPECTED)
def test_a_sample_gets_the_verdict_it_must_get(samples: Samples, item: str) -> None:
    assert samples.told(item) == EXPECTED[item]


def test_every_sample_is_in_the_table(samples: Samples) -> None:
    assert samples.verdicts.keys() == EXPECTED.keys()


def test_a_lie_decides_the_exit_code(samples: Samples) -> None:
    assert samples.ran.code == 1


def test_every_kind_of_finding_is_sampled() -> None:
    known = Counter(kind for line in EXPECTED.values() for kind in line.split()[1:])
    assert not [kind for kind in FindingKind if known[kind] < 2]
    assert not [kind for kind in Reason if known[kind] < 1 and kind is not Reason.SANDBOX_FAILED]


def test_the_question_as_published_is_refuted_by_architecture_and_option(samples: Samples) -> None:
    header, *rows = samples.finding("resnet-head-as-published", "context-dependent")["table"]
    held = {row[0].rpartition("resnet")[2]: dict(zip(row, header, strict=True)).get("holds") for row in rows}
    assert all(row.count("holds") == 1 for row in rows)
    assert held == {"18": "fc-512", "34": "fc-512", "50": "fc-2048", "101": "fc-2048", "152": "fc-2048"}


def test_a_lie_in_one_variant_names_that_variant(samples: Samples) -> None:
    assert {finding["instance"] for finding in samples.verdicts["one-variant-lies"]["findings"]} == {
        "one-variant-lies?width=16&layer=61, 2"
    }


def test_a_finding_stands_at_the_option_it_is_about(samples: Samples) -> None:
    finding = samples.finding("two-true-claims", "distractor-holds")
    lines = Path(finding["place"]["file"]).read_text(encoding="utf-8").splitlines()
    assert "id: training" in lines[finding["place"]["line"] - 1]
    assert finding["option"] == "training"


def test_a_forged_lock_says_nothing_where_the_item_was_verified(samples: Samples) -> None:
    assert words(samples.listed) == {"forged-claim": "proved", "forged-snippet": "proved"}, "the lock is well forged"
    assert words(samples.command("--content", samples.bank / "forged", "list")) == {
        "forged-claim": "refuted",
        "forged-snippet": "refuted",
    }
    shown = samples.command("--content", samples.bank / "forged", "show", "forged-claim")
    assert "key-fails" in shown.out


def words(listed: Ran) -> dict[str, str]:
    rows = [line.split() for line in listed.out.splitlines() if line.startswith("  ")]
    return {row[3]: row[0] for row in rows}


def test_the_order_of_options_never_matters(samples: Samples, tmp_path: Path) -> None:
    for file in samples.bank.rglob("*.yaml"):
        target = tmp_path / "bank" / file.relative_to(samples.bank)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(turned(file), indent=1), encoding="utf-8")
    kept = [item for item, line in EXPECTED.items() if not line.startswith("undecided") and item not in NEVER_CACHED]
    only = [argument for item in kept for argument in ("--only", item)]
    document = samples.command("verify", tmp_path / "bank", "--trust", "--format", "json", *only).document()
    assert document["summary"]["cached"] == document["summary"]["probes"] > 200, "the very same probes"
    assert len(document["items"]) == len(kept)
    for verdict in document["items"]:
        assert sorted(told(verdict).split()) == sorted(EXPECTED[verdict["item"]].split())


def turned(file: Path) -> Any:
    """Return a file's data, all of it as text, the options of its items the other way round."""
    data = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    for item in data if isinstance(data, list) else ():
        item["options"].reverse()
    return data


@pytest.mark.parametrize(
    ("line", "column", "what"),
    [(10, 58, "`or`"), (21, 50, "reads no name that the program binds"), (32, 58, "compares something with itself")],
)
def test_a_claim_that_says_nothing_definite_is_a_content_error(
    malformed: Ran, line: int, column: int, what: str
) -> None:
    assert malformed.code == 2
    (found,) = [each for each in malformed.err.splitlines() if f"claims.yaml:{line}:{column}: " in each]
    assert what in found


@pytest.fixture(scope="module")
def malformed(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return Command(tmp_path_factory.mktemp("malformed"))("verify", SAMPLES / "malformed", "--trust")
