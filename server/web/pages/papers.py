"""The papers of a meeting as pages, laid out as an office does: for reading, and for the browser's print to PDF."""

import asyncio
from typing import Annotated

import aiohttp_jinja2
from aiohttp import web
from pydantic import Field

from server.core.events import Classification
from server.core.journal import Head
from server.records import files
from server.records.documents.frame import seal
from server.records.documents.wording import STAMPS
from server.records.label import Document
from server.web.bodies import Query, queried
from server.web.keys import HOUSE
from server.web.pages.views import page
from server.web.record import entries_of
from server.web.routing import RECORDERS, Routes

routes = Routes()

DOCUMENT_NAMES = {
    Document.MINUTES: "Meeting minutes",
    Document.ATTENDANCE: "Attendance list",
    Document.CONCLUSIONS: "Conclusion notice",
}
"""The papers, in English: messages of the `pages` catalogue."""


class Wanted(Query):
    """Which paper, in whose layout."""

    document: Document = Document.MINUTES
    profile: str = "state"


class Sheet(Query):
    """What the style of a paper depends on."""

    profile: str = "state"
    landscape: bool = False
    classification: Classification = Classification.NONE
    head: Annotated[str, Field(pattern=r"^\d{1,9}:[0-9a-f]{64}$")]  # of the journal, for the foot of every page


@routes.page("/briefings/{briefing_id}/minutes", allow=RECORDERS)
async def paper_page(request: web.Request) -> web.Response:
    """The minutes, or another paper, as they stand now: in the language of the country, whoever reads them."""
    wanted, house = queried(request, Wanted), request.app[HOUSE]
    profile, entries = house.profile(wanted.profile), await entries_of(request)
    record = await asyncio.to_thread(files.record_in, entries, "vi", house)
    paper = files.paper(record, wanted.document, profile, house.zone)
    values = {
        "record": record,
        "paper": paper,
        "stamp": STAMPS.get(paper.classification, ""),
        "profile": profile,
        "profiles": house.profiles,
        "documents": DOCUMENT_NAMES,
    }
    return page(request, "record/paper.html", values)


@routes.add("GET", "/briefings/{briefing_id}/paper.css", allow=RECORDERS, gives="text/css")
async def paper_style(request: web.Request) -> web.Response:
    """The measures of a layout as a style sheet: pages may have no style inside them."""
    wanted = queried(request, Sheet)
    profile = request.app[HOUSE].profile(wanted.profile)
    seq, _, digest = wanted.head.partition(":")
    values = {
        "profile": profile,
        "seal": seal(Head(int(seq), digest)),
        "landscape": wanted.landscape,
        "classification": wanted.classification,
        "stamp": STAMPS.get(wanted.classification, ""),
    }
    text = aiohttp_jinja2.render_string("record/paper.css", request, values)
    return web.Response(text=text, content_type="text/css")
