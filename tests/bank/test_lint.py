"""Each case: an item, what is changed in it, the text a problem must point at, and how the problem begins."""

from pathlib import Path

import pytest
from bank_files import CLAIM, DIAGNOSIS, KINDS, OUTPUT, SNIPPET, edited, problems_of

SLOT = edited(
    SNIPPET,
    ("given: model = make()\n", "given: |\n  def build(model):\n      $option\n"),
    ("during: option", "during: given"),
)
Edit = tuple[str, str]


def check(folder: Path, item: str, edits: tuple[Edit, ...], at: str, problem: str) -> None:
    text = edited(item, *edits)
    found = problems_of(folder / "b", text)
    told = []
    for each in found:
        line, column, what = each.split(":", 2)
        told.append((text.splitlines()[int(line) - 1][int(column) - 1 :], what.strip()))
    assert [1 for there, what in told if there.startswith(at) and what.startswith(problem)], found
    assert len(found) <= 3, found


@pytest.mark.parametrize("item", [*KINDS.values(), SLOT])
def test_a_well_formed_item_has_no_problems(tmp_path: Path, item: str) -> None:
    assert problems_of(tmp_path / "b", item) == []


@pytest.mark.parametrize(
    ("item", "edit", "at", "problem"),
    [
        (SNIPPET, ("id: other", "id: ten"), "ten, code: model.n = 11", "the option id 'ten' is taken; choose anothe"),
        (SNIPPET, ("key: [ten]", "key: [tenn]"), "tenn]", "the key names no option 'tenn'; did you mean 'ten'?"),
        (SNIPPET, ("key: [ten]", "key: [zzz]"), "zzz]", "the key names no option 'zzz'; name one of ten, other, br"),
        (SNIPPET, ("key: [ten]", "key: [ten, ten]"), "ten]", "the key names 'ten' twice; name it once"),
        (CLAIM, ("key: [two]", "key: [two, three]"), "[two, three]", "every option is in the key; add a distractor"),
        (CLAIM, ("It has three.", "It  has two."), "{id: three", "this option reads like an earlier one; remove it,"),
        (SNIPPET, ("model.n = 11", "model.n = 10"), "{id: other", "this option reads like an earlier one"),
    ],
)
def test_options_and_key(tmp_path: Path, item: str, edit: Edit, at: str, problem: str) -> None:
    check(tmp_path, item, (edit,), at, problem)


RAISE = "{raises: ValueError, during: forward}"


@pytest.mark.parametrize(
    ("item", "edit", "at", "problem"),
    [
        (SNIPPET, ("fails: is ten", "fails: is tem"), "is tem", "there is no expectation 'is tem'; did you mean 'is"),
        (SNIPPET, ("fails: is ten", "fails: zzz"), "zzz", "there is no expectation 'zzz'; name one of 'is ten'"),
        (SNIPPET, ("fails: is ten", "fails: KeyError"), "KeyError", "there is no expectation 'KeyError'; write {rai"),
        (SNIPPET, ("during: option", "during: forwad"), "{raises", "there is no phase 'forwad'; did you mean 'forwa"),
        (SNIPPET, ("during: option", "during: setup"), "{raises", "there is no phase 'setup'; choose one of given, "),
        (SLOT, ("during: given", "during: option"), "{raises", "there is no phase 'option'; choose one of given, fo"),
        (SNIPPET, ("Yes.}", "Yes., fails: is ten}"), "is ten}", "this option should hold, so `fails` is never read;"),
        (OUTPUT, ("during: given", "during: then"), "{id: raises", "there is no phase 'then'; choose one of given, "),
        (OUTPUT, ("during: given", "during: expect"), "{id: raises", "there is no phase 'expect'; choose one of giv"),
        (DIAGNOSIS, ("during: forward", "during: option"), "{raises", "there is no phase 'option'; choose one of gi"),
        (DIAGNOSIS, (RAISE, "rann"), "rann", "there is no expectation 'rann'; did you mean 'ran'?"),
    ],
)
def test_declared_failures(tmp_path: Path, item: str, edit: Edit, at: str, problem: str) -> None:
    check(tmp_path, item, (edit,), at, problem)


