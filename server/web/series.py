"""Series of briefings over HTTP: made from one briefing, changed for all dates or from one on, and called off."""

import asyncio
from collections.abc import Iterable
from functools import partial
from http import HTTPStatus
from typing import Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field

from schedules.recurrence import Occurrence, Recurrence, begin, drop, instant, move, occurrences
from schedules.rule import read_rule, write_rule
from schedules.series import dates_of, recurrence_of
from schedules.words import in_words
from server.core import series as rules
from server.core.events import Plan, SeriesDate, rfc3339
from server.core.ids import BriefingId, SeriesId
from server.core.series import NothingLeft, Series, StaleSeries
from server.store import briefings as ids
from server.store import series as stored
from server.store.series import Member
from server.web.bodies import Body, WallClock, parsed
from server.web.conditions import version_wanted
from server.web.keys import DATABASE, ROOMS, SETTINGS
from server.web.language import language_of
from server.web.routing import ORGANIZERS, STAFF, Routes
from server.web.series_change import Moves, bookings_of, require_free
from server.web.series_intent import AHEAD, Reason, RuleText, SeriesChange, intended, past_of
from server.web.series_preview import MOST_EXCEPTIONS, MoveBody, booking

routes = Routes()


class NewSeries(Body):
    """A series, made of a briefing that has not begun: it becomes the first date, and what it says is said of all."""

    briefing: str = Field(min_length=1, max_length=64)
    rule: RuleText
    dropped: list[WallClock] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    moved: list[MoveBody] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    accepted: Reason = ""  # why conflicts are known and accepted; empty: they are not


class CallingOff(Body):
    """From which date on a series is cancelled: all that have not begun, unless one is named."""

    following: WallClock | None = None
    reason: Reason = ""


class SeriesDateAnswer(BaseModel):
    """One date, and its briefing."""

    briefing: str
    original: str
    starts_at: str
    ends_at: str
    state: str
    title: str
    moved: bool


class SeriesAnswer(BaseModel):
    """A series, its dates in the order in which its rule has them."""

    id: str
    title: str
    rule: str
    first: str
    zone: str
    minutes: int
    words: str
    edition: int
    accepted: str
    dropped: list[str]
    dates: list[SeriesDateAnswer]


class LeftAnswer(BaseModel):
    """A date that was left alone, and why; `fields` are those that were changed of it by hand."""

    briefing: str
    original: str
    title: str
    because: Literal["begun", "over", "cancelled", "by_hand"]
    fields: list[str]


class ChangedAnswer(BaseModel):
    """The series that has the changed dates, the one they were split from, and what was left alone."""

    series: SeriesAnswer
    split_from: str | None
    left: list[LeftAnswer]


class ListedSeries(BaseModel):
    """A series in the list."""

    id: str
    title: str
    rule: str
    first: str
    words: str
    edition: int


class SeriesListAnswer(BaseModel):
    """All series, in the order of their first dates."""

    series: list[ListedSeries]


@routes.get("/api/v1/series", allow=STAFF, answers=SeriesListAnswer)
async def list_series(request: web.Request) -> web.Response:
    """List all series."""
    async with request.app[DATABASE].read() as session:
        found = await stored.listed(session)
    return web.json_response({"series": [_listed(request, one) for one in found]})


@routes.post("/api/v1/series", allow=ORGANIZERS, body=NewSeries, answers=SeriesAnswer, status=HTTPStatus.CREATED)
async def create_series(request: web.Request) -> web.Response:
    """Make a briefing the first date of a series and write its other dates down as drafts: all of them, or none.

    With If-Match only if the briefing is as its writer has read it.
    """
    wanted = await parsed(request, NewSeries)
    room = await request.app[ROOMS].get(BriefingId(wanted.briefing))
    zone, read, edition = request.app[SETTINGS].time_zone, room.state, version_wanted(request)
    series, dates = await asyncio.to_thread(_made, wanted, read.planned, zone)
    if not wanted.accepted:
        booked = [booking(one.original.isoformat(), rules.plan_at(series.plan, one.starts_at)) for one in dates]
        await require_free(request, booked, {room.state.id})
    moves = Moves(request)
    first, *others = sorted(dates, key=lambda one: one.original)
    begins = partial(
        rules.begin,
        starts_at=first.starts_at,
        date=_named(series.id, first),
        edition=read.edition if edition is None else edition,
        certified=request.app[SETTINGS].certified_for_secrets,
    )
    moves.add(room, begins)
    for one in others:
        moves.draft(rules.plan_at(series.plan, one.starts_at), _named(series.id, one), read.reminders)
    await moves.make(new=[series])
    headers = {"Location": f"/api/v1/series/{series.id}"}
    return _answer(await document(request, series.id), series.edition, status=HTTPStatus.CREATED, headers=headers)


@routes.get("/api/v1/series/{series_id}", allow=STAFF, answers=SeriesAnswer)
async def show_series(request: web.Request) -> web.Response:
    """Show a series with its dates."""
    found = await document(request, _id(request))
    return _answer(found, found["edition"])


