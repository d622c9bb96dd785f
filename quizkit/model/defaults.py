"""How a run trains unless it is asked otherwise: the source page's own recipe. Nothing else says these numbers.

Invariant: this file imports nothing but the standard library, so that `--help` can show it for nothing.
"""

from typing import Final

EPOCHS: Final = 5
"""Passes over the training images."""
BATCH_SIZE: Final = 64
"""Images in a step."""
LEARNING_RATE: Final = 1e-3
"""Adam's step size."""
