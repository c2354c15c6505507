"""What a meeting came to, in its papers: the secretary's notes in the minutes, the notice and the workbook."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

import openpyxl
import pytest

from server.core.events import (
    AmendmentSubject,
    BriefingClosed,
    CheckIn,
    ClosedBecause,
    EndpointCheckedIn,
    EndpointJoined,
    Event,
    Note,
    NoteAmended,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    RecommendationAnswered,
    RecordAmended,
    SecretaryNamed,
)
from server.core.ids import Actor
from server.records.documents.blocks import Paragraph, Table
from server.records.documents.outcome import due
from server.records.documents.profile import load
from server.records.files import House, paper, write
from server.records.label import Document, Format
from server.records.record import Record, build
from tests.core.cast import CA_MAU, DESK, HA_NOI, THANH_HOA, at, told
from tests.records.story import Step, beginning, ended, granted, name

HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda _roster: {})
ASKED = Note(NoteKind.RECOMMENDATION, "Cấp thêm vốn", at(70), 1, HA_NOI, addressee="Bộ Tài chính")
OPEN = Note(NoteKind.RECOMMENDATION, "Kéo dài thời hạn.", at(72), None, THANH_HOA)
SAID = Note(NoteKind.CONCLUSION, "Thống nhất với báo cáo", at(200))
TASK = Note(
    NoteKind.TASK,
    "Rà soát hồ, đập",
    at(210),
    owner="Sở NN&MT",
    partners=("Sở Xây dựng", "Công an tỉnh"),
    due="2026-12-05",
)
REPORT = Note(NoteKind.REPORT, "Báo cáo giải ngân", at(220), None, HA_NOI, due="2026-Q4")
GONE = Note(NoteKind.REMARK, "Ghi nhầm", at(230))
STORY: list[Step] = [
    *beginning(),
    *granted(HA_NOI, 60),
    (75, NoteTaken(1, ASKED)),
    (76, NoteTaken(2, OPEN)),
    ended(HA_NOI, 60, 120),
    (200, NoteTaken(3, SAID)),
    (210, NoteTaken(4, TASK)),
    (220, NoteTaken(5, REPORT)),
    (230, NoteTaken(6, GONE)),
    (240, NoteRemoved(6, "ghi nhầm")),
    (300, BriefingClosed(ClosedBecause.CHAIR)),
    (3600, RecommendationAnswered(1, "Bộ Tài chính", "Đã bố trí", "2026-11-25")),
    (3700, NoteAmended(3, Note(NoteKind.CONCLUSION, "Cơ bản thống nhất", at(200)), "nghe lại")),
    (3800, RecordAmended(1, AmendmentSubject.TURN, "Người nói là bà Hoa", "nghe lại", turn=1)),
]
RECORD = build(told(STORY), name)


def lines(record: Record, document: Document) -> list[str]:
    blocks = paper(record, document, HOUSE.profile("state"), HOUSE.zone).blocks
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def table(record: Record) -> tuple[tuple[str, ...], ...]:
    blocks = paper(record, Document.CONCLUSIONS, HOUSE.profile("state"), HOUSE.zone).blocks
    (found,) = [block for block in blocks if isinstance(block, Table)]
    return found.rows


def test_minutes_tell_notes_where_they_belong_and_leave_out_removed_ones() -> None:
    told_of = lines(RECORD, Document.MINUTES)

    start = told_of.index("Nội dung (theo diễn biến hội nghị):") + 1
    assert told_of[start : start + 6] == [
        "- 08 giờ 31 phút, Hà Nội, Ông Minh: Lũ lụt (1 phút 00 giây).",
        "- Kiến nghị của Hà Nội (gửi Bộ Tài chính): Cấp thêm vốn.",
        "- Kiến nghị của Thanh Hóa: Kéo dài thời hạn.",
        "- Chủ trì kết luận: Cơ bản thống nhất.",
        (
            "- Giao nhiệm vụ: Rà soát hồ, đập (chủ trì: Sở NN&MT; phối hợp: Sở Xây dựng, Công an tỉnh; "
            "thời hạn: ngày 05 tháng 12 năm 2026)."
        ),
        "- Yêu cầu báo cáo: Báo cáo giải ngân (chủ trì: Hà Nội; thời hạn: quý IV năm 2026).",
    ]
    assert not [line for line in told_of if "Ghi nhầm" in line]


def test_minutes_tell_what_was_corrected_after_the_end_with_author_time_and_reason() -> None:
    told_of = lines(RECORD, Document.MINUTES)

    start = told_of.index("Bổ sung, đính chính sau khi hội nghị kết thúc:") + 1
    assert told_of[start:] == [
        (
            "1. Tài khoản “lan” sửa ghi chép số 3 lúc 09 giờ 31 phút, ngày 23 tháng 11 năm 2026. "
            "Trước khi sửa: “Chủ trì kết luận: Thống nhất với báo cáo.” "
            "Sau khi sửa: “Chủ trì kết luận: Cơ bản thống nhất.” Lý do: nghe lại."
        ),
        (
            "2. Tài khoản “lan” bổ sung lúc 09 giờ 33 phút, ngày 23 tháng 11 năm 2026 về lượt phát biểu số 1: "
            "Người nói là bà Hoa. Lý do: nghe lại."
        ),
    ]


def corrected(*after: Event) -> list[str]:
    """Return the corrections in the minutes of the meeting with something that happened an hour after its end."""
    told_of = lines(build(told([*STORY[:-3], *((3600, event) for event in after)]), name), Document.MINUTES)
    heading = "Bổ sung, đính chính sau khi hội nghị kết thúc:"
    return told_of[told_of.index(heading) + 1 :] if heading in told_of else []


def test_minutes_tell_what_was_changed_of_a_task_and_not_only_its_words() -> None:
    (line,) = corrected(NoteAmended(5, replace(REPORT, due="2027-Q1"), "chủ trì gia hạn"))

    assert "Trước khi sửa: “Yêu cầu báo cáo: Báo cáo giải ngân (chủ trì: Hà Nội; thời hạn: quý IV năm 2026).”" in line
    assert "Sau khi sửa: “Yêu cầu báo cáo: Báo cáo giải ngân (chủ trì: Hà Nội; thời hạn: quý I năm 2027).”" in line
    assert line.endswith("Lý do: chủ trì gia hạn.")


def test_minutes_tell_what_was_removed_and_restored_after_the_end() -> None:
    when = "lúc 09 giờ 30 phút, ngày 23 tháng 11 năm 2026"

    assert corrected(NoteRemoved(3, "không phải kết luận")) == [
        (
            f"1. Tài khoản “lan” bỏ ghi chép số 3 {when}: “Chủ trì kết luận: Thống nhất với báo cáo.” "
            "Lý do: không phải kết luận."
        )
    ]
    assert corrected(NoteRestored(6)) == [f"1. Tài khoản “lan” khôi phục ghi chép số 6 {when}: “Ghi nhận: Ghi nhầm.”"]
    assert corrected(NoteTaken(7, SAID)) == [
        f"1. Tài khoản “lan” ghi thêm {when}: Chủ trì kết luận: Thống nhất với báo cáo."
    ]


def test_papers_keep_the_date_that_the_meeting_set_whatever_becomes_of_the_task() -> None:
    later = NoteCarriedOver(5, year=2027, due="2027-Q2")
    record = build(told([*STORY[:-3], (3600, later)]), name)

    assert corrected(later) == []
    assert [line for line in lines(record, Document.MINUTES) if "Báo cáo giải ngân" in line] == [
        "- Yêu cầu báo cáo: Báo cáo giải ngân (chủ trì: Hà Nội; thời hạn: quý IV năm 2026)."
    ]
    assert table(record)[1][-1] == "Quý IV năm 2026"


def test_who_kept_the_minutes_is_named_and_signs_alone_only() -> None:
    lan, hoa = (
        SecretaryNamed(Actor(f"user:{one}"), called) for one, called in (("lan", "Nguyễn Lan"), ("hoa", "Lê Hoa"))
    )

    def kept_by(*events: Event) -> tuple[str, str]:
        record = build(told([*beginning(), *((60, event) for event in events)]), name)
        written = paper(record, Document.MINUTES, HOUSE.profile("state"), HOUSE.zone)
        (line,) = [block.text for block in written.blocks if isinstance(block, Paragraph) and "Thư ký" in block.text]
        return line, written.signatures[0].name

    assert kept_by() == ("Thư ký: …………………………", "")
    assert kept_by(lan) == ("Thư ký: Nguyễn Lan", "Nguyễn Lan")
    assert kept_by(lan, hoa) == ("Thư ký: Nguyễn Lan, Lê Hoa", "")


def test_papers_count_the_people_of_the_sites_that_came() -> None:
    absent = EndpointCheckedIn(CA_MAU, CheckIn("Bà Hoa", (), 40), 1)
    record = build(told([*beginning(), (2, EndpointJoined(HA_NOI, DESK)), (3, absent)]), name)

    assert "2. Có mặt: 1 điểm cầu, 0 người dự: Hà Nội." in lines(record, Document.MINUTES)
    assert "Tham dự có 1 điểm cầu với 0 người" in lines(record, Document.CONCLUSIONS)[0]


def test_minutes_of_the_end_have_no_corrections() -> None:
    at_the_end = build(told(STORY[:-3]), name)

    assert "- Chủ trì kết luận: Thống nhất với báo cáo." in lines(at_the_end, Document.MINUTES)
    assert not [line for line in lines(at_the_end, Document.MINUTES) if line.startswith("Bổ sung")]


def test_a_notice_has_conclusions_tasks_and_answers() -> None:
    told_of = lines(RECORD, Document.CONCLUSIONS)

    assert told_of[2:] == [
        "I. ĐÁNH GIÁ CHUNG",
        "1. Cơ bản thống nhất",
        "II. NHIỆM VỤ",
        "III. TRẢ LỜI KIẾN NGHỊ CỦA CÁC ĐIỂM CẦU",
        "1. Hà Nội kiến nghị: Cấp thêm vốn. Bộ Tài chính (ngày 25 tháng 11 năm 2026) trả lời: Đã bố trí.",
        "2. Thanh Hóa kiến nghị: Kéo dài thời hạn. Đang xem xét, trả lời.",
    ]
    assert table(RECORD) == (
        ("1", "Rà soát hồ, đập", "Sở NN&MT", "Sở Xây dựng, Công an tỉnh", "Ngày 05 tháng 12 năm 2026"),
        ("2", "Báo cáo giải ngân", "Hà Nội", "", "Quý IV năm 2026"),
    )


def test_a_notice_numbers_only_the_parts_it_has() -> None:
    only = build(told([*beginning(), (70, NoteTaken(1, TASK))]), name)

    assert [line for line in lines(only, Document.CONCLUSIONS) if line.startswith("I")] == ["I. NHIỆM VỤ"]


def test_a_notice_of_a_meeting_without_notes_says_that_there_are_none() -> None:
    assert lines(build(told(beginning()), name), Document.CONCLUSIONS)[-1] == "(Chưa có kết luận nào được ghi.)"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-12-05", "ngày 05 tháng 12 năm 2026"),
        ("2027-02", "tháng 02 năm 2027"),
        ("2026-12", "tháng 12 năm 2026"),
        ("2026-Q1", "quý I năm 2026"),
        ("2026-Q4", "quý IV năm 2026"),
        ("", ""),
        ("soon", "soon"),
    ],
)
def test_a_date_is_written_as_exactly_as_it_was_set(text: str, written: str) -> None:
    assert due(text) == written


def test_the_workbook_has_tasks_with_real_dates_and_recommendations_with_their_answers() -> None:
    book: Any = openpyxl.load_workbook(io.BytesIO(write(RECORD, HOUSE.form(Format.XLSX, "en"), HOUSE)))

    tasks = list(book["Tasks"].iter_rows(min_row=2, values_only=True))
    assert [(row[0], row[1], row[6], row[7].date(), row[8]) for row in tasks] == [
        (4, "task", "2026-12-05", date(2026, 12, 5), "open"),
        (5, "report", "2026-Q4", date(2026, 12, 31), "open"),
    ]
    recommendations = list(book["Recommendations"].iter_rows(min_row=2, values_only=True))
    assert [row[4] for row in recommendations] == ["Bộ Tài chính (2026-11-25): Đã bố trí", None]
