"""Contacts over HTTP: who at the endpoints of a roster is written to and called; for organizers alone."""

import secrets
from collections.abc import Collection
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, Final, Literal

from aiohttp import web
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from endpoints.rosters import Roster
from server.core import contacts as rules
from server.core.contacts import Contact, ContactRole
from server.core.ids import HUB, ContactId, EndpointCode, RosterName
from server.store import contacts
from server.web.bodies import Body, parsed
from server.web.contact_import import COLUMNS, ContactImport, as_table, prepare
from server.web.csv_tables import MEDIA_TYPE, FaultAnswer, refuse, shown, table_text
from server.web.feeds import roster_of
from server.web.keys import DATABASE, ROSTERS
from server.web.language import language_of
from server.web.plans import UnknownEndpoint
from server.web.routing import ORGANIZERS, Routes

routes = Routes()

PATH: Final = "/api/v1/rosters/{roster}/contacts"

Name = Annotated[str, Field(max_length=rules.LONGEST_NAME)]
Position = Annotated[str, Field(max_length=rules.LONGEST_POSITION)]
Address = Annotated[str, Field(max_length=1000)]
Phone = Annotated[str, Field(max_length=rules.LONGEST_PHONE)]
Roles = Annotated[list[ContactRole], Field(max_length=len(ContactRole))]
Tongue = Literal["vi", "en"]


class NewContact(Body):
    """Somebody at an endpoint: a site of the roster, or "hub"."""

    endpoint: str = Field(max_length=16)
    name: Name
    position: Position = ""
    email: Address = ""
    phone: Phone = ""
    roles: Roles = Field(default_factory=lambda: [ContactRole.LIAISON])
    language: Tongue = "vi"


class ContactChange(Body):
    """What is to be changed; what is left out stays."""

    endpoint: str | None = Field(None, max_length=16)
    name: Name | None = None
    position: Position | None = None
    email: Address | None = None
    phone: Phone | None = None
    roles: Roles | None = None
    language: Tongue | None = None


class ContactAnswer(BaseModel):
    """A contact."""

    id: str
    endpoint: str
    name: str
    position: str
    email: str
    phone: str
    roles: list[ContactRole]
    language: Tongue


class ContactsAnswer(BaseModel):
    """The contacts of a roster: the hub's first, then in roster order."""

    contacts: list[ContactAnswer]


class StepAnswer(BaseModel):
    """What one line of a file does."""

    line: int
    what: Literal["added", "changed", "unchanged"]
    contact: ContactAnswer


class ImportAnswer(BaseModel):
    """What a file has done."""

    added: int
    changed: int
    unchanged: int


class PreviewAnswer(ImportAnswer):
    """What a file would do, and what is wrong in it; with anything wrong it does nothing."""

    steps: list[StepAnswer]
    faults: list[FaultAnswer]


@routes.get(PATH, allow=ORGANIZERS, answers=ContactsAnswer)
async def list_contacts(request: web.Request) -> web.Response:
    """List the contacts of a roster."""
    found = await listed(request, roster_of(request))
    return web.json_response({"contacts": [document(contact) for contact in found]})


@routes.post(PATH, allow=ORGANIZERS, body=NewContact, answers=ContactAnswer, status=HTTPStatus.CREATED)
async def add_contact(request: web.Request) -> web.Response:
    """Add a contact."""
    roster, wanted = roster_of(request), await parsed(request, NewContact)
    made = Contact(id=new_id(), roster=roster, **_kept(request.app[ROSTERS].load(roster), wanted.model_dump()))
    rules.check(made)
    async with request.app[DATABASE].begin() as session:
        await _require_room(session, made)
        await contacts.add(session, made)
    headers = {"Location": f"{request.path}/{made.id}"}
    return web.json_response(document(made), status=HTTPStatus.CREATED, headers=headers)


@routes.patch(PATH + "/{contact}", allow=ORGANIZERS, body=ContactChange, answers=ContactAnswer)
async def change_contact(request: web.Request) -> web.Response:
    """Change a contact."""
    roster, said = roster_of(request), (await parsed(request, ContactChange)).model_dump(exclude_none=True)
    async with request.app[DATABASE].begin() as session:
        before = await contacts.one(session, roster, _named(request))
        after = replace(before, **_kept(request.app[ROSTERS].load(roster), said))
        rules.check(after)
        if after.endpoint != before.endpoint:
            await _require_room(session, after)
        await contacts.change(session, after)
    return web.json_response(document(after))


