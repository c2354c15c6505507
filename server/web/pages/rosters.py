"""A roster: its endpoints as a tree, what became of each by which decree, and rosters of one's own from files."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field

from endpoints.rosters import Roster, Unit, matches
from endpoints.rosters.history import Event, history, line_of, valid_on
from server.web.bodies import Query, queried
from server.web.feeds import roster_of
from server.web.keys import CLOCK, ROSTERS, SETTINGS
from server.web.language import language_of, translator
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

SHIPPED_NAMES = {"63": "63 provinces and cities", "34": "34 provinces and cities, from 1 July 2025"}
"""What the rosters that ship are called, in English: messages of the `pages` catalogue."""

LEVEL_NAMES = {"hub": "Central", "province": "Province", "commune": "Commune"}
"""The levels in English: messages of the `pages` catalogue."""

ON_A_PAGE: Final = 200
"""Endpoints: a roster of communes has thousands."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A roster as it can be chosen."""

    name: str
    title: str
    own: bool
    valid_from: date | None
    valid_to: date | None
    line: tuple[str, ...]  # the names of those that came before and after it, itself included

    @property
    def about(self) -> dict[str, str | list[str] | None]:
        """Write what scripts need to know of it."""
        first, last = (None if day is None else day.isoformat() for day in (self.valid_from, self.valid_to))
        return {"name": self.name, "title": self.title, "from": first, "to": last, "line": list(self.line)}


@dataclass(frozen=True, slots=True)
class Line:
    """An endpoint on the page."""

    unit: Unit
    parent: str  # the name of the endpoint it belongs to; nothing: the hub
    depth: int
    below: int  # how many endpoints belong to it
    history: tuple[Event, ...]


class Looked(Query):
    """Which endpoints of a roster are shown."""

    search: Annotated[str, Field(max_length=100)] = ""
    below: Annotated[str, Field(max_length=16)] = ""
    page: Annotated[int, Field(ge=1, le=100)] = 1


@routes.page("/rosters/{roster}/endpoints", allow=ORGANIZERS)
async def roster_page(request: web.Request) -> web.Response:
    """The endpoints of a roster, a page at a time. Raises UnknownRoster."""
    roster, looked = request.app[ROSTERS].load(roster_of(request)), queried(request, Looked)
    found = [unit for unit in in_tree(roster) if _meant(unit, looked)]
    pages = max(1, -(-len(found) // ON_A_PAGE))
    number = min(looked.page, pages)
    shown = found[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    values = {
        "roster": roster,
        "lines": lines(request, roster, shown),
        "parents": [roster.by_code[code] for code in dict.fromkeys(unit.parent for unit in roster.units) if code],
        "renamed": list(found_by_former(found, looked.search)),
        "levels": LEVEL_NAMES,
        "looked": looked,
        "number": number,
        "pages": pages,
        "count": len(found),
        "instead": offer_for(request, roster, request.app[CLOCK]()),
        "chosen": roster.name,
        "rosters": offers(request),
        "titles": {one.name: one.title for one in offers(request)},
    }
    return page(request, "rosters/roster.html", values)


def in_tree(roster: Roster) -> Iterator[Unit]:
    """Yield the endpoints of a roster, each followed by those that belong to it."""
    below: dict[str, list[Unit]] = {}
    for unit in roster.units:
        below.setdefault(unit.parent, []).append(unit)

    def under(code: str) -> Iterator[Unit]:
        for unit in below.get(code, ()):
            yield unit
            yield from under(unit.code)

    return under("")


def _meant(unit: Unit, looked: Looked) -> bool:
    if looked.below and looked.below not in {unit.code, unit.parent}:
        return False
    return not looked.search or matches(" ".join([unit.code, unit.name, *unit.former]), looked.search)


def found_by_former(found: Sequence[Unit], search: str) -> Iterator[tuple[str, Unit]]:
    """Yield the former names that a search has found, each with the endpoint that is there now."""
    if search.strip():
        for unit in found:
            if not matches(f"{unit.code} {unit.name}", search):
                yield from ((name, unit) for name in unit.former if matches(name, search))


def lines(request: web.Request, roster: Roster, units: Sequence[Unit]) -> list[Line]:
    """Return endpoints as the page shows them."""
    counts: dict[str, int] = {}
    for unit in roster.units:
        counts[unit.parent] = counts.get(unit.parent, 0) + 1
    return [_line(request, roster, unit, counts.get(unit.code, 0)) for unit in units]


def _line(request: web.Request, roster: Roster, unit: Unit, below: int) -> Line:
    above = roster.by_code.get(unit.parent)
    depth = 0 if above is None else 2 if above.parent else 1
    return Line(unit, above.name if above else "", depth, below, history(request.app[ROSTERS], roster, unit))


def offers(request: web.Request) -> list[Offer]:
    """Return every roster that can be chosen, in the reader's language."""
    return [_offer(request, roster) for roster in request.app[ROSTERS].all]


def offer_for(request: web.Request, roster: Roster, moment: datetime) -> Offer | None:
    """Return which roster is valid at a moment in place of another; None where it is so itself, or none is."""
    day = moment.astimezone(ZoneInfo(request.app[SETTINGS].time_zone)).date()
    found = valid_on(request.app[ROSTERS], roster, day)
    return None if found is None else _offer(request, found)


def _offer(request: web.Request, roster: Roster) -> Offer:
    say = translator(language_of(request), "pages")
    title = roster.title or say(SHIPPED_NAMES[roster.name])
    line = tuple(one.name for one in line_of(request.app[ROSTERS], roster))
    return Offer(roster.name, title, roster.is_own, roster.valid_from, roster.valid_to, line)
