from pathlib import Path

import pytest
from bank_files import SNIPPET, loaded, write_bank


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("prelude: |\n  import math\n  x = (\n", "pattern.yaml:5:7: the prelude is not Python: '(' was never closed"),
        ("facts:\n  a: {given: x =, value: x}\n", "pattern.yaml:4:17: the given is not Python: invalid syntax"),
        ("facts:\n  a: {given: x = 1, value: x =}\n", "pattern.yaml:4:30: the value is not Python: invalid syntax"),
        ("facts:\n  a: {value: 512}\n", "pattern.yaml:4:14: this reads nothing that a program makes, so nothing is"),
        ("facts:\n  a: {given: x = 1, value: len('x')}\n", "pattern.yaml:4:28: this reads nothing that a program"),
        ("facts:\n  A: {value: x}\n", "pattern.yaml:4:3: 'A' is not an id"),
        ("facts:\n  a: {given: x = 1, vlue: x}\n", "pattern.yaml:4:21: unknown field 'vlue'; did you mean 'value'?"),
        (
            "facts:\n  a: {value: x}\n  a: {value: y}\n",
            "pattern.yaml:5:3: the key 'a' is given twice",
        ),
        (
            "facts:\n  width: {given: x = 1, value: x}\n  b: {given: x = 2, value: x, differs_from: widht}\n",
            "pattern.yaml:5:45: there is no other fact 'widht'; did you mean 'width'?",
        ),
        (
            "facts:\n  width: {given: x = 1, value: x, differs_from: width}\n",
            "pattern.yaml:4:49: there is no other fact 'width'; name another fact of this pattern",
        ),
    ],
)
def test_what_is_wrong_with_a_prelude_or_fact(tmp_path: Path, pattern: str, problem: str) -> None:
    found = loaded(write_bank(tmp_path / "b", SNIPPET, "id: a\ntitle: A\n" + pattern))
    assert isinstance(found, list)
    assert any(each.startswith(problem) for each in found), found
