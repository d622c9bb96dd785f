import pytest

from quizkit.bank.prose import interpolated, interpolated_card, interpolated_text, lint_prose
from quizkit.model.bank import Fact
from quizkit.model.card import Card
from quizkit.model.evidence import Value
from quizkit.model.figure import Figure
from quizkit.model.lesson import Lesson, Section
from quizkit.model.mode import READING_MODES


@pytest.mark.parametrize(
    ("prose", "places"),
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
        ("So it is:\n\n{program:width}\n  {table:height}  \n", []),
        ("This {program:width} is it.\n", ["1:6"]),
        ("```\n{table:width}\n```\n", ["2:1"]),
        ("{program:nothing} and\n", ["1:1"]),
    ],
)
def test_prose_quotes_facts_and_holds_no_bare_numeral(prose: str, places: list[str]) -> None:
    assert [f"{each.line}:{each.column}" for each in lint_prose(prose, ("width", "height"))] == places


def test_where_the_facts_are_not_known_none_is_missed() -> None:
    assert [each.what for each in lint_prose("{fact:any} is 5 {program:any}", None)] == [
        "{program:any} does not stand alone on its line",
        "the bare numeral '5' is not proved",
    ]


def number(scalar: float | bool) -> Value:
    return Value(type=type(scalar).__name__, text=str(scalar), scalar=scalar)


def text(scalar: str) -> Value:
    return Value(type="str", text=repr(scalar), scalar=scalar)


def row(**fields: Value) -> Value:
    items = tuple(each for name, value in fields.items() for each in (text(name), value))
    return Value(type="dict", text="{…}", items=items)


def listed(*rows: Value) -> Value:
    return Value(type="list", text="[…]", items=rows)


def shown(prose: str, value: Value | None, fact: Fact | None = None) -> str:
    return interpolated_text(prose, {"it": Figure(fact=fact or Fact(value="x"), value=value)})


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (number(512), "512"),
        (number(2048), "2048"),
        (number(11689512), "11,689,512"),
        (number(-10000), "-10,000"),
        (number(4.4), "4.4"),
        (number(True), "True"),
        (text("two\nwords"), "two words"),
        (Value(type="torch.Size", text="torch.Size([4, 10])", items=(number(4), number(10))), "torch.Size([4, 10])"),
        (None, "not proved here"),
    ],
)
def test_a_fact_is_put_in_as_prose_has_it(value: Value | None, told: str) -> None:
    assert shown("`{fact:it}`, {fact:it}.", value) == f"`{told}`, {told}."


def test_what_is_no_fact_has_no_figure() -> None:
    assert shown("{fact:other} {program:other} {table:other} {other:it}", number(1)) == (
        "not proved here not proved here not proved here {other:it}"
    )


def test_a_program_is_shown_with_its_value_below() -> None:
    fact = Fact(given="model = load()\n", value="model.width\n")
    told = "```python\nmodel = load()\nmodel.width\n```\n\nThe last line gives **512**."
    assert shown("{program:it}", number(512), fact) == told
    assert shown("{program:it}", None, fact) == told.replace("512", "not proved here")


def test_backticks_in_a_program_do_not_end_it() -> None:
    told = shown("{program:it}", number(1), Fact(given="s = '````'", value="s"))
    assert told.startswith("`````python\n")
    assert "\n`````\n\n" in told


@pytest.mark.parametrize("sign", ["\x1b[2J", "\u202e", "\x9b"])
@pytest.mark.parametrize("kind", ["fact", "program", "table"])
def test_nothing_that_is_put_in_drives_a_terminal(kind: str, sign: str) -> None:
    value = listed(row(**{sign: text(sign)})) if kind == "table" else text(sign)
    told = shown(f"{{{kind}:it}}", value, Fact(given=f"s = '{sign}'", value="s"))
    assert sign not in told
    assert "\\" in told


def test_rows_are_a_table() -> None:
    rows = listed(row(part=text("a|b"), size=number(12000)), row(size=number(1), more=number(2)))
    assert shown("{table:it}", rows) == "\n".join(
        (
            "| part | size   |",
            "| ---- | ------ |",
            "| a\\|b | 12,000 |",
            "|      | 1      |",
        )
    )


@pytest.mark.parametrize("value", [number(5), listed(), listed(row(a=number(1)), number(2)), None])
def test_what_is_not_rows_is_told_as_text(value: Value | None) -> None:
    told = shown("{table:it}", value)
    assert "|" not in told
    assert told == shown("{fact:it}", value)


def test_a_lesson_and_a_card_get_their_figures_everywhere() -> None:
    figures = {"it": Figure(fact=Fact(value="x"), value=number(7))}
    sections = tuple(Section(mode=mode, title="T", body=f"{mode}: {{fact:it}}") for mode in READING_MODES)
    told = interpolated(Lesson(sections=sections), figures)
    assert [section.body for section in told.sections] == [f"{mode}: 7" for mode in READING_MODES]
    card = interpolated_card(Card(id="a", front="{fact:it}?", back="{fact:it}!", concepts=("c",)), figures)
    assert (card.front, card.back) == ("7?", "7!")
