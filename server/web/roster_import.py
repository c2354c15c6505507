"""A roster as a table: given out as CSV, and what a table that comes back would make of it. Nothing is written."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final, Literal

from endpoints.rosters import Roster, name_key, search_key
from server.core import rosters as rules
from server.core.errors import Invalid, UserError
from server.core.ids import EndpointCode
from server.core.rosters import Level, RosterEndpoint
from server.records.exports import written
from server.web.csv_tables import Column, Fault, Row, read
from server.web.language import Language

COLUMNS: Final = (
    Column("code", "Mã điểm cầu", "Endpoint code"),
    Column("name", "Tên điểm cầu", "Name"),
    Column("level", "Cấp", "Level", needed=False),
    Column("parent", "Trực thuộc (mã)", "Belongs to (code)", needed=False),
    Column("region", "Vùng", "Region", needed=False),
    Column("kind", "Loại", "Kind", needed=False),
    Column("party_committee", "Cấp ủy", "Party committee", needed=False),
    Column("valid_from", "Từ ngày", "Valid from", needed=False),
    Column("valid_to", "Đến ngày", "Valid to", needed=False),
    Column("merged_from", "Hợp nhất từ (mã)", "Merged from (codes)", needed=False),
    Column("basis", "Căn cứ", "Decree", needed=False),
)

LEVEL_WORDS: Final[Mapping[Level, Mapping[Language, str]]] = MappingProxyType(
    {
        Level.HUB: {"vi": "trung ương", "en": "hub"},
        Level.PROVINCE: {"vi": "tỉnh", "en": "province"},
        Level.COMMUNE: {"vi": "xã", "en": "commune"},
    }
)
_SPELT: Final = {
    search_key(f"{before}{word}"): level
    for level, words in LEVEL_WORDS.items()
    for word in (level.value, *words.values())
    for before in ("", "cấp ")
}
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")


class NoEndpointInFile(Invalid):
    """A roster has endpoints; write one on each line below the titles."""

    code = "no_endpoint_in_file"


class UnknownLevel(Invalid):
    """There is no such level; write hub, province or commune."""

    code = "unknown_level"


class BadDay(Invalid):
    """This is no day; write it as 01/07/2025."""

    code = "bad_day"


class CodeDoubled(Invalid):
    """An earlier line has this code too; remove one of the two lines, or correct the code."""

    code = "code_doubled"


class NameDoubled(Invalid):
    """An earlier endpoint of the same place is called the same; tell the two names apart."""

    code = "name_doubled"


class NoSuchParent(Invalid):
    """The file has no endpoint of this code; write the code of another line, or nothing for one directly at the hub."""

    code = "no_such_parent"


class NoSuchPredecessor(Invalid):
    """The roster before this one has no endpoint of this code; choose that roster, or correct the code."""

    code = "no_such_predecessor"


class EndpointNeeded(Invalid):
    """This endpoint is missing in the file, but the roster is in use: it stays; add its line again."""

    code = "endpoint_needed"


@dataclass(frozen=True, slots=True)
class Step:
    """What one line of a table comes to; a line 0 is none: the endpoint is no longer there."""

    line: int
    endpoint: RosterEndpoint
    what: Literal["added", "changed", "unchanged", "gone"]


@dataclass(frozen=True, slots=True)
class RosterImport:
    """What a whole table comes to; it is only taken over without faults."""

    steps: tuple[Step, ...]
    faults: tuple[Fault, ...]

    @property
    def endpoints(self) -> tuple[RosterEndpoint, ...]:
        """The roster's endpoints as the file has them."""
        return tuple(step.endpoint for step in self.steps if step.what != "gone")

    @property
    def counts(self) -> dict[str, int]:
        """How many endpoints it adds, changes, leaves as they are, and takes away."""
        counted = Counter(step.what for step in self.steps)
        return {what: counted[what] for what in ("added", "changed", "unchanged", "gone")}


def as_table(roster: Roster, language: Language) -> bytes:
    """Write a roster as CSV that can be taken over again."""
    return written([column.title(language) for column in COLUMNS], (_cells(unit, language) for unit in as_core(roster)))


def _cells(one: RosterEndpoint, language: Language) -> tuple[str, ...]:
    first, last = ("" if day is None else f"{day:%d/%m/%Y}" for day in (one.valid_from, one.valid_to))
    about = (one.code, one.name, LEVEL_WORDS[one.level][language], one.parent or "", one.region, one.kind)
    return (*about, one.party_committee, first, last, "; ".join(one.merged_from), one.basis)


def as_core(roster: Roster) -> tuple[RosterEndpoint, ...]:
    """Return the endpoints of a roster as the house keeps them."""
    return tuple(
        RosterEndpoint(
            code=EndpointCode(unit.code),
            name=unit.name,
            region=unit.region,
            level=Level(unit.level),
            parent=EndpointCode(unit.parent) if unit.parent else None,
            kind=unit.kind,
            party_committee=unit.party_committee,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
            merged_from=tuple(map(EndpointCode, unit.merged_from)),
            basis=unit.basis,
        )
        for unit in roster.units
    )


def prepare(text: str, present: Roster | None, follows: Roster | None, *, in_use: bool) -> RosterImport:
    """Work out what a table makes of a roster: its endpoints are those of the file, in the order of the file.

    `follows` is the roster before it, which codes of predecessors are looked up in. While the roster is in use, none
    of its endpoints may go.
    """
    table = read(text, COLUMNS)
    faults, known = list(table.faults), as_core(present) if present else ()
    there = _Codes(one.code for one in known)
    said: list[tuple[Row, RosterEndpoint]] = []
    for row in table.rows:
        endpoint, wrong = _said(row, there)
        faults += wrong
        if endpoint is not None:
            said.append((row, endpoint))
    said = _placed(said, _Codes(follows.by_code if follows else ()))
    if not (faults or said):
        faults.append(Fault(1, "", "", NoEndpointInFile()))
    faults += [*_doubled(said), *_misplaced(said), *_unknown_predecessors(said, follows)]
    steps = tuple(_steps(said, known))
    if in_use and not faults:
        gone = (step.endpoint for step in steps if step.what == "gone")
        faults += [Fault(1, "code", one.code, EndpointNeeded()) for one in gone]
    return RosterImport(steps, tuple(faults))


