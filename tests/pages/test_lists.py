from datetime import UTC, datetime, timedelta

import pytest

from server.core.events import AgendaItem, TurnEndedBecause
from server.core.ids import BriefingId, RosterName
from server.core.state import Phase
from server.core.summary import BriefingSummary
from server.web.pages.briefings import Shelves, shelved, starts_of
from server.web.pages.preferences import way_back
from server.web.pages.record import REASON_NAMES
from server.web.pages.views import clock


def summary(day: int, phase: Phase) -> BriefingSummary:
    starts = datetime(2026, 11, day, 1, tzinfo=UTC)
    return BriefingSummary(
        BriefingId(f"{day}-{phase}"), "Giao ban", phase, starts, starts + timedelta(hours=2), RosterName("63"), 63, 1
    )


def test_briefings_are_shelved_by_when_they_matter() -> None:
    draft, later, sooner = summary(25, Phase.DRAFT), summary(24, Phase.SCHEDULED), summary(23, Phase.SCHEDULED)
    live, lobby = summary(22, Phase.LIVE), summary(22, Phase.OPEN)
    held, older, off = summary(20, Phase.CLOSED), summary(10, Phase.CLOSED), summary(15, Phase.CANCELLED)

    shelves = shelved([draft, later, sooner, live, lobby, held, older, off])

    assert shelves == Shelves(now=(live, lobby), upcoming=(sooner, later, draft), past=(held, off, older))
    assert not shelves.empty


def test_every_end_of_a_turn_has_its_words() -> None:
    assert set(REASON_NAMES) == set(TurnEndedBecause)


def test_no_briefing_leaves_the_shelves_empty() -> None:
    assert shelved([]).empty


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
