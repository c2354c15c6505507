"""Replies of calendar programs, uploaded or read from the mailbox: a site's answer, or kept aside and shown."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from pydantic import BaseModel

from schedules import itip
from schedules.calendar import UID_PREFIX
from schedules.itip import Envelope, NotAReply, Reply
from schedules.strangers import LARGEST
from server.core import invitations
from server.core.contacts import ContactRole, address_key
from server.core.errors import Conflict, Invalid, UserError
from server.core.events import Answer, AnsweredBy, InvitationAnswered
from server.core.ids import Actor, BriefingId, EndpointCode, PublicationId
from server.core.state import ENDED, Briefing
from server.live.room import Room
from server.live.rooms import NoSuchBriefing, Rooms
from server.store import contacts, replies, series
from server.store.database import Database
from server.store.replies import Aside
from server.store.series import Published
from server.web.bodies import bounded
from server.web.callers import caller_of
from server.web.keys import CLOCK, DATABASE, ROOMS
from server.web.routing import ORGANIZERS, Routes
from server.web.series_answers import answer_whole

log = structlog.get_logger()
routes = Routes()

MAILBOX: Final = Actor("mail")

ANSWERS: Mapping[str, Answer] = MappingProxyType(
    {"ACCEPTED": Answer.ACCEPTED, "DECLINED": Answer.DECLINED, "TENTATIVE": Answer.TENTATIVE}
)
"""What a PARTSTAT means; a delegation is somebody else's matter, and no answer of the site."""


class NoReplyInFile(Invalid):
    """This file is no reply to an invitation; choose the mail (.eml) or the calendar file (.ics) that came back."""

    code = "no_reply_in_file"


class UnknownSender(Conflict):
    """The reply comes from an address that was not invited; find out whose it is, and write the answer down by hand."""

    code = "unknown_sender"


class AnotherSender(Conflict):
    """The mail comes from another address than it answers for; ask the endpoint, and write the answer down by hand."""

    code = "another_sender"


class ManyEndpoints(Conflict):
    """The address was invited for several endpoints; ask which is meant, and write the answer down by hand."""

    code = "many_endpoints"


class NoPlainAnswer(Conflict):
    """The reply neither accepts nor declines; read it, and write the answer down by hand."""

    code = "no_plain_answer"


class NotRead(Conflict):
    """This mail could not be read here; open it in the mailbox, and write the answer down by hand."""

    code = "not_read"


WHY: Mapping[str, str] = MappingProxyType(
    {
        kind.code: kind().sentence
        for kind in (
            NoSuchBriefing,
            UnknownSender,
            AnotherSender,
            ManyEndpoints,
            NoPlainAnswer,
            NotRead,
            invitations.AnswersClosed,
            invitations.BriefingMoved,
            invitations.LaterAnswerKnown,
        )
    }
)
"""Why a reply was kept aside, by the code: messages of the `problems` catalogue."""


class TakenAnswer(BaseModel):
    """What became of a reply: the endpoint whose answer it is, or why it was kept aside."""

    endpoint: str | None
    answer: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Where replies are taken."""

    database: Database
    rooms: Rooms
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail or a file that somebody brought."""

    content: bytes
    envelope: Envelope
    actor: Actor


@routes.post("/api/v1/replies", allow=ORGANIZERS, takes="*/*", answers=TakenAnswer)
async def take_file(request: web.Request) -> web.Response:
    """Take a reply that came another way: the body is the mail (.eml) or the calendar file (.ics)."""
    content = await bounded(request, LARGEST)
    try:
        envelope, reply = await asyncio.to_thread(itip.read, content)
    except NotAReply as error:
        raise NoReplyInFile(str(error)) from None
    desk = Desk(request.app[DATABASE], request.app[ROOMS], request.app[CLOCK])
    taken = await take(desk, Arrived(content, envelope, caller_of(request).actor), reply)
    return web.json_response(taken.model_dump())


@routes.post("/api/v1/replies/{reply_id}/settle", allow=ORGANIZERS, status=HTTPStatus.NO_CONTENT)
async def settle(request: web.Request) -> web.Response:
    """Take a reply off the list of those that were kept aside: somebody has dealt with it."""
    async with request.app[DATABASE].begin() as session:
        await replies.settle(session, request.match_info["reply_id"], request.app[CLOCK]())
    return web.Response(status=HTTPStatus.NO_CONTENT)


