"""Contacts are kept per roster and endpoint: codes are reused between rosters, and so are people."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from server.core.contacts import Contact, ContactKnown, ContactRole, NoContact
from server.core.ids import HUB, ContactId, EndpointCode, RosterName
from server.store import contacts
from server.store.database import Database
from tests.store.stories import CA_MAU, HA_NOI, THANH_HOA

ROSTER, OTHER = RosterName("63"), RosterName("34")


def contact(name: str, endpoint: EndpointCode = THANH_HOA, roster: RosterName = ROSTER) -> Contact:
    return Contact(
        id=ContactId(f"{roster}-{endpoint}-{name}"),
        roster=roster,
        endpoint=endpoint,
        name=name,
        position="Chánh Văn phòng",
        email=f"{name.lower()}@example.vn",
        phone="0912 345 678",
        roles=(ContactRole.LIAISON, ContactRole.CLERK),
        language="vi",
    )


async def all_of(database: Database, roster: RosterName = ROSTER) -> list[Contact]:
    async with database.read() as session:
        return await contacts.of_roster(session, roster)


async def test_contacts_of_some_endpoints_are_read_in_one_query(database: Database) -> None:
    there = [contact("An"), contact("Binh"), contact("Lan", HUB), contact("Chi", HA_NOI)]
    async with database.begin() as session:
        await contacts.add(session, contact("An", roster=OTHER), contact("An", CA_MAU), *there)

    async with database.read() as session:
        counted: list[str] = []
        connection = (await session.connection()).sync_connection
        event.listen(connection, "before_cursor_execute", lambda *said: counted.append(said[2]))
        found = await contacts.of(session, ROSTER, [THANH_HOA, HUB, HA_NOI])

    assert found == [contact("Chi", HA_NOI), contact("An"), contact("Binh"), contact("Lan", HUB)]
    assert len(counted) == 1


async def test_contact_is_changed_whole_and_may_move(database: Database) -> None:
    moved = replace(contact("An"), endpoint=CA_MAU, name="An Nguyễn", roles=(ContactRole.LEADER,), language="en")
    async with database.begin() as session:
        await contacts.add(session, contact("An"))
        await contacts.change(session, moved)

    assert await all_of(database) == [moved]


async def test_address_is_there_once_for_an_endpoint_however_it_is_spelt(database: Database) -> None:
    again = replace(contact("Binh"), email="AN@Example.vn")
    async with database.begin() as session:
        await contacts.add(session, contact("An"), contact("Binh"), contact("An", CA_MAU))

    with pytest.raises(ContactKnown):
        async with database.begin() as session:
            await contacts.change(session, again)
    with pytest.raises(ContactKnown):
        async with database.begin() as session:
            await contacts.add(session, replace(again, id=ContactId("new")))
    assert await all_of(database) == [contact("An"), contact("Binh"), contact("An", CA_MAU)]


async def test_contact_of_another_roster_is_nobody_here(database: Database) -> None:
    async with database.begin() as session:
        await contacts.add(session, contact("An", roster=OTHER))
        await contacts.remove(session, ROSTER, contact("An", roster=OTHER).id)
        with pytest.raises(NoContact):
            await contacts.one(session, ROSTER, contact("An", roster=OTHER).id)
        with pytest.raises(NoContact):
            await contacts.change(session, replace(contact("An", roster=OTHER), roster=ROSTER))

    assert await all_of(database, OTHER) == [contact("An", roster=OTHER)]


async def test_removed_contact_is_gone_and_removing_it_again_is_no_error(database: Database) -> None:
    async with database.begin() as session:
        await contacts.add(session, contact("An"), contact("Binh"))
        assert await contacts.one(session, ROSTER, contact("An").id) == contact("An")
        await contacts.remove(session, ROSTER, contact("An").id)
        await contacts.remove(session, ROSTER, contact("An").id)

    assert await all_of(database) == [contact("Binh")]
