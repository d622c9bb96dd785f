"""Run any program in the sandbox and return its evidence: what `quizkit try` does."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from quizkit.bank.grammar import fault
from quizkit.bank.text_file import read_text
from quizkit.errors import ContentError, ExitCode, UsageError
from quizkit.model.evidence import Evidence
from quizkit.model.limits import Limits
from quizkit.model.probe import Part, Probe
from quizkit.sandbox.start import start_pool


def programs(
    files: Iterable[Path], expect: Iterable[str], limits: Limits, seed: int, *, is_scratch: bool = False
) -> list[tuple[str, Probe]]:
    """Return a probe for each file, by its name; with `is_scratch` it may write to the folder that it has to itself.

    Raises ContentError for files that cannot be read, UsageError for an expectation that is no Python expression.
    """
    expectations = {expression: expression for expression in expect}
    for expression in expectations:
        if fault(expression, "eval") is not None:
            raise UsageError(
                f"--expect {expression!r} is not a Python expression; write one such as 'x.shape == (2, 3)'"
            )
    found, problems = [], []
    requires = ("scratch",) if is_scratch else ()
    for file in files:
        text, unreadable = read_text(file, str(file))
        problems += unreadable
        parts = (Part(phase="given", source=text),)
        probe = Probe(parts=parts, expectations=expectations, limits=limits, seed=seed, requires=requires)
        found.append((str(file), probe))
    if problems:
        raise ContentError(problems)
    return found


def tried(named: list[tuple[str, Probe]], jobs: int) -> Iterator[tuple[str, Probe, Evidence]]:
    """Yield each program's evidence, in the order given; one process each, all forked from one zygote."""
    waiting = list(named)
    ready: dict[str, Evidence] = {}
    with start_pool(jobs) as pool:
        for probe in {probe.digest: probe for _, probe in named}.values():
            pool.submit(probe)
        for probe, evidence in pool.results():
            ready[probe.digest] = evidence
            while waiting and (first := ready.get(waiting[0][1].digest)):
                name, own = waiting.pop(0)
                yield name, own, first


def exit_code(probe: Probe, evidence: Evidence) -> ExitCode:
    """Return what one program says for the command; of several the highest counts."""
    if not evidence.is_decided:
        return ExitCode.UNDECIDED
    checked = [evidence.expectations.get(name) for name in probe.expectations]
    return ExitCode.PROVED if all(each and each.holds for each in checked) else ExitCode.REFUTED
