"""Numbers of things and lengths of time, as people say them. Pure."""


def span(seconds: float) -> str:
    """Say how long something is, or was, in its largest unit."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return counted(round(seconds / size), name)
    return "a moment"


def counted(number: int, name: str) -> str:
    """Return a number with its noun."""
    return f"{number} {name}{'s' * (number != 1)}"
