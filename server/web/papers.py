"""Papers over HTTP: organizers ask sites for them, sites hand them in, and late ones are chased."""

from datetime import datetime
from functools import partial
from typing import Any

import structlog
from aiohttp import web

from schedules.paper_letters import readers
from server.core import papers
from server.core.documents import NoSuchDocument
from server.core.events import PaperWanted
from server.core.ids import DocumentId, EndpointCode, RosterName
from server.core.people import Caller
from server.core.plan import require_certified
from server.core.state import Briefing
from server.store import briefings as stored
from server.store import contacts
from server.web.bodies import Body, Line, Moment, Query, parsed, queried
from server.web.briefings import certified, room_of
from server.web.callers import caller_of
from server.web.documents import READERS, PaperAnswer, VersionAnswer, addressed, of_site, paper
from server.web.file_transfer import MEGABYTE, GivenName, announced, given, received
from server.web.keys import CLOCK, DATABASE, FILES, OFFICE, SETTINGS
from server.web.moves import moved
from server.web.plans import Codes
from server.web.queue import EndpointMissing
from server.web.routing import ORGANIZERS, SITES, Routes

log = structlog.get_logger()

routes = Routes()

PAPERS = "/api/v1/briefings/{briefing_id}/papers"
PAPER = PAPERS + "/{number}"
LONGEST_NUMBER = 9


class NewPaper(Body):
    """A paper that sites are to hand in."""

    title: Line
    due: Moment
    endpoints: Codes = "all"


class PaperChange(Body):
    """What is to be changed of it; what is left out stays."""

    title: Line | None = None
    due: Moment | None = None
    endpoints: Codes | None = None


class Handed(Query):
    """What the file is called."""

    name: GivenName


class ChasedAnswer(Body):
    """Who was reminded, by the sites' codes: all on their pages, some by mail too."""

    chased: list[str]
    mailed: list[str]


@routes.post(PAPERS, allow=ORGANIZERS, body=NewPaper, answers=PaperAnswer, status=201)
async def ask_for_paper(request: web.Request) -> web.Response:
    """Ask sites for a paper until a moment before the start."""
    wanted, room = await parsed(request, NewPaper), await room_of(request)

    def decide(state: Briefing, now: datetime) -> Any:
        new = PaperWanted(wanted.title, wanted.due, addressed(state, wanted.endpoints))
        return papers.ask(state, now, wanted=new, certified=certified(request))

    state = await room.move(decide, caller_of(request).actor)
    return _answer(request, state, len(state.documents.requests), status=201)


@routes.patch(PAPER, allow=ORGANIZERS, body=PaperChange, answers=PaperAnswer)
async def change_paper(request: web.Request) -> web.Response:
    """Change what is asked for, until when, or of whom."""
    wanted, room, number = await parsed(request, PaperChange), await room_of(request), _number(request)

    def decide(state: Briefing, now: datetime) -> Any:
        before = papers.known(state, number).wanted
        addressees = before.addressees if wanted.endpoints is None else addressed(state, wanted.endpoints)
        after = PaperWanted(wanted.title or before.title, wanted.due or before.due, addressees)
        return papers.amend(state, now, number=number, wanted=after)

    return _answer(request, await room.move(decide, caller_of(request).actor), number)


@routes.delete(PAPER, allow=ORGANIZERS)
async def withdraw_paper(request: web.Request) -> web.Response:
    """Ask for a paper no more; what was handed in stays."""
    return await moved(request, partial(papers.withdraw, number=_number(request)))


@routes.post(PAPER + "/restore", allow=ORGANIZERS, status=204)
async def restore_paper(request: web.Request) -> web.Response:
    """Ask for a paper again."""
    return await moved(request, partial(papers.restore, number=_number(request)))


@routes.post(PAPER + "/chase", allow=ORGANIZERS, answers=ChasedAnswer)
async def chase_paper(request: web.Request) -> web.Response:
    """Remind everybody who owes a paper: on the sites' pages at once, and by mail whoever has a contact for it."""
    room, number = await room_of(request), _number(request)
    state = await room.move(partial(papers.chase, number=number), caller_of(request).actor)
    found = papers.known(state, number).chased
    latest = max(found.values())
    chased = [code for code, at in found.items() if at == latest]
    mailed = await _mailed(request, state.planned.roster, chased)
    return web.json_response({"chased": chased, "mailed": mailed})


async def _mailed(request: web.Request, roster: RosterName, chased: list[EndpointCode]) -> list[EndpointCode]:
    """Return the sites that are written to; none where this service writes no mails."""
    if OFFICE not in request.app:
        return []
    async with request.app[DATABASE].read() as session:
        found = await contacts.of(session, roster, chased)
    return [code for code in chased if readers(found, code)]


@routes.add("POST", PAPER + "/files", allow=SITES, query=Handed, takes="*/*", answers=VersionAnswer, status=201)
async def hand_in_paper(request: web.Request) -> web.Response:
    """Hand in a paper of one's own site, or another version of it; the body is the file as it is."""
    wanted, room, number = queried(request, Handed), await room_of(request), _number(request)
    caller, most = caller_of(request), request.app[SETTINGS].papers_mb * MEGABYTE
    if caller.endpoint is None:
        raise EndpointMissing
    require_certified(room.state.planned, certified=certified(request))
    take_in = partial(papers.hand_in, number=number, endpoint=caller.endpoint, most_octets=most)
    papers.require_room(
        room.state, number=number, endpoint=caller.endpoint, octets=announced(request), most_octets=most
    )
    async with received(request, wanted.name) as one:
        new = DocumentId(stored.new_id())
        decide = partial(take_in, document=new, file=one.file, certified=certified(request))
        decide(room.state, request.app[CLOCK]())  # refuses before anything is kept
        await request.app[FILES].keep(one.arrival)
        state = await room.move(decide, caller.actor)
    shown = of_site(state, caller.endpoint, request.app[CLOCK]())["papers"]
    versions = next(paper["owed"][0]["versions"] for paper in shown if paper["number"] == number)
    return web.json_response(versions[-1], status=201)


@routes.get(PAPER + "/files/{document_id}", allow=READERS, gives="*/*")
async def give_paper(request: web.Request) -> web.StreamResponse:
    """Give one version of a paper, to the staff and to the site it is from."""
    room, caller = await room_of(request), caller_of(request)
    require_certified(room.state.planned, certified=certified(request))
    which = DocumentId(request.match_info["document_id"])
    endpoint, version = papers.version(room.state, _number(request), which)
    if not _may_read(caller, endpoint):
        raise NoSuchDocument(which)

    async def sent() -> None:
        log.info("paper_sent", briefing=room.state.id, document=which, by=caller.actor)

    return await given(request, version.file, sent=sent)


def _may_read(caller: Caller, endpoint: str) -> bool:
    return caller.endpoint is None or caller.endpoint == endpoint


def _answer(request: web.Request, state: Briefing, number: int, *, status: int = 200) -> web.Response:
    shown = paper(state, papers.known(state, number), request.app[CLOCK]())
    return web.json_response(shown, status=status)


def _number(request: web.Request) -> int:
    """Return which paper the path names. Raises NoSuchRequest."""
    text = request.match_info["number"]
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise papers.NoSuchRequest(text)
    return int(text)
