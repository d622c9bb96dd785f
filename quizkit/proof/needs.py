"""What an item needs of the environment that can be known without running anything. Pure but for looking around."""

from quizkit.sandbox.environment import versions


def _numbers(version: str) -> tuple[int, ...]:
    release = version.partition("+")[0]
    return tuple(int(part) for part in release.split(".") if part.isdigit())


def missing(requires: tuple[str, ...]) -> tuple[str, str] | None:
    """Return what is not here and what to do about it, or None. weights and cuda are seen by the probe itself."""
    here = versions()
    for requirement in requires:
        package, _, wanted = requirement.partition(">=")
        if wanted and (here[package] == "none" or _numbers(here[package]) < _numbers(wanted)):
            return f"{requirement} is needed, and {package} is {here[package]} here", f"install {requirement}"
    return None
