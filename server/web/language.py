"""Which language a caller reads, and the sentences in it: gettext catalogues read as text, at start.

A message's id is the English sentence, so English needs no catalogue.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Literal, get_args

from aiohttp import web
from babel import negotiate_locale
from babel.messages.pofile import read_po

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "lang"
_FOLDER = Path(__file__).parent / "locale"


def language_of(request: web.Request) -> Language:
    """Return the caller's language: the `lang` cookie, else Accept-Language, else Vietnamese."""
    chosen = request.cookies.get(COOKIE, "")
    return _known(chosen) or _negotiated(request.headers.get("Accept-Language", ""))


def translator(language: Language, domain: str) -> Callable[[str], str]:
    """Return the function that says an English sentence of one domain in a language.

    A sentence without a translation is said in English.
    """
    return partial(_said, catalogue(language, domain))


@cache
def catalogue(language: Language, domain: str) -> Mapping[str, str]:
    """Read `locale/{language}/{domain}.po`; English, and a domain without a file, are empty."""
    path = _FOLDER / language / f"{domain}.po"
    if not path.is_file():
        return MappingProxyType({})
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    pairs = ((message.id, message.string) for message in messages)
    return MappingProxyType(
        {
            english: said
            for english, said in pairs
            if isinstance(english, str) and isinstance(said, str) and english and said
        }
    )


def _said(sentences: Mapping[str, str], sentence: str) -> str:
    return sentences.get(sentence, sentence)


def _known(tag: str) -> Language | None:
    return next((language for language in LANGUAGES if language == tag), None)


def _negotiated(accept: str) -> Language:
    preferred = [tag for tag, quality in _weighted(accept) if quality > 0]
    return _known(negotiate_locale(preferred, LANGUAGES, sep="-") or "vi") or "vi"


def _weighted(accept: str) -> list[tuple[str, float]]:
    """Read an Accept-Language header, most wanted first (RFC 9110, section 12.5.4)."""
    parts = (part.strip().partition(";q=") for part in accept[:500].split(",") if part.strip())
    return sorted(((tag.lower(), _quality(weight)) for tag, _, weight in parts), key=lambda pair: -pair[1])


def _quality(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
