"""The mails that remind of papers: to the clerks of the sites that owe, else to their liaisons; no secret in them."""

import pytest

from schedules.occasion import Letter
from schedules.paper_letters import readers
from server.core.contacts import ContactRole
from server.core.events import (
    Addressees,
    Classification,
    PaperRequested,
    PaperRequestWithdrawn,
    PapersChased,
    PaperWanted,
)
from server.core.state import Briefing
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at, scheduled, then
from tests.schedules.test_invitations import contact, written

CLERK = contact(HA_NOI, "Bà Hoa", roles=(ContactRole.CLERK,), email="vanthu@example.vn")
ENGLISH = contact(CA_MAU, "Mr Minh", language="en")
CONTACTS = (contact(HA_NOI), CLERK, contact(THANH_HOA, roles=(ContactRole.TECHNICIAN,)), ENGLISH)
CHASED = PapersChased(1, (HA_NOI, THANH_HOA, CA_MAU))


def asked(briefing: Briefing) -> Briefing:
    return then(briefing, PaperRequested(1, PaperWanted("Báo cáo tháng", at(-3600), Addressees(everybody=True))))


def letters(briefing: Briefing) -> list[Letter]:
    return written(briefing, CHASED, CONTACTS)


def test_clerks_are_written_to_else_liaisons_and_nobody_else() -> None:
    found = letters(asked(scheduled()))

    assert [(one.purpose, one.contact) for one in found] == [("paper", CLERK), ("paper", ENGLISH)]
    assert readers(CONTACTS, THANH_HOA) == []


def test_letter_says_what_is_due_when_and_where_to_hand_it_in() -> None:
    vietnamese, english = letters(asked(scheduled()))

    assert vietnamese.subject == "Đề nghị nộp tài liệu: Báo cáo tháng, hạn 07:30 23/11/2026"
    assert english.subject == "Please hand in: Báo cáo tháng, due 07:30 23/11/2026"
    for one, site in ((vietnamese, "01"), (english, "96")):
        assert "Báo cáo tháng" in one.text
        assert "Giao ban tháng 11" in one.text
        assert f"https://x.vn/join/{site}" in one.text


def test_letter_about_a_state_secret_does_not_name_the_paper() -> None:
    found = letters(asked(scheduled(classification=Classification.SECRET)))

    assert found
    assert not [one for one in found if "Báo cáo tháng" in one.subject + one.text]


@pytest.mark.parametrize(
    "briefing", [scheduled(), then(asked(scheduled()), PaperRequestWithdrawn(1))], ids=["none", "withdrawn"]
)
def test_nobody_is_written_to_about_a_paper_that_is_not_asked_for(briefing: Briefing) -> None:
    assert letters(briefing) == []


def test_nobody_is_written_to_after_the_meeting() -> None:
    assert letters(asked(scheduled(starts_at=at(-90_000), ends_at=at(-80_000)))) == []
