"""Replies of calendar programs: read as they write them, and anything else refused without a crash."""

import time
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schedules import itip
from schedules.itip import Envelope, NotAReply, Reply
from schedules.strangers import LARGEST, LONGEST_WORDS

CALENDAR = """\
BEGIN:VCALENDAR\r
PRODID:-//Another//Program//EN\r
VERSION:2.0\r
METHOD:REPLY\r
BEGIN:VTIMEZONE\r
TZID:Asia/Ho_Chi_Minh\r
BEGIN:STANDARD\r
DTSTART:19700101T000000\r
TZOFFSETFROM:+0700\r
TZOFFSETTO:+0700\r
END:STANDARD\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:giaoban-b1\r
SEQUENCE:2\r
DTSTAMP:20261120T031500Z\r
DTSTART;TZID=Asia/Ho_Chi_Minh:20261123T083000\r
ORGANIZER;CN="Văn phòng":mailto:vanphong@example.vn\r
ATTENDEE;PARTSTAT=DECLINED;CN="Thanh Hóa; UBND":MAILTO:UBND%2Bhop@thanhhoa.exa\r
 mple.vn\r
COMMENT:Bận họp\\, xin cử người\\nthay\r
BEGIN:VALARM\r
ACTION:DISPLAY\r
UID:another\r
END:VALARM\r
END:VEVENT\r
END:VCALENDAR\r
"""
REPLY = Reply(
    uid="giaoban-b1",
    attendee="ubnd+hop@thanhhoa.example.vn",
    partstat="DECLINED",
    sequence=2,
    stamped_at=datetime(2026, 11, 20, 3, 15, tzinfo=UTC),
    comment="Bận họp, xin cử người\nthay",
)


def mail(calendar: str = CALENDAR, cte: str = "base64") -> bytes:
    message = EmailMessage()
    message["From"] = "Văn thư <ubnd+hop@thanhhoa.example.vn>"
    message["Subject"] = "Từ chối: Giao ban tháng 11"
    message.set_content("Không dự được.")
    message.add_alternative(calendar, subtype="calendar", cte=cte, params={"method": "REPLY"})
    return message.as_bytes()


@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit"])
def test_reply_in_a_mail_is_read_however_it_is_encoded(cte: str) -> None:
    assert itip.read(mail(cte=cte)) == (
        Envelope("ubnd+hop@thanhhoa.example.vn", "Từ chối: Giao ban tháng 11"),
        REPLY,
    )


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n"])
def test_calendar_file_is_read_without_an_envelope(before: bytes) -> None:
    assert itip.read(before + CALENDAR.encode()) == (Envelope(), REPLY)


def test_reply_of_few_words_is_read() -> None:
    short = "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:x\nATTENDEE:mailto:a@b.vn\nEND:VEVENT\nEND:VCALENDAR\n"

    assert itip.read(short.encode()) == (Envelope(), Reply("x", "a@b.vn", "", 0, None))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("METHOD:REPLY", "METHOD:REQUEST"),
        ("METHOD:REPLY", "X-METHOD:REPLY"),
        ("UID:giaoban-b1", "X-UID:giaoban-b1"),
        ("MAILTO:", "tel:"),
        ("SEQUENCE:2", "SEQUENCE:9999999999"),
        ("SEQUENCE:2", "SEQUENCE:-1"),
        ("SEQUENCE:2", "SEQUENCE:٣"),
        ("DTSTAMP:20261120T031500Z", "DTSTAMP:20261320T031500Z"),
        ("END:VALARM", "END VALARM"),
    ],
)
def test_calendar_that_is_no_reply_is_refused(old: str, new: str) -> None:
    assert old in CALENDAR
    with pytest.raises(NotAReply):
        itip.read(CALENDAR.replace(old, new).encode())


def test_absence_notice_is_no_reply() -> None:
    with pytest.raises(NotAReply):
        itip.read(b"From: a@b.vn\r\nSubject: Out of office\r\n\r\nI am away.\r\n")


def test_what_is_too_large_is_not_read() -> None:
    long = CALENDAR.replace("COMMENT:", f"COMMENT:{'x' * itip.LARGEST_CALENDAR}")
    for content in (long.encode(), mail(long), b"x" * (LARGEST + 1)):
        with pytest.raises(NotAReply):
            itip.read(content)


@pytest.mark.parametrize("header", ["From", "Content-Type"])
def test_header_without_end_is_read_to_a_bound(header: str) -> None:
    endless = f"{header}: {'a@b.vn, ' if header != 'Content-Type' else 'text/calendar; '}".encode()
    endless += b"a@b.vn, " * 40_000 if header != "Content-Type" else b"a=b; " * 60_000
    began = time.process_time()

    with pytest.raises(NotAReply):
        itip.read(endless + b"\r\n\r\nx")
    itip.envelope_of(endless + b"\r\n\r\nx")
    itip.answered(endless + b"\r\n\r\nx")

    assert time.process_time() - began < 5


def test_mail_of_many_parts_is_not_searched_to_its_end() -> None:
    message = EmailMessage()
    message.set_content("1")
    for number in range(itip.MOST_PARTS):
        message.add_attachment(str(number))
    message.add_attachment(CALENDAR, subtype="calendar")

    with pytest.raises(NotAReply):
        itip.read(message.as_bytes())


@given(st.binary(max_size=3000))
@example(b'From: =?utf-8?q?=ff?= <\r\nContent-Type: text/calendar; charset="\r\n\r\n')
@example(b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n")
@example(b"BEGIN:VCALENDAR\r\n" * 2000)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    check(content)


@given(st.data())
def test_reply_with_some_bytes_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([CALENDAR.encode(), mail(), mail(cte="8bit")])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    check(bytes(content))


def check(content: bytes) -> None:
    """Whatever is read can be kept and shown: short, and without control characters."""
    itip.envelope_of(content)
    try:
        envelope, reply = itip.read(content)
    except NotAReply:
        return
    for text in (envelope.sender, envelope.subject, reply.uid, reply.attendee, reply.comment):
        assert len(text) <= LONGEST_WORDS
        assert text.replace("\n", "").isprintable()
