"""Vietnamese letters: the order of the alphabet, and which spellings count as the same name.

The order is that of the Unicode locale data for `vi`: letters first (a ă â b c d đ …), tones only between words that
are otherwise alike, in the order level, grave, hook, tilde, acute, dot.
"""

import unicodedata
from functools import cache

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook, tilde, acute, dot below
STROKES = str.maketrans("đĐ", "dD")

_PLACE = {letter: place for place, letter in enumerate(ALPHABET, start=1)}
_TONE = {tone: place for place, tone in enumerate(TONES, start=1)}

SortKey = tuple[tuple[tuple[int, str], ...], tuple[int, ...], str]


@cache
def vietnamese_key(text: str) -> SortKey:
    """Return a key that sorts texts as a Vietnamese dictionary does; anything that is no letter comes first."""
    letters: list[tuple[int, str]] = []
    tones: list[int] = []
    for letter in _letters(text.lower()):
        bare, tone = _split_tone(letter)
        place = _PLACE.get(bare, 0)
        letters.append((place, "" if place else bare))
        tones.append(tone)
    return tuple(letters), tuple(tones), text


def _letters(text: str) -> list[str]:
    """Split a text into letters, each with its marks, decomposed."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFD", text):
        if letters and unicodedata.combining(character):
            letters[-1] += character
        else:
            letters.append(character)
    return letters


def _split_tone(letter: str) -> tuple[str, int]:
    """Part a decomposed letter into the composed letter of the alphabet and the place of its tone, 0 for none."""
    tone = next((_TONE[mark] for mark in letter if mark in _TONE), 0)
    bare = unicodedata.normalize("NFC", "".join(mark for mark in letter if mark not in _TONE))
    return bare, tone


@cache
def name_key(text: str) -> str:
    """Return what two spellings of one name have in common, tones included.

    Where the tone mark stands does not matter (Hòa, Hoà), nor does c for k (Đắc Lắc, Đắk Lắk; Bắc Cạn, Bắc Kạn), nor
    case, hyphens and spacing.
    """
    words = text.lower().replace("-", " ").replace("\u2013", " ").split()
    return " ".join(_syllable_key(word) for word in words)


def _syllable_key(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(sorted(mark for mark in decomposed if mark in _TONE))
    bare = "".join(mark for mark in decomposed if mark not in _TONE)
    return _k_as_c(bare) + tones


def _k_as_c(word: str) -> str:
    """Write k as c, but for kh, which is another sound."""
    return word.replace("kh", "\0").replace("k", "c").replace("\0", "kh")


@cache
def search_key(text: str) -> str:
    """Return the text without any accent, as people type into a search box: "dac lac" finds Đắk Lắk."""
    bare = "".join(mark for mark in name_key(text) if not unicodedata.combining(mark))
    return bare.translate(STROKES)
