"""The rehearsals' state: which are planned, which one runs, which were held, and what each event makes of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from server.core import events as e


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One rehearsal."""

    number: int
    lead: timedelta | None = None  # before the start of the meeting; None: it was begun without a plan
    length: timedelta | None = None
    began_at: datetime | None = None
    until: datetime | None = None  # when it ends by itself, once it runs
    ended_at: datetime | None = None
    dropped: bool = False

    @property
    def runs(self) -> bool:
        """Whether it takes place now."""
        return self.began_at is not None and self.ended_at is None

    def span(self, starts_at: datetime) -> tuple[datetime, datetime] | None:
        """Return when it is planned, in a meeting that starts then; None once it has begun, is off, or had no plan."""
        if self.dropped or self.began_at is not None or self.lead is None or self.length is None:
            return None
        return starts_at - self.lead, starts_at - self.lead + self.length


Rehearsals = tuple[Rehearsal, ...]
"""By number, those that were dropped too: no number comes twice."""


def _planned(rehearsals: Rehearsals, event: e.RehearsalPlanned, _at: datetime) -> Rehearsals:
    lead, length = timedelta(seconds=event.lead), timedelta(minutes=event.minutes)
    return (*rehearsals, Rehearsal(event.number, lead, length))


def _dropped(rehearsals: Rehearsals, event: e.RehearsalDropped, _at: datetime) -> Rehearsals:
    return _with(rehearsals, event.number, dropped=True)


def _began(rehearsals: Rehearsals, event: e.RehearsalBegan, at: datetime) -> Rehearsals:
    if all(one.number != event.number for one in rehearsals):
        rehearsals = (*rehearsals, Rehearsal(event.number))
    return _with(rehearsals, event.number, began_at=at, until=event.until)


def _ended(rehearsals: Rehearsals, event: e.RehearsalEnded, at: datetime) -> Rehearsals:
    return _with(rehearsals, event.number, ended_at=at)


def _with(rehearsals: Rehearsals, number: int, **changes: Any) -> Rehearsals:
    return tuple(replace(one, **changes) if one.number == number else one for one in rehearsals)


MOVES: Mapping[type, Callable[[Rehearsals, Any, datetime], Rehearsals]] = MappingProxyType(
    {
        e.RehearsalPlanned: _planned,
        e.RehearsalDropped: _dropped,
        e.RehearsalBegan: _began,
        e.RehearsalEnded: _ended,
    }
)
