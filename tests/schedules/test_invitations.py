"""The mails of invitations, as occasions mean them: to whom, which method, and what they say."""

from collections.abc import Sequence
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar

from schedules.correspondence import WRITERS
from schedules.letters import Office, compose
from schedules.occasion import Letter, Links, MailKey, Occasion, read_key
from server.core.contacts import Contact, ContactRole
from server.core.events import (
    BriefingCancelled,
    BriefingEdited,
    Classification,
    Event,
    InvitationsNudged,
    InvitationsSent,
    Official,
)
from server.core.ids import BriefingId, ContactId, EndpointCode, MailId, RosterName
from server.core.journal import seal
from server.core.state import Briefing, fold
from tests.core.cast import CA_MAU, HA_NOI, LAN, THANH_HOA, at, plan, scheduled, then

OFFICE = Office("vanphong@example.vn", "Văn phòng Bộ", "giaoban@may.example.vn")
NAMES = {HA_NOI: "Hà Nội", THANH_HOA: "Thanh Hóa", CA_MAU: "Cà Mau"}
NOW = at(-70000)
LATER = {"starts_at": at(86400), "ends_at": at(86400 + 7200)}


def contact(endpoint: EndpointCode, name: str = "Lê Văn Thư", **changes: Any) -> Contact:
    fields: dict[str, Any] = {
        "id": ContactId(f"{endpoint}{name}"),
        "roster": RosterName("63"),
        "endpoint": endpoint,
        "name": name,
        "position": "Chánh Văn phòng",
        "email": f"dm{endpoint}@example.vn",
        "phone": "",
        "roles": (ContactRole.LIAISON,),
        "language": "vi",
    }
    return Contact(**{**fields, **changes})


CONTACTS = (contact(HA_NOI), contact(THANH_HOA), contact(CA_MAU))


def invited(*endpoints: EndpointCode, **changes: Any) -> Briefing:
    return then(scheduled(**changes), InvitationsSent(endpoints), when=NOW)


def written(before: Briefing, event: Event, contacts: Sequence[Contact] = CONTACTS) -> list[Letter]:
    sealed = seal(before.id, before.head, [event], actor=LAN, at=NOW)
    links = {
        one.endpoint: Links(f"https://x.vn/join/{one.endpoint}", f"https://x.vn/reply/{one.endpoint}")
        for one in contacts
    }
    occasion = Occasion(
        sealed[0], before, fold(before, sealed), OFFICE, ZoneInfo("Asia/Ho_Chi_Minh"), NOW, contacts, links, NAMES
    )
    return list(WRITERS[type(event)](occasion, event))


def told(letters: Sequence[Letter]) -> list[tuple[str, str, str, int]]:
    return [
        (one.purpose, one.contact.endpoint, one.scheduling.method, int(event_of(one)["SEQUENCE"]))
        for one in letters
        if one.scheduling
    ]


def event_of(letter: Letter) -> Any:
    assert letter.scheduling
    calendar: Any = Calendar.from_ical(letter.scheduling.content)
    [event] = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == letter.scheduling.method
    return event