async def take(desk: Desk, arrived: Arrived, reply: Reply) -> TakenAnswer:
    """Take a reply as the answer of the site that was invited under its address, or keep it aside.

    One to dates that were published together answers all that are ahead, but for those answered by themselves; with
    RECURRENCE-ID it answers that date.
    """
    rooms: list[Room] = []
    try:
        rooms = await _rooms(desk, reply)
        endpoint = await _endpoint(desk, [room.state for room in rooms], arrived, reply)
        wanted = _wanted(arrived.envelope, reply, endpoint)
        if rooms[0].state.invitations.date is None or reply.instance is not None:
            await rooms[0].move(partial(invitations.answer, wanted=wanted), arrived.actor)
        else:
            await answer_whole(desk.database, rooms, wanted, arrived.actor)
    except UserError as error:
        await keep_aside(desk, arrived, reply, briefing=rooms[0].state.id if rooms else None, why=error)
        return TakenAnswer(endpoint=None, answer=reply.partstat, why=error.code)
    return TakenAnswer(endpoint=endpoint, answer=ANSWERS[reply.partstat], why=None)


async def keep_aside(
    desk: Desk, arrived: Arrived, reply: Reply | None, *, briefing: BriefingId | None, why: UserError
) -> None:
    """Keep what nobody could be asked about, words for people where it is no `reply`; the same again is kept once."""
    envelope = arrived.envelope
    aside = Aside(
        id=sha256(arrived.content).hexdigest()[:32],
        briefing_id=briefing,
        received_at=desk.now(),
        sender=envelope.sender or (reply.attendee if reply else ""),
        subject=envelope.subject,
        answer=reply.partstat if reply else None,
        comment=reply.comment if reply else "",
        why=why.code,
    )
    async with desk.database.begin() as session:
        kept = await replies.keep(session, aside)
    if not kept:
        log.warning("reply_not_kept", briefing=briefing)


async def _rooms(desk: Desk, reply: Reply) -> list[Room]:
    """Return the rooms that a reply is about: several, when it answers all of the dates. Raises NoSuchBriefing."""
    if not reply.uid.startswith(UID_PREFIX):
        raise NoSuchBriefing(reply.uid)
    name = reply.uid.removeprefix(UID_PREFIX)
    async with desk.database.read() as session:
        members = await series.published(session, PublicationId(name))
    if not members:
        return [await desk.rooms.get(BriefingId(name))]
    first = await desk.rooms.get(members[0].id)
    wanted = [one.id for one in members if _is_meant(one, first.state, reply)]
    if not wanted:
        raise NoSuchBriefing(reply.uid)
    return [await desk.rooms.get(briefing) for briefing in wanted]


def _is_meant(date: Published, first: Briefing, reply: Reply) -> bool:
    """Whether a reply is about one of the dates; those over are not among the many that one reply answers."""
    known, instance = first.invitations.date, reply.instance
    if instance is None or known is None:
        return date.phase not in ENDED
    clock = instance.astimezone(ZoneInfo(known.zone)).replace(tzinfo=None) if instance.tzinfo else instance
    return date.date == clock.isoformat()


async def _endpoint(desk: Desk, states: Sequence[Briefing], arrived: Arrived, reply: Reply) -> EndpointCode:
    """Return the site that was invited under the reply's address.

    A mail that names no sender is nobody's; a file is vouched for by whoever brought it. Raises UnknownSender,
    AnotherSender for a mail in somebody else's name, or ManyEndpoints.
    """
    roster, attendee, sender = states[0].planned.roster, address_key(reply.attendee), arrived.envelope.sender
    codes = {code for state in states if state.planned.roster == roster for code in state.planned.endpoints}
    async with desk.database.read() as session:
        found = await contacts.of(session, roster, sorted(codes))
    matching = {
        one.endpoint for one in found if ContactRole.LIAISON in one.roles and address_key(one.email) == attendee
    }
    if not matching:
        raise UnknownSender(attendee)
    if (sender or arrived.actor == MAILBOX) and address_key(sender) != attendee:
        raise AnotherSender(sender)
    if len(matching) > 1:
        raise ManyEndpoints(", ".join(sorted(matching)))
    return matching.pop()


def _wanted(envelope: Envelope, reply: Reply, endpoint: EndpointCode) -> InvitationAnswered:
    """Return what a reply answers. Raises NoPlainAnswer."""
    if reply.partstat not in ANSWERS:
        raise NoPlainAnswer(reply.partstat)
    return InvitationAnswered(
        endpoint=endpoint,
        answer=ANSWERS[reply.partstat],
        how=AnsweredBy.MAIL,
        sequence=reply.sequence,
        reason=reply.comment,
        stamped_at=reply.stamped_at,
        sender=envelope.sender or reply.attendee,
    )
