"""Rosters of the house: what one may be called, how long it is valid, and what belongs to what."""

from dataclasses import replace
from datetime import date

import pytest

from server.core import rosters as rules
from server.core.errors import UserError
from server.core.ids import RosterName
from server.core.rosters import Level, OwnRoster

ROSTER = OwnRoster(RosterName("xa-2025"), "Các xã, phường", (), date(2025, 7, 1), None, RosterName("34"), "NQ 202")


@pytest.mark.parametrize("name", ["a", "xa-2025", "x" * 16])
def test_short_name_of_letters_digits_and_hyphens_is_taken(name: str) -> None:
    rules.check(replace(ROSTER, name=RosterName(name)))


@pytest.mark.parametrize("name", ["", "-", "xa-", "-xa", "Xã", "XA", "x" * 17, "a/b", "a.csv", "xa\n"])
def test_other_short_name_is_refused(name: str) -> None:
    with pytest.raises(rules.BadRosterName):
        rules.check(replace(ROSTER, name=RosterName(name)))


@pytest.mark.parametrize(
    ("roster", "refusal"),
    [
        (replace(ROSTER, title=" "), rules.BadRosterTitle),
        (replace(ROSTER, title="x" * 101), rules.BadRosterTitle),
        (replace(ROSTER, title="a\nb"), rules.BadRosterTitle),
        (replace(ROSTER, valid_to=date(2025, 6, 30)), rules.BadRosterDays),
        (replace(ROSTER, follows=ROSTER.name), rules.BadRosterFollows),
        (replace(ROSTER, basis="x" * 201), rules.RemarkTooLong),
    ],
)
def test_roster_that_says_nonsense_of_itself_is_refused(roster: OwnRoster, refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        rules.check(roster)


@pytest.mark.parametrize("code", ["", "hub", "HUB", "a b", "-1", "1-", "x" * 17, "mã", "a/b", "1\n"])
def test_bad_code_is_refused(code: str) -> None:
    with pytest.raises(rules.BadEndpointCode):
        rules.require_code(code)
    rules.require_code("00-1a")


def test_endpoint_belongs_to_one_of_a_higher_level_alone() -> None:
    for place, parent in enumerate(Level):
        for below in list(Level)[: place + 1]:
            with pytest.raises(rules.ParentNotAbove):
                rules.require_above(below, parent)
        for below in list(Level)[place + 1 :]:
            rules.require_above(below, parent)
