"""What an item needs of the environment that can be known without running anything. Pure but for looking around."""

import platform
from itertools import zip_longest

from quizkit.sandbox.environment import versions


def missing(requires: tuple[str, ...]) -> tuple[str, str] | None:
    """Return what is not here and what to do about it, or None. weights and cuda are seen by the probe itself."""
    here = {**versions(), "python": platform.python_version()}
    for requirement in requires:
        package, _, wanted = requirement.partition(">=")
        if wanted and (here[package] == "none" or _is_older(here[package], wanted)):
            return f"{requirement} is needed, and {package} is {here[package]} here", f"install {requirement}"
    return None


def _is_older(version: str, wanted: str) -> bool:
    """Compare release numbers; missing ones are 0, so 2.13 is no older than 2.13.0."""
    pairs = zip_longest(_numbers(version), _numbers(wanted), fillvalue=0)
    return next((mine < theirs for mine, theirs in pairs if mine != theirs), False)


def _numbers(version: str) -> list[int]:
    release = version.partition("+")[0]
    return [int(part) for part in release.split(".") if part.isdigit()]
