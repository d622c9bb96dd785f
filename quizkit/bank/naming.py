"""What people type -> the pattern that they mean: one way, for every command."""

from difflib import get_close_matches

from quizkit.errors import UsageError
from quizkit.model.bank import Bank, LoadedPattern


def pattern_named(bank: Bank, wanted: str) -> LoadedPattern:
    """Return the pattern with this id, or the only one whose id begins so. Raises UsageError, with a suggestion."""
    every = {pattern.pattern.id: pattern for pattern in bank.patterns}
    begun = [name for name in every if name.startswith(wanted)]
    if wanted in every or len(begun) == 1:
        return every[wanted if wanted in every else begun[0]]
    close = begun or get_close_matches(wanted, list(every), 3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"there is {', '.join(every) or 'none at all'}"
    raise UsageError(f"there is no pattern {wanted!r}; {hint}")
