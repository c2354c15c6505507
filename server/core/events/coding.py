"""Events as JSON, and back: only what JSON keeps exactly, so that the canonical bytes are the same everywhere."""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Any


def rfc3339(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 in UTC, with microseconds and "Z"."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def encode(value: Any) -> Any:
    """Turn an event, or a part of one, into what JSON can hold."""
    if dataclasses.is_dataclass(value):
        return {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def read(hint: Any, value: Any) -> Any:
    """Read `value` as the type `hint`; the mirror of `encode`."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else read(_other_than_none(hint), value)
    if origin is tuple:
        if not isinstance(value, list):
            raise TypeError(f"{value!r} is no list")
        return tuple(read(typing.get_args(hint)[0], item) for item in value)
    if dataclasses.is_dataclass(hint):
        known = _hints(typing.cast("type", hint))
        return typing.cast("type", hint)(**{name: read(known[name], item) for name, item in value.items()})
    return _plain(hint, value)


def _plain(hint: Any, value: Any) -> Any:
    plain = getattr(hint, "__supertype__", hint)
    if plain is datetime:
        return _moment(value)
    if plain is date:
        return date.fromisoformat(value)
    if issubclass(plain, StrEnum):
        return plain(value)
    if type(value) is not plain:
        raise TypeError(f"{value!r} is no {plain.__name__}")
    return value


def _moment(value: str) -> datetime:
    """Read a moment; without its distance from UTC it is none."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(f"{value} has no offset")
    return moment.astimezone(UTC)


def _other_than_none(hint: Any) -> Any:
    return next(option for option in typing.get_args(hint) if option is not types.NoneType)
