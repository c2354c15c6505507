import pytest

from server.core.events import AgendaItem, TurnEndedBecause
from server.web.pages.briefings import starts_of
from server.web.pages.preferences import way_back
from server.web.pages.record import REASON_NAMES
from server.web.pages.views import clock


def test_every_end_of_a_turn_has_its_words() -> None:
    assert set(REASON_NAMES) == set(TurnEndedBecause)


def test_agenda_items_are_due_one_after_the_other() -> None:
    assert starts_of([AgendaItem("a", 5), AgendaItem("b", 20), AgendaItem("c", 10)]) == [0, 5, 25]


@pytest.mark.parametrize("address", ["/", "/briefings/abc?x=1&y=%2F%2Fz", "/preferences?lang=vi"])
def test_the_way_back_stays_an_address_of_this_service(address: str) -> None:
    assert way_back(address) == address


@pytest.mark.parametrize(
    "address",
    ["", "//other.example", "/\\other.example", "https://other.example", "javascript:alert(1)", "/\t/x", "/\n", "bad"],
)
def test_the_way_back_never_leads_elsewhere(address: str) -> None:
    assert way_back(address) == "/"


@pytest.mark.parametrize(("seconds", "written"), [(0, "0:00"), (59.9, "0:59"), (245, "4:05"), (3845, "1:04:05")])
def test_a_length_of_time_is_written_as_a_clock(seconds: float, written: str) -> None:
    assert clock(seconds) == written
