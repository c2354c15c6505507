"""The contacts of a roster, endpoint by endpoint and page by page: found, added, changed, removed, and imported."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from aiohttp import web
from pydantic import Field

from endpoints.rosters import Roster
from endpoints.rosters.collation import matches
from server.core.contacts import MOST_AT_ONE_ENDPOINT, Contact, ContactRole
from server.core.ids import HUB, EndpointCode
from server.store import outbox
from server.web.bodies import Query, queried
from server.web.contact_import import HUB_WORDS
from server.web.contacts import document, listed
from server.web.feeds import roster_of
from server.web.keys import DATABASE, ROSTERS
from server.web.pages.rosters import offers
from server.web.pages.views import page
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

CONTACT_ROLE_NAMES = {
    ContactRole.LIAISON: "Liaison",
    ContactRole.TECHNICIAN: "Technology",
    ContactRole.LEADER: "Leader",
    ContactRole.CLERK: "Documents clerk",
}
"""What contacts are written to for, in English: messages of the `pages` catalogue."""


MOST_ROWS: Final = 300
"""Endpoints and contacts on one page: a roster of sixty-three with three at each is one."""

UNINVITED: Final = "uninvited"


class Chosen(Query):
    """Which endpoints and contacts are shown: those in which all words are found, from one endpoint on."""

    q: str = Field("", max_length=300)
    show: str = Field("", pattern=rf"^({UNINVITED}|{'|'.join(ContactRole)})?$")
    begin: str = Field("", max_length=16)


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint, and who is written to there."""

    code: EndpointCode
    name: str  # nothing for the hub, which is called differently in every language
    contacts: tuple[Mapping[str, Any], ...]
    found: tuple[Mapping[str, Any], ...]  # those of them that are shown

    @property
    def uninvited(self) -> bool:
        """Whether it is a site where nobody can be mailed the invitations."""
        return self.code != HUB and not any(
            contact["email"] and ContactRole.LIAISON in contact["roles"] for contact in self.contacts
        )


@routes.page("/rosters/{roster}/contacts", allow=ORGANIZERS)
async def contacts_page(request: web.Request) -> web.Response:
    """Every endpoint of a roster, and its contacts. Raises UnknownRoster."""
    roster, chosen = roster_of(request), queried(request, Chosen)
    places = places_of(request.app[ROSTERS].load(roster), await listed(request, roster))
    pages = list(paged(found(places, chosen)))
    at = next((number for number, one in enumerate(pages) if chosen.begin in {place.code for place in one}), 0)
    async with request.app[DATABASE].read() as session:
        bounced = await outbox.bounced(session)
    values = {
        "places": places,
        "shown": pages[at] if pages else [],
        "earlier": pages[at - 1][0].code if at else "",
        "later": pages[at + 1][0].code if at + 1 < len(pages) else "",
        "address": lambda begin: "?" + urlencode({**chosen.model_dump(exclude_defaults=True), "begin": begin}),
        "asked": chosen,
        "missing": sum(place.uninvited for place in places),
        "count": sum(len(place.contacts) for place in places),
        "most": MOST_AT_ONE_ENDPOINT,
        "bounced": bounced,
        "roles": CONTACT_ROLE_NAMES,
        "chosen": roster,
        "rosters": offers(request),
    }
    return page(request, "rosters/contacts.html", values)


def places_of(roster: Roster, contacts: Collection[Contact]) -> list[Place]:
    """Return the hub, the endpoints in roster order, and those that are no longer there but have contacts."""
    names = {HUB: "", **{EndpointCode(unit.code): unit.name for unit in roster.units}}
    there: dict[EndpointCode, list[dict[str, Any]]] = {code: [] for code in names}
    for contact in contacts:
        there.setdefault(contact.endpoint, []).append(document(contact))
    return [Place(code, names.get(code, code), tuple(one), tuple(one)) for code, one in there.items()]


def found(places: Iterable[Place], chosen: Chosen) -> Iterator[Place]:
    """Yield the endpoints that are meant, each with those of its contacts that are."""
    if chosen.q.strip() or chosen.show:
        places = (replace(place, found=tuple(_contacts_in(place, chosen))) for place in places)
        places = (place for place in places if place.found or (not place.contacts and _is_meant(place, chosen)))
    return (place for place in places if chosen.show != UNINVITED or place.uninvited)


def paged(places: Iterable[Place]) -> Iterator[list[Place]]:
    """Part endpoints into pages, of whole endpoints each."""
    here: list[Place] = []
    rows = 0
    for place in places:
        rows += 1 + len(place.found)
        if here and rows > MOST_ROWS:
            yield here
            here, rows = [], 1 + len(place.found)
        here.append(place)
    if here:
        yield here


def _contacts_in(place: Place, chosen: Chosen) -> Iterator[Mapping[str, Any]]:
    here = _words_of(place)
    for one in place.contacts:
        words = " ".join((here, one["name"], one["position"], one["email"], one["phone"]))
        if chosen.show in {"", UNINVITED, *one["roles"]} and matches(words, chosen.q):
            yield one


def _is_meant(place: Place, chosen: Chosen) -> bool:
    """Whether an endpoint without contacts is looked for."""
    return chosen.show in {"", UNINVITED} and matches(_words_of(place), chosen.q)


def _words_of(place: Place) -> str:
    return f"{place.code} {place.name or ' '.join(HUB_WORDS.values())}"
