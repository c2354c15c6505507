"""The documents of a meeting in its record and exports: which file, for whom, who had it, and who handed in late."""

import csv
import io
from zoneinfo import ZoneInfo

from server.core.events import (
    Addressees,
    DocumentAttached,
    DocumentFetched,
    DocumentWithdrawn,
    Event,
    File,
    PaperHandedIn,
    PaperRequested,
    PaperWanted,
)
from server.core.ids import DocumentId
from server.records.documents import profile
from server.records.documents.blocks import Block, Paragraph
from server.records.documents.minutes import minutes
from server.records.exports import as_csv
from server.records.filed import FiledDocument, FiledPaper, FirstFetch
from server.records.label import Format, Part
from server.records.record import Record, build
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, at, told
from tests.records.story import WHOLE, label, name

ONE, TWO, THREE, FOUR = map(DocumentId, ("one", "two", "three", "four"))
REPORT = File("Báo cáo.pdf", "application/pdf", 1000, "a" * 64)
SPEECH = File("=Tham luận.txt", "text/plain", 2000, "b" * 64)
STORY: list[tuple[float, Event]] = [
    (-9000, DocumentAttached(ONE, REPORT, Addressees(everybody=True), "Khai mạc")),
    (-8900, DocumentAttached(TWO, SPEECH, Addressees(everybody=False, endpoints=(THANH_HOA,)))),
    (-8800, DocumentWithdrawn(TWO)),
    (-8700, DocumentFetched(ONE, THANH_HOA)),
    (-8600, PaperRequested(1, PaperWanted("Báo cáo tháng", at(-8000), Addressees(everybody=True)))),
    (-7990, PaperHandedIn(1, HA_NOI, THREE, REPORT)),
    (-7900, PaperHandedIn(1, HA_NOI, FOUR, SPEECH)),
]


def record() -> Record:
    return build(told(sorted([*WHOLE, *STORY], key=lambda step: step[0])), name)


def table(part: Part) -> list[dict[str, str]]:
    """Read a table back, without its footer."""
    text = as_csv(record(), label(record(), Format.CSV, part)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))[:-1]


def test_record_has_every_document_and_every_version_of_a_paper() -> None:
    found = record()

    assert found.documents == (
        FiledDocument(
            file="Báo cáo.pdf",
            media_type="application/pdf",
            octets=1000,
            sha256="a" * 64,
            item="Khai mạc",
            attached_at=at(-9000),
            withdrawn=False,
            endpoints=(HA_NOI, THANH_HOA, CA_MAU),
            fetched=(FirstFetch(THANH_HOA, "Thanh Hóa", at(-8700)),),
        ),
        FiledDocument(
            file="=Tham luận.txt",
            media_type="text/plain",
            octets=2000,
            sha256="b" * 64,
            item="",
            attached_at=at(-8900),
            withdrawn=True,
            endpoints=(THANH_HOA,),
            fetched=(),
        ),
    )
    handed_in = {"number": 1, "title": "Báo cáo tháng", "due": at(-8000), "endpoint": HA_NOI, "name": "Hà Nội"}
    first = {"file": "Báo cáo.pdf", "media_type": "application/pdf", "octets": 1000, "sha256": "a" * 64}
    second = {"file": "=Tham luận.txt", "media_type": "text/plain", "octets": 2000, "sha256": "b" * 64}
    assert found.papers == (
        FiledPaper(**handed_in, **first, version=1, handed_in_at=at(-7990), late_seconds=10.0),  # type: ignore[arg-type]
        FiledPaper(**handed_in, **second, version=2, handed_in_at=at(-7900), late_seconds=10.0),  # type: ignore[arg-type]
    )


def test_tables_name_files_by_their_hash_and_run_no_formula() -> None:
    documents, papers = table(Part.DOCUMENTS), table(Part.PAPERS)

    assert [(one["file"], one["sha256"], one["withdrawn"], one["endpoints"]) for one in documents] == [
        ("Báo cáo.pdf", "a" * 64, "false", "01; 38; 96"),
        ("'=Tham luận.txt", "b" * 64, "true", "38"),
    ]
    assert documents[0]["fetched"] == f"Thanh Hóa ({at(-8700):%Y-%m-%dT%H:%M:%S}.000000Z)"
    assert [(one["name"], one["version"], one["late_seconds"], one["file"]) for one in papers] == [
        ("Hà Nội", "1", "10", "Báo cáo.pdf"),
        ("Hà Nội", "2", "10", "'=Tham luận.txt"),
    ]


def test_minutes_name_what_was_on_the_table() -> None:
    paper = minutes(record(), profile.load()["state"], ZoneInfo("Asia/Ho_Chi_Minh"))

    texts = [text_of(block) for block in paper.blocks]

    begins = texts.index("Tài liệu của hội nghị:")
    assert texts[begins + 1 : begins + 3] == [
        f"1. Báo cáo.pdf (Khai mạc); SHA-256: {'a' * 64}.",
        "2. Báo cáo tháng: 1 điểm cầu đã nộp.",
    ]


def text_of(block: Block) -> str:
    return block.text if isinstance(block, Paragraph) else ""


def test_meeting_without_documents_says_nothing_of_them() -> None:
    bare = build(told(WHOLE), name)

    paper = minutes(bare, profile.load()["state"], ZoneInfo("Asia/Ho_Chi_Minh"))

    assert (bare.documents, bare.papers) == ((), ())
    assert "Tài liệu của hội nghị:" not in map(text_of, paper.blocks)
