"""The chair's state: who acts as it, and what each event makes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import Actor


@dataclass(frozen=True, slots=True)
class Chair:
    """Who acts as the chair."""

    actor: Actor
    name: str
    since: datetime
    attended: bool  # a page holds the lease; else anybody may take over


def _taken(_chair: Chair | None, event: e.ChairTaken, at: datetime) -> Chair:
    return Chair(event.chair, event.name, at, event.attended)


def _left(_chair: Chair | None, _event: e.ChairLeft, _at: datetime) -> None:
    return None


MOVES: Mapping[type, Callable[[Chair | None, Any, datetime], Chair | None]] = MappingProxyType(
    {e.ChairTaken: _taken, e.ChairLeft: _left}
)
