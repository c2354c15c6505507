"""The rosters: which endpoints there are, as data. Codes are reused between rosters: a key is (roster, code)."""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from endpoints.rosters.collation import SPELLING, all_names, matches, name_key, search_key, vietnamese_key

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "NAMES",
    "SPELLING",
    "Roster",
    "Unit",
    "UnknownRoster",
    "load",
    "matches",
    "name_key",
    "search_key",
    "vietnamese_key",
]

NAMES = ("63", "34")

Tile = tuple[int, int]


class UnknownRoster(KeyError):
    """There is no roster of that name."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One endpoint of a roster, and its tile on a map shaped like the country (counted from the north-west)."""

    code: str
    name: str
    kind: str
    region: str
    party_committee: str
    slug: str
    row: int
    col: int
    former: tuple[str, ...] = ()  # what else is here now: the units that were merged into this one


@dataclass(frozen=True)
class Roster:
    """The endpoints of one roster, in its own order."""

    name: str
    units: tuple[Unit, ...]

    @property
    def by_code(self) -> "Mapping[str, Unit]":
        """The units by their codes, in roster order."""
        return _by_code(self)

    def named(self, text: str) -> Unit | None:
        """Return the unit of that name, however it is spelt, or of another name of the same place; None for nobody."""
        wanted = all_names(text)
        return next((unit for unit in self.units if name_key(unit.name) in wanted), None)

    def search(self, text: str) -> tuple[Unit, ...]:
        """Return the units whose name, former names or code contain the words, in Vietnamese order."""
        found = (unit for unit in self.units if matches(" ".join([unit.code, unit.name, *unit.former]), text))
        return tuple(sorted(found, key=lambda unit: vietnamese_key(unit.name)))


@cache
def _by_code(roster: Roster) -> "Mapping[str, Unit]":
    return MappingProxyType({unit.code: unit for unit in roster.units})


@cache
def load(name: str) -> Roster:
    """Return a roster by its name, "63" or "34". Raises UnknownRoster."""
    if name not in NAMES:
        raise UnknownRoster(name)
    rows = _read(f"provinces-{name}.csv")
    tiles = _tiles(frozenset(row["code"] for row in rows))
    old = {row["code"]: row["name"] for row in _read("provinces-63.csv")}
    return Roster(name, tuple(_unit(row, tiles[row["code"]], _former(row, old)) for row in rows))


def _former(row: dict[str, str], old: "Mapping[str, str]") -> tuple[str, ...]:
    """Return what the units are called that were merged into one, itself aside."""
    merged = (old[code] for code in row.get("merged_from", "").split(";") if code)
    return tuple(name for name in merged if name != row["name"])


def _read(filename: str) -> list[dict[str, str]]:
    text = files(__name__).joinpath(filename).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _tiles(codes: frozenset[str]) -> dict[str, Tile]:
    """Place the codes on the tile map of the 63, with the rows and columns left empty taken out.

    Each of the 34 keeps the code of the province its seat is in, so its tile is near where people look for it.
    """
    drawn = {
        row["code"]: (int(row["row"]), int(row["col"])) for row in _read("tilegrid-63.csv") if row["code"] in codes
    }
    rows = sorted({row for row, _ in drawn.values()})
    cols = sorted({col for _, col in drawn.values()})
    return {code: (rows.index(row), cols.index(col)) for code, (row, col) in drawn.items()}


def _unit(row: dict[str, str], tile: Tile, former: tuple[str, ...]) -> Unit:
    return Unit(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        region=row["region"],
        party_committee=row["party_committee"],
        slug=row["ascii_slug"],
        row=tile[0],
        col=tile[1],
        former=former,
    )
