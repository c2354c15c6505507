"""JSON as every program reads it the same way (I-JSON, RFC 7493), with text that can be shown and kept anywhere."""

import json
import math
import unicodedata
from collections.abc import Iterator
from typing import Any

from server.web.errors import MalformedJson

LARGEST_INTEGER = 2**53 - 1
"""Beyond it programs disagree about a number (RFC 7493, section 2.2)."""

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a text read otherwise than it is written (Unicode standard annex 9)."""

_NONCHARACTERS = frozenset("\ufffe\uffff")
"""Characters that no XML document, and so no Word or Excel file, may contain."""

DEEPEST = 20
"""Objects and lists within one another."""

ODD_TEXT = "This text has characters that cannot be shown."
LARGE_NUMBER = "This number is too large."


def load(content: bytes) -> Any:
    """Read JSON strictly: UTF-8, no name twice in an object, no NaN, no nesting without end. Raises MalformedJson."""
    try:
        value = json.loads(content.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError:
        raise MalformedJson("nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError, and integers of thousands of digits
        raise MalformedJson(str(error)[:200]) from None
    if _is_deeper(value, DEEPEST):
        raise MalformedJson("nested too deeply")
    return value


def faults(value: Any, path: str = "", *, with_lines: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Name what no field may hold, by its path: text that cannot be shown, and numbers beyond JSON's own.

    Texts at the paths `with_lines` may have several lines, ended by LF.
    """
    match value:
        case str() if not is_clean(value.replace("\n", "") if path in with_lines else value):
            yield path, ODD_TEXT
        case int() | float() if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
            yield path, LARGE_NUMBER
        case list():
            for index, item in enumerate(value):
                yield from faults(item, _joined(path, str(index)))
        case dict():
            for name, item in value.items():
                inner = _joined(path, name)
                yield from faults(item, inner, with_lines=with_lines) if is_clean(name) else [(path, ODD_TEXT)]


def is_clean(text: str) -> bool:
    """Whether a text can be shown, stored and exported anywhere as it was meant."""
    return not any(
        unicodedata.category(character) in {"Cc", "Cs"} or character in _OVERRIDES or character in _NONCHARACTERS
        for character in text
    )


def composed(value: Any) -> Any:
    """Return a JSON value with all its text in Unicode NFC, so that a name is one name however it was typed."""
    match value:
        case str():
            return unicodedata.normalize("NFC", value)
        case list():
            return [composed(item) for item in value]
        case dict():
            return {name: composed(item) for name, item in value.items()}
        case _:
            return value


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, (list, dict)):
        return False
    items = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(item, levels - 1) for item in items)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return names


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
