"""Hypothesis: any event that the types allow, built from the types themselves."""

import dataclasses
import types
import typing
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from hypothesis import strategies as st

from server.core.events import KINDS, BriefingDrafted, Event
from server.core.ids import EndpointCode

LARGEST = 2**31 - 1
"""The largest number of an INTEGER column; the rules of the core allow far less."""

_codes = st.from_regex(r"[0-9a-z]{1,6}", fullmatch=True)
_moments = st.datetimes(datetime(1990, 1, 1), datetime(2150, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
_PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(0, LARGEST),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=20),
    datetime: _moments,
    date: st.dates(date(1990, 1, 1), date(2150, 1, 1)),
    types.NoneType: st.none(),
    EndpointCode: _codes,
}


def any_events() -> st.SearchStrategy[list[Event]]:
    """A briefing's drafting, then anything."""
    anything = st.lists(st.one_of([any_value(kind) for kind in KINDS.values()]), max_size=12)
    return st.builds(lambda first, rest: [first, *rest], any_value(BriefingDrafted), anything)


def any_value(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type that occurs in an event, or in a message of ours."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if hasattr(hint, "__supertype__"):
        return any_value(hint.__supertype__)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([any_value(option) for option in arguments])
    if origin in (tuple, frozenset):
        return _any_collection(origin, arguments)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return st.builds(hint, **{name: any_value(part) for name, part in hints.items()})
    assert issubclass(hint, StrEnum)
    return st.sampled_from(hint)


def _any_collection(origin: Any, arguments: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    if origin is frozenset:
        return st.frozensets(any_value(arguments[0]))
    if arguments[-1] is not Ellipsis:
        return st.tuples(*map(any_value, arguments))
    unique = arguments[0] is EndpointCode
    return st.lists(any_value(arguments[0]), max_size=4, unique=unique).map(tuple)
