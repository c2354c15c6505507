"""DOCX papers, read back by the library that people's programs agree with."""

import io
import zipfile
from datetime import date
from functools import partial
from typing import Any

import docx
import pytest
from docx.document import Document as Sheet
from docx.shared import Pt
from hypothesis import given
from hypothesis import strategies as st

from server.core.events import (
    AgendaItem,
    AgendaMoved,
    Answer,
    AnsweredBy,
    ChairTaken,
    Delegate,
    FloorGranted,
    InvitationAnswered,
    ItemKind,
    Official,
    Period,
    Person,
    SecretaryNamed,
    TookBecause,
)
from server.records.documents.frame import ROOM, secretary_and_chair
from server.records.documents.profile import load
from server.records.files import House, paper, write
from server.records.label import Document, Format, labels_in
from server.records.record import Record, build
from tests.core.cast import CA_MAU, HA_NOI, LAN, told
from tests.records.story import WHOLE, beginning, name

HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda _roster: {})
STORY = sorted([*WHOLE, (2, AgendaMoved(0)), (45, AgendaMoved(1))], key=lambda step: step[0])
RECORD = build(told(STORY), name)
ALL = [(profile, document) for profile in ("state", "party") for document in Document]


def written(record: Record, document: Document = Document.MINUTES, profile: str = "state") -> bytes:
    return write(record, HOUSE.form(Format.DOCX, "vi", document=document, profile=profile), HOUSE)


def opened(content: bytes) -> Sheet:
    return docx.Document(io.BytesIO(content))


def lines(sheet: Sheet) -> list[str]:
    return [line.text for line in sheet.paragraphs if line.text]


def cells(sheet: Sheet, table: int) -> list[str]:
    return [line.text for cell in sheet.tables[table].rows[0].cells for line in cell.paragraphs if line.text]


def test_minutes_tell_the_meeting_in_its_order() -> None:
    assert lines(opened(written(RECORD)))[2:] == [
        "Thời gian bắt đầu: 08 giờ 30 phút, ngày 23 tháng 11 năm 2026.",
        "Địa điểm: Hà Nội, trực tuyến đến 3 điểm cầu.",
        "Thành phần tham dự:",
        "1. Được mời: 3 điểm cầu.",
        "2. Có mặt: 2 điểm cầu, 16 người dự: Hà Nội (13), Thanh Hóa (3).",
        "3. Vắng mặt: 1 điểm cầu: Cà Mau.",
        "4. Đại biểu vắng mặt: Bà Hoa (Hà Nội), lý do: ốm.",
        "Chủ trì: …………………………",
        "Thư ký: …………………………",
        "Nội dung (theo diễn biến hội nghị):",
        "1. Khai mạc (08 giờ 30 phút)",
        "2. Báo cáo (08 giờ 30 phút)",
        "- 08 giờ 31 phút, Hà Nội, Ông Minh: Lũ lụt (1 phút 00 giây).",
        "- 08 giờ 33 phút, Thanh Hóa, Bà Lan: Hạn hán (1 phút 40 giây).",
        "Hội nghị kết thúc vào 08 giờ 35 phút, ngày 23 tháng 11 năm 2026./.",
        "Nơi nhận:",
        "- Các điểm cầu dự hội nghị;",
        "- Lưu: VT, hồ sơ hội nghị.",
    ]


HEADS: dict[str, Any] = {
    "number": "12/2026",
    "period": Period(date(2026, 1, 1), date(2026, 6, 30)),
    "presiding": (Official("Bà Hoa", "Bộ trưởng"), Official("Ông Minh", "Phó Thủ tướng", leads=True)),
    "moderator": Person("Ông An", "Chánh Văn phòng"),
    "secretary": Person("Bà Bình", "Chuyên viên"),
    "place": "Phòng họp tầng 2",
    "agenda": (AgendaItem("Quán triệt", 20, ItemKind.DIRECTIVE, document="Nghị quyết số 57-NQ/TW"),),
}


