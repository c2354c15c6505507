"""The minutes (biên bản): when and where, who was there, what was said in its order, and when it ended."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from server.core.events import Attendance, Delegate, NoteKind, TurnEndedBecause
from server.records.agenda import AgendaPoint
from server.records.attendance import Attended
from server.records.documents.blocks import Block, Paper, body, heading, item, led
from server.records.documents.frame import framed, in_the_chair, presided, secretary_and_chair, with_position
from server.records.documents.outcome import corrections, notes_of, told
from server.records.documents.profile import Profile
from server.records.documents.wording import days, hour, hour_and_day, length, number
from server.records.label import Document
from server.records.record import Record
from server.records.spoken import SpokenTurn, meant

DOTS = "…………………………"
"""Where somebody writes what the journal does not know."""

_ENDINGS = {
    TurnEndedBecause.REVOKED: "chủ trì dừng phát biểu",
    TurnEndedBecause.LOST: "mất kết nối",
}
"""The ends of a turn that minutes tell; the others are as they should be."""


def minutes(record: Record, profile: Profile, zone: ZoneInfo) -> Paper:
    """Write the minutes of what has happened up to the journal's head."""
    return framed(
        record,
        Document.MINUTES,
        profile,
        zone,
        blocks=_blocks(record, profile, zone),
        signatures=secretary_and_chair(record, profile),
    )


def _blocks(record: Record, profile: Profile, zone: ZoneInfo) -> Iterator[Block]:
    held = record.briefing
    if held.number:
        yield led("Hội nghị số:", f"{held.number}.")
    if held.period:
        yield led("Kỳ báo cáo:", f"{days(held.period.first, held.period.last)}.")
    yield led("Thời gian bắt đầu:", f"{hour_and_day(held.started_at, zone)}." if held.started_at else DOTS)
    yield led(
        "Địa điểm:", f"{held.place or profile.letterhead.place}, trực tuyến đến {len(record.attendance)} điểm cầu."
    )
    yield heading("Thành phần tham dự:")
    yield from _attendance(record.attendance)
    yield from _heads(record, zone)
    yield heading("Nội dung (theo diễn biến hội nghị):")
    yield from _course(record, zone)
    yield from _documents(record)
    yield body(_closing(record, zone))
    if late := corrections(record, zone):
        yield heading("Bổ sung, đính chính sau khi hội nghị kết thúc:")
        yield from (item(f"{count}. {text}") for count, text in enumerate(late, start=1))


def _heads(record: Record, zone: ZoneInfo) -> Iterator[Block]:
    """Name who presided, moderated and kept the minutes: as planned where the journal does not know.

    Who presides need not be who sits at the chair's desk, so both are told where both are known.
    """
    held, desk = record.briefing, _chaired(record, zone)
    yield led("Chủ trì:", presided(held.presiding) or desk or DOTS)
    if held.presiding and desk:
        yield led("Thao tác điều hành trên hệ thống:", desk)
    if held.moderator:
        yield led("Điều hành:", with_position(held.moderator))
    planned = with_position(held.secretary) if held.secretary else ""
    yield led("Thư ký:", ", ".join(one.name for one in record.secretaries) or planned or DOTS)


def _attendance(sites: Sequence[Attended]) -> Iterator[Block]:
    here = [site for site in sites if site.first_joined_at]
    away = [site for site in sites if not site.first_joined_at]
    people = sum(site.headcount or 0 for site in here)
    yield item(f"1. Được mời: {len(sites)} điểm cầu.")
    named = f": {', '.join(map(_counted, here))}" if here else ""
    yield item(f"2. Có mặt: {len(here)} điểm cầu, {number(people)} người dự{named}.")
    yield item(f"3. Vắng mặt: {len(away)} điểm cầu{': ' if away else ''}{', '.join(site.name for site in away)}.")
    absent = [(site, one) for site in sites for one in site.delegates if one.attendance is Attendance.ABSENT]
    if absent:
        yield item(f"4. Đại biểu vắng mặt: {'; '.join(_missing(site, one) for site, one in absent)}.")


