"""Foreign text as Textual content: prose with inline Markdown, quotations.

Invariant: text becomes content by spans, never through markup, so that no bracket in it can style or link anything.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from textual.content import Content

from quizkit.model.text import printable

_OPENING: Final[Mapping[str, str]] = {"strong_open": "bold", "em_open": "italic", "s_open": "strike"}
_CODE: Final = "$accent"


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["link", "image", "autolink", "entity"])


def prose(text: str) -> Content:
    """Return an author's sentences with their inline Markdown; line breaks inside a paragraph are spaces."""
    paragraphs = [" ".join(part.split()) for part in printable(text).strip().split("\n\n")]
    return Content("\n\n").join(_inline(paragraph) for paragraph in paragraphs)


def _inline(text: str) -> Content:
    (token,) = _markdown().parseInline(text)
    pieces: list[Content | tuple[str, str]] = []
    open_styles: list[str] = []
    for child in token.children or ():
        if child.type in _OPENING:
            open_styles.append(_OPENING[child.type])
        elif child.nesting == -1 and open_styles:
            open_styles.pop()
        elif child.type == "code_inline":
            pieces.append((child.content, " ".join([*open_styles, _CODE])))
        else:
            pieces.append((child.content, " ".join(open_styles)))
    return Content.assemble(*pieces)


def quoted(text: str, style: str = "") -> Content:
    """Return foreign text behind a bar, as it is: whatever it says, it is seen to be quoted."""
    lines = printable(text).expandtabs(4).strip("\n").split("\n")
    return Content("\n").join(Content.assemble(("│ ", "$quiet"), (line, style)) for line in lines)


def joined(parts: Iterable[Content | None], separator: str = "\n") -> Content:
    """Return the parts that there are, one below the other."""
    return Content(separator).join(part for part in parts if part is not None)