def test_minutes_have_what_was_planned_where_the_journal_does_not_know() -> None:
    record = build(told([*beginning(**HEADS), (1, AgendaMoved(0))]), name)

    told_lines = lines(opened(written(record)))

    assert told_lines[2:6] == [
        "Hội nghị số: 12/2026.",
        "Kỳ báo cáo: từ ngày 01 tháng 01 năm 2026 đến ngày 30 tháng 6 năm 2026.",
        "Thời gian bắt đầu: 08 giờ 30 phút, ngày 23 tháng 11 năm 2026.",
        "Địa điểm: Phòng họp tầng 2, trực tuyến đến 3 điểm cầu.",
    ]
    assert told_lines[10:15] == [
        "Chủ trì: Ông Minh, Phó Thủ tướng; Bà Hoa, Bộ trưởng",
        "Điều hành: Ông An, Chánh Văn phòng",
        "Thư ký: Bà Bình, Chuyên viên",
        "Nội dung (theo diễn biến hội nghị):",
        "1. Quán triệt - Nghị quyết số 57-NQ/TW (08 giờ 30 phút)",
    ]
    assert [signature.name for signature in secretary_and_chair(record, HOUSE.profiles["state"])] == [
        "Bà Bình",
        "Ông Minh",
    ]


def test_minutes_tell_who_presided_and_who_sat_at_the_desk() -> None:
    lan = ChairTaken(LAN, "Lan", attended=True, reason=TookBecause.FREE)
    story = [*beginning(**HEADS), (5, lan), (10, SecretaryNamed(LAN, "Bà Mai"))]

    told_lines = lines(opened(written(build(told(story), name))))

    assert told_lines[10:14] == [
        "Chủ trì: Ông Minh, Phó Thủ tướng; Bà Hoa, Bộ trưởng",
        "Thao tác điều hành trên hệ thống: Lan",
        "Điều hành: Ông An, Chánh Văn phòng",
        "Thư ký: Bà Mai",
    ]


def test_the_attendance_list_says_who_presided() -> None:
    record = build(told(beginning(**HEADS)), name)

    assert lines(opened(written(record, Document.ATTENDANCE)))[2:4] == [
        "Hội nghị số: 12/2026.",
        "Chủ trì: Ông Minh, Phó Thủ tướng; Bà Hoa, Bộ trưởng.",
    ]


