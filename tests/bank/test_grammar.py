import warnings
from collections.abc import Callable

import pytest

from quizkit.bank.grammar import Fault, Names, fault, names, parsed, same_code, string_lines, vacuity

BOUND = frozenset({"x", "y", "model", "input"})


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("x == 1 or y == 2", "says two things"),
        ("isinstance(x, int) or True", "says two things"),
        ("not (x == 1 and y == 2)", "says two things"),
        ("not (x == 1 and (y == 2 or y == 3))", "says two things"),
        ("x == 1 and (y == 2 or y == 3)", "says two things"),
        ("x == 1 if y else y == 2", "says two things"),
        ("any([x == 1, y == 2])", "says two things"),
        ("not all((x == 1, y == 2))", "says two things"),
        ("(x == 1) | (y == 2)", "says two things"),
        ("not ((x == 1) & (y == 2))", "says two things"),
        ("bool(x == 1 or y == 2)", "says two things"),
        ("(x == 1 or y == 2) is True", "says two things"),
        ("(x == 1 and y == 2) == False", "says two things"),
        ("(z := x == 1 or y == 2)", "says two things"),
        ("True", "reads no name"),
        ("1 + 1 == 2", "reads no name"),
        ("torch.get_num_threads() == 1", "reads no name"),
        ("[x for x in [1]] == [1]", "reads no name"),
        ("(lambda x: x)(1) == 1", "reads no name"),
        ("x == 1 and True", "says in part something that no program can change"),
        ("len('abc') == 3 and x == 1", "says in part something that no program can change"),
        ("len([x]) == 1", "says in part something that no program can change"),
        ("x == x", "compares something with itself"),
        ("x.shape[0] <= x.shape[ 0 ]", "compares something with itself"),
        ("y == 1 and not (x != x)", "compares something with itself"),
        ("x == y == x", "compares something with itself"),
        ("torch.equal(x, x)", "compares something with itself"),
        ("x.equal(x)", "compares something with itself"),
        ("len(x) >= 0", "is true whatever the program does"),
        ("0 <= len(x)", "is true whatever the program does"),
        ("len(x) > -1", "is true whatever the program does"),
        ("len(x) != -1 and y == 2", "is true whatever the program does"),
        ("x.numel() >= 0.0", "is true whatever the program does"),
        ("x.ndim > -0.5", "is true whatever the program does"),
        ("len(x) < 0", "is false whatever the program does"),
        ("-2 == len(x)", "is false whatever the program does"),
        ("x in (2, 3)", "says two things"),
        ("not x not in [2, y]", "says two things"),
        ("isinstance(x, object)", "is true whatever the program does"),
    ],
)
def test_a_claim_that_says_nothing_definite_is_told_why(expression: str, why: str) -> None:
    assert (vacuity(expression, BOUND) or "").startswith(why)


@pytest.mark.parametrize(
    "expression",
    [
        "x == 1 and y == 2",
        "not (x == 1 or y == 2)",
        "all([x == 1, y == 2])",
        "any(p.requires_grad for p in model.parameters())",
        "(x or y) == 3",
        "f(x or y)",
        "(x == 1) & (y == 2)",
        "(x == 1 or y == 2) is False",
        "x | y == 3",
        "input.shape == (2, 3)",
        "torch.equal(x, y)",
        "x.equal(y)",
        "x is not None",
        "x == 1 and torch.is_grad_enabled()",
        "printed() == '3'",
        "'x' in globals()",
        "len(x) >= 1",
        "0 < len(x)",
        "len(x) == 0",
        "len(x) < 1",
        "abs(x) >= 0",
        "x >= 0",
        "x.ndim != 10000000000000000000000",
        "x not in (2, 3)",
        "x in (2, 2)",
        "x in [y]",
        "x in y",
        "len([*x]) == 1",
        "len([x, y]) == len(y)",
        "len({x, y}) == 1",
    ],
)
def test_a_claim_that_says_something_passes(expression: str) -> None:
    assert vacuity(expression, BOUND) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import a.b, c as d\nfrom e import f as g", Names(imported=frozenset({"a", "d", "g"}))),
        ("from a import *", Names(imported=frozenset({"*"}))),
        ("def f(p):\n    local = 1\n    return p + local + free", Names(frozenset({"f"}), read=frozenset({"free"}))),
        ("def f():\n    global g\n    g = 1", Names(frozenset({"f", "g"}))),
        ("class C:\n    attribute = 1", Names(frozenset({"C"}))),
        ("x: int = 1\ny += 1", Names(frozenset({"x", "y"}), read=frozenset({"int"}))),
        ("for i, (j, *k) in rows: pass", Names(frozenset({"i", "j", "k"}), read=frozenset({"rows"}))),
        ("with a() as b: pass", Names(frozenset({"b"}), read=frozenset({"a"}))),
        ("try: pass\nexcept E as e: pass", Names(frozenset({"e"}), read=frozenset({"E"}))),
        ("m = [i for i in a if (w := i)]", Names(frozenset({"m", "w"}), read=frozenset({"a"}))),
        (
            "match a:\n    case [b, *c]: pass\n    case {'k': d, **e}: pass",
            Names(frozenset("bcde"), read=frozenset("a")),
        ),
        ("model.fc = x[0]", Names(read=frozenset({"model", "x"}))),
        ("x = (", Names()),
    ],
)
def test_names_are_told_as_the_compiler_sees_them(source: str, expected: Names) -> None:
    assert names(source) == expected


