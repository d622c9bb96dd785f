from pathlib import Path

import pytest
from bank_files import CLAIM, DIAGNOSIS, LESSON, OUTPUT, PATTERN, SNIPPET, edited, loaded, problems_of, write_bank


@pytest.mark.parametrize(
    ("item", "old", "new", "problem"),
    [
        (SNIPPET, "stem: Which line gives ten?\n", "", "1:1: this has no 'stem'; add `stem:`"),
        (SNIPPET, "stem: W", "stm: W", "5:1: unknown field 'stm'; did you mean 'stem'?"),
        (SNIPPET, "given: ", "xyz: 1\ngiven: ", "6:1: unknown field 'xyz'; remove it; known here: id, difficulty,"),
        (SNIPPET, "{id: other, code:", "{id: other, claim: x, code:", "9:17: unknown field 'claim'; remove it"),
        (SNIPPET, "match: not", "mach: not", "10:94: unknown field 'mach'; did you mean 'match'?"),
        (SNIPPET, "then:", "limits: {cpu: 3}\nthen:", "12:10: unknown field 'cpu'; remove it; known here: cpu_s"),
        (SNIPPET, "kind: snippet", "kind: snipet", "2:7: unknown kind 'snipet'; did you mean 'snippet'?"),
        (SNIPPET, "kind: snippet\n", "", "1:1: this has no 'kind'; add `kind:` with one of snippet,"),
        (SNIPPET, "kind: snippet", "kind: [x]", "2:7: unknown kind"),
        (SNIPPET, "difficulty: easy", "difficulty: esy", "3:13: difficulty is 'esy'; choose 'easy', 'me"),
        (SNIPPET, "id: snippet-item", "id: Snippet", "1:5: 'Snippet' is not an id; use lower-case letters"),
        (SNIPPET, "id: snippet-item", "id: a-$n", "1:5: 'a-$n' is not an id; use lower-case letters"),
        (SNIPPET, "id: snippet-item", "id:", "1:4: id is empty; write something"),
        (SNIPPET, "concepts: [head]", "concepts: []", "4:11: concepts has too few entries; give at least 1"),
        (SNIPPET, "concepts: [head]", "concepts: head", "4:11: concepts wants a list; write [head]"),
        (SNIPPET, "stem: Which line gives ten?", "stem: C # or?", "5:7: stem is cut at ` #`, where YAML begins"),
        (SNIPPET, "given: model = make()", "given: model = make() # it", "6:8: given is cut at ` #`"),
        (SNIPPET, "given: model = make()", "given: >\n  model = make()", "7:3: given runs over several lines"),
        (SNIPPET, "given: model = make()", "given: model = make()\n  x = 2", "6:8: given runs over several lines"),
        (SNIPPET, "given: model = make()", "given:", "6:7: given is empty; write something"),
        (SNIPPET, "given: model = make()", "given: ''", "6:8: given is empty; write something, or leave it out"),
        (SNIPPET, "given: model = make()", "given: [1, 2]", "6:8: given wants text; quote it: [ and { begin"),
        (SNIPPET, "key: [ten]", "key: []", "11:6: key has too few entries; give at least 1"),
        (SNIPPET, "key: [ten]", "key: [Ten]", "11:7: 'Ten' is not an id"),
        (SNIPPET, "then: {forward:", "then: {option:", "12:7: then names a stage 'option', which is a phase of"),
        (SNIPPET, "then: {forward:", "then: {For Ward:", "12:8: 'For Ward' is no name of a stage"),
        (SNIPPET, "expect: {is ten: out == 10}", "expect: {}", "13:9: expect has too few entries; give at least 1"),
        (SNIPPET, "expect: {is ten: out == 10}", "expect: {is ten: f(1, 2)}", "13:25: '2)' is empty; if YAML has"),
        (SNIPPET, "raises: TypeError", "raises: Type Error", "10:67: 'Type Error' is no name of an exception class"),
        (SNIPPET, "match: not callable", "match: 'not ('", "10:102: match is not a regular expression (missing )"),
        (SNIPPET, "match: not callable", "match: '.*'", "10:102: match matches every message; quote the words"),
        (SNIPPET, "match: not callable", "match: '(a+)+b'", "10:102: match may take for ever to search; use at most"),
        (SNIPPET, "then:", "negated: yes\nthen:", "12:10: negated is neither true nor false but 'yes'; write true"),
        (SNIPPET, "then:", "seeds: [1, 1]\nthen:", "12:8: seeds names a seed twice; keep one"),
        (SNIPPET, "then:", f"seeds: [{'9' * 9000}]\nthen:", "12:9: an entry of seeds is '99999"),
        (SNIPPET, "then:", "seeds: [-1]\nthen:", "12:9: an entry of seeds is '-1'; it should be greater"),
        (SNIPPET, "then:", "limits: {memory_mib: nan}\nthen:", "12:22: memory_mib is 'nan'; it should be"),
        (SNIPPET, "then:", "limits: {cpu_seconds: nan}\nthen:", "12:23: cpu_seconds is 'nan'; it should be"),
        (SNIPPET, "then:", "requires: [gpu]\nthen:", "12:12: 'gpu' is no requirement; choose weights, cuda, scratch"),
        (SNIPPET, "then:", "exempt: no\nthen:", "12:9: exempt gives no reason; write why no run can decide it"),
        (SNIPPET, "then:", "contexts: {}\nthen:", "12:11: contexts has too few entries"),
        (SNIPPET, "then:", "contexts: {n: 3}\nthen:", "12:15: n wants a list; write [3]"),
        (SNIPPET, "then:", "contexts: {N: [3]}\nthen:", "12:12: 'N' is no name of a placeholder"),
        (SNIPPET, "then:", "contexts: {n: [3, 3]}\nthen:", "12:11: contexts gives $n the same text twice; keep one"),
        (SNIPPET, "then:", "contexts: [{n: 3}, {m: 3}]\nthen:", "12:11: contexts row 2 does not name the"),
        (SNIPPET, "then:", "contexts: [{n: 3}, {n: 3}]\nthen:", "12:11: contexts row 2 is there twice; keep one"),
        (OUTPUT, "value: 2", "text: two", "10:5: this option says either a value or a raise; give `value`, or"),
        (OUTPUT, "raises: TypeError", "value: 1", "12:5: this option does not say a whole raise; `raises` and"),
        (OUTPUT, "value: 2", "value: (1, 2)", "10:26: unknown field '2)'; if YAML has cut the text before it at a"),
        (DIAGNOSIS, 'claim: "isinstance(width, str)"', "fails: ran", "14:5: this option says nothing that can"),
        (DIAGNOSIS, 'claim: "isinstance(width, str)"', "claim: width, fails: ran", "14:5: this option has `fails`"),
        (DIAGNOSIS, '{"1024": "512"}', '{"1024": }', "12:50: '1024' is empty; if YAML has cut"),
        (CLAIM, "claim: len(x) == 2", 'claim: ""', "8:41: claim is empty; write something, or leave it out"),
        (CLAIM, "{id: two, text: It has two., claim: len(x) == 2, rationale: Yes.}", "two", "8:5: this option"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_told_in_words_at_its_place(
    tmp_path: Path, item: str, old: str, new: str, problem: str
) -> None:
    found = problems_of(tmp_path / "b", edited(item, (old, new)))
    assert any(each.startswith(problem) for each in found), found
    assert len(found) <= 3


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", "1:1: the list holds no items; write one"),
        ("- 3\n- []\n", "1:3: this is not an item; write a mapping"),
        ("text", "1:1: this is not an item; write a mapping"),
        ("{}", "1:1: this has no 'kind'"),
    ],
)
def test_a_file_that_holds_no_items_is_a_problem(tmp_path: Path, text: str, problem: str) -> None:
    assert problems_of(tmp_path / "b", text)[0].startswith(problem)


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    folder = write_bank(
        tmp_path / "bank" / "one",
        edited(SNIPPET, ("difficulty: easy", "difficulty: esy"), ("stem:", "stm:"), ("key: [ten]", "key: ten")),
        pattern="id: Topic\ntilte: x\n",
        lesson=edited(LESSON, ("Learn it.", "Ten is 10.")),
    )
    (folder / "items" / "other.yaml").write_text("a: b: c", encoding="utf-8")
    write_bank(
        tmp_path / "bank" / "two",
        edited(CLAIM, ("len(x) == 2", "x == x")),
        lesson=edited(LESSON, ("Dive.", "It is {fact:ten}.")),
    )
    assert loaded(tmp_path / "bank") == [
        "one/items/item.yaml:1:1: this has no 'stem'; add `stem:`",
        "one/items/item.yaml:3:13: difficulty is 'esy'; choose 'easy', 'medium' or 'hard'",
        "one/items/item.yaml:5:1: unknown field 'stm'; did you mean 'stem'?",
        "one/items/item.yaml:11:6: key wants a list; write [ten]",
        "one/items/other.yaml:1:5: YAML: mapping values are not allowed in this context; "
        "quote the text that holds `: `, or write it under `|`",
        "one/lesson.md:2:8: the bare numeral '10' is not proved; "
        "make it a fact and write {fact:ID}, or put code between backticks",
        "one/pattern.yaml:1:1: this has no 'title'; add `title:`",
        "one/pattern.yaml:1:5: 'Topic' is not an id; use lower-case letters, digits and hyphens, a letter first",
        "one/pattern.yaml:2:1: unknown field 'tilte'; did you mean 'title'?",
        "two/items/item.yaml:8:41: this compares something with itself; "
        "let it say one definite thing about the program",
        "two/lesson.md:6:7: there is no fact 'ten'; add it to the facts in pattern.yaml",
    ]


def test_of_very_many_problems_the_first_are_told(tmp_path: Path) -> None:
    item = SNIPPET + "".join(f"field{number}: x\n" for number in range(5000))
    found = problems_of(tmp_path / "b", item)
    assert len(found) <= 51


def test_an_id_is_taken_once_in_the_bank(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_bank(tmp_path / "bank" / name)
    first = f"is taken, first at {tmp_path}/bank/a"
    assert loaded(tmp_path / "bank") == [
        f"b/items/item.yaml:1:5: the item id 'snippet-item' {first}/items/item.yaml:1:5; choose another",
        f"b/pattern.yaml:1:5: the pattern id 'topic' {first}/pattern.yaml:1:5; choose another",
    ]


def test_an_id_is_taken_once_in_a_file_that_holds_a_list(tmp_path: Path) -> None:
    twice = "".join(f"- {CLAIM.replace(chr(10), chr(10) + '  ').rstrip()}\n" for _ in range(2))
    found = problems_of(tmp_path / "b", twice)
    assert [each.partition(", first")[0] for each in found] == ["11:7: the item id 'claim-item' is taken"]


def test_the_items_of_a_broken_pattern_are_linted_too(tmp_path: Path) -> None:
    found = problems_of(tmp_path / "b", edited(CLAIM, ("len(x) == 2", "x == x")), pattern=PATTERN + "x: y\n")
    assert any(each.startswith("8:41: this compares something with itself") for each in found)
