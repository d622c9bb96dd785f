"""What the commands share: the bank they are about, the page they print on, kinds of arguments."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from quizkit.model.bank import Bank

FILE: Final = click.Path(path_type=Path)
"""A file or folder, which need not be there."""


class Seeds(click.ParamType[tuple[int, ...]]):
    """Whole numbers, separated by commas."""

    name = "N,N,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """Return the numbers."""
        if isinstance(value, tuple):
            return value
        try:
            seeds = tuple(dict.fromkeys(int(each) for each in value.split(",")))
        except ValueError:
            self.fail(f"{value!r} is not a list of whole numbers, such as 0,1,2", param, ctx)
        if not all(0 <= seed < 2**32 for seed in seeds):
            self.fail("a seed is from 0 to 4294967295", param, ctx)
        return seeds


def load_bank(content: Path | None) -> "Bank":
    """Return the bank of a folder, or the one that came with quizkit. Raises as `load` does."""
    from quizkit.bank.builtin import builtin, is_own
    from quizkit.bank.shelf import loaded

    folder = nearby(builtin()) if content is None else content
    return loaded(folder, is_own=is_own(folder))


def nearby(path: Path) -> Path:
    """Return `path` as one would type it here, if it lies below the working directory."""
    try:
        here = Path.cwd()
    except OSError:  # It was removed.
        return path
    return path.relative_to(here) if path.is_relative_to(here) else path


def stdout_page() -> Any:
    """Return the page that standard output is."""
    from quizkit.report.layout import page_for

    return page_for(sys.stdout)


def put(lines: Iterable[str]) -> None:
    """Print lines."""
    from quizkit.report.outlet import Outlet

    outlet = Outlet(sys.stdout)
    for line in lines:
        outlet.put(line + "\n")
