"""The sweeper: removes a folder when whoever started it is gone, by whatever signal.

Invariant: its standard input is a pipe to which nothing is written; that it is closed is all it waits for.
"""

import sys
from contextlib import suppress
from pathlib import Path


def main() -> None:
    """Wait, then remove the folder that is the one argument, if it is still there."""
    # Importable from where this file lies, and from nowhere else.
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
    from quizkit.sandbox import folder

    sys.stdin.buffer.read()
    with suppress(FileNotFoundError):
        folder.remove(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