class _Codes:
    """Codes that are known, and what is meant by one whose zeros a spreadsheet has dropped."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._known = set(codes)
        counted = Counter(code.lstrip("0") for code in self._known)
        self._bare = {code.lstrip("0"): code for code in self._known if counted[code.lstrip("0")] == 1}

    def meant(self, code: EndpointCode) -> EndpointCode:
        """Return the known code that is meant, else the code as it is."""
        return code if code in self._known else EndpointCode(self._bare.get(code.lstrip("0"), code))


def _said(row: Row, known: _Codes) -> tuple[RosterEndpoint | None, list[Fault]]:
    """Return the endpoint of a line, or what of the line is wrong."""
    said: dict[str, Any] = {}
    wrong: list[Fault] = []
    for key, cell in row.cells.items():
        try:
            said[key] = _MEANT[key](cell)
        except UserError as refusal:
            wrong.append(Fault(row.line, key, cell, refusal))
    if wrong:
        return None, wrong
    said["code"] = known.meant(said["code"])
    said["level"] = said.get("level") or (Level.COMMUNE if said.get("parent") else Level.PROVINCE)
    endpoint = RosterEndpoint(**{"region": "", **said})
    try:
        rules.require_days(endpoint.valid_from, endpoint.valid_to)
    except UserError as refusal:
        return None, [Fault(row.line, "valid_to", row.cells["valid_to"], refusal)]
    return endpoint, []


def _placed(said: Sequence[tuple[Row, RosterEndpoint]], earlier: _Codes) -> list[tuple[Row, RosterEndpoint]]:
    """Let those without a region have that of the endpoint they belong to; give codes their zeros back."""
    by_code = {one.code: one for _, one in said}
    here, found = _Codes(by_code), []
    for row, one in said:
        merged = tuple(earlier.meant(code) for code in one.merged_from)
        above = by_code.get(here.meant(one.parent)) if one.parent else None
        placed = one if above is None else replace(one, parent=above.code, region=one.region or above.region)
        found.append((row, replace(placed, merged_from=merged)))
    return found


def _doubled(said: Sequence[tuple[Row, RosterEndpoint]]) -> Iterator[Fault]:
    codes, names = set[str](), set[tuple[EndpointCode | None, str]]()
    for row, one in said:
        if one.code.lower() in codes:
            yield Fault(row.line, "code", one.code, CodeDoubled())
        elif (one.parent, name_key(one.name)) in names:
            yield Fault(row.line, "name", one.name, NameDoubled())
        codes.add(one.code.lower())
        names.add((one.parent, name_key(one.name)))


def _misplaced(said: Sequence[tuple[Row, RosterEndpoint]]) -> Iterator[Fault]:
    levels = {one.code: one.level for _, one in said}
    for row, one in said:
        try:
            if one.parent is not None:
                if one.parent not in levels:
                    raise NoSuchParent
                rules.require_above(one.level, levels[one.parent])
        except UserError as refusal:
            yield Fault(row.line, "parent", one.parent or "", refusal)
        else:
            if not one.region:
                yield Fault(row.line, "region", "", rules.RegionNeeded())


def _unknown_predecessors(said: Sequence[tuple[Row, RosterEndpoint]], follows: Roster | None) -> Iterator[Fault]:
    there = follows.by_code if follows else {}
    for row, one in said:
        if strangers := [code for code in one.merged_from if code not in there]:
            yield Fault(row.line, "merged_from", ", ".join(strangers), NoSuchPredecessor())


def _steps(said: Sequence[tuple[Row, RosterEndpoint]], known: Sequence[RosterEndpoint]) -> Iterator[Step]:
    before = {one.code: one for one in known}
    for row, one in said:
        old = before.pop(one.code, None)
        yield Step(row.line, one, "added" if old is None else "unchanged" if old == one else "changed")
    yield from (Step(0, one, "gone") for one in before.values())


def _that(require: Callable[[str], None]) -> Callable[[str], str]:
    """Return what reads a cell as it is, if a rule allows it."""

    def meant(cell: str) -> str:
        require(cell)
        return cell

    return meant


def _level(cell: str) -> Level | None:
    if cell and search_key(cell) not in _SPELT:
        raise UnknownLevel
    return _SPELT.get(search_key(cell))


def _day(cell: str) -> date | None:
    for form in _DAYS if cell else ():
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    if cell:
        raise BadDay
    return None


def _codes(cell: str) -> tuple[EndpointCode, ...]:
    return tuple(EndpointCode(code.strip()) for code in cell.replace(",", ";").split(";") if code.strip())


_MEANT: Final[Mapping[str, Callable[[str], Any]]] = MappingProxyType(
    {
        "code": _that(rules.require_code),
        "name": _that(rules.require_name),
        "level": _level,
        "parent": lambda cell: None if not cell or search_key(cell) == "hub" else EndpointCode(cell),
        "region": _that(rules.require_remark),
        "kind": _that(rules.require_remark),
        "party_committee": _that(rules.require_remark),
        "valid_from": _day,
        "valid_to": _day,
        "merged_from": _codes,
        "basis": _that(rules.require_remark),
    }
)
