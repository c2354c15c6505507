"""Invitations over HTTP: sent, answered by the sites themselves or by hand, and those missing reminded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field

from endpoints.rosters import Rosters
from schedules import invitations as letters
from schedules.occasion import Letter, Links, Occasion
from server.core import checkin, invitations
from server.core.contacts import Contact
from server.core.errors import Conflict
from server.core.events import (
    Answer,
    AnsweredBy,
    Delegate,
    Event,
    InvitationAnswered,
    InvitationsNudged,
    InvitationsSent,
    encode,
    rfc3339,
)
from server.core.ids import Actor, EndpointCode
from server.core.invitations import ANSWERABLE, Standing
from server.core.journal import seal
from server.core.people import Role
from server.core.plan import MOST_ENDPOINTS
from server.core.presence import NotInvited
from server.core.state import Briefing, fold
from server.store import contacts
from server.web.bodies import Body, Text, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.checkin import DelegateBody
from server.web.invitation_board import Board, Delivery, Row, board_of, liaisons
from server.web.join_links import links_of
from server.web.keys import CLOCK, DATABASE, OFFICE, ROSTERS, SETTINGS
from server.web.outbox import NoMailAddress
from server.web.plans import names_of
from server.web.routing import ORGANIZERS, SITES, Routes
from server.web.security import base_url
from server.web.series_answers import (
    MoreDates,
    OtherDateAnswer,
    SequenceNumber,
    answer_each,
    chosen,
    companions,
    other_date,
)

routes = Routes()

BOARD = "/api/v1/briefings/{briefing_id}/invitations"
ONE = "/api/v1/briefings/{briefing_id}/endpoints/{code}/invitation"


class NoLiaison(Conflict):
    """None of these endpoints has a liaison with a mail address; add one to the contacts of the roster."""

    code = "no_liaison"


class Sending(Body):
    """Whom to send it: "missing" are those that were not sent it yet; codes get it again."""

    endpoints: (
        Literal["missing"]
        | Annotated[list[Annotated[str, Field(max_length=16)]], Field(min_length=1, max_length=MOST_ENDPOINTS)]
    )


class Nudge(Body):
    """Whether to remind them although they were reminded within the hour."""

    again: bool = False


class AnswerBody(Body):
    """What a site answers; `sequence` is that of the invitation which was read (left out: the present one)."""

    WITH_LINES = frozenset({"reason"})

    answer: Answer
    reason: Text = ""
    delegates: list[DelegateBody] = Field(default_factory=list, max_length=checkin.MOST_DELEGATES)
    sequence: SequenceNumber | None = None
    also: MoreDates = Field(default_factory=dict)  # that it was invited to with this one: the same is answered


class CountAnswer(BaseModel):
    """How many sites it went to."""

    count: int


class LiaisonAnswer(BaseModel):
    """Who gets a site's invitation."""

    name: str
    email: str


class GivenAnswer(BaseModel):
    """What a site has answered, and how that came."""

    answer: Answer
    reason: str
    delegates: list[DelegateBody]
    how: AnsweredBy
    at: datetime
    sender: str


class InvitationAnswer(BaseModel):
    """A site's invitation: what is asked, until when, and what it has answered."""

    endpoint: str
    name: str
    title: str
    number: str
    starts_at: datetime
    ends_at: datetime
    place: str
    dress: str
    notes: str
    chaired_by: str
    state: str
    open: bool
    sequence: int
    standing: Standing
    given: GivenAnswer | None
    dates: list[OtherDateAnswer]


class RowAnswer(BaseModel):
    """One site on the board."""

    endpoint: str
    name: str
    standing: Standing
    sent_at: datetime | None
    nudged_at: datetime | None
    mail: Delivery
    mail_problem: str
    liaisons: list[LiaisonAnswer]
    given: GivenAnswer | None


class AsideAnswer(BaseModel):
    """A reply by mail that was not taken; `why` is the code of the refusal."""

    id: str
    received_at: datetime
    sender: str
    subject: str
    answer: str | None
    comment: str
    why: str


class BoardAnswer(BaseModel):
    """Where all invitations of a briefing are."""

    sequence: int
    open: bool
    writes: bool
    nudged_at: datetime | None
    counts: dict[Standing, int]
    delegates: int
    endpoints: list[RowAnswer]
    aside: list[AsideAnswer]


