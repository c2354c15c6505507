"""The contacts at the endpoints: read for a whole roster or for some of its endpoints, and kept one by one."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.contacts import Contact, ContactKnown, ContactRole, NoContact, reach_key
from server.core.ids import ContactId, EndpointCode, RosterName
from server.store.tables import ContactRow, table_of

_TABLE = table_of(ContactRow)


async def of(session: AsyncSession, roster: RosterName, endpoints: Collection[EndpointCode]) -> list[Contact]:
    """Return the contacts at some endpoints of a roster, endpoint by endpoint and by name."""
    return await _found(session, _of_roster(roster).where(_TABLE.c.endpoint.in_(endpoints)))


async def of_roster(session: AsyncSession, roster: RosterName) -> list[Contact]:
    """Return all contacts of a roster, endpoint by endpoint and by name."""
    return await _found(session, _of_roster(roster))


async def one(session: AsyncSession, roster: RosterName, contact: ContactId) -> Contact:
    """Return a contact. Raises NoContact."""
    row = (await session.execute(_of_roster(roster).where(_TABLE.c.id == contact))).one_or_none()
    if row is None:
        raise NoContact(contact)
    return _contact(row)


async def add(session: AsyncSession, *contacts: Contact) -> None:
    """Keep new contacts, in one statement. Raises ContactKnown; the transaction is then of no more use."""
    if contacts:
        with _known_refused():
            await session.execute(insert(_TABLE), [_columns(contact) for contact in contacts])


async def change(session: AsyncSession, contact: Contact) -> None:
    """Keep a contact as it now is. Raises NoContact, or ContactKnown; the transaction is then of no more use."""
    changed = update(_TABLE).where(_TABLE.c.id == contact.id, _TABLE.c.roster == contact.roster)
    with _known_refused():
        found = await session.scalar(changed.values(_columns(contact)).returning(_TABLE.c.id))
    if found is None:
        raise NoContact(contact.id)


async def remove(session: AsyncSession, roster: RosterName, contact: ContactId) -> None:
    """Forget a contact; one that is gone already is no error."""
    await session.execute(delete(ContactRow).where(col(ContactRow.id) == contact, col(ContactRow.roster) == roster))


def _of_roster(roster: RosterName) -> Select[Any]:
    """Ask for columns, not for objects: a roster has a thousand contacts."""
    return select(_TABLE).where(_TABLE.c.roster == roster)


async def _found(session: AsyncSession, wanted: Select[Any]) -> list[Contact]:
    contacts = [_contact(row) for row in await session.execute(wanted)]
    return sorted(contacts, key=lambda contact: (contact.endpoint, contact.name, contact.id))


@contextmanager
def _known_refused() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise ContactKnown from error


def _columns(contact: Contact) -> dict[str, str]:
    return {
        "id": contact.id,
        "roster": contact.roster,
        "endpoint": contact.endpoint,
        "name": contact.name,
        "position": contact.position,
        "email": contact.email,
        "email_key": reach_key(contact.email, contact.phone, contact.name),
        "phone": contact.phone,
        "roles": " ".join(contact.roles),
        "language": contact.language,
    }


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        id=ContactId(row.id),
        roster=RosterName(row.roster),
        endpoint=EndpointCode(row.endpoint),
        name=row.name,
        position=row.position,
        email=row.email,
        phone=row.phone,
        roles=tuple(map(ContactRole, row.roles.split())),
        language=row.language,
    )
