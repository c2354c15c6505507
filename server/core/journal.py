"""The journal: events sealed into a hash chain, so that a changed, lost or moved entry is found and named."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.core.events import Event, decode, encode, kind_of, rfc3339
from server.core.ids import Actor, BriefingId

GENESIS = "0" * 64
"""What the first entry of a journal names as its predecessor's hash."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One sealed event: who, when, what, and its place in the chain."""

    briefing: BriefingId
    seq: int  # 1, 2, 3, ... without gaps
    at: datetime  # UTC
    actor: Actor
    event: Event
    prev: str  # the predecessor's hash, hexadecimal
    hash: str


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as the database holds it, which may have been altered: nothing in it is believed before `verify`."""

    briefing: str
    seq: int
    at: str  # RFC 3339, exactly as sealed
    actor: str
    kind: str
    data: str  # JSON, any spelling
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first entry that does not fit."""

    seq: int
    problem: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: where the next entry goes."""

    seq: int = 0
    hash: str = GENESIS


def seal(briefing: BriefingId, head: Head, events: Iterable[Event], *, actor: Actor, at: datetime) -> list[Entry]:
    """Chain events onto a journal's head, in order, all at one moment."""
    sealed: list[Entry] = []
    for event in events:
        seq, prev = head.seq + 1, head.hash
        digest = digest_of(
            briefing=briefing,
            seq=seq,
            at=rfc3339(at),
            actor=actor,
            kind=kind_of(event),
            data=encode(event),
            prev=prev,
        )
        sealed.append(Entry(briefing, seq, at, actor, event, prev, digest))
        head = Head(seq, digest)
    return sealed


def row_of(entry: Entry) -> Row:
    """Return the entry as the database keeps it."""
    return Row(
        briefing=entry.briefing,
        seq=entry.seq,
        at=rfc3339(entry.at),
        actor=entry.actor,
        kind=kind_of(entry.event),
        data=canonical(encode(entry.event)),
        prev=entry.prev,
        hash=entry.hash,
    )


def entry_of(row: Row) -> Entry:
    """Return the entry that a stored row holds. Raises ProtocolError for one that was altered beyond recognition."""
    return Entry(
        briefing=BriefingId(row.briefing),
        seq=row.seq,
        at=datetime.fromisoformat(row.at),
        actor=Actor(row.actor),
        event=decode(row.kind, json.loads(row.data)),
        prev=row.prev,
        hash=row.hash,
    )


def verify(rows: Sequence[Row], *, head: Head | None = None) -> Flaw | None:
    """Check a whole journal, in order of seq; None when every byte of it is as it was sealed.

    `head` is where the journal is known to end (the briefing's own row): without it a cut-off tail shows nothing.
    """
    for flaw in _flaws(rows):
        return flaw
    return None if head is None else _flaw_at_end(rows, head)


def _flaw_at_end(rows: Sequence[Row], head: Head) -> Flaw | None:
    """Compare the end of an unbroken chain with where it is known to be."""
    if len(rows) < head.seq:
        return Flaw(len(rows) + 1, "missing")
    if head.seq and rows[head.seq - 1].hash != head.hash:
        return Flaw(head.seq, "is not the entry that was sealed")
    if len(rows) > head.seq:
        return Flaw(head.seq + 1, "comes after the end")
    return None


def _flaws(rows: Sequence[Row]) -> Iterator[Flaw]:
    prev = GENESIS
    for expected, row in enumerate(rows, start=1):
        if row.seq > expected:
            yield Flaw(expected, "missing")
        if row.seq < expected:
            yield Flaw(row.seq, "out of place")
        if row.prev != prev:
            yield Flaw(row.seq, "does not follow its predecessor")
        if _digest_of_row(row) != row.hash:
            yield Flaw(row.seq, "altered")
        prev = row.hash


def _digest_of_row(row: Row) -> str | None:
    """Return the digest; None for a row no digest can be taken of: no JSON, nested without end, half a character."""
    try:
        return digest_of(
            briefing=row.briefing,
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            kind=row.kind,
            data=json.loads(row.data),
            prev=row.prev,
        )
    except (ValueError, RecursionError):
        return None


def canonical(value: object) -> str:
    """Write JSON in one spelling only (RFC 8785, for values without floats)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(*, briefing: str, seq: int, at: str, actor: str, kind: str, data: object, prev: str) -> str:
    """SHA-256 over an entry's canonical bytes and its predecessor's hash, hexadecimal."""
    fields = {"actor": actor, "at": at, "briefing": briefing, "data": data, "kind": kind, "prev": prev, "seq": seq}
    return hashlib.sha256(canonical(fields).encode()).hexdigest()
