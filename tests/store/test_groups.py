"""Groups are kept per roster, in their own order, each under a name of its own."""

from dataclasses import replace

import pytest

from server.core.groups import Group, GroupNameTaken, NoGroup
from server.core.ids import GroupId, RosterName
from server.store import groups
from server.store.database import Database
from tests.store.stories import CA_MAU, HA_NOI, THANH_HOA

ROSTER, OTHER = RosterName("63"), RosterName("34")
FIRST = Group(GroupId("a"), ROSTER, "Được gọi trước", (THANH_HOA, HA_NOI, CA_MAU))
SECOND = Group(GroupId("b"), ROSTER, "Biên giới", (HA_NOI,))


async def test_groups_of_a_roster_are_read_by_name_each_in_its_own_order(database: Database) -> None:
    elsewhere = replace(FIRST, id=GroupId("c"), roster=OTHER)
    async with database.begin() as session:
        for group in (FIRST, elsewhere, SECOND):
            await groups.add(session, group)

    async with database.read() as session:
        assert await groups.groups(session, ROSTER) == [SECOND, FIRST]
        assert sorted(group.id for group in await groups.groups(session)) == ["a", "b", "c"]
        assert await groups.one(session, ROSTER, FIRST.id) == FIRST


async def test_group_is_changed_and_removed_in_its_own_roster_alone(database: Database) -> None:
    changed = replace(FIRST, name="Gọi trước", endpoints=(CA_MAU, HA_NOI))
    async with database.begin() as session:
        await groups.add(session, FIRST)
        await groups.change(session, changed)
        await groups.remove(session, OTHER, FIRST.id)
        assert await groups.one(session, ROSTER, FIRST.id) == changed
        with pytest.raises(NoGroup):
            await groups.change(session, replace(FIRST, roster=OTHER))

        await groups.remove(session, ROSTER, FIRST.id)

        with pytest.raises(NoGroup):
            await groups.one(session, ROSTER, FIRST.id)


async def test_name_is_there_once_in_a_roster_however_it_is_spelt(database: Database) -> None:
    async with database.begin() as session:
        await groups.add(session, FIRST)
        await groups.add(session, SECOND)

    with pytest.raises(GroupNameTaken):
        async with database.begin() as session:
            await groups.add(session, replace(SECOND, id=GroupId("c"), name="BIÊN  giới"))
    with pytest.raises(GroupNameTaken):
        async with database.begin() as session:
            await groups.change(session, replace(SECOND, name="được gọi trước"))
    async with database.read() as session:
        assert await groups.groups(session, ROSTER) == [SECOND, FIRST]
