"""A series before it is saved, over HTTP: its dates, days off, conflicts and other times; nothing is written down."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web
from pydantic import BaseModel, Field

from endpoints.rosters import Rosters
from schedules.conflicts import Alternatives, Booking, Clash, Needs
from schedules.preview import Prospect, prospects
from schedules.recurrence import Occurrence, Recurrence, begin, drop, move, occurrences
from schedules.rule import LONGEST_TEXT, read_rule, write_rule
from schedules.words import in_words
from schedules.working_days import SpecialDay
from server.core import plan as rules
from server.core.events import Plan, rfc3339
from server.core.ids import BriefingId, RosterName
from server.store import plans as stored
from server.store import series as stored_series
from server.web import plans
from server.web.bodies import Body, Line, WallClock, parsed
from server.web.keys import CALENDAR, DATABASE, ROSTERS, SETTINGS
from server.web.language import Language, language_of
from server.web.plans import Codes, MaybeLine
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

MOST_DATES = 200
"""Dates of a series that are looked at."""

MOST_EXCEPTIONS = 200
"""Dates that are dropped, and dates that are moved."""

AROUND = timedelta(days=60)
"""How far beyond a series' dates other times are looked for: ten working days, with any holidays between them."""


class MoveBody(Body):
    """A date that takes place at another time."""

    original: WallClock
    to: WallClock


class WantedSeries(Body):
    """A series as an organizer thinks of it."""

    rule: str = Field(min_length=1, max_length=LONGEST_TEXT)
    first: WallClock
    minutes: int = Field(ge=1, le=24 * 60)
    dropped: list[WallClock] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    moved: list[MoveBody] = Field(default_factory=list, max_length=MOST_EXCEPTIONS)
    roster: str = Field("63", max_length=16)
    endpoints: Codes = "all"
    presiding: list[Line] = Field(default_factory=list, max_length=rules.MOST_OFFICIALS)
    place: MaybeLine = ""
    briefing: str | None = Field(None, max_length=64)  # is in nobody's way, nor are the other dates of its series


class ClashAnswer(BaseModel):
    """What a date runs into: a briefing, or another date of the series, and what both need."""

    briefing: str | None
    original: str | None
    title: str
    starts_at: str
    ends_at: str
    endpoints: list[str]
    presiding: list[str]
    place: str


class AlternativesAnswer(BaseModel):
    """When nothing is in the way."""

    same_day: list[str]
    later: list[str]


class DateAnswer(BaseModel):
    """One date."""

    original: str
    starts_at: str
    ends_at: str
    working: bool
    holiday: str | None
    decided: bool
    clashes: list[ClashAnswer]
    alternatives: AlternativesAnswer | None


class PreviewAnswer(BaseModel):
    """A series' dates, in order of time; `more` says whether it has more than can be looked at."""

    rule: str
    first: str
    words: str
    dates: list[DateAnswer]
    more: bool


@routes.post("/api/v1/series/preview", allow=ORGANIZERS, body=WantedSeries, answers=PreviewAnswer)
async def preview_series(request: web.Request) -> web.Response:
    """Say what a series would come to: its dates, days off, conflicts and other times. Nothing is written down."""
    wanted, language = await parsed(request, WantedSeries), language_of(request)
    needs = _needs(request.app[ROSTERS], wanted)
    series, dates = await asyncio.to_thread(_expanded, wanted, request.app[SETTINGS].time_zone)
    length = timedelta(minutes=wanted.minutes)
    looked_at = dates[:MOST_DATES]
    spans = [Booking(one.original.isoformat(), one.starts_at, one.starts_at + length, needs) for one in looked_at]
    others = await others_around(request, spans, own=await _own(request, wanted))
    taken = [booking(briefing, plan) for briefing, plan in others.items()]
    beside = partial(prospects, taken=taken, calendar=request.app[CALENDAR], zone=series.zone)
    found = await asyncio.to_thread(beside, looked_at, length, needs)
    return web.json_response(
        {
            "rule": write_rule(series.rule),
            "first": series.first.isoformat(),
            "words": in_words(series, language),
            "dates": [date_of(one, others, language) for one in found],
            "more": len(dates) > MOST_DATES,
        }
    )


