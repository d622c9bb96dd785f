from pathlib import Path
from typing import Any

import pytest

from quizkit.bank.reader import Read, Scalar, read_yaml
from quizkit.bank.text_file import read_text


def read(folder: Path, text: str | bytes) -> Read:
    file = folder / "x.yaml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_yaml(file, "x.yaml")


def test_every_scalar_is_the_text_that_was_written(tmp_path: Path) -> None:
    written = ["no", "1e-3", "12:30:00", "10_000", "0x10", "2024-01-01", "010", ".5", "True", "1.0"]
    assert read(tmp_path, "\n".join(f"- {text}" for text in written)).data == written


@pytest.mark.parametrize(
    ("text", "path", "position"),
    [
        ("a: b\n", (), (1, 1)),
        ("# says\n\na:   b\n", ("a",), (3, 6)),
        ("a: 'b'\n", ("a",), (1, 5)),
        ("a: ''\n", ("a",), (1, 4)),
        ("a: |\n  one\n  two\n", ("a",), (2, 3)),
        ("a: |\n\n  one\n", ("a",), (2, 3)),
        ("a:\n  b: >-\n      one\n", ("a", "b"), (3, 7)),
        ("a: {b: c, d: [e, f]}\n", ("a",), (1, 4)),
        ("a: {b: c, d: [e, f]}\n", ("a", "d", 1), (1, 18)),
        ("- a: b\n- c: d\n", (1,), (2, 3)),
        ("- a: b\n- c: d\n", (1, "c"), (2, 6)),
        ("é: ü\n", ("é",), (1, 4)),
        ("a: b\r\nc: d\r\n", ("c",), (2, 4)),
        ("\ufeffa: b\n", ("a",), (1, 4)),
    ],
)
def test_a_part_has_its_place(tmp_path: Path, text: str, path: tuple[Any, ...], position: tuple[int, int]) -> None:
    assert read(tmp_path, text).places[path] == position


def test_a_key_has_its_own_place(tmp_path: Path) -> None:
    keys = read(tmp_path, "a: {b: c}\n'd':\n  - e: f\n").keys
    assert keys == {("a",): (1, 1), ("a", "b"): (1, 5), ("d",): (2, 1), ("d", 0, "e"): (3, 5)}


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("a: x = 1", set()),
        ("a: x = 1 # note", {"cut"}),
        ("a: 'x = 1' # note", set()),
        ("a: x#1", set()),
        ("a: [x = 1 # note\n]", {"cut"}),
        ("a: | # note\n  x = 1 # note", set()),
        ("a: >\n  x = 1", {"folded"}),
        ("a: x = 1\n  y = 2", {"folded"}),
        ("a: 'x = 1\n  y = 2'", {"folded"}),
        ("a: x = 1\n  y = 2 # note", {"folded", "cut"}),
        ("a:", {"null"}),
        ("a: ~", {"null"}),
        ("a: null", {"null"}),
        ("a: ''", set()),
        ("a: 'null'", set()),
    ],
)
def test_what_yaml_does_to_a_scalar_is_marked(tmp_path: Path, text: str, damage: set[str]) -> None:
    value = read(tmp_path, text).data["a"]
    value = value[0] if isinstance(value, list) else value
    told = {name for name in ("cut", "folded", "null") if getattr(value, f"is_{name}", False)}
    assert told == damage
    assert isinstance(value, Scalar) == bool(damage)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1:1: the file is empty"),
        ("# nothing\n", "1:1: the file is empty"),
        ("a: b\nc: d\na: e\n", "3:1: the key 'a' is given twice, first on line 1"),
        ("a: {b: 1, b: 2}\n", "1:11: the key 'b' is given twice, first on line 1"),
        ("a: &x b\n", "1:4: anchors and aliases are not used here"),
        ("a: *x\n", "1:4: anchors and aliases are not used here"),
        ("a: !!python/name:os.system x\n", "1:4: the tag tag:yaml.org,2002:python/name:os.system is not"),
        ("a: ! x\n", "1:4: the tag ! is not used here"),
        ("a: !%1Bm x\n", "1:4: the tag !\\x1bm is not used here"),
        ("? [a]\n: b\n", "1:3: a key must be plain text"),
        ("{a: b}: c\n", "1:1: a key must be plain text"),
        ("a: b\n---\nc: d\n", "2:1: the file holds more than one document"),
        ("a: b: c\n", "1:5: YAML: mapping values are not allowed in this context; quote the text"),
        ("\ta: b\n", "1:1: YAML: found character that cannot start any token; indent with spaces"),
        ("a: [b\n", "2:1: YAML: did not find expected ',' or ']'"),
        ("a: 'b\n", "2:1: YAML: found unexpected end of stream"),
        ("a: @b\n", "1:4: YAML: found character that cannot start any token; indent with spaces; quote text"),
        ("a:\n  b: c\0d\n", "2:1: YAML does not allow the character '\\x00'"),
        ("a: b\x07\n", "1:1: YAML does not allow the character '\\x07'"),
        ("a: b\nc: \ufeff\n", "2:1: YAML does not allow the character '\\ufeff'"),
        ("[" * 10_000, "1:41: nested deeper than 40 levels"),
        ("{a: " * 10_000, "1:161: nested deeper than 40 levels"),
        ("- " * 10_000, "1:81: nested deeper than 40 levels"),
        ("".join(f"k{n}: v\n" for n in range(60_000)), "10000:8: the file has more than 20,000 parts"),
        ("a: |\n" + "  x = 1\n" * 100_000, "1:4: a text of more than 10,000 characters"),
        ("k: v\n" * 100_000, "2:1: the key 'k' is given twice, first on line 1"),
        (b"a: b\nc: \xff\n", "2:4: byte 8 of the file is not UTF-8"),
        ("a: b\n".encode("utf-16"), "1:1: byte 0 of the file is not UTF-8"),
        ("a: b\n".encode("utf-16-be"), "1:1: YAML does not allow the character '\\x00'"),
        (b"a: " + b"b" * 2_000_000, "1:1: the file has more than 1,048,576 bytes"),
        (bytes(range(256)), "2:118: byte 128 of the file is not UTF-8"),
    ],
)
def test_what_no_bank_needs_is_refused_at_its_place(tmp_path: Path, text: str | bytes, problem: str) -> None:
    found = read(tmp_path, text)
    assert str(found.problems[0]).startswith(f"x.yaml:{problem}")
    assert len(found.problems) <= 60


def test_aliases_that_explode_are_refused_at_the_first_anchor(tmp_path: Path) -> None:
    text = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 10}]\n" for n in range(1, 30))
    (problem,) = read(tmp_path, text).problems
    assert (problem.line, problem.column) == (1, 5)


def test_a_problem_is_one_short_printable_line(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, "a: !" + "%0A%1B%E2%80%AE" * 500 + " b\n").problems
    assert len(str(problem)) < 800
    assert str(problem).isprintable()


def no_access(*_: object, **__: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_file_without_permission_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.yaml").write_text("a: b", encoding="utf-8")
    monkeypatch.setattr(Path, "open", no_access)
    text, (problem,) = read_text(tmp_path / "x.yaml", "x.yaml")
    assert text == ""
    assert problem.what == "the file cannot be read: Permission denied"


def test_a_file_that_grows_while_it_is_read_is_read_to_the_limit(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("abcdef", encoding="utf-8")
    assert read_text(tmp_path / "x", "x", limit=6)[0] == "abcdef"
    assert read_text(tmp_path / "x", "x", limit=5)[1][0].what == "the file has more than 5 bytes"
