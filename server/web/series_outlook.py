"""A change of a series before it is made, over HTTP: what will become of each of its dates; nothing is written down."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel

from schedules.preview import Prospect, prospects
from schedules.recurrence import Occurrence
from schedules.series import Step, recurrence_of
from schedules.words import in_words
from server.core import series as rules
from server.core.events import Plan, rfc3339
from server.core.ids import BriefingId
from server.store.series import Member
from server.web.bodies import parsed
from server.web.keys import CALENDAR
from server.web.language import Language, language_of
from server.web.routing import ORGANIZERS, Routes
from server.web.series import read_series
from server.web.series_change import Placed
from server.web.series_intent import Intended, SeriesChange, intended
from server.web.series_preview import DateAnswer, booking, date_of, others_around

routes = Routes()


class FateAnswer(BaseModel):
    """What becomes of one date: `will` is missing where it goes, or is left alone; `because` and `fields` say why."""

    fate: Literal["kept", "moved", "new", "gone", "left"]
    because: Literal["begun", "over", "cancelled", "by_hand"] | None
    fields: list[str]
    briefing: str | None
    original: str | None
    starts_at: str | None
    ends_at: str | None
    will: DateAnswer | None


class OutlookAnswer(BaseModel):
    """A series as it would be, and every date that the change is about, in order of time."""

    rule: str
    first: str
    words: str
    split: bool
    dates: list[FateAnswer]


@routes.post("/api/v1/series/{series_id}/preview", allow=ORGANIZERS, body=SeriesChange, answers=OutlookAnswer)
async def preview_change(request: web.Request) -> web.Response:
    """Say what a change of a series would do to each date: kept, moved, new, gone, or left alone and why."""
    wanted = await parsed(request, SeriesChange)
    found = await intended(request, wanted, *await read_series(request))
    language, change = language_of(request), found.change
    known = await _known(request, found, language)
    will = change.will
    return web.json_response(
        {
            "rule": will.rule,
            "first": will.first.isoformat(),
            "words": in_words(recurrence_of(will), language),
            "split": change.head is not None,
            "dates": sorted(_fates(found, known), key=_moment),
        }
    )


async def _known(request: web.Request, found: Intended, language: Language) -> dict[str, dict[str, Any]]:
    """Return what is known of each date that the series will have, by its name then."""
    will = {one.date.original: one.will for one in found.steps if one.original is None and one.will and one.date}
    will |= {one.step.date.original: plan for one in found.placed if (plan := _plan(one)) and one.step.date}
    plan, zone = found.change.will.plan, found.change.will.zone
    dates = [Occurrence(datetime.fromisoformat(name), one.starts_at) for name, one in will.items()]
    spans = [booking(name, one) for name, one in will.items()]
    others = await others_around(request, spans, own=found.own)
    taken = [booking(briefing, one) for briefing, one in others.items()]
    length, needs = plan.ends_at - plan.starts_at, booking("", plan).needs
    beside = partial(prospects, taken=taken, calendar=request.app[CALENDAR], zone=zone)
    looked_at: tuple[Prospect, ...] = await asyncio.to_thread(beside, dates, length, needs)
    written = {one.original.isoformat(): date_of(one, others, language) for one in looked_at}
    return {name: {**one, "ends_at": rfc3339(will[name].ends_at)} for name, one in written.items()}


def _plan(one: Placed) -> Plan | None:
    """Return the plan that a date will have; None where it goes, or is left alone."""
    step = one.step
    if step.will is None or one.outcome.left:
        return None
    return rules.in_line(one.room.state.planned, was=step.was, will=step.will)


def _fates(found: Intended, known: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    members = {one.original: one for one in found.members}
    placed = {one.step.original: one for one in found.placed}
    for step in found.steps:
        if step.original is None:
            yield _fate("new", known=_will(step, known))
        elif step.original in placed:
            yield _fate_of(placed[step.original], known)
        elif member := members.get(step.original):
            yield _left_by_its_phase(found, member)


def _fate_of(one: Placed, known: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    state, outcome, step, will = one.room.state, one.outcome, one.step, _plan(one)
    was = _was(state.id, step.original, state.planned)
    if outcome.left:
        return _fate("left", was, because=outcome.left.value, fields=sorted(outcome.by_hand))
    if will is None:
        return _fate("gone", was)
    stays = (will.starts_at, will.ends_at) == (state.planned.starts_at, state.planned.ends_at)
    return _fate("kept" if stays else "moved", was, known=_will(step, known))


def _left_by_its_phase(found: Intended, member: Member) -> dict[str, Any]:
    outcome = found.past.get(member.id)
    was = {
        "briefing": member.id,
        "original": member.original.isoformat(),
        "starts_at": rfc3339(member.starts_at),
        "ends_at": rfc3339(member.ends_at),
    }
    return _fate("left", was, because=outcome.left.value if outcome and outcome.left else None)


def _was(briefing: BriefingId, original: datetime | None, plan: Plan) -> dict[str, Any]:
    return {
        "briefing": briefing,
        "original": original.isoformat() if original else None,
        "starts_at": rfc3339(plan.starts_at),
        "ends_at": rfc3339(plan.ends_at),
    }


def _will(step: Step, known: Mapping[str, dict[str, Any]]) -> dict[str, Any] | None:
    return known.get(step.date.original) if step.date else None


_NOTHING: dict[str, Any] = {"briefing": None, "original": None, "starts_at": None, "ends_at": None}


def _fate(
    fate: str,
    was: Mapping[str, Any] = _NOTHING,
    *,
    known: dict[str, Any] | None = None,
    because: str | None = None,
    fields: list[str] | None = None,
) -> dict[str, Any]:
    return {"fate": fate, "because": because, "fields": fields or [], **was, "will": known}


def _moment(fate: Mapping[str, Any]) -> str:
    return str(fate["will"]["starts_at"] if fate["will"] else fate["starts_at"])