def test_of_a_negated_item_the_keyed_options_fail(tmp_path: Path) -> None:
    negated = ("key: [ten]", "key: [other, broken]\nnegated: true")
    assert problems_of(tmp_path / "a", edited(SNIPPET, negated)) == []
    check(tmp_path, SNIPPET, (negated, ("Yes.}", "Yes., fails: is ten}")), "is ten}", "this option should hold")


@pytest.mark.parametrize(
    ("edit", "at", "problem"),
    [
        (('"1024": "512"', '"1025": "512"'), '{"1025"', "'1025' stands not in given, and must stand there exactly o"),
        (('"1024": "512"', '"width": "512"'), '{"width"', "'width' stands more than once in given, and must stand"),
        (('"1024": "512"', '"1024": "512", "= 1024": "x"'), '{"1024"', "two edits overlap; quote a piece of `given`"),
        (('"1024": "512"', '"1024": "1024"'), '{"1024"', "the cure changes nothing; let it change `given`, or write"),
        (('"1024": "512"', '"1024": "("'), '{"1024"', "this is not Python: '(' was never closed"),
        (('cure: {"1024": "512"}', "claim: width == 1024"), "{id: width", "the keyed cause has no cure, and a true"),
        ((f"premise: {RAISE}\n", ""), "id: diagnosis-item", "the premise is missing; say how `given` fails, or key "),
    ],
)
def test_cures(tmp_path: Path, edit: Edit, at: str, problem: str) -> None:
    check(tmp_path, DIAGNOSIS, (edit,), at, problem)


def test_that_there_is_no_fault_needs_no_premise(tmp_path: Path) -> None:
    edits = ((f"premise: {RAISE}\n", ""), ('{"1024": "512"}', "{}"))
    assert problems_of(tmp_path / "b", edited(DIAGNOSIS, *edits)) == []


TABLE = ("key: [ten]", "key: [ten]\ncontexts: {arch: [10, 11]}")
USE = ("out == 10", "out == $arch")
CURE = ('"512"', '"512$arch"')
CURE_TABLE = ("key: [width]", "key: [width]\ncontexts: {arch: ['', ' ']}")


@pytest.mark.parametrize(
    ("item", "edits", "at", "problem"),
    [
        (SNIPPET, (TABLE,), "{arch", "$arch is declared and never used; use $arch in a text, or remove it"),
        (SNIPPET, (TABLE, ("gives ten", "gives $arch")), "Which", "the context $arch does not belong here: learners"),
        (SNIPPET, (TABLE, ("rationale: Yes", "rationale: $arch")), "$arch", "the context $arch does not belong here"),
        (SNIPPET, (TABLE, ("fails: is ten", "fails: is $arch")), "is $arch", "the context $arch does not belong her"),
        (SNIPPET, (TABLE, ("{is ten:", "{is $arch:")), "out == 10", "the context $arch does not belong here"),
        (DIAGNOSIS, (CURE_TABLE, CURE), '512$arch"', "the context $arch does not belong here"),
        (SNIPPET, (TABLE, USE, ("= make()", "= make($arhc)")), "model = make", "$arhc is not declared; did you mean"),
        (SNIPPET, (TABLE, USE, ("[10, 11]", "[10, $arch]")), "{arch", "'$arch' holds a placeholder, which is not"),
        (SNIPPET, (TABLE, USE, ("[10, 11]", "[$option]")), "{arch", "'$option' holds a placeholder, which is not fi"),
        (SNIPPET, (TABLE, USE, ("{arch: [10, 11]}", "[{arch: 1}, {arch: $arch}]")), "[{arch", "'$arch' holds a plac"),
        (SNIPPET, (("stem: Which", "stem: $option"),), "$option", "$option does not belong here; it marks a line in"),
        (CLAIM, (("given: x", "setup: $option\ngiven: x"),), "$option", "$option does not belong here"),
        (SLOT, (("      $option", "      x = $option"),), "def build", "$option must stand alone on its line, once"),
        (SLOT, (("      $option", "      $option\n  $option"),), "def build", "$option must stand alone on its line"),
    ],
)  # fmt: skip
def test_placeholders(tmp_path: Path, item: str, edits: tuple[Edit, ...], at: str, problem: str) -> None:
    check(tmp_path, item, edits, at, problem)


def variants(table: str, key: str = "ten") -> Edit:
    return f"key: [{key}]", f"key: [{key}]\nvariants: {table}"


