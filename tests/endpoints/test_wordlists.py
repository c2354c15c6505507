import random

import pytest

from endpoints import rosters, wordlists
from endpoints.places import card_of, place_of

UNITS = rosters.load("63").units


@pytest.mark.parametrize("code", [unit.code for unit in UNITS])
def test_every_site_attests_something_sensible(code: str) -> None:
    attested = wordlists.check_in(place_of(code))

    present = [delegate for delegate in attested["delegates"] if delegate["attendance"] == "present"]
    absent = [delegate for delegate in attested["delegates"] if delegate["attendance"] == "absent"]
    assert attested["local_chair"] == attested["delegates"][0]["name"]
    assert len(present) <= attested["headcount"] <= len(present) + 12
    assert all(delegate["reason"] for delegate in absent)
    assert all(delegate["positions"] for delegate in attested["delegates"])
    assert "{" not in str(attested["delegates"]).replace("{'", "")


def test_a_site_attests_the_same_each_time() -> None:
    assert wordlists.check_in(place_of("38")) == wordlists.check_in(place_of("38"))
    assert wordlists.check_in(place_of("38")) != wordlists.check_in(place_of("01"))


def test_people_and_topics_come_from_the_lists() -> None:
    chance = random.Random(1)

    assert len(wordlists.person(chance).split()) >= 3
    assert wordlists.topic(chance)
    assert "Thanh Hóa" in wordlists.greeting("Thanh Hóa")
    assert wordlists.hub_speech()


def test_place_is_found_by_code_and_name() -> None:
    assert place_of("38").unit == "tỉnh Thanh Hóa"
    assert place_of("48").unit == "thành phố Đà Nẵng"
    assert place_of("46", "Huế").unit == "thành phố Huế"
    assert place_of("46").name == "Thừa Thiên Huế"


def test_a_place_in_no_roster_is_called_by_its_code() -> None:
    assert place_of("X9").unit == "điểm cầu X9"
    assert card_of(place_of("X9")).lines == ("X9", "X9")


def test_neighbouring_regions_have_their_own_colours() -> None:
    assert card_of(place_of("38")).colour != card_of(place_of("96")).colour
    assert card_of(place_of("38")).lines == ("38", "Thanh Hóa")
