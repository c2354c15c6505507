"""Documents over HTTP: attached by organizers, given to the sites they are for, and who has them."""

from datetime import datetime
from functools import partial
from typing import Any, Literal

import structlog
from aiohttp import web

from server.core import documents, papers
from server.core.events import Addressees, File, rfc3339
from server.core.ids import DocumentId, EndpointCode
from server.core.plan import require_certified
from server.core.state import Briefing, Document, PaperRequest
from server.store import briefings as stored
from server.web.bodies import Body, Query, parsed, queried
from server.web.briefings import certified, room_of
from server.web.callers import caller_of
from server.web.file_transfer import MEGABYTE, GivenName, announced, given, largest_of, received
from server.web.keys import CLOCK, FILES, SETTINGS
from server.web.moves import moved
from server.web.plans import Codes, MaybeLine
from server.web.routing import ORGANIZERS, RECORDERS, SITES, Routes

log = structlog.get_logger()

routes = Routes()

DOCUMENTS = "/api/v1/briefings/{briefing_id}/documents"
DOCUMENT = DOCUMENTS + "/{document_id}"
READERS = RECORDERS | SITES
"""Who reads documents: a site those that are for it."""


class Attachment(Query):
    """What a file is called, and whom it is for: every site, or the hub alone until it is said otherwise."""

    name: GivenName
    item: MaybeLine = ""
    addressees: Literal["everybody", "hub"] = "everybody"


class DocumentChange(Body):
    """Whom a document is for, and to which agenda item it belongs; what is left out stays."""

    endpoints: Codes | None = None
    item: MaybeLine | None = None


class FileAnswer(Body):
    """A file."""

    name: str
    media_type: str
    octets: int
    sha256: str


class DocumentAnswer(FileAnswer):
    """A document; the staff also learn whom it is for and who has fetched it."""

    id: str
    item: str
    attached_at: datetime
    withdrawn: bool = False
    endpoints: Literal["all"] | list[str] | None = None
    fetched: dict[str, datetime] | None = None
    fetched_at: datetime | None = None


class VersionAnswer(FileAnswer):
    """One version of a paper that was handed in."""

    id: str
    at: datetime


class OwedAnswer(Body):
    """How a site stands with a paper."""

    endpoint: str
    standing: papers.Standing
    late_by: int
    versions: list[VersionAnswer]
    chased_at: datetime | None


class PaperAnswer(Body):
    """A paper that sites are asked for, and how each stands with it; a site learns of itself alone."""

    number: int
    title: str
    due: datetime
    owed: list[OwedAnswer]
    withdrawn: bool = False
    endpoints: Literal["all"] | list[str] | None = None


class DocumentsAnswer(Body):
    """The documents of a briefing and the papers it asks for, as far as the caller may know them."""

    documents: list[DocumentAnswer]
    papers: list[PaperAnswer]
    largest: int


@routes.get(DOCUMENTS, allow=READERS, answers=DocumentsAnswer)
async def list_documents(request: web.Request) -> web.Response:
    """List the documents, and the papers asked for; a site sees what is for it, and nothing of the others."""
    state, endpoint, now = (await room_of(request)).state, caller_of(request).endpoint, request.app[CLOCK]()
    shown = whole(state, now) if endpoint is None else of_site(state, endpoint, now)
    return web.json_response({**shown, "largest": largest_of(request)})


@routes.add("POST", DOCUMENTS, allow=ORGANIZERS, query=Attachment, takes="*/*", answers=DocumentAnswer, status=201)
async def attach_document(request: web.Request) -> web.Response:
    """Attach a file; the body is the file as it is, and decides what it is taken for."""
    wanted, room, is_certified = queried(request, Attachment), await room_of(request), certified(request)
    most = request.app[SETTINGS].documents_mb * MEGABYTE
    documents.require_room(room.state, octets=announced(request), most_octets=most, certified=is_certified)
    new = DocumentId(stored.new_id())
    async with received(request, wanted.name) as one:
        decide = partial(
            documents.attach,
            document=new,
            file=one.file,
            addressees=Addressees(everybody=wanted.addressees == "everybody"),
            item=wanted.item,
            most_octets=most,
            certified=is_certified,
        )
        decide(room.state, request.app[CLOCK]())  # refuses before anything is kept
        await request.app[FILES].keep(one.arrival)
        state = await room.move(decide, caller_of(request).actor)
    return web.json_response(document(state, documents.known(state, new)), status=201)


