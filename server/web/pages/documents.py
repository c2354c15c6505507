"""The documents of a briefing for those who run it: what is attached and who has it, what is due and who is late."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web

from endpoints.rosters import Unit
from server.core import documents, papers
from server.core.briefing import LEGAL
from server.core.documents import ENDINGS
from server.core.errors import UserError
from server.core.events import Addressees
from server.core.people import Role
from server.core.plan import require_certified
from server.core.state import Briefing, Document, PaperRequest
from server.web.briefings import certified, room_of
from server.web.callers import caller_of
from server.web.file_transfer import MEGABYTE, largest_of
from server.web.keys import CLOCK, ROSTERS, SETTINGS
from server.web.language import language_of, translator
from server.web.pages.briefings import CLASSIFICATION_NAMES, unit_of
from server.web.pages.views import page
from server.web.routing import RECORDERS, Routes

routes = Routes()

STANDING_NAMES = {
    papers.Standing.OVERDUE: "Overdue",
    papers.Standing.AWAITED: "Awaited",
    papers.Standing.LATE: "Handed in late",
    papers.Standing.IN_TIME: "Handed in",
}
"""How a site stands with a paper, in English, the worst first: messages of the `pages` catalogue."""

STANDING_LOOKS = {
    papers.Standing.OVERDUE: ("warning", "poor"),
    papers.Standing.AWAITED: ("clock", "idle"),
    papers.Standing.LATE: ("check", "fair"),
    papers.Standing.IN_TIME: ("check", "good"),
}
"""The shape and the colour of each."""

LATE_NAMES = {"days": "{count} d late", "hours": "{count} h late", "minutes": "{count} min late"}
"""How late something is, in English: messages of the `pages` catalogue."""

_KILO: Final = 1000


@dataclass(frozen=True, slots=True)
class Reader:
    """A site that a document is for."""

    name: str
    fetched_at: datetime | None


@dataclass(frozen=True, slots=True)
class Row:
    """A document as the page shows it."""

    document: Document
    readers: tuple[Reader, ...]  # those who have it not come first

    @property
    def fetched(self) -> int:
        """How many of them have it."""
        return sum(one.fetched_at is not None for one in self.readers)


@dataclass(frozen=True, slots=True)
class Due:
    """A paper that is asked for, as the page shows it."""

    request: PaperRequest
    owed: tuple[papers.Owed, ...]

    @property
    def counts(self) -> dict[papers.Standing, int]:
        """How many sites stand how, the worst first."""
        return {standing: sum(one.standing is standing for one in self.owed) for standing in STANDING_NAMES}

    @property
    def chased_at(self) -> datetime | None:
        """When anybody was reminded of it last."""
        return max(self.request.chased.values(), default=None)

    @property
    def owing(self) -> int:
        """How many sites have handed nothing in."""
        return self.counts[papers.Standing.OVERDUE] + self.counts[papers.Standing.AWAITED]


@routes.page("/briefings/{briefing_id}/documents", allow=RECORDERS)
async def documents_page(request: web.Request) -> web.Response:
    """What is attached and who has it, and the papers that sites hand in."""
    state = (await room_of(request)).state
    units = request.app[ROSTERS].load(state.planned.roster).by_code
    return page(request, "documents/documents.html", _shown(request, state, units))


def _shown(request: web.Request, state: Briefing, units: Mapping[str, Unit]) -> dict[str, Any]:
    """Return what the page shows, and what may be done on it."""
    organizes = caller_of(request).role in {Role.ORGANIZER, Role.ADMIN}
    now = request.app[CLOCK]()
    attached = [row_of(state, one, units) for one in state.documents.attached.values()]
    asked = [Due(one, papers.owed(state, one, now)) for one in papers.by_due(state.documents.requests.values())]
    return {
        "briefing": state,
        "plan": state.planned,
        "refusal": _refusal(request, state),
        "classifications": CLASSIFICATION_NAMES,
        "attached": [one for one in attached if not one.document.withdrawn],
        "withdrawn": [one for one in attached if one.document.withdrawn],
        "asked": [one for one in asked if not one.request.withdrawn],
        "dropped": [one for one in asked if one.request.withdrawn],
        "may": {move: organizes and state.phase in LEGAL[move] for move in ("attach", "ask", "hand_in")},
        "units": units,
        "standings": STANDING_NAMES,
        "looks": STANDING_LOOKS,
        "audience": lambda addressees: audience_of(state, addressees),
        "size": size_of,
        "late": lambda span: late_words(translator(language_of(request), "pages"), span),
        "room": request.app[SETTINGS].documents_mb * MEGABYTE,
        "used": documents.total(one.document.file for one in attached),
        "endings": sorted({ending for endings in ENDINGS.values() for ending in endings}),
        "start": {
            "briefing": state.id,
            "largest": largest_of(request),
            "units": [unit_of(units[code]) for code in state.planned.endpoints],
            "seq": state.head.seq,
        },
    }


def _refusal(request: web.Request, state: Briefing) -> str:
    """Return why this service may not be told these documents; nothing: it may."""
    try:
        require_certified(state.planned, certified=certified(request))
    except UserError as error:
        return translator(language_of(request), "problems")(error.sentence)
    return ""


def row_of(state: Briefing, document: Document, units: Mapping[str, Unit]) -> Row:
    """Return a document with every site it is for."""
    fetched = state.documents.fetched.get(document.id, {})
    meant = documents.meant(state, document.addressees)
    readers = [Reader(units[code].name, fetched.get(code)) for code in meant]
    return Row(document, tuple(sorted(readers, key=lambda one: one.fetched_at is not None)))


def audience_of(state: Briefing, addressees: Addressees) -> int:
    """Return how many sites of the plan are meant."""
    return len(documents.meant(state, addressees))


def size_of(octets: int) -> str:
    """Write a size: in megabytes from a thousand kilobytes on; nothing but nothing is 0."""
    kilobytes = -(-octets // _KILO)
    return f"{kilobytes} kB" if kilobytes < _KILO else f"{octets / MEGABYTE:.0f} MB"


def late_words(say: Callable[[str], str], span: timedelta) -> str:
    """Say how late something is, in days, hours or minutes."""
    counts = {"days": span // timedelta(days=1), "hours": span // timedelta(hours=1)}
    unit = next((unit for unit, count in counts.items() if count), "minutes")
    count = counts.get(unit) or max(1, span // timedelta(minutes=1))
    return say(LATE_NAMES[unit]).format(count=count)