def test_invitation_goes_to_liaisons_alone_each_with_its_own_links() -> None:
    technician = contact(HA_NOI, "Kỹ thuật", email="kt@example.vn", roles=(ContactRole.TECHNICIAN,))
    lead = Official("Nguyễn Văn Bình", "Phó Thủ tướng", leads=True)
    before = scheduled(place="Phòng họp tầng 2", presiding=(lead,))

    letters = written(before, InvitationsSent((HA_NOI, THANH_HOA)), (*CONTACTS, technician))

    assert told(letters) == [("invitation", "01", "REQUEST", 0), ("invitation", "38", "REQUEST", 0)]
    assert letters[1].subject == "Mời họp: Giao ban tháng 11, 08:30 – 10:30, thứ Hai, ngày 23/11/2026"
    assert letters[1].text.splitlines() == [
        "Kính gửi Lê Văn Thư – Thanh Hóa,",
        "",
        "Văn phòng Bộ trân trọng kính mời Thanh Hóa dự hội nghị giao ban trực tuyến sau đây.",
        "",
        "Nội dung: Giao ban tháng 11",
        "Thời gian: 08:30 – 10:30, thứ Hai, ngày 23/11/2026",
        "Điểm cầu trung tâm: Phòng họp tầng 2",
        "Chủ trì: Nguyễn Văn Bình, Phó Thủ tướng",
        "",
        "Đề nghị trả lời (tham dự, cử người dự thay, danh sách đại biểu) tại:",
        "https://x.vn/reply/38",
        "",
        "Đường kết nối của điểm cầu:",
        "https://x.vn/join/38",
        "",
        "Các đường dẫn trên dành riêng cho Thanh Hóa; đề nghị không chuyển cho nơi khác.",
        "",
        "Trân trọng,",
        "Văn phòng Bộ",
    ]
    event = event_of(letters[1])
    assert (str(event["ATTENDEE"]), event["ATTENDEE"].params["RSVP"]) == ("mailto:dm38@example.vn", "TRUE")
    assert (str(event["LOCATION"]), str(event["URL"])) == ("Phòng họp tầng 2", "https://x.vn/join/38")
    assert event["ORGANIZER"].params["SENT-BY"] == "mailto:giaoban@may.example.vn"


def test_contact_is_written_to_in_its_language() -> None:
    [letter] = written(scheduled(), InvitationsSent((HA_NOI,)), [contact(HA_NOI, language="en")])

    assert letter.subject == "Invitation: Giao ban tháng 11, Monday, 23/11/2026, 08:30 – 10:30"
    assert "Please answer" in letter.text


def test_another_time_is_told_to_those_invited_with_what_it_was_before() -> None:
    letters = written(invited(HA_NOI, THANH_HOA), BriefingEdited(plan(**LATER)))

    assert told(letters) == [("change", "01", "REQUEST", 1), ("change", "38", "REQUEST", 1)]
    assert (
        "Thời gian: 08:30 – 10:30, thứ Ba, ngày 24/11/2026 (trước đây: 08:30 – 10:30, thứ Hai, ngày 23/11/2026)"
        in letters[0].text.splitlines()
    )


def test_another_agenda_is_told_to_nobody() -> None:
    assert written(invited(HA_NOI), BriefingEdited(plan(agenda=(), dress="Lễ phục"))) == []


def test_site_that_is_dropped_gets_a_cancel_and_nobody_else_hears_of_it() -> None:
    letters = written(invited(HA_NOI, THANH_HOA), BriefingEdited(plan(endpoints=(HA_NOI, CA_MAU))))

    assert told(letters) == [("withdrawal", "38", "CANCEL", 1)]
    assert "Thanh Hóa không còn trong thành phần" in letters[0].text
    assert "x.vn" not in letters[0].text
    assert "STATUS" not in event_of(letters[0])


def test_whoever_answers_for_a_site_that_stays_keeps_the_meeting_when_another_is_dropped() -> None:
    both = [contact(code, email="vung@example.vn") for code in (HA_NOI, THANH_HOA)]

    kept = written(invited(HA_NOI, THANH_HOA), BriefingEdited(plan(endpoints=(HA_NOI,))), both)
    not_invited = written(invited(THANH_HOA), BriefingEdited(plan(endpoints=(HA_NOI,))), both)

    assert [(one.purpose, one.contact.endpoint, one.scheduling) for one in kept] == [("withdrawal", "38", None)]
    assert "Thanh Hóa không còn trong thành phần" in kept[0].text
    assert told(not_invited) == [("withdrawal", "38", "CANCEL", 1)]


def test_cancelled_briefing_is_told_to_those_invited_with_the_reason() -> None:
    letters = written(invited(THANH_HOA), BriefingCancelled("bão số 12"))

    assert told(letters) == [("cancellation", "38", "CANCEL", 1)]
    assert "Lý do: bão số 12" in letters[0].text
    assert str(event_of(letters[0])["STATUS"]) == "CANCELLED"


