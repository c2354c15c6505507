"""All series at a glance: when each takes place next, how many of its dates are how far, and what may run into what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.ids import BriefingId, SeriesId
from server.core.state import RUNNING, Phase
from server.store.tables import BriefingRow, SeriesRow, table_of

_STANDING: Final = (Phase.DRAFT.value, Phase.SCHEDULED.value, *(phase.value for phase in sorted(RUNNING)))


@dataclass(frozen=True, slots=True)
class Glance:
    """One series, and how far its dates are."""

    id: SeriesId
    title: str
    rule: str
    first: datetime  # naive: on the clock of `zone`
    zone: str
    accepted: str  # why its conflicts are known and accepted
    upcoming: datetime | None  # when the next date begins; None: nothing is ahead
    last: datetime | None  # when its last date began that was not called off
    drafts: int  # ahead, as are those published
    published: int
    held: int
    called_off: int


@dataclass(frozen=True, slots=True)
class Span:
    """When a briefing takes place that is not over."""

    id: BriefingId
    series: SeriesId | None
    starts_at: datetime
    ends_at: datetime


async def glances(session: AsyncSession, now: datetime) -> list[Glance]:
    """Return all series, those first that take place soonest, then those that are over; in one query."""
    series, briefing = table_of(SeriesRow), table_of(BriefingRow)
    phase, starts = briefing.c.phase, briefing.c.starts_at
    ahead = briefing.c.ends_at > now
    found = await session.execute(
        select(
            *(series.c[name] for name in ("id", "title", "rule", "first", "zone", "accepted")),
            func.min(case((and_(phase.in_(_STANDING), ahead), starts))),
            func.max(case((phase != Phase.CANCELLED.value, starts))),
            _how_many(and_(phase == Phase.DRAFT.value, ahead)),
            _how_many(and_(phase.in_(_STANDING[1:]), ahead)),
            _how_many(phase == Phase.CLOSED.value),
            _how_many(phase == Phase.CANCELLED.value),
        )
        .select_from(series.outerjoin(briefing, briefing.c.series_id == series.c.id))
        .group_by(series.c.id)
    )
    return sorted((_glance(*row) for row in found), key=_soonest_first)


def _how_many(which: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((which, 1), else_=0)), 0)


def _glance(id_: str, title: str, rule: str, first: str, *rest: Any) -> Glance:
    zone, accepted, upcoming, last, *numbers = rest
    drafts, published, held, called_off = map(int, numbers)
    begins = datetime.fromisoformat(first)
    return Glance(
        SeriesId(id_), title, rule, begins, zone, accepted, upcoming, last, drafts, published, held, called_off
    )


def _soonest_first(one: Glance) -> tuple[bool, float, str]:
    if one.upcoming is not None:
        return False, one.upcoming.timestamp(), one.id
    return True, -(one.last.timestamp() if one.last else 0), one.id


async def spans(session: AsyncSession, now: datetime) -> list[Span]:
    """Return when everything takes place that is not over, the earliest start first; in one query."""
    one = table_of(BriefingRow).c
    found = await session.execute(
        select(one.id, one.series_id, one.starts_at, one.ends_at)
        .where(one.phase.in_(_STANDING), one.ends_at > now)
        .order_by(one.starts_at, one.id)
    )
    return [Span(BriefingId(row[0]), SeriesId(row[1]) if row[1] else None, row[2], row[3]) for row in found]
