"""The conclusion notice (thông báo kết luận): what the chair concluded, and who does what by when."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from server.core.events import NoteKind
from server.records.documents.blocks import Block, Column, Paper, Signature, Table, body, heading, item
from server.records.documents.frame import framed, secretary_and_chair
from server.records.documents.outcome import answers, due, in_charge, notes_of
from server.records.documents.profile import Profile
from server.records.documents.wording import capital, day, number
from server.records.label import Document
from server.records.record import Record
from server.records.results import RecordedNote
from server.records.spoken import meant

TASK_COLUMNS = (
    Column("STT", 8, centred=True),
    Column("Nhiệm vụ", 36),
    Column("Cơ quan chủ trì", 19),
    Column("Cơ quan phối hợp", 19),
    Column("Thời hạn", 18),
)

_NUMERALS = ("I", "II", "III")


def conclusions(record: Record, profile: Profile, zone: ZoneInfo) -> Paper:
    """Write the notice of what has been concluded up to the journal's head."""
    authority = profile.of(Document.CONCLUSIONS).authority
    signed = (Signature(authority, ""),) if authority else secretary_and_chair(record, profile)[1:]
    return framed(record, Document.CONCLUSIONS, profile, zone, blocks=_blocks(record, profile, zone), signatures=signed)


def _blocks(record: Record, profile: Profile, zone: ZoneInfo) -> Iterator[Block]:
    yield body(_opening(record, profile, zone))
    yield body("Sau khi nghe báo cáo và các ý kiến phát biểu, người chủ trì kết luận như sau:")
    parts = (
        ("ĐÁNH GIÁ CHUNG", tuple(_assessment(record))),
        ("NHIỆM VỤ", tuple(_tasks(record))),
        ("TRẢ LỜI KIẾN NGHỊ CỦA CÁC ĐIỂM CẦU", tuple(_answered(record))),
    )
    present = [(title, blocks) for title, blocks in parts if blocks]
    for numeral, (title, blocks) in zip(_NUMERALS, present, strict=False):
        yield heading(f"{numeral}. {title}")
        yield from blocks
    if not present:
        yield body("(Chưa có kết luận nào được ghi.)")


def _opening(record: Record, profile: Profile, zone: ZoneInfo) -> str:
    held = record.briefing
    when = day((held.started_at or held.starts_at).astimezone(zone).date())
    here = [site for site in record.attendance if site.first_joined_at]
    people = sum(site.headcount or 0 for site in here)
    return (
        f"{capital(when)}, tại {profile.letterhead.place}, {held.title} được tổ chức trực tuyến đến "
        f"{len(record.attendance)} điểm cầu. Tham dự có {len(here)} điểm cầu với {number(people)} người; "
        f"có {len(meant(record.turns))} lượt phát biểu của các điểm cầu."
    )


def _assessment(record: Record) -> Iterator[Block]:
    for count, note in enumerate(notes_of(record, NoteKind.CONCLUSION), start=1):
        yield item(f"{count}. {note.text}")


def _tasks(record: Record) -> Iterator[Block]:
    notes = notes_of(record, NoteKind.TASK, NoteKind.REPORT)
    if notes:
        yield Table(
            TASK_COLUMNS,
            tuple(
                (str(count), note.text, in_charge(note.written), ", ".join(note.partners), _until(note))
                for count, note in enumerate(notes, start=1)
            ),
        )


def _until(note: RecordedNote) -> str:
    """Write until when the meeting set a task; what was agreed since is no conclusion of it."""
    return capital(due(note.written.note.due))


def _answered(record: Record) -> Iterator[Block]:
    for count, note in enumerate(notes_of(record, NoteKind.RECOMMENDATION), start=1):
        to = f"Giao {note.addressee} xem xét, trả lời." if note.addressee else "Đang xem xét, trả lời."
        said = note.text.rstrip(". ")
        yield item(f"{count}. {note.name or 'Đại biểu'} kiến nghị: {said}. {answers(note) or to}")
