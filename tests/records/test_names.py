"""What sites are called in a record: by the journal before any roster."""

from server.core.events import AgendaItem, BriefingEdited
from server.core.ids import HUB
from server.records.names import names_in
from tests.core.cast import CA_MAU, HA_NOI, STRANGER, THANH_HOA, plan, told
from tests.records.story import beginning

NAMED = ("Hà Nội", "Thanh Hóa", "Cà Mau")
ROSTER = {"01": "Thủ đô Hà Nội", "38": "Tỉnh Thanh Hóa", "96": "Tỉnh Cà Mau"}


def test_a_site_is_called_what_the_journal_calls_it_whatever_the_roster_says_today() -> None:
    names = names_in(told(beginning(names=NAMED)), "vi", lambda _roster: ROSTER)

    assert [names(code) for code in (HA_NOI, THANH_HOA, CA_MAU, HUB)] == [*NAMED, "Điểm cầu trung tâm"]


def test_a_journal_without_names_has_those_of_its_roster_and_codes_for_the_rest() -> None:
    names = names_in(told(beginning()), "en", lambda _roster: ROSTER)

    assert [names(code) for code in (HA_NOI, STRANGER, HUB)] == ["Thủ đô Hà Nội", "99", "Hub"]


def test_the_latest_plan_that_names_a_site_counts() -> None:
    edited = BriefingEdited(plan(endpoints=(HA_NOI,), names=("Hà Nội mới",)))

    names = names_in(told([*beginning(names=NAMED), (1, edited)]), "vi", lambda _roster: ROSTER)

    assert (names(HA_NOI), names(THANH_HOA)) == ("Hà Nội mới", "Thanh Hóa")


def test_a_site_of_the_agenda_alone_is_looked_up_in_the_roster() -> None:
    only = plan(endpoints=(HA_NOI,), names=("Hà Nội",), agenda=(AgendaItem("Tham luận", 5, endpoint=CA_MAU),))

    names = names_in(told([(0, BriefingEdited(only))]), "vi", lambda _roster: ROSTER)

    assert (names(HA_NOI), names(CA_MAU)) == ("Hà Nội", "Tỉnh Cà Mau")
