"""`make papers`: the papers of a whole meeting as DOCX, PDF and pictures in test-results/papers, to be looked at.

Word is not here; LibreOffice is what opens them. What can be checked without eyes is checked: nobody signs a page that
has nothing above, and both sign on the same one.
"""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from endpoints import rosters
from server.core import events as e
from server.core.ids import Actor, BriefingId, EndpointCode
from server.core.journal import Entry, Head, seal
from server.records.documents.profile import load
from server.records.files import House, record_in, write
from server.records.label import Document, Format
from tests.pages import house

FOLDER = Path(__file__).parents[3] / "test-results" / "papers"
BEGUN = datetime(2026, 2, 3, 1, 0, tzinfo=UTC)
HOUSE = House(load(), "Asia/Ho_Chi_Minh", lambda roster: {one.code: one.name for one in rosters.load(roster).units})


def meeting() -> list[Entry]:
    """Tell a meeting of 63 sites with a chair, an agenda, notes and a correction."""
    plan = house.plan("Hội nghị giao ban công tác tháng 01 năm 2026", BEGUN)
    entries: list[Entry] = []
    for moment, event in sorted([*house.meeting(plan), *_course()], key=lambda pair: pair[0]):
        head = Head(entries[-1].seq, entries[-1].hash) if entries else Head()
        entries += seal(BriefingId("papers"), head, [event], actor=Actor("user:lan"), at=moment)
    return entries


def _course() -> list[tuple[datetime, e.Event]]:
    def at(minutes: float) -> datetime:
        return BEGUN + timedelta(minutes=minutes)

    def noted(number: int, minutes: float, kind: e.NoteKind, text: str, **of: object) -> tuple[datetime, e.Event]:
        return at(minutes), e.NoteTaken(number, e.Note(kind, text, at(minutes), **of))  # type: ignore[arg-type]

    site = EndpointCode("38")
    return [
        (at(-5), e.ChairTaken(Actor("user:minh"), "Trần Quang Minh", attended=True, reason=e.TookBecause.FREE)),
        *((at(minutes), e.AgendaMoved(index)) for index, minutes in enumerate((0.5, 8, 24, 33, 43, 70))),
        noted(
            1, 11, e.NoteKind.RECOMMENDATION, "Bổ sung kinh phí sửa hồ chứa", endpoint=site, addressee="Bộ Tài chính"
        ),
        noted(2, 72, e.NoteKind.CONCLUSION, "Các địa phương đã triển khai nghiêm túc; kết quả tháng đạt kế hoạch."),
        noted(3, 73, e.NoteKind.CONCLUSION, "Giải ngân vốn đầu tư công còn chậm, nhất là các dự án chuyển tiếp."),
        noted(
            *(4, 75, e.NoteKind.TASK, "Rà soát toàn bộ hồ, đập xung yếu; có phương án trước mùa mưa bão"),
            owner="Sở Nông nghiệp và Môi trường",
            partners=("Sở Xây dựng", "Công an tỉnh"),
            due="2026-03-05",
        ),
        noted(
            5, 76, e.NoteKind.REPORT, "Báo cáo kết quả giải ngân", endpoint=site, owner="Ủy ban nhân dân", due="2026-Q1"
        ),
        (at(300), e.RecommendationAnswered(1, "Bộ Tài chính", "Đã bố trí trong dự toán", "2026-02-09")),
        (at(400), e.RecordAmended(1, e.AmendmentSubject.TURN, "Người phát biểu là bà Mai", "nghe lại", turn=3)),
    ]


def main() -> None:
    """Write, convert and check all papers."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    record = record_in(meeting(), "vi", HOUSE)
    for profile in HOUSE.profiles:
        for document in Document:
            form = HOUSE.form(Format.DOCX, "vi", document=document, profile=profile)
            (FOLDER / f"{profile}-{document}.docx").write_bytes(write(record, form, HOUSE))
    (FOLDER / "workbook.xlsx").write_bytes(write(record, HOUSE.form(Format.XLSX, "vi"), HOUSE))
    files = sorted([*FOLDER.glob("*.docx"), *FOLDER.glob("*.xlsx")])
    _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", FOLDER, *files)
    for file in files:
        _look(file.with_suffix(".pdf"))


def _look(pdf: Path) -> None:
    _run("pdftoppm", "-r", "80", "-png", pdf, pdf.with_suffix(""))
    pages = _run("pdftotext", "-layout", pdf, "-").removesuffix("\f").split("\f")
    sys.stdout.write(f"{pdf.name}: {len(pages)} pages\n")
    signing = [page for page in pages if "Ký, ghi rõ họ tên" in page]
    if pdf.stem != "workbook" and len(signing) != 1:
        raise SystemExit(f"{pdf.name}: the signatures are on {len(signing)} pages")
    if pdf.stem.endswith("minutes") and not all(word in signing[0] for word in ("THƯ KÝ", "CHỦ T", "nghe lại")):
        raise SystemExit(f"{pdf.name}: the signatures stand on a page of their own")


def _run(*command: object) -> str:
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=300)
    return done.stdout.decode()


if __name__ == "__main__":
    main()
