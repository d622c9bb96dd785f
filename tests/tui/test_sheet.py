"""A program as one text and back. Pure."""

import pytest
from sample_desk import PROBE, evidence

from quizkit.model.evidence import Evidence, Outcome, Raise, Read, Value
from quizkit.model.probe import Part
from quizkit.tui.sheet import Sheet

RAISED = Evidence(
    digest="",
    environment="",
    outcome=Outcome.RAISED,
    raised=Raise(type="RuntimeError", message="mat1 and mat2 shapes cannot be multiplied", phase="forward"),
)


def test_what_is_not_edited_is_the_same_program() -> None:
    sheet = Sheet(PROBE, evidence())
    assert sheet.probe(sheet.text) == PROBE
    assert sheet.agrees(evidence())


def test_parts_stay_apart_and_what_has_no_name_is_given() -> None:
    probe = Sheet(PROBE, None).probe("x = 1\n# ── forward ──\n\ny = x\n\n# ── not a name: ──\n")
    assert probe.parts == (
        Part(phase="given", source="x = 1"),
        Part(phase="forward", source="y = x\n\n# ── not a name: ──"),
    )
    assert probe.expectations == PROBE.expectations


def test_other_evidence_does_not_agree() -> None:
    assert not Sheet(PROBE, evidence()).agrees(RAISED)
    assert not Sheet(PROBE, None).agrees(evidence())


@pytest.mark.parametrize(
    ("phases", "line"),
    [(("setup", "given", "option"), "c = 1"), (("setup", "given"), "b = 1"), (("setup",), "# ── setup ──")],
)
def test_it_is_known_where_what_the_question_is_about_begins(phases: tuple[str, ...], line: str) -> None:
    parts = tuple(Part(phase=phase, source=f"{name} = 1") for name, phase in zip("abc", phases, strict=False))
    sheet = Sheet(PROBE.model_copy(update={"parts": parts}), None)
    assert sheet.text.splitlines()[sheet.asked_line] == line


MODEL = PROBE.model_copy(
    update={"parts": (Part(phase="given", source="model = make()\nmodel.requires_grad_(False)"),)}
)


def test_what_can_be_trained_in_a_model_is_looked_at_and_compared_with_no_proof() -> None:
    sheet = Sheet(MODEL, evidence(MODEL))
    probe = sheet.probe(sheet.text)
    assert probe.parts == MODEL.parts and probe.observe is not None and "requires_grad" in probe.observe
    assert sheet.agrees(evidence(MODEL).model_copy(update={"observe": Read(value=Value(type="list", text="['a']"))}))
    assert sheet.probe("model = make()").observe is None
    shape = MODEL.model_copy(update={"observe": "model.shape"})
    assert Sheet(shape, None).probe(sheet.text).observe == "model.shape"