@routes.patch(DOCUMENT, allow=ORGANIZERS, body=DocumentChange, answers=DocumentAnswer)
async def change_document(request: web.Request) -> web.Response:
    """Say anew whom a document is for, and to which agenda item it belongs."""
    wanted, room, which = await parsed(request, DocumentChange), await room_of(request), _named(request)

    def decide(state: Briefing, now: datetime) -> Any:
        before = documents.known(state, which)
        addressees = before.addressees if wanted.endpoints is None else addressed(state, wanted.endpoints)
        item = before.item if wanted.item is None else wanted.item
        return documents.address(state, now, document=which, addressees=addressees, item=item)

    state = await room.move(decide, caller_of(request).actor)
    return web.json_response(document(state, documents.known(state, which)))


@routes.delete(DOCUMENT, allow=ORGANIZERS)
async def withdraw_document(request: web.Request) -> web.Response:
    """Show a document to no site any more."""
    return await moved(request, partial(documents.withdraw, document=_named(request)))


@routes.post(DOCUMENT + "/restore", allow=ORGANIZERS, status=204)
async def restore_document(request: web.Request) -> web.Response:
    """Show a withdrawn document again."""
    return await moved(request, partial(documents.restore, document=_named(request)))


@routes.get(DOCUMENT + "/file", allow=READERS, gives="*/*")
async def give_document(request: web.Request) -> web.StreamResponse:
    """Give a document's file; the first time a site is sent it, the journal says so."""
    room, caller, which = await room_of(request), caller_of(request), _named(request)
    require_certified(room.state.planned, certified=certified(request))
    if caller.endpoint is None:
        file = documents.known(room.state, which).file
    else:
        file = documents.require_shown(room.state, which, caller.endpoint).file

    async def sent() -> None:
        if caller.endpoint is not None:
            await room.move(partial(documents.fetch, document=which, endpoint=caller.endpoint), caller.actor)
        log.info("document_sent", briefing=room.state.id, document=which, by=caller.actor)

    return await given(request, file, sent=sent)


def addressed(state: Briefing, wanted: Literal["all"] | list[str]) -> Addressees:
    """Return whom a list of codes means; unknown ones are the rules' business."""
    if wanted == "all":
        return Addressees(everybody=True)
    chosen = set(map(EndpointCode, wanted))
    ordered = [code for code in state.planned.endpoints if code in chosen]
    return Addressees(everybody=False, endpoints=(*ordered, *sorted(chosen.difference(ordered))))


def whole(state: Briefing, now: datetime) -> dict[str, Any]:
    """Write everything as JSON can hold it."""
    return {
        "documents": [document(state, one) for one in state.documents.attached.values()],
        "papers": [paper(state, one, now) for one in papers.by_due(state.documents.requests.values())],
    }


def of_site(state: Briefing, endpoint: EndpointCode, now: datetime) -> dict[str, Any]:
    """Write what one site may know as JSON can hold it."""
    owed = [(one, papers.owed_by(one, endpoint, now)) for one in papers.asked_of(state, endpoint)]
    return {
        "documents": [
            _document(one) | {"fetched_at": _moment(state.documents.fetched.get(one.id, {}).get(endpoint))}
            for one in documents.shown_to(state, endpoint)
        ],
        "papers": [_paper(request) | {"owed": [_owed(one)]} for request, one in owed],
    }


def document(state: Briefing, one: Document) -> dict[str, Any]:
    """Write a document as the staff see it."""
    fetched = state.documents.fetched.get(one.id, {})
    return _document(one) | {
        "withdrawn": one.withdrawn,
        "endpoints": _codes(one.addressees),
        "fetched": {code: rfc3339(at) for code, at in fetched.items()},
    }


def paper(state: Briefing, request: PaperRequest, now: datetime) -> dict[str, Any]:
    """Write a paper that is asked for, as the staff see it."""
    return _paper(request) | {
        "withdrawn": request.withdrawn,
        "endpoints": _codes(request.wanted.addressees),
        "owed": [_owed(one) for one in papers.owed(state, request, now)],
    }


def _document(one: Document) -> dict[str, Any]:
    return {"id": one.id, **_file(one.file), "item": one.item, "attached_at": rfc3339(one.attached_at)}


def _paper(request: PaperRequest) -> dict[str, Any]:
    return {"number": request.number, "title": request.wanted.title, "due": rfc3339(request.wanted.due)}


def _owed(one: papers.Owed) -> dict[str, Any]:
    return {
        "endpoint": one.endpoint,
        "standing": one.standing.value,
        "late_by": int(one.late_by.total_seconds()),
        "versions": [{"id": each.id, **_file(each.file), "at": rfc3339(each.at)} for each in one.versions],
        "chased_at": _moment(one.chased_at),
    }


def _file(file: File) -> dict[str, Any]:
    return {"name": file.name, "media_type": file.media_type, "octets": file.octets, "sha256": file.sha256}


def _codes(addressees: Addressees) -> Literal["all"] | list[str]:
    return "all" if addressees.everybody else list(addressees.endpoints)


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else rfc3339(moment)


def _named(request: web.Request) -> DocumentId:
    return DocumentId(request.match_info["document_id"])
