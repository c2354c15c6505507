"""Vietnamese letters: the order of the alphabet, and which spellings count as the same name.

The order is that of the Unicode locale data for `vi`: letters first (a ă â b c d đ …), tones only between words that
are otherwise alike, in the order level, grave, hook, tilde, acute, dot.

What counts as alike is data, `spelling.json`, which the pages' scripts read too (`js/lib/text.js`): characters that
keep words apart, letters written one for another (as patterns), words before a name that are no part of it, and other
names of the same place.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0309\u0303\u0301\u0323"  # grave, hook, tilde, acute, dot below
STROKES = str.maketrans("đĐ", "dD")

MOST_REMEMBERED: Final = 10_000
"""Texts whose keys are remembered: some are typed by people, and no service has memory for all that people type."""

_PLACE = {letter: place for place, letter in enumerate(ALPHABET, start=1)}
_TONE = {tone: place for place, tone in enumerate(TONES, start=1)}

SortKey = tuple[tuple[tuple[int, str], ...], tuple[int, ...], str]


@lru_cache(MOST_REMEMBERED)
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


SPELLING: Final[Mapping[str, Any]] = json.loads(files(__package__ or "").joinpath("spelling.json").read_text("utf-8"))
"""Which spellings count as the same: see above."""

_APART = str.maketrans(dict.fromkeys(SPELLING["apart"], " "))
_ALIKE = tuple((re.compile(pattern), letter) for pattern, letter in SPELLING["alike"])


@lru_cache(MOST_REMEMBERED)
def name_key(text: str) -> str:
    """Return what two spellings of one name have in common, tones included.

    Where the tone mark stands does not matter (Hòa, Hoà), nor does c for k (Đắc Lắc, Đắk Lắk), i for y (Quy, Qui), nor
    case, any kind of dash, spacing, and "tỉnh" or "thành phố" before it.
    """
    return _without_title(_syllable_keys(text), _TITLES)


def all_names(name: str) -> frozenset[str]:
    """Return the keys of all names of a place, by one of them."""
    key = name_key(name)
    same = (set(map(name_key, names)) for names in SPELLING["same"])
    return frozenset({key}).union(*(keys for keys in same if key in keys))


def _syllable_keys(text: str) -> str:
    return " ".join(map(_syllable_key, text.lower().translate(_APART).split()))


def _syllable_key(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word)
    tones = "".join(sorted(mark for mark in decomposed if mark in _TONE))
    return _alike("".join(mark for mark in decomposed if mark not in _TONE)) + tones


@lru_cache(MOST_REMEMBERED)
def search_key(text: str) -> str:
    """Return a name without any accent and however it is spelt, as people type: "dac lac" finds Đắk Lắk."""
    return _without_title(_alike(plain(text)), _PLAIN_TITLES)


def plain(text: str) -> str:
    """Return the text in small letters without any accent, with one space between words."""
    bare = "".join(mark for mark in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(mark) != "Mn")
    return " ".join(bare.translate(STROKES).translate(_APART).split())


def matches(text: str, search: str) -> bool:
    """Whether every word of the search is found in the text, or in another name of a place that the text names.

    A word is found as it is typed, accents aside, or in another spelling.
    """
    there, spelt = _searched(text)
    return all(word in there or alike in spelt for word, alike in _words(search))


@lru_cache(MOST_REMEMBERED)
def _searched(text: str) -> tuple[str, str]:
    """Return a text as it is searched: without accents, and in one spelling."""
    there = plain(_with_other_names(text))
    return there, _alike(there)


@lru_cache(MOST_REMEMBERED)
def _words(search: str) -> tuple[tuple[str, str], ...]:
    """Return the words of a search, each also in one spelling."""
    return tuple((word, _alike(word)) for word in _without_title(plain(search), _PLAIN_TITLES).split())


def _with_other_names(text: str) -> str:
    there = f" {_alike(plain(text))} "
    same = (names for names in SPELLING["same"] if any(f" {search_key(name)} " in there for name in names))
    return " ".join([text, *(name for names in same for name in names)])


def _alike(text: str) -> str:
    for pattern, letter in _ALIKE:
        text = pattern.sub(letter, text)
    return text


def _without_title(name: str, titles: tuple[str, ...]) -> str:
    """Leave out the word before a name, but not when it is all there is."""
    title = next((title for title in titles if name.startswith(title)), "")
    return name[len(title) :]


_TITLES = tuple(f"{_syllable_keys(title)} " for title in SPELLING["titles"])
_PLAIN_TITLES = tuple(f"{_alike(plain(title))} " for title in SPELLING["titles"])
