"""No digit, no number and no look-alike may be a class of the pretraining."""
# ruff: noqa: RUF001 (the look-alikes are the subject)

import unicodedata

import pytest

from quizkit.lab.pretrain.exclusion import LOOK_ALIKES, may_be_a_class


@pytest.mark.parametrize("character", "ACEHKMNacehkmnЖИЛШλπωאشअகඅกሀ")
def test_an_ordinary_letter_may_be_a_class(character: str) -> None:
    assert may_be_a_class(character)


@pytest.mark.parametrize(
    ("kind", "characters"),
    {
        "digits of any script": "0９٣३৪๕௬೭໘᠙𝟘",
        "superscripts and subscripts": "²³¹⁴₅ᵃₐ",
        "circled and parenthesised": "①⑴⓪ⓐ⒜",
        "roman numerals and number forms": "Ⅷⅳↀↈ",
        "fractions": "½⅞",
        "letters with a numeric value": "一二三五",
        "look-alikes": "OolIZzSBbgqΟοΙΖΒОоІЗБѕ",
        "fullwidth and mathematical forms": "ＯｌＡ𝐀",
        "accents upon look-alikes": "ÓöìžşģӦϊ",
        "look-alikes with a tail or bar": "ȿɀƁȡʠ".replace("ȡʠ", "ƃɠ"),
        "tones": "ƨƽƅ",
        "small, turned and reversed": "ʙɢƎɯɘ",
        "no letters": "+|!&(★\u0301\u0941",
    }.items(),
)
def test_what_is_a_number_or_like_one_may_not(kind: str, characters: str) -> None:
    assert [character for character in characters if may_be_a_class(character)] == [], kind


def test_no_letter_that_passes_is_a_number_by_its_own_data() -> None:
    alphabets = [*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x12000)]
    passing = list(filter(may_be_a_class, map(chr, alphabets)))
    assert len(passing) > 1000
    for character in passing:
        for part in unicodedata.normalize("NFKD", character):
            assert not unicodedata.category(part).startswith("N"), character
            assert unicodedata.numeric(part, None) is None, character


def test_the_table_has_each_digit_and_only_letters() -> None:
    assert sorted(LOOK_ALIKES) == list("0123456789")
    for characters in LOOK_ALIKES.values():
        assert all(unicodedata.category(character).startswith("L") for character in characters)