SAME_LABEL = '[{a: "1, b=2", b: "3"}, {a: "1", b: "2, b=3"}]'
NAMES = ("{is ten: out == 10}", "{is $a: out == 10, is $b: out != 11}")


@pytest.mark.parametrize(
    ("item", "edits", "at", "problem"),
    [
        (SNIPPET, (variants("{n: [10, (]}"), ("== 10", "== $n")), "out == $n", "this is not a Python expression: '("),
        (SNIPPET, (variants("{n: [m, out]}"), ("== 10", "== $n")), "out == $n", "this compares something with itsel"),
        (CLAIM, (variants("{n: [two., 3]}", "two"), ("three.", "$n")), "{id: three", "this option reads like an"),
        (SNIPPET, (variants("{a: [x, y], b: [z, x]}"), NAMES, (", fails: is ten", "")), "id: snippet", "'is x' stan"),
        (SNIPPET, (variants("{n: [ten, two]}"), ("{is ten:", "{is $n:")), "is ten}", "there is no expectation 'is t"),
        (SNIPPET, (variants("{n: [10, '']}"), ("{forward: out = model.n}", "$n")), "$n", "then is empty, once place"),
        (SNIPPET, (variants("{m: ['a', '(']}"), ("match: not callable", "match: $m")), "$m", "match is not a regula"),
        (DIAGNOSIS, (variants("{n: [512, 1024]}", "width"), ("make(width)", "make($n)")), '{"1024"', "'1024' stands"),
        (SNIPPET, (variants(SAME_LABEL.replace(", b=", "&b=")), ("== 10", '== "$a$b"')), "id: snippet", "two rows o"),
        (SNIPPET, (("key: [ten]", f"key: [ten]\ncontexts: {SAME_LABEL}"), ("== 10", '== "$a$b"')), "id: snippet", ""),
    ],
)  # fmt: skip
def test_every_instance_is_looked_at_as_it_will_be_run(
    tmp_path: Path, item: str, edits: tuple[Edit, ...], at: str, problem: str
) -> None:
    check(tmp_path, item, edits, at, problem)


def test_tables_that_would_explode_are_refused_before_they_do(tmp_path: Path) -> None:
    ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"
    for number, table in enumerate((", ".join(f"p{n}: {ten}" for n in range(12)), "a: [" + "x, " * 9000 + "]")):
        found = problems_of(tmp_path / str(number), edited(SNIPPET, ("key:", f"variants: {{{table}}}\nkey:")))
        assert found[0].startswith("11:11: variants makes ")
    two = f"variants: {{a: {ten}, b: {ten}}}\ncontexts: {{c: [1, 2, 3]}}\nkey:"
    found = problems_of(tmp_path / "two", edited(SNIPPET, ("key:", two)))
    assert found == ["1:1: this has 300 instances and contexts, the limit is 200; shorten its tables"]
    lines = "  x = 1\n" * 1600
    long = f"variants: {{a: {ten}, b: {ten}}}\nsetup: |\n{lines}key:"
    found = problems_of(tmp_path / "long", edited(SNIPPET, ("key:", long)))
    assert any(each.startswith("1:1: this makes too much text in 100 instances and contexts") for each in found)