def test_the_letterhead_of_the_state_has_the_national_title_at_the_right() -> None:
    sheet = opened(written(RECORD))

    assert cells(sheet, 0) == [
        "TÊN CƠ QUAN CHỦ QUẢN",
        "TÊN CƠ QUAN TỔ CHỨC HỘI NGHỊ",
        f"Số: {ROOM}/BB-VP",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_the_letterhead_of_the_party_has_a_star_and_a_number_without_a_colon() -> None:
    sheet = opened(written(RECORD, profile="party"))

    assert cells(sheet, 0) == [
        "TÊN CẤP ỦY CẤP TRÊN",
        "TÊN CƠ QUAN BAN HÀNH",
        "*",
        f"Số {ROOM}-BB/VP",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Hà Nội, ngày 23 tháng 11 năm 2026",
    ]


def test_the_secretary_signs_minutes_at_the_left_and_the_chair_at_the_right() -> None:
    signing = opened(written(RECORD)).tables[-1].rows[0].cells

    assert [cell.paragraphs[0].text for cell in signing] == ["THƯ KÝ", "CHỦ TỌA"]


def test_a_notice_is_signed_with_the_authority_of_the_layout_beside_its_recipients() -> None:
    left, right = opened(written(RECORD, Document.CONCLUSIONS)).tables[-1].rows[0].cells

    assert left.paragraphs[0].text == "Nơi nhận:"
    assert [line.text for line in right.paragraphs][:2] == ["TL. THỦ TRƯỞNG CƠ QUAN", "CHÁNH VĂN PHÒNG"]


def test_the_attendance_list_has_a_line_for_everybody_and_for_sites_that_never_came() -> None:
    table = opened(written(RECORD, Document.ATTENDANCE)).tables[1]

    assert [[cell.text for cell in row.cells] for row in table.rows][1:] == [
        ["1", "Ông Minh", "Phó Chủ tịch, Trưởng ban, Chủ trì tại điểm cầu", "Hà Nội", "Có mặt", "", ""],
        ["2", "Bà Hoa", "", "Hà Nội", "Vắng mặt", "ốm", ""],
        ["3", "Bà Lan", "Chủ trì tại điểm cầu", "Thanh Hóa", "Có mặt", "", ""],
        ["4", "", "", "Cà Mau", "Vắng mặt", "Không kết nối", ""],
    ]


def test_the_attendance_list_sets_whom_sites_announced_against_who_came() -> None:
    people = (Delegate("Ông Minh"), Delegate("Bà Thu", ("Kế toán",)))
    given = partial(InvitationAnswered, answer=Answer.ACCEPTED, how=AnsweredBy.PAGE, sequence=0, delegates=people)
    answers = [(1, given(endpoint=code)) for code in (HA_NOI, CA_MAU)]
    record = build(told(sorted([*WHOLE, *answers], key=lambda step: step[0])), name)

    sheet = opened(written(record, Document.ATTENDANCE))

    assert "Các điểm cầu đăng ký trước 4 đại biểu; 1 người đã điểm danh." in lines(sheet)
    table = [[cell.text for cell in row.cells][1:6] for row in sheet.tables[1].rows][1:]
    assert [row for row in table if row[3] == "Đã đăng ký"] == [
        ["Bà Thu", "Kế toán", "Hà Nội", "Đã đăng ký", "Không có trong điểm danh"],
        ["Ông Minh", "", "Cà Mau", "Đã đăng ký", "Không có trong điểm danh"],
        ["Bà Thu", "Kế toán", "Cà Mau", "Đã đăng ký", "Không có trong điểm danh"],
    ]


def test_the_sheet_is_a4_with_the_margins_and_the_font_of_the_layout() -> None:
    sheet = opened(written(RECORD))
    section, normal = sheet.sections[0], sheet.styles["Normal"]
    lengths = (section.page_width, section.page_height, section.left_margin, section.right_margin, section.top_margin)

    assert [round(length.mm) for length in lengths if length] == [210, 297, 30, 15, 20]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))


@pytest.mark.parametrize(("profile", "document"), ALL)
def test_a_paper_is_the_same_bytes_each_time_and_names_its_journal(profile: str, document: Document) -> None:
    content = written(RECORD, document, profile)
    sheet = opened(content)

    assert written(RECORD, document, profile) == content
    assert RECORD.head.hash in sheet.sections[0].footer.paragraphs[0].text
    assert RECORD.head.hash in sheet.sections[0].first_page_footer.paragraphs[0].text
    first, second = labels_in(content)
    assert (first, first.head) == (second, RECORD.head)
    assert (first.form.part, first.form.profile) == (document, HOUSE.profiles[profile].key)


def test_nothing_in_the_archive_depends_on_when_or_where_it_was_written() -> None:
    with zipfile.ZipFile(io.BytesIO(written(RECORD))) as archive:
        parts = archive.infolist()
    core = opened(written(RECORD)).core_properties

    assert {(part.date_time, part.compress_type, part.create_system) for part in parts} == {
        ((1980, 1, 1, 0, 0, 0), zipfile.ZIP_STORED, 0)
    }
    assert parts[0].filename == "[Content_Types].xml"
    assert core.created == core.modified == RECORD.as_of


@given(st.text(), st.text())
def test_any_text_that_people_type_can_be_written(speaker: str, topic: str) -> None:
    speaker, topic = (text.encode(errors="replace").decode() for text in (speaker, topic))

    content = written(build(told([*beginning(), (60, FloorGranted(HA_NOI, speaker, topic))]), name))

    assert opened(content).tables


def test_a_meeting_that_has_not_begun_has_minutes_without_a_course() -> None:
    record = build(told(beginning()[:1]), name)

    assert "Thời gian bắt đầu: …………………………" in lines(opened(written(record)))
    assert paper(record, Document.MINUTES, HOUSE.profile("state"), "Asia/Ho_Chi_Minh").seal.startswith("Nhật ký")