class PreviewAnswer(BaseModel):
    """The mail that a site would get now."""

    to: list[LiaisonAnswer]
    subject: str
    text: str
    calendar: str


@routes.get(BOARD, allow=ORGANIZERS, answers=BoardAnswer)
async def show_board(request: web.Request) -> web.Response:
    """Show every site with its answer, and the replies that are no site's."""
    state = (await room_of(request)).state
    board = await board_of(request, state)
    return web.json_response(
        {
            "sequence": state.invitations.sequence,
            "open": state.phase in ANSWERABLE,
            "writes": OFFICE in request.app,
            "nudged_at": _moment(state.invitations.nudged_at),
            "counts": board.counts,
            "delegates": board.attending,
            "endpoints": [_row(row) for row in board.rows],
            "aside": _asides(board),
        }
    )


@routes.post(BOARD, allow=ORGANIZERS, body=Sending, answers=CountAnswer)
async def send(request: web.Request) -> web.Response:
    """Send invitations by mail; sites without a liaison are left out."""
    wanted = (await parsed(request, Sending)).endpoints
    if OFFICE not in request.app:
        raise NoMailAddress
    room = await room_of(request)
    reached = frozenset(await _liaisons(request, room.state, room.state.planned.endpoints))

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        chosen = invitations.not_sent(state) if wanted == "missing" else tuple(map(EndpointCode, wanted))
        events = invitations.send(state, now, endpoints=chosen)
        return tuple(_reached(event, reached) for event in events)

    before = room.state.invitations
    after = (await room.move(decide, caller_of(request).actor)).invitations
    count = sum(after.of(code).sent_at != before.of(code).sent_at for code in after.sites)
    return web.json_response({"count": count})


@routes.post(BOARD + "/nudge", allow=ORGANIZERS, body=Nudge, answers=CountAnswer)
async def nudge(request: web.Request) -> web.Response:
    """Remind every site that was invited, has a liaison and has not answered; within an hour only when confirmed."""
    wanted = await parsed(request, Nudge)
    if OFFICE not in request.app:
        raise NoMailAddress
    room = await room_of(request)
    reached = frozenset(await _liaisons(request, room.state, room.state.planned.endpoints))

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        return tuple(_reached(event, reached) for event in invitations.nudge(state, now, again=wanted.again))

    before = room.state.invitations
    after = (await room.move(decide, caller_of(request).actor)).invitations
    return web.json_response(
        {"count": sum(after.of(code).nudged_at != before.of(code).nudged_at for code in after.sites)}
    )


@routes.get(BOARD + "/{code}/preview", allow=ORGANIZERS, answers=PreviewAnswer)
async def show_preview(request: web.Request) -> web.Response:
    """Show the mail that a site would get now. Raises NotInvited, NotPublished or NoLiaison."""
    state, code = (await room_of(request)).state, EndpointCode(request.match_info["code"])
    invitations.send(state, request.app[CLOCK](), endpoints=[code])
    people = (await _liaisons(request, state, [code])).get(code, ())
    written = await _letter(request, state, code, people)
    content = written.scheduling.content.decode() if written.scheduling else ""
    to = [_liaison(one) for one in people]
    return web.json_response({"to": to, "subject": written.subject, "text": written.text, "calendar": content})


@routes.get(ONE, allow=SITES | ORGANIZERS, answers=InvitationAnswer)
async def show_invitation(request: web.Request) -> web.Response:
    """Show what a site is invited to, and what it has answered."""
    return await _shown(request, (await room_of(request)).state, EndpointCode(request.match_info["code"]))


@routes.put(ONE, allow=SITES | ORGANIZERS, body=AnswerBody, answers=InvitationAnswer)
async def answer(request: web.Request) -> web.Response:
    """Answer for a site, or again: the site itself on its page, or an organizer who was told by telephone.

    With `also`, other dates of the same invitation are answered with it: all of them, or none.
    """
    wanted, caller = await parsed(request, AnswerBody), caller_of(request)
    room, code = await room_of(request), EndpointCode(request.match_info["code"])
    given = InvitationAnswered(
        endpoint=code,
        answer=wanted.answer,
        how=AnsweredBy.PAGE if caller.role is Role.SITE else AnsweredBy.HAND,
        sequence=room.state.invitations.sequence if wanted.sequence is None else wanted.sequence,
        reason=wanted.reason,
        delegates=tuple(
            Delegate(one.name, tuple(one.positions), one.attendance, one.reason) for one in wanted.delegates
        ),
        whole=bool(wanted.also),
    )
    others = chosen(await companions(request, room.state, code), wanted.also) if wanted.also else {}
    answers = {other: replace(given, sequence=sequence) for other, sequence in others.items()}
    await answer_each(request.app[DATABASE], {room: given, **answers}, caller.actor)
    return await _shown(request, room.state, code)


