"""A probe as one text that can be edited, and back: parts below lines that name them. Pure.

Invariant: what was not edited is the same program, phase by phase, so its evidence can be compared with the proof.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from quizkit.bank.grammar import names
from quizkit.model.evidence import Evidence
from quizkit.model.probe import Part, Probe
from quizkit.proof.line import equivalent, line_of

_TRAINABLE: Final = "[name for name, part in model.named_parameters() if part.requires_grad]"
_RULE: Final = re.compile(r"^# ── ([a-z][a-z0-9_-]*) ──[ ]*$", re.MULTILINE)


@dataclass(frozen=True)
class Sheet:
    """A proved probe, ready to be edited."""

    original: Probe
    """The probe as it was proved."""
    proved: Evidence | None
    """What is recorded of it."""

    @property
    def text(self) -> str:
        """The whole program, each part below a line that names it."""
        return "\n".join(f"# ── {part.phase} ──\n{part.source.rstrip()}\n" for part in self.original.parts)

    @property
    def asked_line(self) -> int:
        """The line of the text on which what the question is about begins: the option, else what is given."""
        lines = self.text.splitlines()
        named = (f"# ── {phase} ──" for phase in ("option", "given"))
        return next((lines.index(rule) + 1 for rule in named if rule in lines), 0)

    def probe(self, text: str) -> Probe:
        """Return the probe that a text stands for; what stands above the first name is `given`.

        Where nothing else is observed of a `model` that is frozen or thawed, it is what can be trained in it, for one
        to predict.
        """
        parts = tuple(_parts(text))
        is_frozen = "requires_grad" in text and any("model" in names(part.source).bound for part in parts)
        observe = self.original.observe or (_TRAINABLE if is_frozen else None)
        return self.original.model_copy(update={"parts": parts, "observe": observe})

    def agrees(self, evidence: Evidence) -> bool:
        """Say whether evidence of an edited program records the same facts as the proof."""
        if self.proved is None:
            return False
        own: dict[str, object] = {"digest": "", "environment": ""}
        if self.original.observe is None:
            evidence = evidence.model_copy(update={"observe": None})
        ours, theirs = (line_of(self.original, each) | own for each in (evidence, self.proved))
        return equivalent(ours, theirs)


def _parts(text: str) -> Iterator[Part]:
    head, *rest = _RULE.split(text)
    if head.strip():
        yield Part(phase="given", source=head.strip("\n"))
    for phase, source in zip(rest[::2], rest[1::2], strict=True):
        yield Part(phase=phase, source=source.strip("\n"))
