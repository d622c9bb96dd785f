"""What really happened when an option was run, as text: how it ended, and each check with got and wanted.

Invariant: what a sign or a colour says, a word says too.
"""

from collections.abc import Iterator

from textual.content import Content

from quizkit.model.evidence import Raise
from quizkit.model.served import Check, OptionEvidence
from quizkit.model.text import one_line
from quizkit.practice.excerpt import brief, readable
from quizkit.tui.widgets.code import code
from quizkit.tui.widgets.text import joined, quoted

_STDOUT_LINES = 12


def told(evidence: OptionEvidence) -> Content:
    """Return one option's evidence in one context."""
    return joined([_ending(evidence), *map(_check, evidence.checks), _printed(evidence)])


def _ending(evidence: OptionEvidence) -> Content:
    about = f"{evidence.about}: " if evidence.about else ""
    where = f" ({', '.join(evidence.contexts)})" if evidence.contexts else ""
    if evidence.raised is None:
        return Content.assemble(("▸ ", "$quiet"), f"{about}{evidence.outcome.value}", (where, "$quiet"))
    return joined([Content.assemble(("▸ ", "$quiet"), about, raised(evidence.raised), (where, "$quiet"))]) + Content(
        "\n"
    ).join([Content(""), quoted(readable(evidence.raised.message), "$bad")])


def raised(found: Raise) -> Content:
    """Return an exception in a line, its message apart."""
    line = f", line {found.line}" if found.line is not None else ""
    return Content.assemble((f"raised {one_line(found.type)}", "$bad"), f" during {one_line(found.phase)}{line}")


def _check(check: Check) -> Content:
    return joined(_lines(check))


def _lines(check: Check) -> Iterator[Content]:
    sign, style = ("✓", "$good") if check.holds else ("✗", "$bad")
    word = "true" if check.holds else "false" if check.holds is False else "raised"
    yield Content.assemble(("  ", ""), (f"{sign} {word}", style), f"  {one_line(check.name)}")
    if check.name != check.source:
        yield Content("      ") + code(one_line(check.source))
    yield Content.assemble(("      wanted ", "$quiet"), brief(check.wanted), ("  got ", "$quiet"), brief(check.got))
    for source, value in check.parts:
        yield Content.assemble("      ", (one_line(source), "$quiet"), (" → ", "$quiet"), brief(value))


def _printed(evidence: OptionEvidence) -> Content | None:
    if not evidence.stdout.strip():
        return None
    lines = readable(evidence.stdout).strip("\n").split("\n")
    more = [f"({len(lines) - _STDOUT_LINES} more lines)"] if len(lines) > _STDOUT_LINES else []
    return Content.assemble(("  printed\n", "$quiet"), quoted("\n".join([*lines[:_STDOUT_LINES], *more])))
