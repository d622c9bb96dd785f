"""The pictures that the golden files pin. Nothing here is a test.

    python tests/tui/pictures.py [NAME]...

draws them again; look at them before you keep them.
"""

import os
import sys
import tempfile
from pathlib import Path

from states import STATES, picture, visit

FOLDER = Path(__file__).parent / "golden"


def drawn(name: str) -> str:
    """Return the picture of a state."""
    pictures: list[str] = []

    async def look(pilot: object, desk: object) -> None:
        pictures.append(picture(pilot.app))  # type: ignore[attr-defined]

    visit(STATES[name], look)
    return pictures[0]


def main() -> None:
    """Draw the states that are named, or all; remove pictures of states that are gone."""
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or STATES:
        with tempfile.TemporaryDirectory() as home:
            os.environ |= {"XDG_DATA_HOME": home, "XDG_CACHE_HOME": home}
            (FOLDER / f"{name}.svg").write_text(drawn(name), encoding="utf-8")
    for file in FOLDER.glob("*.svg"):
        if file.stem not in STATES:
            file.unlink()


if __name__ == "__main__":
    main()