@pytest.mark.parametrize(
    ("item", "edits", "at", "problem"),
    [
        (SNIPPET, (("given: model = make()", "given: |\n  a = 1\n\n  b = )"),), ")", "this is not Python: unmatched"),
        (SNIPPET, (("code: model.n = 11", "code: model.n ="),), ", rationale", "this is not Python: invalid syntax"),
        (SNIPPET, (("code: model.n = 11", "code: return 11"),), "return", "this is not Python: 'return' outside fun"),
        (SNIPPET, (("code: model.n = 11", "code: '# 11'"),), "# 11'", "this option does nothing; write a statement"),
        (SNIPPET, (("forward: out =", "forward: out = =="),), "== model", "this is not Python"),
        (SLOT, (("code: model.n = 11", "code: 'model.n = )'"),), ")'", "this is not Python: unmatched ')'"),
        (SNIPPET, (("code: model.n = 11", r'code: "s = \"\"\nt = )"'),), "s = ", "this is not Python: unmatched"),
        (SLOT, (("code: model.n = 11", 'code: "model.n ="'),), '",', "this is not Python: invalid syntax"),
        (SNIPPET, (("is ten: out == 10", "is ten: out = 10"),), "= 10", "this is not a Python expression: inval"),
        (SNIPPET, (("is ten: out == 10", 'is ten: "out == (1, "'),), '(1, "', "this is not a Python expression"),
        (SNIPPET, (("is ten: out == 10", "is ten: ten == 10"),), "ten == 10", "nothing binds the name 'ten'"),
        (SNIPPET, (("is ten: out == 10", "is ten: out == 10 or out"),), "out == 10 or", "this says two things of wh"),
        (CLAIM, (("len(x) == 2", "len(y) == 2"),), "len(y)", "nothing binds the name 'y'; bind it, or name what is"),
        (CLAIM, (("len(x) == 2", "math.pi > 3"),), "math.pi", "this reads no name that the program binds"),
        (OUTPUT, (("key: [two]", "key: [two]\nobserve: math.pi"),), "math.pi", "this reads no name that the program"),
        (OUTPUT, (("key: [two]", "key: [two]\nobserve: x ) y"),), ") y", "this is not a Python expression"),
        (OUTPUT, (("value: 2", "value: x"),), "x,", "the value reads 'x', and values are evaluated without the"),
        (OUTPUT, (("value: 2", "value: loss"),), "loss", "the value reads 'loss'"),
        (OUTPUT, (("value: 2", "value: 2 +"),), "2 +", "the value is not a Python expression: invalid syntax"),
        (OUTPUT, (("claim: len(x) == 3", "claim: 'True'"),), "True'", "this reads no name that the program binds"),
    ],
)  # fmt: skip
def test_code_and_expressions(tmp_path: Path, item: str, edits: tuple[Edit, ...], at: str, problem: str) -> None:
    check(tmp_path, item, edits, at, problem)


def test_an_error_around_a_slot_is_told_once(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path / "b", edited(SLOT, ("def build(model):", "def build(model:")))
    assert problem.startswith("7:12: this is not Python: ")


def test_an_error_in_a_slot_is_on_the_options_own_line(tmp_path: Path) -> None:
    option = "{id: other, code: model.n = 11, rationale: No., fails: is ten}"
    text = edited(SLOT, (option, "id: other\n    code: |\n      a = 1\n      b = )\n    rationale: No."))
    assert problems_of(tmp_path / "b", text)[0].startswith("14:11: this is not Python: unmatched ')'")


SYNTAX = ("TypeError, during: given", "SyntaxError, during: syntax")


@pytest.mark.parametrize(
    ("item", "edits"),
    [
        (SNIPPET, (("code: model.n()", "code: model.n ="), (SYNTAX[0].replace("given", "option"), SYNTAX[1]))),
        (SLOT, (("code: model.n()", "code: model.n ="), SYNTAX)),
        (OUTPUT, (("print(len(x))", "print(len(x)"), SYNTAX, (", claim: len(x) == 3", ""))),
        (
            DIAGNOSIS,
            (
                ("layer = make(width)", "layer = make(width"),
                ("ValueError, during: forward", "SyntaxError, during: syntax"),
                ('{"1024": "512"}', '{"make(width": "make(width)"}'),
                ('{"layer =": "head = layer ="}', '{"1024": "512"}'),
                ('claim: "isinstance(width, str)"', 'cure: {"width =": "wide ="}'),
            ),
        ),
        (DIAGNOSIS, (variants("{n: [512, 1024]}", "width"), ("layer(512)", "layer($n)"))),
        (CLAIM, (("x = [1, 2]", "|\n  exec('y = 3')\n  x = 1"), ("len(x) == 2", "x == 1 and y == 3"))),
        (CLAIM, (("x = [1, 2]", "from m import *"), ("len(x) == 2", "printed() == x"), ("len(x) == 3", "globals()"))),
        (OUTPUT, (("value: 2", "value: math.sqrt(4)"),)),
        (SNIPPET, (("out = model.n", "input = out = model.n"), ("out == 10", "input == 10"))),
        (SNIPPET, (TABLE, ("match: not callable", "match: not$arch callable"))),
        (SNIPPET, (TABLE, USE, ("stem: Which", "stem: A loss $l$, $5 and"))),
    ],
)  # fmt: skip
def test_what_only_looks_wrong_passes(tmp_path: Path, item: str, edits: tuple[Edit, ...]) -> None:
    assert problems_of(tmp_path / "b", edited(item, *edits)) == []
