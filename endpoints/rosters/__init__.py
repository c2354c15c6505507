"""The rosters: which endpoints there are, as data. Codes are reused between rosters: a key is (roster, code)."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from endpoints.rosters.collation import SPELLING, all_names, matches, name_key, search_key, vietnamese_key

__all__ = [
    "NAMES",
    "SPELLING",
    "Change",
    "Roster",
    "Rosters",
    "Unit",
    "UnknownRoster",
    "load",
    "matches",
    "name_key",
    "search_key",
    "vietnamese_key",
]

NAMES = ("63", "34")
"""The rosters that ship with the product."""

TILES_ACROSS = 12
"""Of a roster that is drawn as no country: as many tiles in a row."""

Tile = tuple[int, int]
Level = Literal["hub", "province", "commune"]


class UnknownRoster(KeyError):
    """There is no roster of that name."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a decree changed of an endpoint while its roster was valid."""

    field: str  # "name", "kind" or "party_committee"
    old: str
    new: str
    effective: date
    basis: str


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
    level: Level = "province"
    parent: str = ""  # the code of the unit it belongs to; nothing: it is directly below the hub
    merged_from: tuple[str, ...] = ()  # codes of the roster before this one
    valid_from: date | None = None  # None: as long as its roster
    valid_to: date | None = None  # its last day
    basis: str = ""  # the decree that made it what it is
    changes: tuple[Change, ...] = ()  # in the order of time


@dataclass(frozen=True, eq=False)
class Roster:
    """The endpoints of one roster, in its own order."""

    name: str
    units: tuple[Unit, ...]
    title: str = ""  # as its house calls it; nothing: it ships with the product
    valid_from: date | None = None  # None: since ever
    valid_to: date | None = None  # its last day; None: until further notice
    basis: str = ""  # the decree that it came with
    follows: str = ""  # the roster before it, whose codes `merged_from` names
    edition: str = ""  # another one after each change; nothing: it ships with the product

    @cached_property
    def by_code(self) -> Mapping[str, Unit]:
        """The units by their codes, in roster order."""
        return MappingProxyType({unit.code: unit for unit in self.units})

    @cached_property
    def after(self) -> Mapping[str, tuple[Unit, ...]]:
        """The units by the codes of those that they were merged from, in the roster before this one."""
        found: dict[str, list[Unit]] = {}
        for unit in self.units:
            for code in unit.merged_from:
                found.setdefault(code, []).append(unit)
        return MappingProxyType({code: tuple(units) for code, units in found.items()})

    @property
    def is_own(self) -> bool:
        """Whether a house brought it along."""
        return bool(self.edition)

    def named(self, text: str) -> tuple[Unit, ...]:
        """Return the units of that name, however it is spelt, or of another name of the same place.

        Communes of two provinces may be called the same.
        """
        wanted = all_names(text)
        return tuple(unit for unit in self.units if name_key(unit.name) in wanted)

    def search(self, text: str) -> tuple[Unit, ...]:
        """Return the units whose name, former names or code contain the words, in Vietnamese order."""
        found = (unit for unit in self.units if matches(" ".join([unit.code, unit.name, *unit.former]), text))
        return tuple(sorted(found, key=lambda unit: vietnamese_key(unit.name)))

    def is_valid(self, day: date) -> bool:
        """Whether it is the order of things on a day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)


class Rosters:
    """All rosters that can be chosen: those that ship with the product, then those of the house."""

    def __init__(self) -> None:
        self._own: Mapping[str, Roster] = {}

    def adopt(self, own: Iterable[Roster]) -> None:
        """Let these be the rosters of the house, in this order."""
        self._own = {roster.name: roster for roster in own}

    @property
    def names(self) -> tuple[str, ...]:
        """What they are called in addresses."""
        return *NAMES, *self._own

    @property
    def all(self) -> tuple[Roster, ...]:
        """Every roster."""
        return tuple(map(self.load, self.names))

    @property
    def editions(self) -> Mapping[str, str]:
        """Which edition of each of the house's rosters is known here."""
        return {name: roster.edition for name, roster in self._own.items()}

    def load(self, name: str) -> Roster:
        """Return a roster by its name. Raises UnknownRoster."""
        return self._own.get(name) or load(name)

    def called(self, name: str) -> Mapping[str, str]:
        """Return what a roster calls its endpoints, by code. Raises UnknownRoster."""
        return {unit.code: unit.name for unit in self.load(name).units}


@cache
def load(name: str) -> Roster:
    """Return a roster that ships with the product, "63" or "34". Raises UnknownRoster."""
    if name not in NAMES:
        raise UnknownRoster(name)
    about = next(row for row in _read("rosters.csv") if row["name"] == name)
    first, last = day_of(about["valid_from"]), day_of(about["valid_to"])
    changes = [one for one in _changes() if (first or one[1].effective) <= one[1].effective <= (last or date.max)]
    rows = _read(f"provinces-{name}.csv")
    tiles = _tiles(frozenset(row["code"] for row in rows))
    old = {row["code"]: row["name"] for row in _read("provinces-63.csv")}
    units = [
        _unit(row, tiles[row["code"]], old, tuple(one for code, one in changes if code == row["code"])) for row in rows
    ]
    return Roster(name, tuple(units), valid_from=first, valid_to=last, basis=about["basis"], follows=about["follows"])


def day_of(text: str) -> date | None:
    """Read a day of the data files, as 2025-07-01; None for nothing."""
    return date.fromisoformat(text) if text else None


def tile_of(place: int) -> Tile:
    """Return the tile of the unit at a place, counted from 0, in a roster that is drawn as no country."""
    return divmod(place, TILES_ACROSS)


def _changes() -> list[tuple[str, Change]]:
    """Return what decrees changed, each with the code of the unit, in the order of time."""
    rows = sorted(_read("provinces-changes.csv"), key=lambda row: row["effective"])
    return [
        (
            row["code"],
            Change(row["field"], row["old"], row["new"], date.fromisoformat(row["effective"]), row["basis"]),
        )
        for row in rows
    ]


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


def _unit(row: dict[str, str], tile: Tile, old: Mapping[str, str], changes: tuple[Change, ...]) -> Unit:
    merged = tuple(code for code in row.get("merged_from", "").split(";") if code)
    return Unit(
        code=row["code"],
        name=row["name"],
        kind=row["kind"],
        region=row["region"],
        party_committee=row["party_committee"],
        slug=row["ascii_slug"],
        row=tile[0],
        col=tile[1],
        former=tuple(old[code] for code in merged if old[code] != row["name"]),
        merged_from=merged,
        changes=changes,
    )