def _expanded(wanted: WantedSeries, zone: str) -> tuple[Recurrence, tuple[Occurrence, ...]]:
    """Return the series that is wanted and its dates: in a thread, for a hostile rule takes its time."""
    series = begin(read_rule(wanted.rule), wanted.first, zone)
    for one in wanted.dropped:
        series = drop(series, one)
    for change in wanted.moved:
        series = move(series, change.original, change.to)
    return series, occurrences(series)


def _needs(rosters: Rosters, wanted: WantedSeries) -> Needs:
    codes = plans.codes_of(rosters, wanted.roster, wanted.endpoints)
    rooms = frozenset({wanted.place} - {""})
    return Needs(RosterName(wanted.roster), frozenset(codes), frozenset(wanted.presiding), rooms)


async def _own(request: web.Request, wanted: WantedSeries) -> frozenset[BriefingId]:
    """Return the briefing that is to be repeated, with the other dates of its series."""
    if wanted.briefing is None:
        return frozenset()
    async with request.app[DATABASE].read() as session:
        beside = await stored_series.siblings(session, BriefingId(wanted.briefing))
    return frozenset({BriefingId(wanted.briefing), *beside})


async def others_around(
    request: web.Request, wanted: Sequence[Booking], *, own: Collection[BriefingId]
) -> Mapping[BriefingId, Plan]:
    """Return the plans of the other briefings around what is wanted, in one query."""
    if not wanted:
        return {}
    begins, ends = min(one.starts_at for one in wanted) - AROUND, max(one.ends_at for one in wanted) + AROUND
    async with request.app[DATABASE].read() as session:
        found = await stored.between(session, begins, ends)
    return {briefing: plan for briefing, plan in found if briefing not in own}


def booking(name: str, plan: Plan) -> Booking:
    """Return what a plan takes up."""
    officials = frozenset(one.name for one in plan.presiding)
    needs = Needs(plan.roster, frozenset(plan.endpoints), officials, frozenset({plan.place} - {""}))
    return Booking(name, plan.starts_at, plan.ends_at, needs)


def date_of(one: Prospect, others: Mapping[BriefingId, Plan], language: Language) -> dict[str, Any]:
    """Write down what is known of a date."""
    return {
        "original": one.original.isoformat(),
        "starts_at": rfc3339(one.starts_at),
        "ends_at": rfc3339(one.ends_at),
        "working": one.working,
        "holiday": _name(one.special, language),
        "decided": one.decided,
        "clashes": [_clash(clash, others) for clash in one.clashes],
        "alternatives": _alternatives(one.alternatives),
    }


def _name(special: SpecialDay | None, language: Language) -> str | None:
    if special is None:
        return None
    return special.name_vi if language == "vi" else special.name_en


def _clash(clash: Clash, others: Mapping[BriefingId, Plan]) -> dict[str, Any]:
    taken, plan = clash.taken, others.get(BriefingId(clash.taken.name))
    return {
        "briefing": taken.name if plan else None,
        "original": None if plan else taken.name,
        "title": plan.title if plan else "",
        "starts_at": rfc3339(taken.starts_at),
        "ends_at": rfc3339(taken.ends_at),
        "endpoints": sorted(clash.shared.sites),
        "presiding": sorted(clash.shared.officials),
        "place": "".join(clash.shared.rooms),
    }


def _alternatives(found: Alternatives | None) -> dict[str, list[str]] | None:
    return None if found is None else {"same_day": _moments(found.same_day), "later": _moments(found.later)}


def _moments(moments: Iterable[datetime]) -> list[str]:
    return [rfc3339(one) for one in moments]
