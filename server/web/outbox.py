"""The outbox over HTTP: what waits, what failed and why, what was sent, and trying again."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final

from aiohttp import web
from pydantic import BaseModel, Field

from schedules.letters import compose
from server.core.errors import Conflict
from server.core.events import encode, rfc3339
from server.core.ids import MailId
from server.core.mail import ADDRESS, LONGEST_ADDRESS, Census, Cover, MailState, Posted
from server.store import outbox
from server.web import trying_again
from server.web.bodies import Body, Query, parsed, queried
from server.web.keys import CLOCK, DATABASE, OFFICE, OUTBOX
from server.web.routing import ADMINS, ORGANIZERS, Routes

routes = Routes()

MOST: Final = 500
"""Mails in one answer, and the most that are tried again at once."""

MailAddress = Annotated[str, Field(max_length=LONGEST_ADDRESS, pattern=ADDRESS)]

TRIAL_SUBJECT = "Thư thử của hệ thống Giao ban / Trial mail of Giao Ban"
TRIAL_TEXT = """\
Thư này được gửi để kiểm tra việc gửi thư của hệ thống Giao ban. Quý vị không cần trả lời.

This mail was sent to try whether Giao Ban can send mail. There is no need to answer.
"""


class NoMailAddress(Conflict):
    """This service has no mail address to write from; ask its operator to set one."""

    code = "no_mail_address"


class Wanted(Query):
    """Which mails."""

    state: MailState = MailState.WAITING


class TryAgain(Body):
    """Mails that are to be tried at once: those that failed, and those that wait for their next try."""

    mails: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MOST)]


class LetGo(Body):
    """Mails that failed, with which somebody has dealt."""

    mails: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=MOST)]


class Trial(Body):
    """Where a trial mail goes."""

    recipient: MailAddress


class MailAnswer(BaseModel):
    """A mail, without what it says; `due_at` is when it is tried next, null when it is not."""

    id: str
    subject: str
    recipient: str
    briefing: str | None
    state: MailState
    under_way: bool
    attempts: int
    reason: str
    written_at: datetime
    due_at: datetime | None
    settled_at: datetime | None


class CountsAnswer(BaseModel):
    """How many mails wait, how many were given up, and how many came back."""

    waiting: int
    dead: int
    bounced: int


class SendingAnswer(BaseModel):
    """Whether mail leaves this node: with a server `configured`, and no `trouble` with it."""

    configured: bool
    trouble: str | None
    again_at: datetime | None


class OutboxAnswer(BaseModel):
    """The outbox; at most 500 mails."""

    sending: SendingAnswer
    counts: CountsAnswer
    mails: list[MailAnswer]


class CountAnswer(BaseModel):
    """How many of them there were."""

    count: int


class TriedAnswer(CountAnswer):
    """How many are tried as they are; where the briefing has changed since, sites are invited anew, or mails left."""

    renewed: int
    left: int


class WrittenAnswer(BaseModel):
    """The mail that was written."""

    id: str


@routes.get("/api/v1/outbox", allow=ORGANIZERS, query=Wanted, answers=OutboxAnswer)
async def show_outbox(request: web.Request) -> web.Response:
    """List the mails of one state, and say how many wait and how many are dead."""
    census, mails = await looked_into(request, queried(request, Wanted).state)
    counts = {"waiting": census.waiting, "dead": census.dead, "bounced": census.bounced}
    return web.json_response(
        {"sending": _sending(request), "counts": counts, "mails": [_answer(mail) for mail in mails]}
    )


@routes.post("/api/v1/outbox/try-again", allow=ORGANIZERS, body=TryAgain, answers=TriedAnswer)
async def try_again(request: web.Request) -> web.Response:
    """Try mails at once; what was sent meanwhile, or is being sent, is left alone, and what is not true any more."""
    wanted = await parsed(request, TryAgain)
    tried = await trying_again.try_again(request, list(map(MailId, wanted.mails)))
    _look(request)
    return web.json_response(encode(tried))


@routes.post("/api/v1/outbox/let-go", allow=ORGANIZERS, body=LetGo, answers=CountAnswer)
async def let_go(request: web.Request) -> web.Response:
    """Forget mails that failed; all others stay."""
    wanted = await parsed(request, LetGo)
    async with request.app[DATABASE].begin() as session:
        count = await outbox.let_go(session, list(map(MailId, wanted.mails)))
    return web.json_response({"count": count})


@routes.post("/api/v1/outbox/trial", allow=ADMINS, body=Trial, answers=WrittenAnswer, status=HTTPStatus.CREATED)
async def write_trial(request: web.Request) -> web.Response:
    """Write a trial mail, to see whether mail leaves and arrives."""
    wanted = await parsed(request, Trial)
    if OFFICE not in request.app:
        raise NoMailAddress
    mail_id, now = outbox.new_id(), request.app[CLOCK]()
    mail = compose(
        request.app[OFFICE], wanted.recipient, mail_id=mail_id, subject=TRIAL_SUBJECT, text=TRIAL_TEXT, now=now
    )
    async with request.app[DATABASE].begin() as session:
        await outbox.put(session, mail, Cover(f"trial/{mail_id}", TRIAL_SUBJECT), now=now)
    _look(request)
    return web.json_response({"id": mail_id}, status=HTTPStatus.CREATED)


async def looked_into(request: web.Request, state: MailState) -> tuple[Census, list[Posted]]:
    """Return how many mails wait and are dead, and those of one state; in two queries."""
    async with request.app[DATABASE].read() as session:
        return await outbox.census(session), await outbox.listed(session, state, limit=MOST)


def _look(request: web.Request) -> None:
    if OUTBOX in request.app:
        request.app[OUTBOX].look()


def _sending(request: web.Request) -> dict[str, Any]:
    trouble = request.app[OUTBOX].trouble if OUTBOX in request.app else None
    return {
        "configured": OUTBOX in request.app,
        "trouble": trouble.reason if trouble else None,
        "again_at": rfc3339(trouble.again_at) if trouble else None,
    }


def _answer(mail: Posted) -> dict[str, Any]:
    waits = mail.state is MailState.WAITING and not mail.under_way
    return {
        "id": mail.id,
        "subject": mail.cover.subject,
        "recipient": mail.recipient,
        "briefing": mail.cover.briefing,
        "state": mail.state,
        "under_way": mail.under_way,
        "attempts": mail.attempts,
        "reason": mail.reason,
        "written_at": rfc3339(mail.written_at),
        "due_at": rfc3339(mail.due_at) if waits else None,
        "settled_at": rfc3339(mail.settled_at) if mail.settled_at else None,
    }
