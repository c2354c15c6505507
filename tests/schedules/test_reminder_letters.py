"""What a reminder says, word for word."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.letters import Office
from schedules.reminder_letters import WORDS, Reader, subject, text
from server.core import events as e
from server.core.events import Addressee
from server.core.ids import EndpointCode, RosterName

HA_NOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)  # 8:30 on Monday in Hà Nội
OFFICE = Office("vanphong@example.vn", "Văn phòng, Bộ Nội vụ")
LINK = "https://giaoban.example.vn/join/abc"
MINH = Reader(
    "Ông Minh",
    "minh@thanhhoa.example.vn",
    frozenset({Addressee.LIAISON, Addressee.TECHNICIAN}),
    position="Chánh Văn phòng",
    site="Thanh Hóa",
    link=LINK,
)
PLAN = e.Plan(
    title="Hội nghị giao ban công tác tháng 11",
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    roster=RosterName("63"),
    endpoints=(EndpointCode("38"),),
    number="11",
    presiding=(e.Official("Lê An"), e.Official("Trần Văn Bình", "Thứ trưởng", leads=True)),
    technicians=(e.Technician("Tổ kỹ thuật", "0912 345 678"),),
    dress="Lễ phục",
)


def said(reader: Reader = MINH, plan: e.Plan = PLAN, *, before: timedelta, unreached: tuple[str, ...] = ()) -> str:
    return text(plan, reader, office=OFFICE, now=START - before, zone=HA_NOI_TIME, unreached=unreached)


def test_reminder_an_hour_before_says_when_where_and_what_to_do() -> None:
    assert (
        said(before=timedelta(minutes=60))
        == """\
Kính gửi: Ông Minh, Chánh Văn phòng, điểm cầu Thanh Hóa

Còn 60 phút nữa đến giờ bắt đầu: 08:30 thứ Hai, ngày 23/11/2026.

Hội nghị: Hội nghị giao ban công tác tháng 11
Số: 11
Thời gian: từ 08:30 đến 10:30, thứ Hai, ngày 23/11/2026 (múi giờ Asia/Ho_Chi_Minh, UTC+07:00)
Chủ trì: Trần Văn Bình, Thứ trưởng
Trang phục: Lễ phục
Đường kết nối của điểm cầu Thanh Hóa: https://giaoban.example.vn/join/abc

Việc cần làm:
- Mời đại biểu vào chỗ và điểm danh trên trang của điểm cầu trước giờ họp.
- Vào đường kết nối ngay, bật camera và micro, kiểm tra hình và tiếng.

Khi gặp sự cố kỹ thuật, xin gọi:
- Tổ kỹ thuật: 0912 345 678

Trân trọng,
Văn phòng, Bộ Nội vụ

Thư này được gửi tự động. Cần trao đổi, xin trả lời vào địa chỉ vanphong@example.vn.
"""
    )


def test_reminder_days_before_is_about_what_is_to_be_arranged_in_the_readers_language() -> None:
    reader = replace(MINH, language="en", addressees=frozenset({Addressee.CLERK}))

    lines = said(reader, before=timedelta(days=5)).splitlines()

    assert lines[2] == "The meeting begins in 5 days: 08:30, Monday, 23/11/2026."
    assert "- Hand in reports and papers in time; prepare the papers of those who attend." in lines
    assert f"Join link of endpoint Thanh Hóa: {LINK}" in lines


@pytest.mark.parametrize(
    ("before", "vietnamese", "english"),
    [
        (timedelta(minutes=-1), "đã đến giờ", "beginning now"),
        (timedelta(minutes=1), "còn 1 phút", "in 1 minute"),
        (timedelta(minutes=59, seconds=59.9), "còn 60 phút", "in 60 minutes"),
        (timedelta(minutes=43), "còn 43 phút", "in 43 minutes"),
        (timedelta(hours=5), "còn 5 giờ", "in 5 hours"),
        (timedelta(hours=17, minutes=1), "còn 17 giờ 1 phút", "in 17 hours 1 minute"),
        (timedelta(hours=23, minutes=59, seconds=59.5), "còn 1 ngày", "in 1 day"),
        (timedelta(days=1, hours=9), "còn 2 ngày", "in 2 days"),  # on Saturday evening it is the day after tomorrow
        (timedelta(days=5), "còn 5 ngày", "in 5 days"),
    ],
)
def test_subject_says_how_long_it_is_and_when(before: timedelta, vietnamese: str, english: str) -> None:
    title = "Hội nghị giao ban công tác tháng 11"

    found = [subject(PLAN, language, now=START - before, zone=HA_NOI_TIME) for language in ("vi", "en")]

    assert found == [
        f"Nhắc họp – {vietnamese}: {title} (08:30 thứ Hai 23/11/2026)",
        f"Reminder – {english}: {title} (08:30 Monday 23/11/2026)",
    ]


def test_site_without_a_link_is_told_whom_to_ask() -> None:
    found = said(replace(MINH, link=""), before=timedelta(days=1))

    assert "Đường kết nối của điểm cầu Thanh Hóa: chưa được cấp; xin liên hệ vanphong@example.vn." in found


def test_organizer_is_told_where_nobody_gets_it_and_sites_are_not() -> None:
    organizer = Reader("Lan", "lan@example.vn", frozenset({Addressee.ORGANIZER}), link="https://giaoban.example.vn/b/1")
    many = tuple(f"Điểm {number}" for number in range(25))

    told = said(organizer, before=timedelta(days=1), unreached=many)

    assert "Trang của hội nghị: https://giaoban.example.vn/b/1" in told
    assert "Không có người nhận thư nhắc này tại 25 điểm cầu: Điểm 0, " in told
    assert ("Điểm 19, …." in told, "Điểm 20" in told) == (True, False)
    assert "Không có người nhận" not in said(before=timedelta(days=1), unreached=many)


@pytest.mark.parametrize("language", WORDS)
def test_of_a_state_secret_only_when_and_how_to_join_is_told(language: str) -> None:
    secret = replace(PLAN, classification=e.Classification.SECRET)
    reader = replace(MINH, language=language)

    told = said(reader, secret, before=timedelta(hours=1))
    told += subject(secret, language, now=START, zone=HA_NOI_TIME)

    assert [words in told for words in ("tháng 11", "Trần Văn Bình", "Lễ phục")] == [False] * 3
    assert (LINK in told, "08:30" in told) == (True, True)


@given(st.text(max_size=400), st.text(max_size=100), st.sampled_from(sorted(WORDS)))
def test_any_words_make_one_line_of_subject_and_no_new_fields(title: str, name: str, language: str) -> None:
    plan, reader = replace(PLAN, title=title), replace(MINH, name=name, language=language)

    found = subject(plan, language, now=START - timedelta(hours=1), zone=HA_NOI_TIME)

    assert len(found.splitlines()) == 1
    assert len(found) < 200
    assert LINK in said(reader, plan, before=timedelta(hours=1))
