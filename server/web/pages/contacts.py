"""The contacts of a roster, endpoint by endpoint: found, added, changed, removed, and taken over from a file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from endpoints.rosters import Roster
from server.core.contacts import MOST_AT_ONE_ENDPOINT, Contact, ContactRole
from server.core.ids import HUB, EndpointCode
from server.store import outbox
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


@dataclass(frozen=True, slots=True)
class Place:
    """An endpoint, and who is written to there."""

    code: EndpointCode
    name: str  # nothing for the hub, which is called differently in every language
    contacts: tuple[Mapping[str, Any], ...]

    @property
    def uninvited(self) -> bool:
        """Whether it is a site where nobody gets the invitations."""
        return self.code != HUB and not any(ContactRole.LIAISON in contact["roles"] for contact in self.contacts)


@routes.page("/rosters/{roster}/contacts", allow=ORGANIZERS)
async def contacts_page(request: web.Request) -> web.Response:
    """Every endpoint of a roster, and its contacts. Raises UnknownRoster."""
    roster = roster_of(request)
    places = places_of(request.app[ROSTERS].load(roster), await listed(request, roster))
    async with request.app[DATABASE].read() as session:
        bounced = await outbox.bounced(session)
    values = {
        "places": places,
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
    return [Place(code, names.get(code, code), tuple(found)) for code, found in there.items()]
