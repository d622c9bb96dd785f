"""Look at this installation: versions, sandbox, device, storage. What `quizkit doctor` prints.

Invariant: nothing is assumed to work: the sandbox is tried, and what fails is told as a fact beside the others.
"""

import os
import sys
from collections.abc import Iterator

import quizkit
from quizkit.bank.builtin import builtin
from quizkit.errors import SandboxError
from quizkit.model.evidence import Evidence, Outcome
from quizkit.model.probe import Part, Probe
from quizkit.proof.cache import cache_file
from quizkit.sandbox.environment import environment_id, versions
from quizkit.sandbox.selftest.cases import cases
from quizkit.sandbox.selftest.check import CaseChecked, check
from quizkit.sandbox.start import confinement, start_pool

Sections = dict[str, dict[str, str]]
"""Facts by name, in order, by section."""

_FIRST = Probe(
    parts=(Part(phase="given", source="import torch\nx = torch.ones(2)"),), expectations={"two": "x.sum() == 2"}
)
_DEVICE = Probe(
    parts=(Part(phase="given", source="import torch"),), observe="torch.cuda.get_device_name()", requires=("cuda",)
)


def diagnosis() -> tuple[Sections, bool]:
    """Return facts about this installation, and whether probes can be run here."""
    level = confinement()
    evidence, why_not = _tried()
    first, device = evidence.get(_FIRST.digest), evidence.get(_DEVICE.digest)
    works = first is not None and first.outcome is Outcome.RETURNED and first.expectations["two"].holds is True
    sections = {
        "versions": {"quizkit": quizkit.__version__, **versions()},
        "environment": {"id": environment_id(), "cores": str(os.cpu_count() or 1), "interpreter": sys.executable},
        "sandbox": {
            "level": str(level),
            "layers": ", ".join(level.layers) or "none",
            "missing": ", ".join(level.missing) or "none",
            "first probe": "ran" if works else why_not or _ending(first),
        },
        "device": {"probes": "CPU", "accelerator": _accelerator(device)},
        "storage": {"content": str(builtin()), "evidence cache": _cache()},
    }
    return sections, works


def _tried() -> tuple[dict[str, Evidence], str]:
    try:
        with start_pool(1) as pool:
            pool.submit(_FIRST)
            pool.submit(_DEVICE)
            return {probe.digest: evidence for probe, evidence in pool.results()}, ""
    except SandboxError as error:
        return {}, str(error)


def _ending(evidence: Evidence | None) -> str:
    if evidence is None:
        return "gave no evidence"
    raised = f"{evidence.raised.type}: {evidence.raised.message}" if evidence.raised else ""
    return f"{evidence.outcome.value} {evidence.reason or raised}".strip()


def _accelerator(evidence: Evidence | None) -> str:
    if evidence is not None and evidence.observe is not None and evidence.observe.value is not None:
        return str(evidence.observe.value.scalar)
    return "none that torch can use"


def _cache() -> str:
    file = cache_file()
    if file is None:
        return "nowhere: set HOME or XDG_CACHE_HOME"
    try:
        return f"{file} ({file.stat().st_size / 2**20:.1f} MiB)"
    except OSError:
        return f"{file} (not there yet)"


def self_test() -> Iterator[CaseChecked]:
    """Run the hostile corpus in this machine's sandbox and yield what came of each trick.

    Raises SandboxError if there is none.
    """
    with start_pool(1) as pool:
        yield from check(cases(), pool, confinement())
