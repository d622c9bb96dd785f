"""What a program did to a model, said in one expression: inspection functions for `setup`, `then` and `expect`.

Child side: torch, numpy and the standard library only. A prelude takes them with
`from quizkit.observe import trainable, changes`.
"""

from quizkit.observe.console import printed, warned
from quizkit.observe.modules import (
    Changes,
    called,
    changes,
    differs_in_train_mode,
    equivalent,
    raises,
    shares_storage,
    trainable,
)

__all__ = [
    "Changes",
    "called",
    "changes",
    "differs_in_train_mode",
    "equivalent",
    "printed",
    "raises",
    "shares_storage",
    "trainable",
    "warned",
]