def _counted(site: Attended) -> str:
    return site.name if site.headcount is None else f"{site.name} ({site.headcount})"


def _missing(site: Attended, one: Delegate) -> str:
    return f"{one.name} ({site.name}), lý do: {one.reason or 'không nêu'}"


def _chaired(record: Record, zone: ZoneInfo) -> str:
    """Name who sat at the chair's desk; where several did, until when each of them; nothing when nobody is known."""
    *before, last = in_the_chair(record) or [None]
    if last is None:
        return ""
    until = [f"{one.name} (đến {hour(one.left_at, zone)})" for one in before if one and one.left_at]
    return ", ".join([*until, last.name])


def _course(record: Record, zone: ZoneInfo) -> Iterator[Block]:
    """Tell the agenda, the turns and the notes in the order in which they came."""
    steps: list[tuple[datetime, int, Block]] = [
        (point.begun_at, 0, _reached(point, point.begun_at, zone)) for point in record.agenda if point.begun_at
    ]
    steps += [(turn.granted_at, 1, _spoke(turn, zone)) for turn in meant(record.turns)]
    steps += [(note.about, 2, item(f"- {told(note.written)}")) for note in notes_of(record, *NoteKind)]
    yield from (block for _, _, block in sorted(steps, key=lambda step: step[:2]))


def _reached(point: AgendaPoint, begun_at: datetime, zone: ZoneInfo) -> Block:
    about = f" - {point.document}" if point.document else ""
    if not point.number:
        return heading(f"{point.title}{about} ({hour(begun_at, zone)}; sau đó đưa ra khỏi chương trình)")
    return heading(f"{point.number}. {point.title}{about} ({hour(begun_at, zone)})")


def _spoke(turn: SpokenTurn, zone: ZoneInfo) -> Block:
    who = ", ".join(part for part in (turn.name, turn.speaker) if part)
    topic = f": {turn.topic}" if turn.topic else " phát biểu"
    return item(f"- {hour(turn.granted_at, zone)}, {who}{topic} ({_how_long(turn)}).")


def _how_long(turn: SpokenTurn) -> str:
    if turn.seconds is None:
        return "đang phát biểu"
    told = [length(turn.seconds)]
    if turn.waited_seconds >= 1:
        told.append(f"gián đoạn {length(turn.waited_seconds)}")
    if turn.recalled:
        told.append("mời phát biểu lại")
    elif turn.out_of_order:
        told.append("mời ngoài thứ tự")
    if turn.reason in _ENDINGS:
        told.append(_ENDINGS[turn.reason])
    return ", ".join(told)


def _documents(record: Record) -> Iterator[Block]:
    """Name what was on the table, each file so that no other can be taken for it; what was withdrawn was not."""
    lines = [
        f"{one.file}{f' ({one.item})' if one.item else ''}; SHA-256: {one.sha256}."
        for one in record.documents
        if not one.withdrawn
    ]
    handed_in: dict[int, tuple[str, set[str]]] = {}
    for paper in record.papers:
        handed_in.setdefault(paper.number, (paper.title, set()))[1].add(paper.endpoint)
    lines += [f"{title}: {len(sites)} điểm cầu đã nộp." for title, sites in handed_in.values()]
    if lines:
        yield heading("Tài liệu của hội nghị:")
        yield from (item(f"{count}. {line}") for count, line in enumerate(lines, start=1))


def _closing(record: Record, zone: ZoneInfo) -> str:
    ended = record.briefing.ended_at
    if ended is None:
        return f"Biên bản ghi đến {hour_and_day(record.as_of, zone)}; hội nghị chưa kết thúc."
    return f"Hội nghị kết thúc vào {hour_and_day(ended, zone)}./."
