"""What a run of the benchmarks found: nouns, and the table that people read."""

from collections.abc import Iterable, Iterator
from statistics import median
from typing import Literal, Self

from quizkit.model.base import Noun

Unit = Literal["s", "ms", "MiB", "x"]


class Series(Noun):
    """Samples of one contestant, in the order they were taken."""

    name: str
    """Who or what was measured."""
    unit: Unit
    """Of every sample."""
    median: float
    """Of the samples."""
    samples: tuple[float, ...]
    """Raw."""

    @classmethod
    def of(cls, name: str, unit: Unit, samples: Iterable[float]) -> Self:
        """Return the series of one or more samples."""
        taken = tuple(round(sample, 4) for sample in samples)
        return cls(name=name, unit=unit, median=round(median(taken), 4), samples=taken)


class Figure(Noun):
    """One number that a bar is about, or that stands beside it."""

    name: str
    """What it says."""
    value: float | None = None
    """What was measured; None if that cannot be here."""
    why_not: str | None = None
    """What is missing to measure it; None if it was measured."""
    unit: Unit
    """x for a ratio."""
    at_most: float | None = None
    """The bar, if smaller is better."""
    at_least: float | None = None
    """The bar, if larger is better."""
    is_met: bool | None = None
    """Whether the bar is met; None for a number that is held to none."""

    @classmethod
    def of(
        cls, name: str, value: float, unit: Unit, *, at_most: float | None = None, at_least: float | None = None
    ) -> Self:
        """Return the figure, held to its bar before it is rounded."""
        met = None
        if at_most is not None:
            met = value <= at_most
        elif at_least is not None:
            met = value >= at_least
        return cls(name=name, value=round(value, 4), unit=unit, at_most=at_most, at_least=at_least, is_met=met)

    @classmethod
    def not_measured(cls, name: str, why: str, unit: Unit, *, at_least: float) -> Self:
        """Return the figure of a bar that cannot be measured on this machine, with what is missing."""
        return cls(name=name, why_not=why, unit=unit, at_least=at_least)


class Result(Noun):
    """What was measured for one bar of the design."""

    bar: str
    """Short name, as `--only` takes it."""
    about: str
    """What is measured, in a line."""
    figures: tuple[Figure, ...]
    """The bar's own number, and those printed beside it."""
    series: tuple[Series, ...]
    """What they were made of."""


class Machine(Noun):
    """Where it was measured."""

    cpu: str
    """Model name."""
    cores: int
    """Cores this process may use."""
    memory_gib: float
    """Physical memory."""
    system: str
    """Kernel and architecture."""
    load_before: float
    """Load average over a minute before the first measurement: well above zero, others were at work."""


class Report(Noun):
    """What was measured for one bar, and when, where and of what: bars are measured apart and kept together."""

    date: str
    """When it began, UTC, ISO 8601."""
    machine: Machine
    """Where."""
    versions: dict[str, str]
    """Of everything that was measured; quizkit with its commit."""
    result: Result
    """What came out."""


class Results(Noun):
    """The last report of every bar."""

    bars: dict[str, Report] = {}
    """By the name of the bar."""

    def with_report(self, report: Report) -> Self:
        """Return these with another report in the place of the one of the same bar."""
        return self.model_copy(update={"bars": {**self.bars, report.result.bar: report}})


def table(report: Report) -> str:
    """Return the report of one bar for people."""
    where, result = report.machine, report.result
    rows = list(_rows(result))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        f"{result.bar}: {result.about}",
        f"  {where.cpu}, {where.cores} cores, {where.memory_gib:g} GiB, load {where.load_before:g}; {report.date}",
        f"  {', '.join(f'{name} {version}' for name, version in report.versions.items())}",
    ]
    for name, value, bar, verdict in rows:
        row = f"  {name.ljust(widths[0])}  {value.rjust(widths[1])}  {bar.rjust(widths[2])}  {verdict}"
        lines.append(row.rstrip())
    return "\n".join([*lines, ""])


def _rows(result: Result) -> Iterator[tuple[str, str, str, str]]:
    for figure in result.figures:
        if figure.value is None:
            yield figure.name, "-", _bar(figure), f"not measured: {figure.why_not}"
            continue
        verdict = "" if figure.is_met is None else "met" if figure.is_met else "NOT MET"
        yield figure.name, f"{figure.value:.2f} {figure.unit}", _bar(figure), verdict
    for each in result.series:
        spread = f"{min(each.samples):.2f} to {max(each.samples):.2f}"
        yield f"  {each.name}", f"{each.median:.2f} {each.unit}", spread, f"n = {len(each.samples)}"


def _bar(figure: Figure) -> str:
    if figure.at_most is not None:
        return f"<= {figure.at_most:g} {figure.unit}"
    if figure.at_least is not None:
        return f">= {figure.at_least:g} {figure.unit}"
    return ""
