"""The evidence cache: found by the same experiment alone, and never a reason for a verdict to change."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from quizkit.bank.source import source_digest
from quizkit.model.evidence import Checked, Evidence, Observed, Outcome, Raise, Read, Value
from quizkit.proof import cache as cache_module
from quizkit.proof.cache import HARNESS, EvidenceCache, cache_file
from quizkit.sandbox.environment import environment_id


def evidence(digest: str = "a" * 64, outcome: Outcome = Outcome.RETURNED) -> Evidence:
    return Evidence(digest=digest, environment=environment_id(), outcome=outcome)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "evidence.sqlite3"


@pytest.fixture
def cache(file: Path) -> Iterator[EvidenceCache]:
    with closing(EvidenceCache(file)) as opened:
        yield opened


def kept(file: Path) -> dict[str, Evidence]:
    """What a later run finds of the digest used throughout."""
    with closing(EvidenceCache(file)) as later:
        return later.find([evidence().digest])


def test_what_was_kept_is_found_as_it_was_by_a_later_run(cache: EvidenceCache, file: Path) -> None:
    full = Evidence(
        digest="b" * 64,
        environment=environment_id(),
        outcome=Outcome.RAISED,
        raised=Raise(type="ValueError", message="no\nway", phase="given", line=2),
        expectations={"b": Checked(holds=False), "a": Checked(raised=Raise(type="E", message="", phase="expect"))},
        observe=Read(value=Value(type="float", text="1.0", scalar=1.0)),
        values={
            "x": Read(value=Value(type="tuple", text="(1, True)", items=(Value(type="int", text="1", scalar=1),)))
        },
        stdout="naïve \U0001f600\n",
        drew_random=True,
        stub_weights=("w",),
        observed=Observed(cut_streams=("stdout",), cpu_seconds=0.5),
    )
    cache.keep(full)
    with closing(EvidenceCache(file)) as later:
        found = later.find(["c" * 64, full.digest])
    assert found == {full.digest: full}
    assert list(found[full.digest].expectations) == ["b", "a"]
    observed = found[full.digest].observe
    assert observed is not None and observed.value is not None and type(observed.value.scalar) is float
    assert not cache.notes


def test_more_than_one_query_holds_is_found(cache: EvidenceCache) -> None:
    digests = [f"{number:064}" for number in range(1201)]
    for digest in digests[::100]:
        cache.keep(evidence(digest))
    assert sorted(cache.find(digests)) == digests[::100]


def test_a_second_finding_replaces_the_first(cache: EvidenceCache) -> None:
    cache.keep(evidence(outcome=Outcome.RETURNED))
    cache.keep(evidence().model_copy(update={"stdout": "2"}))
    assert cache.find([evidence().digest])[evidence().digest].stdout == "2"


UNDECIDED = sorted(set(Outcome) - {Outcome.RETURNED, Outcome.RAISED})


@pytest.mark.parametrize("outcome", UNDECIDED)
def test_what_decides_nothing_is_never_kept(cache: EvidenceCache, outcome: Outcome) -> None:
    cache.keep(evidence(outcome=outcome))
    assert cache.find([evidence().digest]) == {}


def overwrite(file: Path, text: str) -> None:
    """Write `text` where the evidence of a probe stands."""
    with closing(sqlite3.connect(file)) as db, db:
        assert db.execute("UPDATE evidence SET evidence = ?", (text,)).rowcount == 1


@pytest.mark.parametrize(
    "text",
    [
        *(evidence(outcome=outcome).model_dump_json() for outcome in UNDECIDED),
        evidence("d" * 64).model_dump_json(),
        evidence().model_copy(update={"environment": "python3.9 torch1.0"}).model_dump_json(),
        '{"digest": "x"}',
        "not JSON",
        "",
    ],
)
def test_an_entry_that_is_not_this_probe_s_decided_evidence_is_not_served(
    cache: EvidenceCache, file: Path, text: str
) -> None:
    cache.keep(evidence())
    overwrite(file, text)
    assert cache.find([evidence().digest]) == {}


def test_another_environment_finds_nothing(cache: EvidenceCache, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(evidence())
    monkeypatch.setattr(cache_module, "environment_id", lambda: "python3.13 torch9.9")
    assert kept(file) == {}
    monkeypatch.undo()
    assert kept(file) == {evidence().digest: evidence()}


def test_another_harness_finds_nothing(cache: EvidenceCache, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.keep(evidence())
    monkeypatch.setattr(cache_module, "_own_harness", lambda: "other")
    assert kept(file) == {}


def test_the_harness_is_every_file_that_makes_evidence(tmp_path: Path) -> None:
    def digest(**files: str) -> str:
        for old in tmp_path.rglob("*.py"):
            old.unlink()
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/")
            path.parent.mkdir(exist_ok=True)
            path.with_suffix(".py").write_text(text, encoding="utf-8")
        return source_digest(tmp_path, HARNESS)

    same = digest(sandbox__worker="a", observe__x="b", proof__judge="c")
    assert same == digest(sandbox__worker="a", observe__x="b", proof__judge="the judge makes no evidence")
    others = [
        digest(sandbox__worker="a2", observe__x="b"),
        digest(sandbox__worker="a", observe__x="b2"),
        digest(sandbox__worker="a", sandbox__x="b"),
        digest(sandbox__worker2="a", observe__x="b"),
        digest(sandbox__worker="ab", observe__x=""),
    ]
    assert len({same, *others}) == 6


def test_without_a_home_nothing_is_kept_and_a_note_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("no home")

    monkeypatch.setattr("quizkit.proof.cache.user_cache_path", homeless)
    with closing(EvidenceCache(cache_file())) as cache:
        cache.keep(evidence())
        assert cache.find([evidence().digest]) == {}
        assert "set HOME or XDG_CACHE_HOME" in cache.notes[0]


def test_a_file_that_is_no_database_is_set_aside(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is not a database, " * 100)
    file.with_name(file.name + "-wal").write_bytes(b"nor is this its log")
    with closing(EvidenceCache(file)) as cache:
        cache.keep(evidence())
        assert cache.find([evidence().digest])
        assert "corrupt" in cache.notes[0]
        assert len(cache.notes) == 1
    assert file.with_suffix(".corrupt").read_bytes().startswith(b"this is not a database")
    assert kept(file)


def test_a_file_damaged_where_only_a_query_sees_it_is_set_aside(file: Path) -> None:
    with closing(EvidenceCache(file)) as cache:
        for number in range(200):
            cache.keep(evidence(f"{number:064}").model_copy(update={"stdout": "x" * 500}))
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    file.write_bytes(data)
    with closing(EvidenceCache(file)) as cache:
        assert cache.find([f"{0:064}"]) == {}
        cache.keep(evidence())
        assert cache.find([evidence().digest])
        assert [note for note in cache.notes if "corrupt" in note]


@pytest.mark.parametrize("place", ["/proc/quizkit-cannot-be-made/evidence.sqlite3", "/dev/null/evidence.sqlite3"])
def test_a_folder_that_cannot_be_written_costs_time_only(place: str) -> None:
    with closing(EvidenceCache(Path(place))) as cache:
        cache.keep(evidence())
        assert cache.find([evidence().digest]) == {}
        assert len(cache.notes) == 1
        assert "every probe is run" in cache.notes[0]


def test_a_database_that_cannot_be_written_costs_time_only(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(EvidenceCache(file)) as cache:
        cache.keep(evidence())
    read_only = f"{file.as_uri()}?mode=ro"
    monkeypatch.setattr(cache_module, "_connected", lambda _: sqlite3.connect(read_only, uri=True))
    with closing(EvidenceCache(file)) as cache:
        cache.keep(evidence("e" * 64))
        assert cache.find(["e" * 64]) == {}
        assert len(cache.notes) == 1
    assert not file.with_suffix(".corrupt").exists()


def test_a_folder_in_place_of_the_file_costs_time_only(file: Path) -> None:
    file.mkdir(parents=True)
    with closing(EvidenceCache(file)) as cache:
        assert cache.find([evidence().digest]) == {}
        assert len(cache.notes) == 1
    assert file.is_dir()


def test_a_closed_cache_is_empty_and_not_corrupt(cache: EvidenceCache, file: Path) -> None:
    cache.keep(evidence())
    cache.close()
    cache.keep(evidence("f" * 64))
    assert cache.find([evidence().digest]) == {}
    assert not cache.notes
    assert kept(file)


def test_writers_at_the_same_time_lose_nothing(file: Path) -> None:
    def write(writer: int) -> list[str]:
        with closing(EvidenceCache(file)) as cache:
            for number in range(20):
                cache.keep(evidence(f"{writer:02}{number:062}"))
            return cache.notes

    with ThreadPoolExecutor(4) as pool:
        notes = list(pool.map(write, range(4)))
    assert notes == [[], [], [], []]
    with closing(EvidenceCache(file)) as cache:
        assert len(cache.find([f"{writer:02}{number:062}" for writer in range(4) for number in range(20)])) == 80


def test_the_file_lies_in_the_user_s_cache_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_file() == tmp_path / "quizkit" / "evidence.sqlite3"
