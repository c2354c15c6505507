"""What clients send: bounded, well-formed, clean text, and exactly the fields that are asked for."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
)

from server.web.errors import InvalidBody, MalformedBody, TooLarge, WrongType
from server.web.field_errors import in_words, translated
from server.web.language import Language, language_of
from server.web.strict_json import composed, faults, load

LARGEST = 256 * 1024
"""Bytes of a JSON body."""

PATIENCE = 60.0
"""Seconds without another piece of a body after which its sender counts as gone."""

_ON_THE_WALL = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}"

NOT_ON_THE_WALL = "A date and a time as the clock shows them are needed, without an offset: 2026-11-27T08:00:00."
ODD_YEAR = "The year must be between 2000 and 2199."


class Body(BaseModel):
    """A JSON object from a client: no field too many, no value guessed from another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)

    WITH_LINES: ClassVar[frozenset[str]] = frozenset()
    """The fields whose text may have several lines; in any other, a line's end is refused as control characters are."""


class Query(BaseModel):
    """The query of an address: every value is text, and is read as the type that is asked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)


AnyDay = TypeVar("AnyDay", bound=date)


def _in_our_years(day: AnyDay) -> AnyDay:
    if not 2000 <= day.year < 2200:  # noqa: PLR2004
        raise ValueError(ODD_YEAR)
    return day


def _in_utc(moment: datetime) -> datetime:
    return _in_our_years(moment).astimezone(UTC)


def _on_the_wall(value: object) -> datetime:
    """Read a time without an offset; of a time with one, or of any other text, nothing is guessed."""
    if not isinstance(value, str) or not re.fullmatch(_ON_THE_WALL, value, re.ASCII):
        raise ValueError(NOT_ON_THE_WALL)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:  # the thirtieth of February
        raise ValueError(NOT_ON_THE_WALL) from None
    return _in_our_years(moment)


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A point in time, RFC 3339 with its offset, kept in UTC."""

WallClock = Annotated[
    datetime, BeforeValidator(_on_the_wall), WithJsonSchema({"type": "string", "pattern": f"^{_ON_THE_WALL}$"})
]
"""What the clock on the wall shows where the house is: 2026-11-27T08:00:00, naive."""

Day = Annotated[date, AfterValidator(_in_our_years)]
"""A day of the calendar: 2026-11-27."""

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
    _refuse_faults(value, language, getattr(model, "WITH_LINES", frozenset()))
    with _in_words(language):
        return model.model_validate_json(json.dumps(composed(value)))


def queried(request: web.Request, model: type[AnyBody]) -> AnyBody:
    """Read the query of the address into a model. Raises InvalidBody."""
    value, language = dict(request.query), language_of(request)
    _refuse_faults(value, language)
    with _in_words(language):
        return model.model_validate(composed(value))


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
    if (request.content_length or 0) > largest:
        raise TooLarge(f"at most {largest} bytes")
    content = bytearray()
    async for piece in pieces(request):
        content += piece
        if len(content) > largest:
            raise TooLarge(f"at most {largest} bytes")
    return bytes(content)


async def pieces(request: web.Request) -> AsyncIterator[bytes]:
    """Read a body piece by piece, as it comes. Raises MalformedBody, or WrongType for a compressed one."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise WrongType("no content encoding")
    try:
        while piece := await _piece(request):
            yield piece
    except TimeoutError:
        raise MalformedBody("nothing more has come") from None
    except (HttpProcessingError, web.RequestPayloadError, ConnectionError) as error:  # the last: the client has left
        raise MalformedBody(type(error).__name__) from None


async def _piece(request: web.Request) -> bytes:
    async with asyncio.timeout(PATIENCE):
        return await request.content.readany()


def _refuse_faults(value: Any, language: Language, with_lines: frozenset[str] = frozenset()) -> None:
    if found := translated(faults(value, with_lines=with_lines), language):
        raise InvalidBody(found)


@contextmanager
def _in_words(language: Language) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        raise InvalidBody(in_words(error, language)) from None
