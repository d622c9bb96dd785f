"""A font made by the test: polygons for some letters and for the digits, so that nothing need be installed."""

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

LETTERS = "ACEHKMNUVWXacehkmnuvwxЖИЛШЩЮЯλπω"
"""Characters that the exclusion rule lets through."""
OTHERS = "0123456789OIl²Ⅷ①"
"""Digits and what the rule takes out."""


def write_font(file: Path) -> None:
    """Write a TrueType font in which every character is a pattern of its own: nine cells, filled by its number."""
    characters = LETTERS + OTHERS
    builder = FontBuilder(900, isTTF=True)
    names = {character: f"u{ord(character):04X}" for character in characters}
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap({ord(character): name for character, name in names.items()})
    glyphs = {names[character]: _cells(number + 17) for number, character in enumerate(characters)}
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), **glyphs})
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", *names.values()], (900, 0)))
    builder.setupHorizontalHeader(ascent=900, descent=0)
    builder.setupNameTable({"familyName": "Cells", "styleName": "Regular"})
    builder.setupOS2(sTypoAscender=900, usWinAscent=900, usWinDescent=0)
    builder.setupPost()
    builder.save(file)


def _cells(pattern: int) -> object:
    pen = TTGlyphPen(None)
    # 131 is odd, so the products differ in their low nine bits; corners keep every picture the same size.
    bits = (pattern * 131) % 512 | 0b100000001
    for cell in range(9):
        if bits >> cell & 1:
            left, bottom = cell % 3 * 300, cell // 3 * 300
            pen.moveTo((left, bottom))
            for corner in ((left, bottom + 300), (left + 300, bottom + 300), (left + 300, bottom)):
                pen.lineTo(corner)
            pen.closePath()
    return pen.glyph()
