"""What every paper of an office has around its own words: number, date, title, recipients and the journal's seal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from server.core.journal import Head
from server.records.documents.blocks import Block, Paper, Signature
from server.records.documents.profile import Profile
from server.records.documents.wording import day
from server.records.label import Document
from server.records.record import Record

ROOM = "\N{NO-BREAK SPACE}" * 8
"""Where a number is written by hand or by the registry."""


def framed(
    record: Record,
    document: Document,
    profile: Profile,
    zone: ZoneInfo,
    *,
    blocks: Iterable[Block],
    signatures: tuple[Signature, ...],
    landscape: bool = False,
) -> Paper:
    """Put the words of a paper into its office's frame."""
    layout, letterhead = profile.of(document), profile.letterhead
    held = record.briefing
    dated = (held.ended_at or record.as_of).astimezone(zone).date()
    return Paper(
        document=document,
        title=layout.title,
        about=layout.about.replace("{meeting}", held.title),
        number=letterhead.number.replace("{room}", ROOM).replace("{code}", layout.code),
        dated=f"{letterhead.place}, {day(dated)}" if layout.dated else "",
        blocks=tuple(blocks),
        signatures=signatures,
        recipients=layout.recipients,
        seal=seal(record.head),
        landscape=landscape,
    )


def seal(head: Head) -> str:
    """Name the journal that a paper was made from."""
    return f"Nhật ký hội nghị, mục {head.seq}: {head.hash}"


def secretary_and_chair(profile: Profile, *, secretary: str, chair: str) -> tuple[Signature, ...]:
    """Return who signs minutes: the secretary at the left, the chair at the right."""
    said = profile.signatures
    return (Signature((said.secretary,), secretary), Signature((said.chair,), chair))