@routes.delete(PATH + "/{contact}", allow=ORGANIZERS)
async def remove_contact(request: web.Request) -> web.Response:
    """Remove a contact; one that is gone already is no error."""
    async with request.app[DATABASE].begin() as session:
        await contacts.remove(session, roster_of(request), _named(request))
    return web.Response(status=HTTPStatus.NO_CONTENT)


@routes.get(PATH + ".csv", allow=ORGANIZERS, gives=MEDIA_TYPE)
async def export_contacts(request: web.Request) -> web.Response:
    """Give the contacts as a table for spreadsheets, with a line for each endpoint that has none."""
    roster = roster_of(request)
    content = as_table(request.app[ROSTERS].load(roster), await listed(request, roster), language_of(request))
    headers = {"Content-Disposition": f'attachment; filename="contacts-{roster}.csv"'}
    return web.Response(body=content, content_type=MEDIA_TYPE, charset="utf-8", headers=headers)


@routes.post(PATH + "/preview", allow=ORGANIZERS, takes=MEDIA_TYPE, answers=PreviewAnswer)
async def preview_import(request: web.Request) -> web.Response:
    """Say what a file of contacts would do, line by line; nothing is written."""
    roster, text = roster_of(request), await table_text(request)
    async with request.app[DATABASE].read() as session:
        found = await _prepared(session, request.app[ROSTERS].load(roster), text)
    steps = [{"line": one.line, "what": one.what, "contact": document(one.contact)} for one in found.steps]
    faults = [fault.model_dump() for fault in shown(found.faults, COLUMNS, language_of(request))]
    return web.json_response({**found.counts, "steps": steps, "faults": faults})


@routes.post(PATH + "/import", allow=ORGANIZERS, takes=MEDIA_TYPE, answers=ImportAnswer)
async def import_contacts(request: web.Request) -> web.Response:
    """Take a file of contacts over, all of it or nothing; contacts it does not name stay. Raises BadLines."""
    roster, text = roster_of(request), await table_text(request)
    async with request.app[DATABASE].begin() as session:
        found = await _prepared(session, request.app[ROSTERS].load(roster), text)
        refuse(found.faults, language_of(request))
        await contacts.add(session, *(step.contact for step in found.steps if step.what == "added"))
        for step in found.steps:
            if step.what == "changed":
                await contacts.change(session, step.contact)
    return web.json_response(found.counts)


async def _prepared(session: AsyncSession, roster: Roster, text: str) -> ContactImport:
    return prepare(text, roster, await contacts.of_roster(session, RosterName(roster.name)), new_id)


async def listed(request: web.Request, roster: RosterName) -> list[Contact]:
    """Return the contacts of a roster: the hub's first, then in roster order."""
    async with request.app[DATABASE].read() as session:
        return in_roster_order(request.app[ROSTERS].load(roster), await contacts.of_roster(session, roster))


def in_roster_order(roster: Roster, found: Collection[Contact]) -> list[Contact]:
    """Return contacts of a roster with the hub's first, then in roster order; those of endpoints it lost come last."""
    order = {code: place for place, code in enumerate(codes_of(roster))}
    return sorted(found, key=lambda contact: order.get(contact.endpoint, len(order)))


def codes_of(roster: Roster) -> list[EndpointCode]:
    """Return where contacts can be: the hub, and the sites in roster order."""
    return [HUB, *(EndpointCode(unit.code) for unit in roster.units)]


def document(contact: Contact) -> dict[str, Any]:
    """Write a contact as JSON can hold it."""
    return {
        "id": contact.id,
        "endpoint": contact.endpoint,
        "name": contact.name,
        "position": contact.position,
        "email": contact.email,
        "phone": contact.phone,
        "roles": list(contact.roles),
        "language": contact.language,
    }


def new_id() -> ContactId:
    """Return an id that no contact has."""
    return ContactId(secrets.token_urlsafe(12))


def _named(request: web.Request) -> ContactId:
    return ContactId(request.match_info["contact"])


def _kept(roster: Roster, said: dict[str, Any]) -> dict[str, Any]:
    """Return what a body says as a contact keeps it. Raises UnknownEndpoint."""
    if "endpoint" in said and said["endpoint"] not in codes_of(roster):
        raise UnknownEndpoint(said["endpoint"])
    if "roles" in said:
        said["roles"] = rules.in_order(said["roles"])
    return said


async def _require_room(session: AsyncSession, contact: Contact) -> None:
    """Raise TooManyContacts when the contact's endpoint has as many as it may have."""
    if len(await contacts.of(session, contact.roster, [contact.endpoint])) >= rules.MOST_AT_ONE_ENDPOINT:
        raise rules.TooManyContacts(contact.endpoint)
