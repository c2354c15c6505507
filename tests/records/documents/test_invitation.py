"""The formal invitation of one site, in the layouts of the State and the Party, read back by the library of others."""

import io
from datetime import date, datetime
from zoneinfo import ZoneInfo

import docx
import pytest

from server.core.events import Official, Period
from server.core.state import Briefing
from server.records.documents.invitation import letter
from server.records.documents.profile import load
from tests.core.cast import THANH_HOA, at, scheduled

HA_NOI_TIME = ZoneInfo("Asia/Ho_Chi_Minh")
PROFILES = load()
TODAY = at(-86400)


def planned() -> Briefing:
    return scheduled(
        number="11/2026",
        period=Period(date(2026, 11, 1), date(2026, 11, 30)),
        presiding=(Official("Nguyễn Văn Bình", "Phó Thủ tướng", leads=True),),
        place="Phòng họp tầng 2",
        dress="Lễ phục",
    )


def written(briefing: Briefing, profile: str, now: datetime = TODAY) -> bytes:
    return letter(briefing, THANH_HOA, "Thanh Hóa", PROFILES[profile], zone=HA_NOI_TIME, now=now)


@pytest.mark.parametrize(
    ("profile", "heading", "number", "authority"),
    [
        ("state", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "/GM-VP", "TL. THỦ TRƯỞNG CƠ QUAN"),
        ("party", "ĐẢNG CỘNG SẢN VIỆT NAM", "GM/VP", "T/L THƯỜNG TRỰC CẤP ỦY"),
    ],
)
def test_letter_says_who_is_invited_to_what_in_the_layout_of_the_office(
    profile: str, heading: str, number: str, authority: str
) -> None:
    sheet = docx.Document(io.BytesIO(written(planned(), profile)))

    cells = "\n".join(cell.text for table in sheet.tables for row in table.rows for cell in row.cells)
    assert [words in cells for words in (heading, number, authority, "ngày 22 tháng 11 năm 2026")] == [True] * 4
    lines = [line.text for line in sheet.paragraphs if line.text and line.text != "-----"]
    assert lines[:2] == ["GIẤY MỜI", "Dự Giao ban tháng 11"]
    assert lines[3:] == [
        "Điểm cầu Thanh Hóa",
        "Tới dự: Giao ban tháng 11, số 11/2026.",
        "Kỳ báo cáo: từ ngày 01 tháng 11 năm 2026 đến ngày 30 tháng 11 năm 2026.",
        "Chủ trì: Nguyễn Văn Bình, Phó Thủ tướng.",
        "Thời gian: 08 giờ 30 phút, ngày 23 tháng 11 năm 2026, dự kiến đến 10 giờ 30 phút, ngày 23 tháng 11 năm 2026.",
        "Địa điểm: Tại điểm cầu Thanh Hóa, trực tuyến với điểm cầu trung tâm: Phòng họp tầng 2.",
        "Chương trình: ",
        "1. Khai mạc.",
        "2. Báo cáo.",
        "Trang phục: Lễ phục",
        "Rất mong quý cơ quan cử đại biểu tham dự đúng thành phần, thời gian./.",
    ]


def test_letter_of_the_same_day_and_plan_is_the_same_file() -> None:
    assert written(planned(), "state") == written(planned(), "state")
    assert written(planned(), "state") != written(planned(), "state", at(-100_000))


def test_papers_of_the_record_keep_their_key_whatever_the_letter_is_called() -> None:
    renamed = PROFILES["state"].model_copy(
        update={"invitation": PROFILES["state"].invitation.model_copy(update={"title": "THƯ MỜI"})}
    )

    assert renamed.key == PROFILES["state"].key


def test_remarks_stand_in_the_letter_line_by_line() -> None:
    sheet = docx.Document(io.BytesIO(written(scheduled(notes="Vào phòng trước 30 phút.\nTắt điện thoại."), "state")))

    assert "Lưu ý: Vào phòng trước 30 phút.\nTắt điện thoại." in [line.text for line in sheet.paragraphs]
