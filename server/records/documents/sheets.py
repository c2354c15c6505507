"""What is on the sheets of a workbook: every table of the record, its columns and titles, without a file format."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from server.core.deadlines import deadline
from server.core.errors import Invalid
from server.core.events import Attendance, Delegate, NoteKind
from server.records.attendance import Attended
from server.records.documents.outcome import notes_of
from server.records.label import Label
from server.records.record import Record

WRITTEN = "%d/%m/%Y %H:%M:%S"

Words = Mapping[str, str]
"""What the English words are in the file's language; none for English."""

Value = str | int | bool | date | datetime | timedelta | None


class Look(StrEnum):
    """How a column's values are shown: number formats of the file."""

    TEXT = "@"
    COUNT = "0"
    DAY = "dd/mm/yyyy"
    MOMENT = "dd/mm/yyyy hh:mm:ss"
    LENGTH = "[h]:mm:ss"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    title: str  # in English: a key of `VIETNAMESE`
    wide: int  # characters
    look: Look = Look.TEXT


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet."""

    name: str  # in English: a key of `VIETNAMESE`
    columns: tuple[Column, ...]
    rows: Iterable[tuple[Value, ...]]


VIETNAMESE: Mapping[str, str] = MappingProxyType(
    {
        "Attendance": "Điểm danh",
        "Turns": "Lượt phát biểu",
        "Segments": "Đoạn tiếng nói",
        "No.": "STT",
        "Code": "Mã",
        "Endpoint": "Điểm cầu",
        "Joined": "Vào lúc",
        "Left": "Rời lúc",
        "Connected": "Thời gian kết nối",
        "Times joined": "Số lần vào",
        "Late": "Muộn",
        "Checked in": "Điểm danh lúc",
        "Local chair": "Chủ trì tại điểm cầu",
        "People": "Số người",
        "Present": "Có mặt",
        "Absent": "Vắng mặt",
        "Substitutes": "Dự thay",
        "Announced": "Đăng ký trước",
        "Announced, not in the check-in": "Đã đăng ký, không có trong điểm danh",
        "Delegates": "Đại biểu",
        "Speaker": "Người phát biểu",
        "Topic": "Nội dung",
        "Granted": "Được mời lúc",
        "Ended": "Kết thúc lúc",
        "Length": "Thời lượng",
        "Heard": "Có tiếng nói",
        "How it ended": "Lý do kết thúc",
        "From": "Từ",
        "Until": "Đến",
        "On air": "Đang phát",
        "Loudest, -dBov": "Lớn nhất, -dBov",
        "Turn": "Lượt",
        "yes": "có",
        "no": "không",
        "released": "phát biểu xong",
        "revoked": "chủ trì dừng",
        "preempted": "nhường điểm cầu khác",
        "lost": "mất kết nối",
        "closed": "hội nghị kết thúc",
        "undone": "chủ trì hoàn tác",
        "present": "có mặt",
        "absent": "vắng mặt",
        "substitute": "dự thay",
        "Disagreements": "Không khớp",
        "silent_holder": "được mời nhưng không nói",
        "without_floor": "nói khi chưa được mời",
        "ran_on": "nói tiếp sau khi hết lượt",
        "Tasks": "Nhiệm vụ",
        "Recommendations": "Kiến nghị",
        "Kind": "Loại",
        "Owner": "Chủ trì thực hiện",
        "Partners": "Phối hợp",
        "Due": "Thời hạn",
        "Last day": "Hạn cuối",
        "State": "Tình trạng",
        "Done on": "Ngày xong",
        "Addressee": "Nơi nhận kiến nghị",
        "Answers": "Trả lời",
        "task": "nhiệm vụ",
        "report": "báo cáo",
        "open": "chưa làm",
        "in_work": "đang làm",
        "done": "đã xong",
        "carried_over": "chuyển kỳ sau",
        "returned": "trả lại",
        "Documents": "Tài liệu",
        "Size, bytes": "Dung lượng, byte",
        "Agenda item": "Mục chương trình",
        "Attached": "Gửi lúc",
        "Withdrawn": "Đã rút",
        "For": "Gửi cho",
        "Fetched by": "Nơi đã tải",
        "Papers": "Tài liệu phải nộp",
        "Paper": "Tài liệu",
        "Handed in": "Nộp lúc",
        "Late by": "Muộn",
        "Version": "Bản",
        "Source": "Nguồn",
        "What": "Mục",
        "Value": "Giá trị",
        "Briefing": "Hội nghị",
        "Begun": "Bắt đầu",
        "Journal, entry": "Nhật ký, bản ghi",
        "Journal, hash": "Nhật ký, mã băm",
        "Time zone": "Múi giờ",
        "File": "Tệp",
    }
)


def pages(record: Record, label: Label, words: Words) -> tuple[Page, ...]:
    """Return the sheets in their order."""
    return (
        _attendance(record, words),
        _turns(record),
        _segments(record),
        _disagreements(record),
        _tasks(record),
        _recommendations(record),
        _documents(record),
        _papers(record),
        _source(record, label, words),
    )


def _attendance(record: Record, words: Words) -> Page:
    columns = (
        Column("Code", 7),
        Column("Endpoint", 20),
        Column("Joined", 19, Look.MOMENT),
        Column("Left", 19, Look.MOMENT),
        Column("Connected", 12, Look.LENGTH),
        Column("Times joined", 9, Look.COUNT),
        Column("Late", 8),
        Column("Checked in", 19, Look.MOMENT),
        Column("Local chair", 24),
        Column("People", 9, Look.COUNT),
        Column("Present", 9, Look.COUNT),
        Column("Absent", 9, Look.COUNT),
        Column("Substitutes", 9, Look.COUNT),
        Column("Delegates", 60),
        Column("Announced", 9, Look.COUNT),
        Column("Announced, not in the check-in", 40),
    )
    return Page("Attendance", columns, (_attended(one, words) for one in record.attendance))


def _attended(one: Attended, words: Words) -> tuple[Value, ...]:
    counted = [sum(delegate.attendance is kind for delegate in one.delegates) for kind in Attendance]
    return (
        one.endpoint,
        one.name,
        one.first_joined_at,
        one.last_left_at,
        timedelta(seconds=one.connected_seconds),
        len(one.intervals),
        one.late,
        one.checked_in_at,
        one.local_chair,
        one.headcount,
        *counted,
        "; ".join(_person(delegate, words) for delegate in one.delegates),
        len(one.announced),
        "; ".join(", ".join((delegate.name, *delegate.positions)) for delegate in one.not_named),
    )


def _person(delegate: Delegate, words: Words) -> str:
    attended = words.get(delegate.attendance.value, delegate.attendance.value)
    details = [*delegate.positions, attended, delegate.reason]
    return f"{delegate.name} ({', '.join(detail for detail in details if detail)})"


def _turns(record: Record) -> Page:
    columns = (
        Column("No.", 6, Look.COUNT),
        Column("Code", 7),
        Column("Endpoint", 20),
        Column("Speaker", 28),
        Column("Topic", 48),
        Column("Granted", 19, Look.MOMENT),
        Column("Ended", 19, Look.MOMENT),
        Column("Length", 11, Look.LENGTH),
        Column("Heard", 11, Look.LENGTH),
        Column("How it ended", 22),
    )
    rows = (
        (
            *(turn.number, turn.endpoint, turn.name, turn.speaker, turn.topic, turn.granted_at, turn.ended_at),
            *(_length(turn.seconds), _length(turn.heard_seconds), turn.reason),
        )
        for turn in record.turns
    )
    return Page("Turns", columns, rows)


def _segments(record: Record) -> Page:
    columns = (
        Column("Code", 7),
        Column("Endpoint", 20),
        Column("From", 19, Look.MOMENT),
        Column("Until", 19, Look.MOMENT),
        Column("Length", 11, Look.LENGTH),
        Column("On air", 9),
        Column("Loudest, -dBov", 10, Look.COUNT),
        Column("Turn", 8, Look.COUNT),
    )
    rows = (
        (
            *(one.endpoint, one.name, one.started_at, one.ended_at, _length(one.seconds)),
            *(one.on_air, one.loudest, one.turn),
        )
        for one in record.speech
    )
    return Page("Segments", columns, rows)


def _disagreements(record: Record) -> Page:
    columns = (
        Column("Kind", 26),
        Column("Code", 7),
        Column("Endpoint", 20),
        Column("Speaker", 28),
        Column("From", 19, Look.MOMENT),
        Column("Until", 19, Look.MOMENT),
        Column("Length", 11, Look.LENGTH),
        Column("Turn", 8, Look.COUNT),
    )
    rows = (
        (
            *(one.kind, one.endpoint, one.name, one.speaker),
            *(one.started_at, one.ended_at, _length(one.seconds), one.turn),
        )
        for one in record.disagreements
    )
    return Page("Disagreements", columns, rows)


def _tasks(record: Record) -> Page:
    columns = (
        Column("No.", 6, Look.COUNT),
        Column("Kind", 12),
        Column("What", 48),
        Column("Endpoint", 20),
        Column("Owner", 26),
        Column("Partners", 30),
        Column("Due", 11),
        Column("Last day", 12, Look.DAY),
        Column("State", 14),
        Column("Done on", 12, Look.DAY),
        Column("Turn", 8, Look.COUNT),
    )
    rows = (
        (
            *(note.number, note.kind, note.text, note.name, note.owner, "; ".join(note.partners)),
            *(note.due, _last_day(note.due), note.state, _last_day(note.done_on), note.turn),
        )
        for note in notes_of(record, NoteKind.TASK, NoteKind.REPORT)
    )
    return Page("Tasks", columns, rows)


def _recommendations(record: Record) -> Page:
    columns = (
        Column("No.", 6, Look.COUNT),
        Column("Endpoint", 20),
        Column("What", 60),
        Column("Addressee", 26),
        Column("Answers", 60),
        Column("Turn", 8, Look.COUNT),
    )
    rows = (
        (
            *(note.number, note.name, note.text, note.addressee),
            *("; ".join(f"{one.by} ({one.on}): {one.text}" for one in note.answers), note.turn),
        )
        for note in notes_of(record, NoteKind.RECOMMENDATION)
    )
    return Page("Recommendations", columns, rows)


def _documents(record: Record) -> Page:
    columns = (
        Column("File", 40),
        Column("Size, bytes", 12, Look.COUNT),
        Column("SHA-256", 68),
        Column("Agenda item", 36),
        Column("Attached", 19, Look.MOMENT),
        Column("Withdrawn", 10),
        Column("For", 9, Look.COUNT),
        Column("Fetched by", 60),
    )
    rows = (
        (
            *(one.file, one.octets, one.sha256, one.item, one.attached_at, one.withdrawn),
            *(len(one.endpoints), "; ".join(each.name for each in one.fetched)),
        )
        for one in record.documents
    )
    return Page("Documents", columns, rows)


def _papers(record: Record) -> Page:
    columns = (
        Column("Paper", 40),
        Column("Due", 19, Look.MOMENT),
        Column("Endpoint", 20),
        Column("Handed in", 19, Look.MOMENT),
        Column("Late by", 11, Look.LENGTH),
        Column("Version", 8, Look.COUNT),
        Column("File", 40),
        Column("Size, bytes", 12, Look.COUNT),
        Column("SHA-256", 68),
    )
    rows = (
        (
            *(one.title, one.due, one.name, one.handed_in_at, _length(one.late_seconds or None)),
            *(one.version, one.file, one.octets, one.sha256),
        )
        for one in record.papers
    )
    return Page("Papers", columns, rows)


def _last_day(due: str) -> date | None:
    try:
        set_for = deadline(due)
    except Invalid:  # a journal may hold what the rules would have refused
        return None
    return None if set_for is None else set_for.last


def _source(record: Record, label: Label, words: Words) -> Page:
    """Say what the workbook was made from."""
    held, columns = record.briefing, (Column("What", 18), Column("Value", 90))
    zone = ZoneInfo(label.form.zone)
    rows = [
        ("Briefing", held.title),
        ("Begun", f"{held.started_at.astimezone(zone):{WRITTEN}}" if held.started_at else ""),
        ("Ended", f"{held.ended_at.astimezone(zone):{WRITTEN}}" if held.ended_at else ""),
        ("Time zone", label.form.zone),
        ("Journal, entry", str(record.head.seq)),
        ("Journal, hash", record.head.hash),
        ("File", label.text),
    ]
    return Page("Source", columns, ((words.get(what, what), value) for what, value in rows))


def _length(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
