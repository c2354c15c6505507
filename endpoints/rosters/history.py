"""What became of an endpoint: merged from and into others, and changed by decrees, in the order of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from endpoints.rosters import Roster, Rosters, Unit


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to an endpoint."""

    what: Literal["merged_from", "renamed", "changed", "became"]
    on: date | None  # None: nobody wrote down when
    basis: str  # the decree; nothing: nobody wrote it down
    old: str = ""
    new: str = ""
    names: tuple[str, ...] = ()  # of the endpoints before it, or after it
    roster: str = ""  # whose endpoints those are


def history(rosters: Rosters, roster: Roster, unit: Unit) -> tuple[Event, ...]:
    """Return what happened to an endpoint, the earliest first."""
    found = [*_merged(rosters, roster, unit), *_changed(unit), *_became(rosters, roster, unit)]
    return tuple(sorted(found, key=lambda event: event.on or date.min))


def _merged(rosters: Rosters, roster: Roster, unit: Unit) -> Iterator[Event]:
    """Yield what it was merged from; one that had a single predecessor has its past, and perhaps another name."""
    if not unit.merged_from or not roster.follows:
        return
    there = rosters.load(roster.follows).by_code
    before = [there[code] for code in unit.merged_from if code in there]
    on, basis = unit.valid_from or roster.valid_from, unit.basis or roster.basis
    if len(before) > 1:
        yield Event("merged_from", on, basis, names=tuple(one.name for one in before), roster=roster.follows)
    for one in before if len(before) == 1 else ():
        yield from _changed(one)
        if one.name != unit.name and all(change.new != unit.name for change in one.changes):
            yield Event("renamed", on, basis, one.name, unit.name)


def _changed(unit: Unit) -> Iterator[Event]:
    for change in unit.changes:
        what: Literal["renamed", "changed"] = "renamed" if change.field == "name" else "changed"
        yield Event(what, change.effective, change.basis, change.old, change.new)


def _became(rosters: Rosters, roster: Roster, unit: Unit) -> Iterator[Event]:
    """Yield what it was merged into, or divided into; one that goes on alone became nothing else."""
    for later in rosters.all:
        if later.follows == roster.name:
            after = later.after.get(unit.code, ())
            if len(after) > 1 or any(len(one.merged_from) > 1 for one in after):
                on, basis = after[0].valid_from or later.valid_from, after[0].basis or later.basis
                yield Event("became", on, basis, names=tuple(one.name for one in after), roster=later.name)


def line_of(rosters: Rosters, roster: Roster) -> tuple[Roster, ...]:
    """Return the rosters that came before one another, with this one among them."""
    line, there = {roster.name}, rosters.all
    for _ in there:
        line |= {one.name for one in there if one.follows in line}
        line |= {one.follows for one in there if one.name in line and one.follows}
    return tuple(one for one in there if one.name in line)


def valid_on(rosters: Rosters, roster: Roster, day: date) -> Roster | None:
    """Return which roster is valid on a day in place of another one; None where it is so itself, or none is."""
    if roster.is_valid(day):
        return None
    return next((one for one in line_of(rosters, roster) if one.is_valid(day)), None)
