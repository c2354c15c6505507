"""What is wrong with the fields of a request, in words people understand, in their language."""

import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from server.web.errors import FieldError
from server.web.language import Language, translator

MOST = 100
"""Errors named in one answer."""

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "bool_type": "Yes or no is needed: true or false.",
        "datetime_from_date_parsing": "A date and a time with its offset are needed: 2026-11-22T08:30:00+07:00.",
        "datetime_parsing": "A date and a time with its offset are needed: 2026-11-22T08:30:00+07:00.",
        "datetime_type": "A date and a time with its offset are needed: 2026-11-22T08:30:00+07:00.",
        "enum": "Only {expected} can stand here.",
        "extra_forbidden": "There is no such field.",
        "greater_than_equal": "At least {ge}.",
        "int_from_float": "A whole number is needed.",
        "int_type": "A whole number is needed.",
        "less_than_equal": "At most {le}.",
        "list_type": "A list is needed.",
        "literal_error": "Only {expected} can stand here.",
        "missing": "This is needed.",
        "model_type": "An object is needed.",
        "string_pattern_mismatch": "Letters without accents, digits, dots, hyphens and underscores only.",
        "string_too_long": "At most {max_length} characters.",
        "string_too_short": "At least {min_length} characters.",
        "string_type": "A text is needed.",
        "timezone_aware": "A date and a time with its offset are needed: 2026-11-22T08:30:00+07:00.",
        "too_long": "At most {max_length} in this list.",
        "value_error": "{error}",
    }
)
"""What is said of each kind of pydantic's errors; of any other, what pydantic says."""

_BRANCH = re.compile(r"(literal|list)\[.*\]")


def in_words(error: ValidationError, language: Language) -> list[FieldError]:
    """Say what pydantic found, field by field."""
    say = translator(language, "problems")
    found = error.errors(include_url=False, include_input=False)[:MOST]
    return [FieldError(_path(one["loc"]), _sentence(one, say)) for one in found]


def translated(faults: Iterable[tuple[str, str]], language: Language) -> list[FieldError]:
    """Say what is wrong with each field; the sentences are messages of the `problems` catalogue."""
    say = translator(language, "problems")
    return [FieldError(field, say(sentence)) for field, sentence in list(faults)[:MOST]]


def _path(location: tuple[int | str, ...]) -> str:
    """Name a field by its path, without pydantic's names for the branches of a union (`literal['all']`, `list[…]`)."""
    return ".".join(str(part) for part in location if not _BRANCH.fullmatch(str(part)))


def _sentence(error: ErrorDetails, say: Callable[[str], str]) -> str:
    sentence = SENTENCES.get(error["type"])
    if sentence is None:
        return error["msg"]
    context: dict[str, Any] = error.get("ctx", {})
    if "expected" in context:
        context = {**context, "expected": _choices(context["expected"])}
    return say(say(sentence).format_map({name: str(value) for name, value in context.items()}))


def _choices(expected: str) -> str:
    """List what may stand somewhere; pydantic says it in English and as Python writes it: `<Role.CHAIR: 'chair'>`."""
    return ", ".join(re.findall(r"'([^']*)'", expected))
