"""Programs that were run, and raw evidence, as text."""

from collections.abc import Iterator

from textual.content import Content

from quizkit.model.evidence import Evidence
from quizkit.model.exhibit import Exhibit
from quizkit.practice.excerpt import readable
from quizkit.report.evidence import evidence_lines
from quizkit.report.layout import Page
from quizkit.tui.widgets.code import code
from quizkit.tui.widgets.evidence import raised
from quizkit.tui.widgets.text import joined


def probe_text(exhibit: Exhibit) -> Content:
    """Return a probe's program part by part, and the expressions evaluated after it."""
    return joined(_parts(exhibit))


def _parts(exhibit: Exhibit) -> Iterator[Content]:
    for part in exhibit.parts:
        if part.source.strip():
            yield Content.styled(part.phase, "italic $quiet")
            yield code(part.source)
    asked = [*exhibit.expectations.items(), ("claim", exhibit.claim), ("observe", exhibit.observe)]
    for name, source in [*asked, *exhibit.values.items()]:
        if source:
            yield Content.assemble((f"{name}: ", "italic $quiet"), code(source))


def evidence_text(evidence: Evidence | None, page: Page) -> Content:
    """Return everything recorded of one run, as `quizkit show` tells it, without hashes."""
    if evidence is None:
        return Content.styled("not recorded", "$quiet")
    where = Content(": ") + raised(evidence.raised) if evidence.raised is not None else Content("")
    style = "$bad" if evidence.raised is not None else "$good" if evidence.is_decided else "$careful"
    told = readable("\n".join(evidence_lines(evidence, page)))
    return joined([Content.styled(evidence.outcome.value, style) + where, Content(told) if told else None])
