"""Lengths of time, as people say them. Pure."""

from quizkit.model.text import count


def span(seconds: float) -> str:
    """Say about how long something is, or was, in one unit."""
    if seconds < 60:
        return "a moment"
    for size, name, limit in ((60, "minute", 60), (3600, "hour", 24)):
        if (number := round(seconds / size)) < limit:
            return count(number, name)
    return count(round(seconds / 86400), "day")