@pytest.mark.parametrize(
    ("source", "mode", "expected"),
    [
        ("x = 1\nreturn x", "exec", (2, 1, "'return' outside function")),
        ("x = 1\n\ny = (", "exec", (3, 5, "'(' was never closed")),
        ("  x = 1", "exec", (1, 3, "unexpected indent")),
        ("x = 1", "eval", (1, 3, "invalid syntax")),
        ("\n\n  x ==\n", "eval", (3, 3, "invalid syntax")),
        ("x = '\0'", "exec", (1, 6, "source code string cannot contain null bytes")),
        ("  x == 1\n", "eval", None),
        ("x = 1\n", "exec", None),
    ],
)
def test_what_is_wrong_has_its_place(source: str, mode: str, expected: tuple[int, int, str] | None) -> None:
    assert fault(source, mode) == expected


DEEP = [
    "a" + ".b" * 5000,
    "-" * 100_000 + "1",
    "(" * 5000,
    "lambda: " * 20_000 + "1",
    "not " * 20_000 + "1",
    "1" + " + 1" * 5000,
    "f(" * 150 + ")" * 150,
    "[" * 199 + "]" * 199,
    "x" + "[0]" * 300,
    " or ".join(["x"] * 3000),
    "if 1:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 99)) + " " * 99 + "x",
    "9" * 5000,
    "x" * 20_000,
]


@pytest.mark.parametrize("source", DEEP, ids=lambda source: f"{source[:8]}x{len(source)}")
@pytest.mark.parametrize(
    "look",
    [
        lambda source: same_code(source, source),
        lambda source: fault(source, "exec") or (vacuity(source, BOUND), string_lines(source)),
        lambda source: fault(source, "eval"),
        lambda source: names(source, "exec"),
    ],
)
def test_no_code_is_too_deep_to_be_looked_at(source: str, look: Callable[[str], object]) -> None:
    look(source)


def test_code_nested_too_deeply_to_be_walked_is_at_fault() -> None:
    assert fault("x" + "[0]" * 50, "eval") is None
    assert fault("x" + "[0]" * 300, "eval") == (1, 1, "nested deeper than 200 levels")


def test_odd_but_legal_code_warns_nobody() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fault("'\\d' if x is 3 else (1)(2)", "eval") is None
        assert not isinstance(parsed("'\\d' is x", "eval"), Fault)
        assert names("'\\d' is y", "eval").read == {"y"}


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("f(1,2)", "f( 1, 2 )  # note", True),
        ("x = 1\n\ny = 2", "x = 1\ny = 2\n", True),
        ("f('a')", 'f("a")', True),
        ("f(1)", "f(1.0)", False),
        ("x = (", "x  =  (", True),
        ("x = (", "x = [", False),
        ("", "", True),
    ],
)
def test_code_is_the_same_if_it_parses_to_the_same(a: str, b: str, same: bool) -> None:
    assert same_code(a, b) is same


def test_lines_inside_strings_are_told() -> None:
    assert string_lines('x = """a\nb\n"""\ny = f"""{x}\nc"""\nz = (1,\n2)') == {2, 3, 5}
    assert string_lines("x = (\n") == set()
