"""Foreign text becomes content by spans: no bracket, link or control character in it does anything."""

import pytest

from quizkit.model.evidence import Evidence, Outcome, Raise
from quizkit.model.served import Check, OptionEvidence
from quizkit.report.layout import Page
from quizkit.tui.widgets.code import code
from quizkit.tui.widgets.evidence import told
from quizkit.tui.widgets.heatmap import Confusion
from quizkit.tui.widgets.meter import meter
from quizkit.tui.widgets.running import evidence_text
from quizkit.tui.widgets.text import prose, quoted


@pytest.mark.parametrize(
    "text",
    ["[bold]x[/bold]", "[@click=app.quit]press[/]", "[link](https://example.org)", "<b>&amp;</b>", "![i](x)", "a[0]"],
)
def test_markup_of_any_kind_stays_text(text: str) -> None:
    assert prose(text).plain == text
    assert code(text).plain == text
    assert quoted(text).plain == f"│ {text}"


def test_inline_markdown_becomes_style() -> None:
    content = prose("**bold** and `code`\nin one paragraph\n\nanother")
    assert content.plain == "bold and code in one paragraph\n\nanother"
    assert {str(span.style) for span in content.spans} >= {"bold", "$accent"}


def test_control_characters_are_seen_and_do_nothing() -> None:
    assert "\x1b" not in prose("a\x1b[31mb").plain + code("x = 1 # \x1b]0;title\x07").plain + quoted("\u202ex").plain


def test_a_meter_is_as_wide_as_it_is_asked_to_be() -> None:
    assert [meter(share, 10).cell_length for share in (-1, 0, 0.5, 1, 2)] == [10] * 5


def test_names_of_classes_do_not_take_the_place_of_css_classes() -> None:
    assert Confusion(((1,),), ("zero",)).classes == frozenset()


def test_evidence_that_was_cut_is_shown_without_its_hash() -> None:
    cut = "<C… sha256:074d0123456789ab"
    check = Check(name="x", source="y", wanted=cut, got=cut, holds=False, parts=(("z", cut),))
    failed = Raise(type="ValueError", message=cut, phase="forward")
    shown = OptionEvidence(outcome=Outcome.RAISED, raised=failed, checks=(check,), stdout=cut)
    ran = Evidence(digest="", environment="", outcome=Outcome.RETURNED, stdout=cut)
    for said, places in ((told(shown).plain, 5), (evidence_text(ran, Page()).plain, 1)):
        assert said.count("<C…") == places and "sha256" not in said
