"""The rosters of the house as they are read from the database: at the start, after a change, and again and again."""

from collections.abc import Mapping
from typing import Final

from endpoints.rosters import NAMES, Roster, Rosters, Unit, load, search_key, tile_of
from server.core.rosters import OwnRoster, RosterEndpoint
from server.store import rosters as stored
from server.store.database import Database

LOOK_EVERY: Final = 10.0
"""Seconds until a node knows a roster that another node has taken over."""


async def look(database: Database, rosters: Rosters) -> None:
    """Adopt the rosters of the house, if any has changed. Raises StorageUnavailable."""
    async with database.read() as session:
        if await stored.editions(session) == rosters.editions:
            return
        found = await stored.rosters(session)
    called = {str(own.name): {str(one.code): one.name for one in own.endpoints} for _, own in found}
    rosters.adopt(_roster(edition, own, _former(own, called)) for edition, own in found)


def _former(own: OwnRoster, called: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return what the roster before this one calls its endpoints."""
    if own.follows is None:
        return {}
    if own.follows in NAMES:
        return {unit.code: unit.name for unit in load(own.follows).units}
    return called.get(own.follows, {})


def _roster(edition: str, own: OwnRoster, former: Mapping[str, str]) -> Roster:
    return Roster(
        name=own.name,
        units=tuple(_unit(one, place, former) for place, one in enumerate(own.endpoints)),
        title=own.title,
        valid_from=own.valid_from,
        valid_to=own.valid_to,
        basis=own.basis,
        follows=own.follows or "",
        edition=edition,
    )


def _unit(one: RosterEndpoint, place: int, former: Mapping[str, str]) -> Unit:
    row, col = tile_of(place)
    earlier = (former[code] for code in one.merged_from if code in former)
    return Unit(
        code=one.code,
        name=one.name,
        kind=one.kind,
        region=one.region,
        party_committee=one.party_committee,
        slug=search_key(one.name).replace(" ", "-"),
        row=row,
        col=col,
        former=tuple(name for name in earlier if name != one.name),
        level=one.level.value,
        parent=one.parent or "",
        merged_from=one.merged_from,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        basis=one.basis,
    )
