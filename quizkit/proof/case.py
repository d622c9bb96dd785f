"""Records -> cases: one instance in one context under one seed, with its evidence. Pure.

Invariant: a case answers whatever it is asked for. Where nothing came back, or something that is not what the probe
asks for, the answer is a fault of ours, which decides nothing; nothing planned is ever passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quizkit.bank.expand import contexts
from quizkit.model.bank import Instance
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.item import Item
from quizkit.model.probe import Probe
from quizkit.proof.plan import FIRST_SEED, Planned, Role

Record = tuple[Planned, Evidence | None]
"""A planned probe and what came back."""

_Runs = dict[int, Evidence]
"""What came back under each seed."""
_Key = tuple[Role, str | None]
"""What a probe is for: its role and its option."""


@dataclass(frozen=True)
class Case:
    """What is judged together."""

    item: Item
    """The item, variant and context filled in."""
    context: str
    """Label of the context."""
    seed: int
    """The seed."""
    found: Mapping[_Key, Evidence]
    """The evidence, by what it is for."""

    def evidence(self, role: Role, option: str | None = None) -> Evidence:
        """Return what the probe for this purpose gave; a fault of ours if there is none."""
        return self.found.get((role, option)) or _fault("it was not run")


def cases(instance: Instance, records: Iterable[Record]) -> list[Case]:
    """Return the cases of one instance: every context, under every seed that any of its probes must be run under."""
    filed: dict[str, dict[_Key, _Runs]] = {}
    seeds: dict[str, set[int]] = {}
    for planned, came_back in records:
        if planned.instance == instance.id:
            evidence = admissible(planned.probe, came_back)
            runs = filed.setdefault(planned.context, {}).setdefault((planned.role, planned.option), {})
            _file(runs, planned.probe, evidence)
            if planned.role is not Role.VALUES:  # What options state is evaluated once, whatever the seeds.
                own = (planned.probe.seed, *(planned.follows if evidence.drew_random else ()))
                seeds.setdefault(planned.context, set()).update(own)
    return [
        Case(item, context, seed, {key: _under(seed, runs) for key, runs in filed.get(context, {}).items()})
        for context, item in contexts(instance.item)
        for seed in sorted(seeds.get(context, {FIRST_SEED}))
    ]


def _file(runs: _Runs, probe: Probe, evidence: Evidence) -> None:
    """Keep what came back; of two records of one probe the worse, of two probes with one purpose neither."""
    known = runs.setdefault(probe.seed, evidence)
    if known.is_decided and known.digest != probe.digest:
        runs[probe.seed] = _fault("two probes have this name: let no two rows of contexts or variants read alike")
    elif known.is_decided and not evidence.is_decided:
        runs[probe.seed] = evidence


def _under(seed: int, runs: _Runs) -> Evidence:
    """Return what a probe gave under a seed. One that drew no random number gives the same under every seed."""
    if seed in runs:
        return runs[seed]
    first = runs.get(FIRST_SEED)
    if first is None or first.drew_random:
        return _fault(f"it was not run under seed {seed}")
    return first


def admissible(probe: Probe, evidence: Evidence | None) -> Evidence:
    """Return the evidence; a fault of ours if it is missing, of another probe, or not all that the probe asks for."""
    if evidence is None:
        return _fault("no evidence came back")
    if not evidence.is_decided:
        return evidence
    if evidence.digest != probe.digest:
        return _fault("the evidence is of another probe")
    returned = evidence.outcome is Outcome.RETURNED
    answers = (
        (evidence.raised is None) == returned,
        not returned or evidence.expectations.keys() == probe.expectations.keys(),
        not returned or evidence.values.keys() == probe.values.keys(),
        not returned or probe.observe is None or evidence.observe is not None,
        probe.claim is None or evidence.claim is not None,
    )
    return evidence if all(answers) else _fault("the evidence is incomplete")


def _fault(reason: str) -> Evidence:
    return Evidence(digest="", environment="", outcome=Outcome.SANDBOX_FAILED, reason=reason)
