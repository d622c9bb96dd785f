"""The shipped content, in an installed quizkit and in an editable checkout."""

from pathlib import Path

import quizkit


def builtin() -> Path:
    """Return the folder of the shipped content: inside the package, or beside it in a checkout."""
    package = Path(quizkit.__file__).resolve().parent
    inside = package / "content"
    return inside if inside.is_dir() else package.parent / "content"


def is_own(path: Path) -> bool:
    """Say whether `path`, links resolved, lies inside the shipped content; everything else is foreign."""
    try:
        return path.resolve().is_relative_to(builtin().resolve())
    except (OSError, RuntimeError, ValueError):
        return False  # What cannot be resolved, such as a link to itself, is nothing of ours.
