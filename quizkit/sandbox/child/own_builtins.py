"""The built-in names that the harness works with, as they were before any program ran.

A program has built-ins of its own; through a module that was loaded before it, it can reach the harness's too. What
it replaces there is put back before the harness says anything.
"""

import builtins
from collections.abc import Callable
from functools import partial
from typing import Final

_NAMES: Final = vars(builtins)

restore: Final[Callable[[], None]] = partial(_NAMES.update, dict(_NAMES))
"""Put every built-in name back. Nothing that can be replaced is looked up for it."""