def test_reminder_repeats_the_invitation_under_its_sequence_with_a_later_stamp() -> None:
    before = invited(THANH_HOA)
    [first] = written(scheduled(), InvitationsSent((THANH_HOA,)))
    [letter] = written(then(before, BriefingEdited(plan(dress="Lễ phục"))), InvitationsNudged((THANH_HOA,)))

    assert told([letter]) == [("reminder", "38", "REQUEST", 0)]
    assert event_of(letter)["DTSTAMP"].dt >= event_of(first)["DTSTAMP"].dt
    assert event_of(letter)["UID"] == event_of(first)["UID"]


def test_nothing_is_written_about_a_draft_or_what_is_over() -> None:
    ended = {"starts_at": NOW - timedelta(hours=3), "ends_at": NOW - timedelta(hours=1)}
    over = invited(HA_NOI, **ended)

    assert written(over, InvitationsNudged((HA_NOI,))) == []
    assert written(over, InvitationsSent((HA_NOI,))) == []
    assert written(over, BriefingCancelled("expired")) == []
    assert written(over, BriefingEdited(plan(title="Khác", **ended))) == []


def test_state_secret_says_when_and_how_to_join_and_nothing_else() -> None:
    lead = Official("Nguyễn Văn Bình", leads=True)
    before = scheduled(
        classification=Classification.SECRET, presiding=(lead,), place="Phòng họp tầng 2", notes="Ghi chú"
    )

    [letter] = written(before, InvitationsSent((HA_NOI,)))

    assert letter.scheduling
    said = letter.subject + letter.text + letter.scheduling.content.replace(b"\r\n ", b"").decode()
    assert [word in said for word in ("tháng 11", "Bình", "tầng 2", "Ghi chú")] == [False] * 4
    assert "https://x.vn/join/01" in said
    [cancelled] = written(then(before, InvitationsSent((HA_NOI,))), BriefingCancelled("lộ tin"))
    assert "lộ tin" not in cancelled.text


def test_place_of_what_was_a_state_secret_is_not_told_afterwards() -> None:
    before = invited(HA_NOI, classification=Classification.SECRET, place="Hầm chỉ huy")

    [letter] = written(before, BriefingEdited(plan(place="Phòng họp tầng 2")))

    assert "Điểm cầu trung tâm: Phòng họp tầng 2" in letter.text.splitlines()
    assert "Hầm chỉ huy" not in letter.text


def test_calendar_stands_beside_the_words_as_another_form_of_them() -> None:
    [letter] = written(scheduled(), InvitationsSent((THANH_HOA,)))
    assert letter.scheduling

    mail = compose(
        OFFICE,
        letter.contact.email,
        mail_id=MailId("m1"),
        subject=f"{letter.subject}\n",
        text=letter.text,
        now=NOW,
        scheduling=letter.scheduling,
    )

    assert mail.message.isascii()
    message = message_from_bytes(mail.message, policy=default)
    assert message.get_content_type() == "multipart/alternative"
    words, calendar = message.iter_parts()
    assert words.get_content().splitlines() == letter.text.splitlines()
    assert (calendar.get_content_type(), calendar.get_param("method"), calendar.get_content_charset()) == (
        "text/calendar",
        "REQUEST",
        "utf-8",
    )
    assert calendar.get_payload(decode=True) == letter.scheduling.content
    assert message["Subject"] == letter.subject


def test_mail_without_a_calendar_is_plain() -> None:
    mail = compose(OFFICE, "a@b.vn", mail_id=MailId("m1"), subject="Thư", text="Lời\n", now=NOW)

    assert message_from_bytes(mail.message, policy=default).get_content_type() == "text/plain"


def test_key_says_what_and_to_whom_and_is_read_back() -> None:
    key = MailKey("invitation", BriefingId("b1"), 7, THANH_HOA, "a/b@example.vn")

    assert read_key(str(key)) == key
    assert [read_key(text) for text in ("trial/x", "reminder:b1:rule:1:a@b.vn", "a/b/c/d/e")] == [None] * 3
