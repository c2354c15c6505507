"""Reminders over HTTP: those of the house, those of one briefing with when and to whom they go, and sending one now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field

from schedules.reminders import circle, last_moment, moment_of
from server.core import reminders as rules
from server.core.briefing import LEGAL
from server.core.contacts import Contact
from server.core.events import Addressee, LeadUnit, ReminderRule
from server.core.ids import HUB
from server.core.state import Briefing
from server.store import contacts
from server.store import reminders as stored
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.conditions import tag_wanted
from server.web.keys import CALENDAR, CLOCK, DATABASE, REMINDERS, SETTINGS
from server.web.outbox import NoMailAddress
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

HOUSE = "/api/v1/reminders"
PATH = "/api/v1/briefings/{briefing_id}/reminders"


class RuleBody(Body):
    """A reminder: so long before the start, to these."""

    count: int = Field(ge=1, le=24 * 60)
    unit: LeadUnit
    addressees: Annotated[list[Addressee], Field(max_length=len(Addressee))]
    on: bool = True


RuleBodies = Annotated[list[RuleBody], Field(max_length=100)]


class HouseRules(Body):
    """The reminders of every briefing that has none of its own."""

    rules: RuleBodies


class OwnRules(Body):
    """The reminders of one briefing; null: those of the house."""

    rules: RuleBodies | None


class Stand(StrEnum):
    """Where a reminder is."""

    TO_COME = "to_come"
    SENT = "sent"
    OFF = "off"
    PAST = "past"  # its time had passed before it could be sent: nobody got it by itself


class ReminderAnswer(RuleBody):
    """One reminder of a briefing: when it goes out, to how many, and where nobody gets it."""

    rule: str
    at: datetime | None  # null: there are not so many working days before the start
    stand: Stand
    sent_at: datetime | None
    people: int
    unreached: list[str]  # endpoints


class RemindersAnswer(BaseModel):
    """The reminders of a briefing: its own, or those of the house; `writes`: whether this service sends any mail."""

    own: bool
    writes: bool
    reminders: list[ReminderAnswer]


class HouseAnswer(BaseModel):
    """The reminders of the house."""

    rules: list[RuleBody]


class SentAnswer(BaseModel):
    """How many mails were written."""

    count: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the reminders of one briefing are worked out from."""

    rules: tuple[ReminderRule, ...]
    people: Sequence[Contact]
    sent: dict[str, datetime]  # when, by rule


@routes.get(HOUSE, allow=ORGANIZERS, answers=HouseAnswer)
async def show_house(request: web.Request) -> web.Response:
    """Show the reminders of the house."""
    return _house_answer(await of_house(request))


@routes.put(HOUSE, allow=ORGANIZERS, body=HouseRules, answers=HouseAnswer)
async def set_house(request: web.Request) -> web.Response:
    """Let the house have these reminders, and no others; briefings with their own keep them.

    With If-Match only if nobody else has changed them.
    """
    wanted = rules.in_order(_rules(await parsed(request, HouseRules)) or ())
    rules.check(wanted)
    async with request.app[DATABASE].begin() as session:
        rules.require_read(await stored.claim_house(session), tag_wanted(request))
        await stored.set_of_house(session, wanted)
    return _house_answer(wanted)


@routes.get(PATH, allow=ORGANIZERS, answers=RemindersAnswer)
async def show_reminders(request: web.Request) -> web.Response:
    """Show the reminders of a briefing, when each goes out, and to how many."""
    return await _answer(request, (await room_of(request)).state)


@routes.put(PATH, allow=ORGANIZERS, body=OwnRules, answers=RemindersAnswer)
async def set_reminders(request: web.Request) -> web.Response:
    """Give a briefing reminders of its own, which may be none, or those of the house again.

    With If-Match only if nobody else has changed them.
    """
    wanted = _rules(await parsed(request, OwnRules))
    room = await room_of(request)
    choose = partial(rules.choose, rules=wanted, read=tag_wanted(request))
    return await _answer(request, await room.move(choose, caller_of(request).actor))


@routes.post(PATH + "/{rule}/send", allow=ORGANIZERS, answers=SentAnswer)
async def send_reminder(request: web.Request) -> web.Response:
    """Send a reminder now to all who have not had it; at its own time it goes to those alone who come to it later."""
    state = (await room_of(request)).state
    if REMINDERS not in request.app:
        raise NoMailAddress
    count = await request.app[REMINDERS].send(state.id, request.match_info["rule"])
    return web.json_response({"count": count})


async def of_house(request: web.Request) -> tuple[ReminderRule, ...]:
    """Return the reminders of the house."""
    async with request.app[DATABASE].read() as session:
        return await stored.of_house(session)


async def reminders_of(request: web.Request, state: Briefing) -> RemindersAnswer:
    """Work out the reminders of a briefing; in three queries."""
    plan = state.planned
    async with request.app[DATABASE].read() as session:
        house = await stored.of_house(session)
        people = await contacts.of(session, plan.roster, [*plan.endpoints, HUB])
        rounds = await stored.rounds(session, [state.id])
    sent = {one.rule: one.sent_at for one in rounds if one.starts_at == plan.starts_at}
    known = Known(house if state.reminders is None else state.reminders, people, sent)
    found = [_reminder(request, state, rule, known) for rule in known.rules]
    return RemindersAnswer(own=state.reminders is not None, writes=REMINDERS in request.app, reminders=found)


def _reminder(request: web.Request, state: Briefing, rule: ReminderRule, known: Known) -> ReminderAnswer:
    starts_at, zone = state.planned.starts_at, ZoneInfo(request.app[SETTINGS].time_zone)
    at = moment_of(rule, starts_at, zone=zone, calendar=request.app[CALENDAR])
    reached = circle(rule, state.planned.endpoints, known.people)
    return ReminderAnswer(
        **_body(rule).model_dump(),
        rule=rule.key,
        at=at,
        stand=_stand(rule, state, at, known.sent, request.app[CLOCK]()),
        sent_at=known.sent.get(rule.key),
        people=len(reached.contacts) + (Addressee.ORGANIZER in rule.addressees),
        unreached=list(reached.unreached),
    )


def _stand(rule: ReminderRule, state: Briefing, at: datetime | None, sent: dict[str, datetime], now: datetime) -> Stand:
    if rule.key in sent:
        return Stand.SENT
    if not rule.on:
        return Stand.OFF
    late = at is None or last_moment(at, state.planned.starts_at) <= now
    return Stand.PAST if late or state.phase not in LEGAL["remind"] else Stand.TO_COME


def _rules(wanted: HouseRules | OwnRules) -> tuple[ReminderRule, ...] | None:
    if wanted.rules is None:
        return None
    return tuple(ReminderRule(one.count, one.unit, tuple(one.addressees), one.on) for one in wanted.rules)


def _body(rule: ReminderRule) -> RuleBody:
    return RuleBody(count=rule.count, unit=rule.unit, addressees=list(rule.addressees), on=rule.on)


async def _answer(request: web.Request, state: Briefing) -> web.Response:
    found = await reminders_of(request, state)
    return web.json_response(text=found.model_dump_json(), headers={"ETag": f'"{rules.tag_of(state.reminders)}"'})


def _house_answer(found: tuple[ReminderRule, ...]) -> web.Response:
    answer = HouseAnswer(rules=[_body(rule) for rule in found])
    return web.json_response(text=answer.model_dump_json(), headers={"ETag": f'"{rules.tag_of(found)}"'})
