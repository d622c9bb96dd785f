from pathlib import Path

import pytest
from bank_files import PATTERN, SNIPPET, loaded, write_bank

FACTS = PATTERN + "facts:\n  width: {given: x = math.sqrt(4), value: x}\n  height: {value: math.pi}\n"


@pytest.mark.parametrize(
    ("lesson", "places"),
    [
        ("It has 512 features.\n", ["1:8"]),
        ("It\nhas 512 or\n2048.\n", ["2:5", "3:1"]),
        ("A 2048-wide layer.\n", ["1:3"]),
        ("In 50% of cases, 1,000 times, 0.5.\n", ["1:4", "1:18", "1:31"]),
        ("`x = 5` and ``y = 6``\n", []),
        ("```python\nx = 5\n```\nThen 6.\n", ["4:6"]),
        ("~~~~\nx = 5\n~~~\ny = 6\n~~~~\nThen 7.\n", ["6:6"]),
        ("1. one\n2) two\n- 3. three\n> 4. four\n# 5. five\n", []),
        ("ResNet-18, ImageNet-1k, fp16, a 2-D tensor, conv1, v2.\n", []),
        ("[text](http://a/1) <http://a/2> http://a/3 <b id=4>\n[5]: http://a/6\n", []),
        ("[7 links](http://a/1)\n", ["1:2"]),
        ("It has {fact:width} features.\n", []),
        ("`{fact:width}` is a {fact:heigth}.\n", ["1:21"]),
        ("```\n{fact:nothing}\n```\n", ["2:1"]),
        ("{fact:}\n", ["1:1"]),
    ],
)
def test_a_lesson_quotes_facts_and_holds_no_bare_numeral(tmp_path: Path, lesson: str, places: list[str]) -> None:
    found = loaded(write_bank(tmp_path / "b", pattern=FACTS, lesson=lesson))
    told = found if isinstance(found, list) else []
    assert [each.removeprefix("lesson.md:").partition(": ")[0] for each in told] == places


def test_an_unknown_fact_gets_a_suggestion(tmp_path: Path) -> None:
    found = loaded(write_bank(tmp_path / "b", pattern=FACTS, lesson="{fact:heigth}"))
    assert found == ["lesson.md:1:1: there is no fact 'heigth'; did you mean 'height'?"]


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("prelude: |\n  import math\n  x = (\n", "pattern.yaml:5:3: the prelude is not Python: '(' was never closed"),
        ("facts:\n  a: {given: x =, value: x}\n", "pattern.yaml:4:14: the given is not Python: invalid syntax"),
        ("facts:\n  a: {given: x = 1, value: x =}\n", "pattern.yaml:4:28: the value is not Python: invalid syntax"),
        ("facts:\n  a: {value: 512}\n", "pattern.yaml:4:14: this reads nothing that a program makes, so nothing is"),
        ("facts:\n  a: {given: x = 1, value: len('x')}\n", "pattern.yaml:4:28: this reads nothing that a program"),
        ("facts:\n  A: {value: x}\n", "pattern.yaml:4:3: 'A' is not an id"),
        ("facts:\n  a: {given: x = 1, vlue: x}\n", "pattern.yaml:4:21: unknown field 'vlue'; did you mean 'value'?"),
        (
            "facts:\n  a: {value: x}\n  a: {value: y}\n",
            "pattern.yaml:5:3: the key 'a' is given twice",
        ),
    ],
)
def test_what_is_wrong_with_a_prelude_or_fact(tmp_path: Path, pattern: str, problem: str) -> None:
    found = loaded(write_bank(tmp_path / "b", SNIPPET, "id: a\ntitle: A\n" + pattern))
    assert isinstance(found, list)
    assert any(each.startswith(problem) for each in found), found


@pytest.mark.parametrize("piece", ["](", "{fact:", "<", "`", "1,", "[", "# ", "- ", "```\n", "http://", "1. "])
def test_no_lesson_takes_long_to_read(tmp_path: Path, piece: str) -> None:
    found = loaded(write_bank(tmp_path / "b", lesson=piece * (1_000_000 // len(piece))))
    assert not isinstance(found, list) or len(found) <= 51