def _reached(event: Event, reached: frozenset[EndpointCode]) -> Event:
    """Leave out the sites that no mail reaches. Raises NoLiaison when that is all of them."""
    if not isinstance(event, InvitationsSent | InvitationsNudged):
        return event
    endpoints = tuple(code for code in event.endpoints if code in reached)
    if not endpoints:
        raise NoLiaison
    return replace(event, endpoints=endpoints)


async def _liaisons(
    request: web.Request, state: Briefing, endpoints: Sequence[EndpointCode]
) -> dict[EndpointCode, tuple[Contact, ...]]:
    async with request.app[DATABASE].read() as session:
        return liaisons(await contacts.of(session, state.planned.roster, endpoints))


async def _letter(request: web.Request, state: Briefing, code: EndpointCode, people: Sequence[Contact]) -> Letter:
    """Write the mail that a site would be invited with. Raises NoMailAddress or NoLiaison."""
    if OFFICE not in request.app:
        raise NoMailAddress
    now, event = request.app[CLOCK](), InvitationsSent((code,))
    sealed = seal(state.id, state.head, [event], actor=Actor("preview"), at=now)
    link = (await links_of(request, state.id)).get(code)
    secret = link.secret if link else "…"  # made when it is sent
    links = {code: Links(*(f"{base_url(request)}/{way}/{secret}" for way in ("join", "reply")))}
    zone = ZoneInfo(request.app[SETTINGS].time_zone)
    names, office = names_of(request.app[ROSTERS], state.planned), request.app[OFFICE]
    occasion = Occasion(sealed[0], state, fold(state, sealed), office, zone, now, people, links, names)
    written = next(letters.invite(occasion, event), None)
    if written is None:
        raise NoLiaison
    return written


async def _shown(request: web.Request, state: Briefing, code: EndpointCode) -> web.Response:
    """Show a site's invitation, with the other dates that it was invited to together. Raises NotInvited."""
    dates = [other_date(other.state, code) for other in await companions(request, state, code)]
    return web.json_response({**_invitation(request.app[ROSTERS], state, code), "dates": dates})


def _invitation(rosters: Rosters, state: Briefing, code: EndpointCode) -> dict[str, Any]:
    """Write a site's invitation as JSON can hold it. Raises NotInvited."""
    plan = state.planned
    if code not in plan.endpoints:
        raise NotInvited(code)
    lead = next((official for official in plan.presiding if official.leads), None)
    return {
        "endpoint": code,
        "name": names_of(rosters, plan).get(code, code),
        **{name: getattr(plan, name) for name in ("title", "number", "place", "dress", "notes")},
        "starts_at": rfc3339(plan.starts_at),
        "ends_at": rfc3339(plan.ends_at),
        "chaired_by": ", ".join(filter(None, (lead.name, lead.position))) if lead else "",
        "state": state.phase,
        "open": state.phase in ANSWERABLE,
        "sequence": state.invitations.sequence,
        "standing": invitations.standing(state, code),
        "given": _given(state.invitations.of(code).answer, state.invitations.of(code).answered_at),
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "endpoint": row.code,
        "name": row.name,
        "standing": row.standing,
        "sent_at": _moment(row.invited.sent_at),
        "nudged_at": _moment(row.invited.nudged_at),
        "mail": row.delivery,
        "mail_problem": row.reason,
        "liaisons": [_liaison(one) for one in row.liaisons],
        "given": _given(row.invited.answer, row.invited.answered_at),
    }


def _asides(board: Board) -> list[dict[str, Any]]:
    return [{name: value for name, value in encode(one).items() if name != "briefing_id"} for one in board.aside]


def _given(given: InvitationAnswered | None, at: datetime | None) -> dict[str, Any] | None:
    if given is None or at is None:
        return None
    said = encode(given)
    kept = {name: said[name] for name in ("answer", "reason", "delegates", "how", "sender")}
    return {**kept, "at": rfc3339(at)}


def _liaison(contact: Contact) -> dict[str, str]:
    return {"name": contact.name, "email": contact.email}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)
