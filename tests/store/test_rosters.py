"""Rosters of the house are kept whole, in their own order, and stay while something uses them."""

from dataclasses import replace
from datetime import date

import pytest

from server.core.groups import Group
from server.core.ids import EndpointCode, GroupId, RosterName
from server.core.rosters import Level, NoOwnRoster, OwnRoster, RosterEndpoint, RosterInUse
from server.store import groups, rosters
from server.store.database import Database

NAME = RosterName("xa-2025")
THANH_HOA = RosterEndpoint(EndpointCode("38"), "Thanh Hóa", "Bắc Trung Bộ")
HAC_THANH = RosterEndpoint(
    EndpointCode("14758"),
    "Hạc Thành",
    "Bắc Trung Bộ",
    Level.COMMUNE,
    EndpointCode("38"),
    "phường",
    "Đảng ủy phường Hạc Thành",
    date(2025, 7, 1),
    date(2030, 12, 31),
    (EndpointCode("01"), EndpointCode("02")),
    "Nghị quyết 1686/NQ-UBTVQH15",
)
ROSTER = OwnRoster(NAME, "Thanh Hóa", (HAC_THANH, THANH_HOA), date(2025, 7, 1), None, RosterName("34"), "NQ 202")


async def test_roster_is_read_as_it_was_kept_and_replaced_whole(database: Database) -> None:
    other = OwnRoster(RosterName("bo-nganh"), "Bộ, ngành", (replace(THANH_HOA, name="Bộ Nội vụ", level=Level.HUB),))
    async with database.begin() as session:
        await rosters.keep(session, ROSTER)
        await rosters.keep(session, other)
        first = await rosters.editions(session)
        await rosters.keep(session, replace(ROSTER, endpoints=(THANH_HOA,)))

    async with database.read() as session:
        found = await rosters.rosters(session)
        assert dict(found) == {
            first["bo-nganh"]: other,
            (await rosters.editions(session))["xa-2025"]: replace(ROSTER, endpoints=(THANH_HOA,)),
        }
        assert [roster.name for _, roster in found] == ["bo-nganh", "xa-2025"]
        assert first["xa-2025"] != (await rosters.editions(session))["xa-2025"]


async def test_order_of_a_roster_is_its_own(database: Database) -> None:
    async with database.begin() as session:
        await rosters.keep(session, ROSTER)
        assert [roster for _, roster in await rosters.rosters(session)] == [ROSTER]


async def test_roster_goes_unless_something_uses_it(database: Database) -> None:
    later = replace(ROSTER, name=RosterName("sau"), follows=NAME)
    group = Group(GroupId("a"), NAME, "Gọi trước", (HAC_THANH.code,))
    async with database.begin() as session:
        for roster in (ROSTER, later):
            await rosters.keep(session, roster)
        with pytest.raises(RosterInUse):
            await rosters.remove(session, NAME)
        await rosters.remove(session, later.name)
        await groups.add(session, group)
        with pytest.raises(RosterInUse):
            await rosters.remove(session, NAME)
        await groups.remove(session, NAME, group.id)
        await rosters.remove(session, NAME)

        assert await rosters.rosters(session) == []
        with pytest.raises(NoOwnRoster):
            await rosters.remove(session, NAME)