@routes.patch("/api/v1/series/{series_id}", allow=ORGANIZERS, body=SeriesChange, answers=ChangedAnswer)
async def change_series(request: web.Request) -> web.Response:
    """Change all dates that have not begun, or one and those that follow it, which are a series of their own then.

    What was changed of a date by hand stays, and so does what has begun: the answer says which dates were left alone.
    With If-Match only if nobody else has changed the series; all of it is stored, or nothing.
    """
    wanted = await parsed(request, SeriesChange)
    found = await intended(request, wanted, *await read_series(request))
    change, placed = found.change, found.placed
    if not wanted.accepted:
        await require_free(request, bookings_of(found.steps, placed), found.own)
    moves = Moves(request, reason=wanted.reason)
    moves.outcomes.update(found.past)
    for one in placed:
        moves.take(one, found.counted.get(one.step.original))
    reminders = placed[-1].room.state.reminders if placed else None
    for step in found.steps:
        if step.original is None and step.will and step.date:
            moves.draft(step.will, step.date, reminders)
    if change.head:
        await moves.make(new=[change.will], changed=[change.head])
    elif moves.decisions or change.will != change.was:
        await moves.make(changed=[change.will])
    return await _changed(request, change.will.id, change.was.id if change.head else None, moves, found.members)


@routes.post("/api/v1/series/{series_id}/cancel", allow=ORGANIZERS, body=CallingOff, answers=ChangedAnswer)
async def cancel_series(request: web.Request) -> web.Response:
    """Cancel all dates that have not begun, or one and those that follow it. Raises NothingLeft when there are none."""
    wanted = await parsed(request, CallingOff)
    series, members = await read_series(request)
    chosen = [one for one in members if wanted.following is None or one.original >= wanted.following]
    moves = Moves(request, reason=wanted.reason)
    moves.outcomes.update(past_of(chosen, [one.original for one in chosen]))
    for one in chosen:
        if one.id not in moves.outcomes:
            moves.call_off(await request.app[ROOMS].get(one.id))
    if all(one.phase not in AHEAD for one in chosen):
        raise NothingLeft
    await moves.make(changed=[series])
    return await _changed(request, series.id, None, moves, members)


def _made(wanted: NewSeries, plan: Plan, zone: str) -> tuple[Series, tuple[Occurrence, ...]]:
    """Return the series that is wanted and where its dates are: in a thread, for a hostile rule takes its time."""
    earliest = plan.starts_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    recurrence = begin(read_rule(wanted.rule), earliest, zone)
    for one in wanted.dropped:
        recurrence = drop(recurrence, one)
    series = Series(
        id=SeriesId(ids.new_id()),
        rule=write_rule(recurrence.rule),
        first=recurrence.first,
        zone=zone,
        plan=rules.plan_at(rules.template(plan), instant(recurrence.first, zone)),
        dropped=recurrence.dropped,
        accepted=wanted.accepted,
    )
    dates_of(series)
    return series, _moved(recurrence, wanted.moved)


def _moved(recurrence: Recurrence, moves: Iterable[MoveBody]) -> tuple[Occurrence, ...]:
    for one in moves:
        recurrence = move(recurrence, one.original, one.to)
    dates = occurrences(recurrence)
    if not dates:
        raise NothingLeft
    return dates


async def read_series(request: web.Request) -> tuple[Series, list[Member]]:
    """Return the series that the path names, with its dates. Raises NoSuchSeries, and StaleSeries by If-Match."""
    edition = version_wanted(request)
    async with request.app[DATABASE].read() as session:
        series = await stored.get(session, _id(request))
        members = await stored.members(session, series.id)
    if edition is not None and edition != series.edition:
        raise StaleSeries(f"you read edition {edition}, it is {series.edition} now")
    return series, members


async def _changed(
    request: web.Request, series: SeriesId, split_from: SeriesId | None, moves: Moves, members: Iterable[Member]
) -> web.Response:
    found = await document(request, series)
    left = [_left(one, moves.outcomes[one.id]) for one in members if one.id in moves.outcomes]
    answer = {"series": found, "split_from": split_from, "left": [one for one in left if one["because"]]}
    return _answer(answer, found["edition"])


def _left(member: Member, outcome: rules.Outcome) -> dict[str, Any]:
    return {
        "briefing": member.id,
        "original": member.original.isoformat(),
        "title": member.title,
        "because": outcome.left.value if outcome.left else None,
        "fields": sorted(outcome.by_hand),
    }


async def document(request: web.Request, series_id: SeriesId) -> dict[str, Any]:
    """Write a series and its dates as JSON can hold them; in two queries. Raises NoSuchSeries."""
    async with request.app[DATABASE].read() as session:
        series = await stored.get(session, series_id)
        members = await stored.members(session, series_id)
    return {
        **_listed(request, series),
        "zone": series.zone,
        "minutes": round((series.plan.ends_at - series.plan.starts_at).total_seconds() / 60),
        "accepted": series.accepted,
        "dropped": [one.isoformat() for one in series.dropped],
        "dates": [_date(series, one) for one in members],
    }


def _listed(request: web.Request, series: Series) -> dict[str, Any]:
    return {
        "id": series.id,
        "title": series.plan.title,
        "rule": series.rule,
        "first": series.first.isoformat(),
        "words": in_words(recurrence_of(series), language_of(request)),
        "edition": series.edition,
    }


def _date(series: Series, member: Member) -> dict[str, Any]:
    return {
        "briefing": member.id,
        "original": member.original.isoformat(),
        "starts_at": rfc3339(member.starts_at),
        "ends_at": rfc3339(member.ends_at),
        "state": member.phase.value,
        "title": member.title,
        "moved": member.starts_at != instant(member.original, series.zone),
    }


def _named(series: SeriesId, one: Occurrence) -> SeriesDate:
    return SeriesDate(series, one.original.isoformat())


def _id(request: web.Request) -> SeriesId:
    return SeriesId(request.match_info["series_id"])


def _answer(
    found: dict[str, Any], edition: int, *, status: int = HTTPStatus.OK, headers: dict[str, str] | None = None
) -> web.Response:
    return web.json_response(found, status=status, headers={"ETag": f'"{edition}"', **(headers or {})})
