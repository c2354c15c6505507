"""What clients send: bounded, well-formed, clean text, and exactly the fields that are asked for."""

import json
import math
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from server.web.errors import FieldError, InvalidBody, MalformedBody, MalformedJson, TooLarge, WrongType
from server.web.language import Language, language_of, translator

LARGEST = 256 * 1024
"""Bytes of a JSON body."""

LARGEST_INTEGER = 2**53 - 1
"""Beyond it programs disagree about a number (RFC 7493, section 2.2)."""

_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that make a text read otherwise than it is written."""

_NONCHARACTERS = frozenset("\ufffe\uffff")
"""Characters that no XML document, and so no Word or Excel file, may contain."""


class Body(BaseModel):
    """A JSON object from a client: no field too many, no value guessed from another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class Query(BaseModel):
    """The query of an address: every value is text, and is read as the type that is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _in_utc(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2200:  # noqa: PLR2004
        raise ValueError("the year must be between 2000 and 2199")
    return moment.astimezone(UTC)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time, RFC 3339 with its offset, kept in UTC."""

Line = Annotated[str, Field(min_length=1, max_length=300)]
"""A name or a title."""

Text = Annotated[str, Field(max_length=1000)]
"""A text that may be empty; the rules know how long each may be, and say so better."""

AnyBody = TypeVar("AnyBody", bound=BaseModel)


async def parsed(request: web.Request, model: type[AnyBody]) -> AnyBody:
    """Read the JSON body into a model; an empty body is an empty object.

    Raises WrongType, TooLarge, MalformedBody, MalformedJson or InvalidBody.
    """
    content = await bounded(request, LARGEST)
    if content and request.content_type != "application/json":
        raise WrongType("application/json")
    return read(content or b"{}", model, language_of(request))


def read(content: bytes, model: type[AnyBody], language: Language = "en") -> AnyBody:
    """Read JSON into a model. Raises MalformedJson or InvalidBody."""
    value = load(content)
    if errors := [FieldError(path, message) for path, message in faults(value)]:
        raise InvalidBody(_translated(errors, language))
    try:
        return model.model_validate_json(json.dumps(composed(value)))
    except ValidationError as error:
        raise InvalidBody(_translated(field_errors(error), language)) from None


def queried(request: web.Request, model: type[AnyBody]) -> AnyBody:
    """Read the query of the address into a model. Raises InvalidBody."""
    values = dict(request.query)
    language = language_of(request)
    if errors := [FieldError(path, message) for path, message in faults(values)]:
        raise InvalidBody(_translated(errors, language))
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise InvalidBody(_translated(field_errors(error), language)) from None


async def read_text(request: web.Request, media_type: str, largest: int) -> str:
    """Read a text body of one media type and of at most so many bytes.

    Raises WrongType, TooLarge or MalformedBody.
    """
    if request.content_type != media_type:
        raise WrongType(media_type)
    try:
        return (await bounded(request, largest)).decode()
    except UnicodeDecodeError:
        raise MalformedBody("not UTF-8") from None


async def bounded(request: web.Request, largest: int) -> bytes:
    """Read a body of at most so many bytes. Raises TooLarge, MalformedBody, or WrongType for a compressed one."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongType("no content encoding")
    if (request.content_length or 0) > largest:
        raise TooLarge(f"at most {largest} bytes")
    content = bytearray()
    try:
        async for chunk in request.content.iter_any():
            content += chunk
            if len(content) > largest:
                raise TooLarge(f"at most {largest} bytes")
    except (HttpProcessingError, web.RequestPayloadError) as error:
        raise MalformedBody(type(error).__name__) from None
    return bytes(content)


def load(content: bytes) -> Any:
    """Read JSON strictly: UTF-8, no name twice in an object, no NaN, no nesting without end. Raises MalformedJson."""
    try:
        return json.loads(content.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except RecursionError:
        raise MalformedJson("nested too deeply") from None
    except ValueError as error:  # JSONDecodeError, UnicodeDecodeError, and integers of thousands of digits
        raise MalformedJson(str(error)[:200]) from None


def faults(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Name every value that no field may have, by its path: odd characters, and numbers beyond what JSON agrees on."""
    match value:
        case str() if not is_clean(value):
            yield path, "This text has characters that cannot be shown."
        case bool():
            return
        case int() | float() if not math.isfinite(value) or abs(value) > LARGEST_INTEGER:
            yield path, "This number is too large."
        case list():
            for index, item in enumerate(value):
                yield from faults(item, _joined(path, str(index)))
        case dict():
            for name, item in value.items():
                yield from faults(item, _joined(path, name)) if is_clean(name) else [(path, "This name is odd.")]


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


def field_errors(error: ValidationError) -> list[FieldError]:
    """Say what pydantic found, field by field."""
    return [FieldError(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors(include_url=False)]


def _translated(errors: list[FieldError], language: Language) -> list[FieldError]:
    say = translator(language, "problems")
    return [FieldError(error.field, say(error.message)) for error in errors[:100]]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return names


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
