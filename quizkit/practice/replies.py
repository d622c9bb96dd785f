"""What is said of a choice that is not right while another may be made. Pure.

Invariant: of several options that were chosen together, none is said to be wrong.
"""

from quizkit.model.text import count
from quizkit.practice.state import Turn


def again_said(turn: Turn, left: int) -> str:
    """Return that the last choice is not right, and how many attempts are left; empty if none was made."""
    if not turn.chosen or turn.is_settled:
        return ""
    tried = ", ".join(str(number) for number, each in enumerate(turn.options, start=1) if each in turn.chosen)
    missed = "not exactly what is right" if turn.entry.selects_several else "not right"
    return f"{tried}: {missed}. {count(left, 'attempt')} left."
