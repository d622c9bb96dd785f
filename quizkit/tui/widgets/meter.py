"""A share as a bar of cells."""

from textual.content import Content


def meter(share: float, width: int) -> Content:
    """Return a bar that is filled to `share`, from 0 to 1."""
    filled = round(max(0.0, min(1.0, share)) * width)
    return Content.assemble(("━" * filled, "$primary"), ("─" * (width - filled), "$edge"))
