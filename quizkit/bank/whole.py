"""Small files that are there whole or not at all: written beside their place, then renamed."""

import secrets
from pathlib import Path


def write_whole(target: Path, content: bytes) -> None:
    """Put `content` in the place of what is at `target`, which stays if anything goes wrong. Raises OSError."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(content)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
