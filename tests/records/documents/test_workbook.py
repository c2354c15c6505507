"""The XLSX workbook, read back: real dates and lengths of time, and texts that stay texts."""

import io
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest

from server.core.events import FloorGranted
from server.records.documents.profile import load
from server.records.files import House, write
from server.records.label import Format, labels_in
from server.records.record import Record, build
from tests.core.cast import HA_NOI, THANH_HOA, told
from tests.records.story import WHOLE, beginning, name

HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda _roster: {})
RECORD = build(told(WHOLE), name)


def written(record: Record, language: str = "vi") -> bytes:
    return write(record, HOUSE.form(Format.XLSX, language), HOUSE)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def rows(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def test_turns_have_real_dates_in_local_time_and_real_lengths() -> None:
    sheet = opened(written(RECORD))["Lượt phát biểu"]

    assert rows(sheet) == [
        (
            *("STT", "Mã", "Điểm cầu", "Người phát biểu", "Nội dung"),
            *("Được mời lúc", "Kết thúc lúc", "Thời lượng", "Có tiếng nói", "Lý do kết thúc"),
        ),
        (
            *(1, "01", "Hà Nội", "Ông Minh", "Lũ lụt", datetime(2026, 11, 23, 8, 31), datetime(2026, 11, 23, 8, 32)),  # noqa: DTZ001
            *(timedelta(minutes=1), timedelta(seconds=47, milliseconds=750), "phát biểu xong"),
        ),
        (
            *(2, "38", "Thanh Hóa", "Bà Lan", "Hạn hán"),
            *(datetime(2026, 11, 23, 8, 33, 20), datetime(2026, 11, 23, 8, 35)),  # noqa: DTZ001
            *(timedelta(seconds=100), timedelta(seconds=10), "hội nghị kết thúc"),
        ),
    ]
    assert (sheet["F2"].number_format, sheet["H2"].number_format) == ("dd/mm/yyyy hh:mm:ss", "[h]:mm:ss")


def test_every_sheet_is_frozen_filtered_and_ready_to_print() -> None:
    book = opened(written(RECORD))

    assert book.sheetnames == [
        "Điểm danh",
        "Lượt phát biểu",
        "Đoạn tiếng nói",
        "Không khớp",
        "Nhiệm vụ",
        "Kiến nghị",
        "Tài liệu",
        "Tài liệu phải nộp",
        "Nguồn",
    ]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$1"


def test_attendance_counts_delegates_and_keeps_sites_that_never_came() -> None:
    _, hanoi, _, ca_mau = rows(opened(written(RECORD, "en"))["Attendance"])

    named = "Ông Minh (Phó Chủ tịch, Trưởng ban, present); Bà Hoa (absent, ốm)"
    assert hanoi[9:] == (13, 1, 1, 0, named, 0, None)
    assert ca_mau[:7] == ("96", "Cà Mau", None, None, timedelta(0), 0, "yes")


def test_the_source_names_the_journal_and_the_file() -> None:
    content = written(RECORD)
    source = dict(rows(opened(content)["Nguồn"]))
    labels = list(labels_in(content))

    assert (source["Nhật ký, bản ghi"], source["Nhật ký, mã băm"]) == (str(RECORD.head.seq), RECORD.head.hash)
    assert {label.text for label in labels} == {source["Tệp"]}
    assert len(labels) == 3  # on the sheet, in the properties, in the archive's comment


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "#N/A", "\t=1", "{=1}", "2026-01-01", "1e5"]
)
def test_what_people_typed_stays_a_text(text: str) -> None:
    book = opened(written(build(told([*beginning(), (60, FloorGranted(HA_NOI, text, text))]), name)))

    cell = book["Lượt phát biểu"]["D2"]

    assert (cell.data_type, cell.value) == ("s", text)


@pytest.mark.parametrize("typed", ["=1+1 và lũ lụt, ", "𝐚=", "=" * 7], ids=["words", "no space", "short"])
def test_what_no_cell_can_hold_goes_on_below_and_stays_a_text(typed: str) -> None:
    topic = typed * (100_000 // len(typed))
    turns = [(60.0, FloorGranted(HA_NOI, "Ông Minh", topic)), (90.0, FloorGranted(THANH_HOA, "Bà Lan", "Hạn hán"))]
    sheet = opened(written(build(told([*beginning(), *turns]), name)))["Lượt phát biểu"]

    parts = [row[4] for row in sheet.iter_rows(min_row=2, max_row=sheet.max_row - 1)]
    assert "".join(part.value for part in parts) == topic
    assert {part.data_type for part in parts} == {"s"}
    assert all(len(part.value.encode("utf-16-le")) <= 2 * 32_767 for part in parts)
    assert [row[:3] for row in rows(sheet)[2:-1]] == [(None, None, None)] * (len(parts) - 1)
    assert rows(sheet)[-1][:5] == (2, "38", "Thanh Hóa", "Bà Lan", "Hạn hán")
    assert sheet.auto_filter.ref == sheet.dimensions


def test_what_xml_cannot_hold_is_replaced() -> None:
    book = opened(written(build(told([*beginning(), (60, FloorGranted(HA_NOI, "a\x0bb\ufffe", ""))]), name)))

    assert book["Lượt phát biểu"]["D2"].value == "a\ufffdb\ufffd"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_workbook_is_the_same_bytes_each_time(language: str) -> None:
    assert written(RECORD, language) == written(RECORD, language)
