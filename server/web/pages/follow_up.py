"""The work programme: what meetings came to and somebody has to do, over all briefings and for each site."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import Field

from endpoints.rosters.collation import vietnamese_key
from server.core.events import NoteKind, TaskState
from server.core.ids import BriefingId, RosterName
from server.records.results import RecordedNote
from server.store import briefings, notes
from server.web.bodies import Query, queried
from server.web.follow_up import MOST, Show, Wanted, as_core, followed
from server.web.keys import DATABASE, ROSTERS
from server.web.notes import names_of, today_of
from server.web.pages.views import page
from server.web.plans import UnknownEndpoint, UnknownRoster
from server.web.routing import RECORDERS, Routes

routes = Routes()

KIND_NAMES = {
    NoteKind.RECOMMENDATION: "Recommendation",
    NoteKind.CONCLUSION: "Conclusion",
    NoteKind.TASK: "Task",
    NoteKind.REPORT: "Report to hand in",
    NoteKind.REMARK: "Remark",
}
"""The kinds of note in English: messages of the `pages` catalogue."""

STATE_NAMES = {
    TaskState.OPEN: "Not begun",
    TaskState.IN_WORK: "In work",
    TaskState.DONE: "Done",
    TaskState.CARRIED_OVER: "Carried over",
    TaskState.RETURNED: "Returned",
}
"""How far a task is, in English: messages of the `pages` catalogue."""

SHOW_NAMES = {Show.UNFINISHED: "Unfinished", Show.LATE: "Late", Show.ALL: "All"}
"""What can be shown, in English: messages of the `pages` catalogue."""


class Chosen(Query):
    """What the reader has chosen; a field of the form that was left alone is empty."""

    show: Show = Show.UNFINISHED
    state: str = Field("", pattern=f"^({'|'.join(TaskState)})?$")
    site: str = Field("", pattern="^([0-9]+/[0-9]+)?$", max_length=16)
    owner: str = Field("", max_length=300)

    def as_wanted(self) -> Wanted:
        """Return the question of the API."""
        roster, _, endpoint = self.site.partition("/")
        return Wanted(
            show=self.show,
            state=TaskState(self.state) if self.state else None,
            roster=roster or None,
            endpoint=endpoint or None,
            owner=self.owner,
        )


@routes.page("/follow-up", allow=RECORDERS)
async def follow_up_page(request: web.Request) -> web.Response:
    """The whole work programme, what was due first first."""
    return await _programme(request, queried(request, Chosen), heading="")


@routes.page("/follow-up/{roster}/{code}", allow=RECORDERS)
async def site_page(request: web.Request) -> web.Response:
    """What one site asked for and has to do. Raises UnknownRoster, UnknownEndpoint."""
    roster, code = request.match_info["roster"], request.match_info["code"]
    if roster not in request.app[ROSTERS].names:
        raise UnknownRoster(roster)
    unit = request.app[ROSTERS].load(roster).by_code.get(code)
    if unit is None:
        raise UnknownEndpoint(code)
    chosen = queried(request, Chosen).model_copy(update={"site": f"{roster}/{code}"})
    return await _programme(request, chosen, heading=unit.name)


async def _programme(request: web.Request, chosen: Chosen, *, heading: str) -> web.Response:
    wanted = chosen.as_wanted()
    items = await followed(request, as_core(request, wanted))
    async with request.app[DATABASE].read() as session:
        owners, sites = await notes.owners(session), await notes.sites(session)
        coming = await briefings.to_come(session)
    values = {
        "heading": heading,
        "chosen": chosen,
        "items": items,
        "more": len(items) == MOST,
        "late_count": sum(item.is_late for item in items),
        "query": urlencode(wanted.model_dump(exclude_none=True, mode="json")),
        "owners": sorted(owners, key=vietnamese_key),
        "sites": {f"{roster}/{code}": names_of(request, RosterName(roster))(code) for roster, code in sites},
        "titles": await titles_of(request, [item.note for item in items]),
        "coming": coming,
        "today": today_of(request),
        **NAMES,
    }
    return page(request, "follow_up/programme.html", values)


NAMES: dict[str, Any] = {"kinds": KIND_NAMES, "states": STATE_NAMES, "shows": SHOW_NAMES}
"""What the templates call kinds, states and choices."""


async def titles_of(request: web.Request, shown: Iterable[RecordedNote]) -> dict[BriefingId, str]:
    """Return what the briefings are called that notes were carried over to."""
    wanted = {move.briefing for note in shown for move in note.moves if move.briefing}
    async with request.app[DATABASE].read() as session:
        return await briefings.titles(session, wanted)
