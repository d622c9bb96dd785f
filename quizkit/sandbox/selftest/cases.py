"""Read the corpus. A case is a Python file whose first lines say what it is:

    # trick: what it tries, in words
    # outcome: the outcomes it may get, separated by |
    # layer: what contains it; a case whose layer is not applied here is skipped
    # cpu: seconds of CPU time, if fewer than usual
    # requires: scratch, if it needs a folder
    # machine: the architecture it is written for, if only one

`$target`, `$secret`, `$home`, `$parent` and `$port` stand for what is at stake in the `world`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from quizkit.bank.expand import filled
from quizkit.model.evidence import Outcome
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe

_CPU_SECONDS = 10.0
_MEMORY_MIB = 512


@dataclass(frozen=True)
class Case:
    """One trick."""

    name: str
    trick: str
    outcomes: frozenset[Outcome]
    """What it may end as."""
    layer: str
    """What contains it."""
    source: str
    """The program, its placeholders still open."""
    cpu_seconds: float = _CPU_SECONDS
    requires: tuple[str, ...] = ()
    machine: str = ""

    def probe(self, world: Mapping[str, str]) -> Probe:
        """Return the probe that tries it in a world: the values of the placeholders, by name."""
        return Probe(
            parts=(Part(phase="given", source=filled(self.source, world)),),
            expectations={"x": "x"} if "\nx = " in f"\n{self.source}" else {},
            limits=Limits(cpu_seconds=self.cpu_seconds, memory_mib=_MEMORY_MIB),
            requires=self.requires,
        )


def cases() -> list[Case]:
    """Return the whole corpus, by name."""
    folder = files("quizkit.sandbox.selftest") / "cases"
    found = [entry for entry in folder.iterdir() if entry.name.endswith(".py")]
    return [_case(entry.name.removesuffix(".py"), entry.read_text("utf-8")) for entry in sorted(found, key=str)]


def _case(name: str, text: str) -> Case:
    told: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("# "):
        key, _, value = lines.pop(0)[2:].partition(": ")
        told[key] = value.strip()
    return Case(
        name=name,
        trick=told["trick"],
        outcomes=frozenset(Outcome(each.strip()) for each in told["outcome"].split("|")),
        layer=told["layer"],
        source="".join(lines),
        cpu_seconds=float(told.get("cpu", _CPU_SECONDS)),
        requires=(told["requires"],) if "requires" in told else (),
        machine=told.get("machine", ""),
    )
