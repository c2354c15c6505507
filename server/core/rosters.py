"""Rosters of the house: which endpoints there are beside those of the rosters that ship, and where each belongs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from server.core.errors import Conflict, Invalid, NotFound
from server.core.ids import HUB, EndpointCode, RosterName
from server.core.text import require_whole

MOST_ROSTERS: Final = 20
LONGEST_TITLE: Final = 100
LONGEST_NAME: Final = 100
LONGEST_REMARK: Final = 200
"""Characters of a kind, a region, a party committee and a decree's reference."""

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,14}[a-z0-9])?")
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,14}[A-Za-z0-9])?")


class Level(StrEnum):
    """How far below the government an endpoint stands."""

    HUB = "hub"  # a ministry, a central agency
    PROVINCE = "province"
    COMMUNE = "commune"


RANK: Final[Mapping[Level, int]] = MappingProxyType({level: rank for rank, level in enumerate(Level)})
"""What is above has the smaller rank."""


@dataclass(frozen=True, slots=True)
class RosterEndpoint:
    """One endpoint of a house's roster."""

    code: EndpointCode
    name: str
    region: str
    level: Level = Level.PROVINCE
    parent: EndpointCode | None = None  # None: directly below the hub
    kind: str = ""
    party_committee: str = ""
    valid_from: date | None = None  # None: as long as the roster
    valid_to: date | None = None  # its last day
    merged_from: tuple[EndpointCode, ...] = ()  # of the roster before
    basis: str = ""  # the decree


@dataclass(frozen=True, slots=True)
class OwnRoster:
    """A roster that a house brought along."""

    name: RosterName
    title: str
    endpoints: tuple[RosterEndpoint, ...]  # in roster order
    valid_from: date | None = None  # None: since ever
    valid_to: date | None = None  # its last day; None: until further notice
    follows: RosterName | None = None  # the roster before it
    basis: str = ""


class NoOwnRoster(NotFound):
    """The house has no such roster; somebody else may have removed it, so look at the rosters again."""

    code = "no_own_roster"


class RosterShips(Conflict):
    """This roster comes with the product and stays as it is; give yours another short name."""

    code = "roster_ships"


class RosterInUse(Conflict):
    """Briefings, series, contacts, groups, calendars or a later roster use this roster; it stays as long as they do."""

    code = "roster_in_use"


class RosterTitleTaken(Conflict):
    """There is a roster of that title already; choose another title."""

    code = "roster_title_taken"


class TooManyRosters(Conflict):
    """A house has at most 20 rosters of its own; remove one first."""

    code = "too_many_rosters"


class BadRosterName(Invalid):
    """A roster's short name has 1 to 16 small letters, digits and hyphens, such as "xa-2025"; write it anew."""

    code = "bad_roster_name"


class BadRosterTitle(Invalid):
    """A roster needs a title of at most 100 characters; write it anew."""

    code = "bad_roster_title"


class BadRosterDays(Invalid):
    """A roster, and each endpoint of it, is valid until its first day or later; correct the days."""

    code = "bad_roster_days"


class BadRosterFollows(Invalid):
    """The roster before this one is another one that is there; choose it from the list."""

    code = "bad_roster_follows"


class BadEndpointCode(Invalid):
    """A code has 1 to 16 letters and digits, and hyphens between them, and is not "hub"; write it anew."""

    code = "bad_endpoint_code"


class BadEndpointName(Invalid):
    """An endpoint needs a name of at most 100 characters; write it anew."""

    code = "bad_endpoint_name"


class RemarkTooLong(Invalid):
    """This has at most 200 characters; shorten it."""

    code = "remark_too_long"


class RegionNeeded(Invalid):
    """An endpoint needs a region, or belongs to another endpoint that has one; write one of the two."""

    code = "region_needed"


class ParentNotAbove(Invalid):
    """An endpoint belongs to one of a higher level: a commune to a province, a province to the hub; correct it."""

    code = "parent_not_above"


def check(roster: OwnRoster) -> None:
    """Raise a refusal for what a roster says of itself; its endpoints are checked one by one."""
    require_whole(roster.title, roster.basis)
    if not _NAME.fullmatch(roster.name):
        raise BadRosterName(roster.name)
    if not roster.title.strip() or len(roster.title) > LONGEST_TITLE or roster.title.splitlines() != [roster.title]:
        raise BadRosterTitle
    if roster.follows == roster.name:
        raise BadRosterFollows(roster.name)
    require_remark(roster.basis)
    require_days(roster.valid_from, roster.valid_to)


def require_code(code: str) -> None:
    """Raise BadEndpointCode."""
    if not _CODE.fullmatch(code) or code.lower() == HUB:
        raise BadEndpointCode


def require_name(name: str) -> None:
    """Raise BadEndpointName."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise BadEndpointName


def require_remark(text: str) -> None:
    """Raise RemarkTooLong."""
    if len(text) > LONGEST_REMARK:
        raise RemarkTooLong


def require_days(first: date | None, last: date | None) -> None:
    """Raise BadRosterDays when the last day comes before the first."""
    if first and last and last < first:
        raise BadRosterDays


def require_above(level: Level, parent: Level) -> None:
    """Raise ParentNotAbove unless a parent's level is above an endpoint's: so none is ever below itself."""
    if RANK[parent] >= RANK[level]:
        raise ParentNotAbove
