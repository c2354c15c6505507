"""What every paper of an office has around its own words: number, date, title, recipients and the journal's seal."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from server.core.events import Official, Person
from server.core.journal import Head
from server.records.chairs import Chaired
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
        classification=held.classification,
    )


def seal(head: Head) -> str:
    """Name the journal that a paper was made from."""
    return f"Nhật ký hội nghị, bản ghi {head.seq}: {head.hash}"


def in_the_chair(record: Record) -> tuple[Chaired, ...]:
    """Return who chaired while the meeting was held, each once for a time without a break."""
    begun, ended = record.briefing.started_at, record.briefing.ended_at
    if begun is None:
        return ()
    return tuple(
        one
        for one in record.chairs
        if (one.left_at is None or one.left_at > begun) and (ended is None or one.taken_at < ended)
    )


def signing_chair(record: Record) -> str:
    """Name who signs as the chair: the official who was to lead, else whoever was in the chair at the end.

    Nothing when neither is known.
    """
    lead = next((official.name for official in record.briefing.presiding if official.leads), "")
    return lead or next((one.name for one in reversed(in_the_chair(record))), "")


def presided(presiding: Iterable[Official]) -> str:
    """Name the officials who were to preside, the one who leads first."""
    return "; ".join(with_position(one) for one in sorted(presiding, key=lambda one: not one.leads))


def with_position(one: Official | Person) -> str:
    """Name somebody with the position."""
    return ", ".join(filter(None, (one.name, one.position)))


def secretary_and_chair(record: Record, profile: Profile) -> tuple[Signature, Signature]:
    """Return who signs minutes: the secretary at the left, the chair at the right.

    Of several secretaries any may sign, and writes the name by hand; where nobody kept the minutes on the secretary's
    page, whoever was to keep them signs.
    """
    said, planned = profile.signatures, record.briefing.secretary
    names = [one.name for one in record.secretaries] or ([planned.name] if planned else [])
    secretary = names[0] if len(names) == 1 else ""
    return Signature((said.secretary,), secretary), Signature((said.chair,), signing_chair(record))
