# ruff: noqa: RUF001 (the look-alikes are the subject)
"""Which characters the backbone may be pretrained on: letters that are no digit and are not written like one.

Invariant: nothing here looks at a picture, so the rule can be read and tested character by character. It is the first
of two; the second, in `glyphs`, compares the pictures of what is left with those of the digits, and also finds the
look-alikes that no table names.

A character is excluded if any of these holds, of itself, of any letter of its canonical decomposition, or of the
letter that its name says it is made of (`LATIN SMALL LETTER S WITH SWASH TAIL` is made of s):

1. it is no letter (`L*` but not `Lm`): digits, other numbers (`N*`), marks, punctuation and symbols go;
2. it has a numeric value: CJK numerals and letters that are used as numbers go;
3. its decomposition is a compatibility one (`<super>`, `<sub>`, `<circle>`, `<fraction>`, `<square>`, `<font>`,
   `<wide>`, `<compat>` ...): superscripts, circled and parenthesised forms, fullwidth forms, ligatures go;
4. its name says that it is a number or a letter named after one (`TONE FIVE`, `ROMAN NUMERAL`, `DIGIT`), that it is a
   letter written small, raised, turned or reversed, for what such a form resembles is not told by its base letter, or
   that it is a Canadian syllable: these are turns of a few shapes, those of 2, 6, 7 and 9 among them;
5. it is in `LOOK_ALIKES`, or its case partner is.
"""

import unicodedata
from typing import Final

LOOK_ALIKES: Final = {
    "0": "OoQDØøƟɵΟοσΘθϴΦφОоӨөФфѲѳՕօՓփᴏסםဝଠⵔⵙⵁ",
    "1": "IilLJjTtfrıɩƖǀΙιΊίІіЇїЈјӀТтԼլԵןוזⵏⵊاآأإٱ",
    "2": "ZzƧƨƵƶȤȥΖζՇշҘҙ",
    "3": "ЗзӠӡЭэƷʒȜȝƐɛɜΕεξΞЄєვჳპზმउওउঔও",
    "4": "ЧчҶҷҸҹӋӌҼԿկЏџΨψYyУуЎў",
    "5": "SsЅѕƼƽՏտ",
    "6": "bGЬьБбƄƅЪъЫыѢѣҌҍϬϭδնხ",
    "7": "TFJΓГгҐґЃѓΤרדהךץק",
    "8": "BßẞβΒВвꞴꞵȢȣՑցცჇ",
    "9": "gqPpρΡРрԚԛƍɡɋÞþƿҏϼՔքզգყ",
}
"""For each digit the letters that are written like it, in the scripts of the fonts; case partners are implied."""

_EXCLUDED: Final = frozenset("".join(LOOK_ALIKES.values()))
_FORBIDDEN_NAME_WORDS: Final = frozenset(
    {
        "DIGIT", "NUMBER", "NUMERAL", "FRACTION", "ROMAN", "TONE", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX",
        "SEVEN", "EIGHT", "NINE", "ZERO", "TURNED", "REVERSED", "INSULAR", "SIDEWAYS", "INVERTED",
        "ROTATED", "CANADIAN", "SUPERSCRIPT", "SUBSCRIPT", "MODIFIER", "CIRCLED", "PARENTHESIZED",
    }
)  # fmt: skip


def may_be_a_class(character: str) -> bool:
    """Say whether one character passes the rule above."""
    if not _is_letter(character):
        return False
    parts = {character, *unicodedata.normalize("NFD", character), _base(character)}
    return all(map(_is_innocent, filter(_is_letter, parts)))


def _base(character: str) -> str:
    """Return the letter that a name speaks of before `WITH`, or the character itself."""
    name = unicodedata.name(character, "")
    try:
        return unicodedata.lookup(name.partition(" WITH ")[0])
    except KeyError:
        return character


def _is_letter(character: str) -> bool:
    return unicodedata.category(character) in {"Lu", "Ll", "Lt", "Lo"}


def _is_innocent(letter: str) -> bool:
    name = unicodedata.name(letter, "NUMBER")
    return (
        unicodedata.numeric(letter, None) is None
        and not unicodedata.decomposition(letter).startswith("<")
        and _FORBIDDEN_NAME_WORDS.isdisjoint(name.split())
        and "SMALL CAPITAL" not in name
        and _EXCLUDED.isdisjoint({letter, letter.lower(), letter.upper()})
    )
