"""What a meeting came to, in the words of its papers: recommendations, conclusions, tasks, and what was corrected."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from server.core.deadlines import Deadline, Precision, deadline
from server.core.errors import Invalid
from server.core.events import AmendmentSubject, NoteKind
from server.core.ids import Actor
from server.records.documents.wording import day, hour_and_day, month
from server.records.record import Record
from server.records.results import RecordedAmendment, RecordedNote, Removal, Restoration, Version

_ROMAN = ("I", "II", "III", "IV")

_SUBJECTS = {
    AmendmentSubject.TURN: "lượt phát biểu",
    AmendmentSubject.ATTENDANCE: "điểm danh",
    AmendmentSubject.OTHER: "nội dung khác",
}


def notes_of(record: Record, *kinds: NoteKind) -> tuple[RecordedNote, ...]:
    """Return the notes of some kinds that count, by the moments they are about."""
    counting = (note for note in record.notes if note.kind in kinds and note.removed is None)
    return tuple(sorted(counting, key=lambda note: (note.about, note.number)))


def told(written: Version) -> str:
    """Tell a note in one sentence, as it was written."""
    note, name = written.note, written.name
    match note.kind:
        case NoteKind.RECOMMENDATION:
            to = f" (gửi {note.addressee})" if note.addressee else ""
            return f"Kiến nghị của {name or 'đại biểu'}{to}: {_sentence(note.text)}"
        case NoteKind.CONCLUSION:
            return f"Chủ trì kết luận: {_sentence(note.text)}"
        case NoteKind.TASK | NoteKind.REPORT:
            kind = "Giao nhiệm vụ" if note.kind is NoteKind.TASK else "Yêu cầu báo cáo"
            details = "; ".join(_charge(written))
            return f"{kind}: {note.text.rstrip('. ')}{f' ({details})' if details else ''}."
    return f"Ghi nhận{f' ({name})' if name else ''}: {_sentence(note.text)}"


def _charge(written: Version) -> Iterator[str]:
    """Say who does a task, with whom, and by when."""
    note = written.note
    if who := in_charge(written):
        yield f"chủ trì: {who}"
    if note.partners:
        yield f"phối hợp: {', '.join(note.partners)}"
    if note.due:
        yield f"thời hạn: {due(note.due)}"


def in_charge(written: Version) -> str:
    """Name who is to do a task: a body, the site it is of, or both."""
    return " – ".join(part for part in (written.note.owner, written.name) if part)


def due(text: str) -> str:
    """Write a due date as exactly as it was set: a day, "tháng 12 năm 2026" or "quý IV năm 2026"."""
    try:
        set_for = deadline(text)
    except Invalid:  # a journal may hold what the rules would have refused
        return text
    return "" if set_for is None else _due(set_for)


def _due(set_for: Deadline) -> str:
    last = set_for.last
    match set_for.precision:
        case Precision.DAY:
            return day(last)
        case Precision.MONTH:
            return month(last)
    return f"quý {_ROMAN[last.month // 3 - 1]} năm {last.year}"


def answers(note: RecordedNote) -> str:
    """Tell what was answered to a recommendation, in the order of the answers."""
    return " ".join(
        f"{one.by}{f' ({due(one.on)})' if one.on else ''} trả lời: {_sentence(one.text)}" for one in note.answers
    )


def corrections(record: Record, zone: ZoneInfo) -> tuple[str, ...]:
    """Tell what was changed of the record after the meeting had ended, each with its author, time and reason."""
    ended = record.briefing.ended_at
    if ended is None:
        return ()
    late = [*_amendments(record, zone), *(one for note in record.notes for one in _changes(note, zone))]
    return tuple(text for at, text in sorted(late, key=lambda pair: pair[0]) if at > ended)


def _amendments(record: Record, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    yield from ((one.at, _amended(one, zone)) for one in record.amendments)


def _changes(note: RecordedNote, zone: ZoneInfo) -> Iterator[tuple[datetime, str]]:
    """Tell all that was ever done to what a note says, and when."""
    first = note.versions[0]
    yield first.at, f"{_by(first, zone, 'ghi thêm')}: {told(first)}"
    for before, after in pairwise(note.versions):
        said = _by(after, zone, f"sửa ghi chép số {note.number}")
        reason = f" Lý do: {_sentence(after.reason)}" if after.reason else ""
        yield after.at, f"{said}. Trước khi sửa: “{told(before)}” Sau khi sửa: “{told(after)}”{reason}"
    if gone := note.removed:
        said = _by(gone, zone, f"bỏ ghi chép số {note.number}")
        yield gone.at, f"{said}: “{told(note.written)}” Lý do: {_sentence(gone.reason)}"
    if back := note.restored:
        yield back.at, f"{_by(back, zone, f'khôi phục ghi chép số {note.number}')}: “{told(note.written)}”"


def _by(done: Version | Removal | Restoration, zone: ZoneInfo, what: str) -> str:
    return f"{_who(done.author)} {what} lúc {hour_and_day(done.at, zone)}"


def _amended(one: RecordedAmendment, zone: ZoneInfo) -> str:
    about = _SUBJECTS[one.subject]
    which = f" số {one.turn}" if one.turn else f" của {one.name}" if one.name else ""
    return (
        f"{_who(one.author)} bổ sung lúc {hour_and_day(one.at, zone)} về {about}{which}: {_sentence(one.text)} "
        f"Lý do: {_sentence(one.reason)}"
    )


def _who(actor: Actor) -> str:
    """Name the account, as the journal keeps it."""
    return f"Tài khoản “{actor.partition(':')[2] or actor}”"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
