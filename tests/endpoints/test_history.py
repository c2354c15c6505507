"""What became of an endpoint: over the decree of 2025, and over those that changed one alone."""

from datetime import date

import pytest

from endpoints.rosters import Roster, Rosters, Unit, load
from endpoints.rosters.history import Event, history, valid_on

JULY = date(2025, 7, 1)
DECREE = "Nghị quyết 202/2025/QH15"
HUE = "Nghị quyết 175/2024/QH15"
RENAMED = Event("renamed", date(2025, 1, 1), HUE, "Thừa Thiên Huế", "Huế")


def past(name: str, code: str, rosters: Rosters | None = None) -> tuple[Event, ...]:
    there = rosters or Rosters()
    return history(there, there.load(name), there.load(name).by_code[code])


def test_merged_endpoint_says_what_it_was_and_the_others_what_they_became() -> None:
    names = ("Hà Giang", "Tuyên Quang")
    assert past("34", "08") == (Event("merged_from", JULY, DECREE, names=names, roster="63"),)
    became = (Event("became", JULY, DECREE, names=("Tuyên Quang",), roster="34"),)
    assert past("63", "02") == past("63", "08") == became


def test_endpoint_that_goes_on_alone_keeps_its_past() -> None:
    assert past("63", "01") == past("34", "01") == ()
    assert past("63", "46") == past("34", "46")
    assert past("34", "46")[0] == RENAMED
    assert [(event.on, event.new) for event in past("34", "75")][-2:] == [
        (date(2026, 4, 30), "thành phố trực thuộc Trung ương"),
        (date(2026, 4, 30), "Thành ủy Đồng Nai"),
    ]


def test_roster_of_the_house_goes_on_from_the_one_it_follows() -> None:
    north = Unit("38N", "Bắc Thanh", "", "", "", "", 0, 0, merged_from=("38",), valid_from=date(2030, 1, 1))
    south = Unit("38S", "Nam Thanh", "", "", "", "", 0, 1, merged_from=("38",))
    renamed = Unit("1", "Thăng Long", "", "", "", "", 0, 2, merged_from=("01",))
    rosters = Rosters()
    rosters.adopt(
        [Roster("sau", (north, south, renamed), "Sau", date(2029, 7, 1), basis="NQ", follows="34", edition="1")]
    )

    assert past("34", "38", rosters) == (
        Event("became", date(2030, 1, 1), "NQ", names=("Bắc Thanh", "Nam Thanh"), roster="sau"),
    )
    assert past("sau", "1", rosters) == (Event("renamed", date(2029, 7, 1), "NQ", "Hà Nội", "Thăng Long"),)


@pytest.mark.parametrize(
    ("chosen", "day", "found"),
    [
        ("63", date(2025, 6, 30), None),
        ("63", JULY, "34"),
        ("34", JULY, None),
        ("34", date(2025, 6, 30), "63"),
        ("63", date(2008, 7, 31), None),
    ],
)
def test_roster_that_is_valid_instead_is_of_the_same_line(chosen: str, day: date, found: str | None) -> None:
    rosters = Rosters()
    rosters.adopt([Roster("khac", (), "Khác", edition="1")])

    instead = valid_on(rosters, load(chosen), day)

    assert (instead.name if instead else None) == found
