"""The rosters that the house brought along: few, each kept and replaced whole, with up to five thousand endpoints."""

import secrets
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from server.core.ids import EndpointCode, RosterName
from server.core.rosters import Level, NoOwnRoster, OwnRoster, RosterEndpoint, RosterInUse
from server.store.database import keep_out
from server.store.roster_tables import RosterEndpointRow, RosterRow
from server.store.tables import (
    BriefingRow,
    CalendarFeedRow,
    ContactRow,
    ExpectedDefaultRow,
    SiteGroupRow,
    table_of,
)

_ROSTER, _ENDPOINT = table_of(RosterRow), table_of(RosterEndpointRow)

_USERS: Final = (
    table_of(BriefingRow).c.roster,  # and every series has briefings
    table_of(ContactRow).c.roster,
    table_of(SiteGroupRow).c.roster,
    table_of(CalendarFeedRow).c.roster,
    _ROSTER.c.follows,
)
"""What keeps a roster where it is."""


async def editions(session: AsyncSession) -> dict[str, str]:
    """Return which edition of each roster is kept."""
    found = await session.execute(select(_ROSTER.c.name, _ROSTER.c.edition).order_by(_ROSTER.c.name))
    return {row.name: row.edition for row in found}


async def rosters(session: AsyncSession) -> list[tuple[str, OwnRoster]]:
    """Return all rosters by name, each with its edition; in two queries."""
    endpoints: dict[str, list[RosterEndpoint]] = defaultdict(list)
    for row in await session.execute(select(_ENDPOINT).order_by(_ENDPOINT.c.roster, _ENDPOINT.c.place)):
        endpoints[row.roster].append(_endpoint(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it
    rows = await session.scalars(select(RosterRow).order_by(col(RosterRow.name)))
    return [(row.edition, _roster(row, tuple(endpoints[row.name]))) for row in rows]


async def used(session: AsyncSession, name: RosterName) -> bool:
    """Whether a briefing, a contact, a group, a calendar or another roster needs a roster."""
    for column in _USERS:
        if await session.scalar(select(column).where(column == name).limit(1)) is not None:
            return True
    return False


async def hold(session: AsyncSession) -> None:
    """Let nobody else write rosters until the transaction ends."""
    await keep_out(session, _ROSTER)


async def keep(session: AsyncSession, roster: OwnRoster) -> None:
    """Keep a roster whole, in place of the one of its name; call `hold` before anything of it is read."""
    await _forget(session, roster.name)
    values = {name: getattr(roster, name) for name in ("name", "title", "valid_from", "valid_to", "follows", "basis")}
    await session.execute(insert(_ROSTER).values(edition=secrets.token_hex(8), **values))
    await session.execute(insert(_ENDPOINT), [_columns(roster, place) for place in range(len(roster.endpoints))])


async def remove(session: AsyncSession, name: RosterName) -> None:
    """Forget a roster that nothing uses. Raises NoOwnRoster or RosterInUse."""
    await hold(session)
    if name not in await editions(session):
        raise NoOwnRoster(name)
    if await used(session, name):
        raise RosterInUse(name)
    await _forget(session, name)
    expected = table_of(ExpectedDefaultRow)
    await session.execute(delete(expected).where(expected.c.roster == name))


async def _forget(session: AsyncSession, name: RosterName) -> None:
    await session.execute(delete(_ENDPOINT).where(_ENDPOINT.c.roster == name))
    await session.execute(delete(_ROSTER).where(_ROSTER.c.name == name))


def _columns(roster: OwnRoster, place: int) -> dict[str, Any]:
    one = roster.endpoints[place]
    plain = ("code", "name", "region", "parent", "kind", "party_committee", "valid_from", "valid_to", "basis")
    values = {name: getattr(one, name) for name in plain}
    return {
        **values,
        "roster": roster.name,
        "place": place,
        "level": one.level.value,
        "merged_from": list(one.merged_from),
    }


def _roster(row: RosterRow, endpoints: tuple[RosterEndpoint, ...]) -> OwnRoster:
    return OwnRoster(
        RosterName(row.name),
        row.title,
        endpoints,
        row.valid_from,
        row.valid_to,
        RosterName(row.follows) if row.follows else None,
        row.basis,
    )


def _endpoint(row: Mapping[Any, Any]) -> RosterEndpoint:
    return RosterEndpoint(
        code=EndpointCode(row["code"]),
        name=row["name"],
        region=row["region"],
        level=Level(row["level"]),
        parent=EndpointCode(row["parent"]) if row["parent"] else None,
        kind=row["kind"],
        party_committee=row["party_committee"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        merged_from=tuple(map(EndpointCode, row["merged_from"])),
        basis=row["basis"],
    )
