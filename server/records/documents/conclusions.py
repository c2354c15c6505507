"""The conclusion notice (thông báo kết luận): what the chair concluded, and who does what by when."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from server.records.documents.blocks import Block, Paper, Signature, body, heading
from server.records.documents.frame import framed, secretary_and_chair
from server.records.documents.profile import Profile
from server.records.documents.wording import day, number
from server.records.label import Document
from server.records.record import Record


def conclusions(record: Record, profile: Profile, zone: ZoneInfo) -> Paper:
    """Write the notice of what has been concluded up to the journal's head."""
    authority = profile.of(Document.CONCLUSIONS).authority
    signed = (Signature(authority, ""),) if authority else secretary_and_chair(profile, secretary="", chair="")[1:]
    return framed(record, Document.CONCLUSIONS, profile, zone, blocks=_blocks(record, profile, zone), signatures=signed)


def _blocks(record: Record, profile: Profile, zone: ZoneInfo) -> Iterator[Block]:
    held = record.briefing
    when = day((held.started_at or held.starts_at).astimezone(zone).date())
    here = sum(1 for site in record.attendance if site.first_joined_at)
    people = sum(site.headcount or 0 for site in record.attendance)
    yield body(
        f"Ngày {when.removeprefix('ngày ')}, tại {profile.letterhead.place}, {held.title} được tổ chức trực tuyến đến "
        f"{len(record.attendance)} điểm cầu. Tham dự có {here} điểm cầu với {number(people)} người; "
        f"có {len(record.turns)} lượt phát biểu của các điểm cầu."
    )
    yield body("Sau khi nghe báo cáo và các ý kiến phát biểu, người chủ trì kết luận như sau:")
    yield heading("I. ĐÁNH GIÁ CHUNG")
    yield heading("II. NHIỆM VỤ")
    yield heading("III. TRẢ LỜI KIẾN NGHỊ CỦA CÁC ĐIỂM CẦU")
