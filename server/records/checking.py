"""Whether a file is exactly what the journal gives: it is made again, from the journal up to the head that it names."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice, product

from server.core.errors import UserError
from server.core.journal import Entry, Flaw, Head, Row, entry_of, verify
from server.records.differences import Difference, differences, likeness, unpacked
from server.records.files import House, record_in, write
from server.records.label import EDITION, Form, Format, Label, Part, labels_in
from server.records.names import HUB_NAMES

MOST_LABELS = 2
"""Labels that are tried at a file's beginning, and as many at its end."""

MOST_GUESSES = 64
MOST_WORDS = 100

PROPERTIES = "docProps/core.xml"

MOST_MISREAD = 8
"""Characters of a hash that may be damaged."""

PACKED = b"PK"
"""How the archive of an office file begins."""

LIKE = 0.5
"""How much of a file must be the same, for the rest to count as altered rather than as something else."""


class Outcome(StrEnum):
    """What a file is."""

    GENUINE = "genuine"  # byte for byte what the journal gives
    ALTERED = "altered"  # what the journal gives, but for some places
    OTHER_BRIEFING = "other_briefing"
    OTHER_JOURNAL = "other_journal"  # it names an entry that this journal does not have
    JOURNAL_ALTERED = "journal_altered"  # the entry it names is not among those of the journal that are still sound
    OTHER_EDITION = "other_edition"  # made by another edition of the service, which wrote its files otherwise
    OTHER_LAYOUT = "other_layout"  # made with a layout, or a time zone, that the office has changed since
    UNKNOWN = "unknown"  # no export of this service


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one file."""

    outcome: Outcome
    label: Label | None  # what the file says of itself, put right where it is damaged
    differences: tuple[Difference, ...] = ()


Journal = Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Check:
    """What was found about a file, and about the journal it was compared with."""

    verdict: Verdict
    flaw: Flaw | None  # the journal's first entry that does not fit; what stands before it is still to be relied on


def check(content: bytes, rows: Sequence[Row], head: Head, house: House) -> Check:
    """Compare a file with what a journal gives, as far as that is sound; `head` is where it is known to end."""
    flaw = verify(rows, head=head)
    sound = rows if flaw is None else rows[: max(0, flaw.seq - 1)]
    if not sound:
        return Check(Verdict(Outcome.JOURNAL_ALTERED, None), flaw)
    verdict = _compared(content, [entry_of(row) for row in sound], house)
    if flaw is not None and verdict.outcome is Outcome.OTHER_JOURNAL:
        verdict = Verdict(Outcome.JOURNAL_ALTERED, verdict.label)
    return Check(verdict, flaw)


def labels_of(content: bytes) -> tuple[Label, ...]:
    """Return the labels that may be a file's own; one that another program has packed anew has it in its properties.

    Every form has its own at its beginning or at its end: what stands between may be words that somebody typed.
    """
    found = tuple(labels_in(content))
    if content.startswith(PACKED):
        found += tuple(labels_in(unpacked(content).get(PROPERTIES, b"")))
    return tuple(dict.fromkeys((*found[:MOST_LABELS], *found[-MOST_LABELS:])))


def _compared(content: bytes, journal: Journal, house: House) -> Verdict:
    named = labels_of(content)
    made = [(label, again) for label in named if (again := _made_again(label, journal, house)) is not None]
    for label, again in made:
        if again == content:
            return Verdict(Outcome.GENUINE, label)
    if not made and not content.startswith(PACKED):  # office files carry their label twice: one is whole
        made = [pair for pair in _guessed(content, journal, house) if likeness(pair[1], content) >= LIKE]
    if not made:
        return _foreign(named, journal, house)
    label, again = max(made, key=lambda pair: likeness(pair[1], content))
    return Verdict(Outcome.ALTERED, label, differences(again, content))


def _foreign(named: Sequence[Label], journal: Journal, house: House) -> Verdict:
    """Say why a file that is not like anything the journal gives is none of it."""
    if not named:
        return Verdict(Outcome.UNKNOWN, None)
    label = next((one for one in named if one.briefing == journal[0].briefing), named[0])
    if label.briefing != journal[0].briefing:
        return Verdict(Outcome.OTHER_BRIEFING, label)
    if not _has(journal, label.head):
        return Verdict(Outcome.OTHER_JOURNAL, label)
    if label.edition != EDITION:
        return Verdict(Outcome.OTHER_EDITION, label)
    return Verdict(Outcome.OTHER_LAYOUT if _layout_changed(label, house) else Outcome.UNKNOWN, label)


def _layout_changed(label: Label, house: House) -> bool:
    """Whether the office has another layout now, or writes another time of day."""
    known = {"", *(profile.key for profile in house.profiles.values())}
    zone = house.zone if label.form.format in {Format.DOCX, Format.XLSX} else ""
    return label.form.profile not in known or label.form.zone != zone


def _has(journal: Journal, head: Head) -> bool:
    return 0 < head.seq <= len(journal) and journal[head.seq - 1].hash == head.hash


def _made_again(label: Label, journal: Journal, house: House) -> bytes | None:
    """Make the file of a label again; None when this journal and this house do not give it."""
    if label.briefing != journal[0].briefing or label.edition != EDITION or not _has(journal, label.head):
        return None
    if _layout_changed(label, house):
        return None
    try:
        return write(record_in(journal[: label.head.seq], label.form.language, house), label.form, house)
    except (UserError, LookupError, ValueError):  # a label says anything
        return None


def _guessed(content: bytes, journal: Journal, house: House) -> Iterator[tuple[Label, bytes]]:
    """Make the text files that a damaged label may have named, from what can still be read of it."""
    labels = product(_heads(content, journal), _forms(content))
    for head, form in islice(labels, MOST_GUESSES):
        label = Label(journal[0].briefing, head, form)
        again = _made_again(label, journal, house)
        if again is not None:
            yield label, again


def _heads(content: bytes, journal: Journal) -> Sequence[Head]:
    """Return the heads that a file may name: by a hash, or by a number beside what is almost its hash."""
    by_hash = {entry.hash: entry.seq for entry in journal}
    found = [by_hash[text] for text in _texts(rb"[0-9a-f]{64}", content) if text in by_hash]
    for text in _texts(rb"(?s)head=(\d{1,9}:.{64})", content):
        seq, _, digest = text.partition(":")
        if 0 < int(seq) <= len(journal) and _almost(digest, journal[int(seq) - 1].hash):
            found.append(int(seq))
    return [Head(seq, journal[seq - 1].hash) for seq in list(dict.fromkeys(found))[:2]]


def _almost(one: str, other: str) -> bool:
    return sum(left != right for left, right in zip(one, other, strict=False)) <= MOST_MISREAD


def _forms(content: bytes) -> Iterator[Form]:
    """Return the forms of text that a file may have."""
    formats = _readable(rb"format=(\w+)", content, (Format.CSV, Format.JSON, Format.RTTM, Format.VTT))
    parts = _readable(rb"part=(\w+)", content, tuple(Part))
    languages = _readable(rb"language=(\w+)", content, tuple(HUB_NAMES))
    for format_, language in product(map(Format, formats), languages):
        for part in parts if format_ is Format.CSV else ("",):
            yield Form(format_, language, part)


def _readable(pattern: bytes, content: bytes, known: Sequence[str]) -> Sequence[str]:
    """Return the known words that stand where the label has them; all of them when none does."""
    return [text for text in known if text in _texts(pattern, content)] or known


def _texts(pattern: bytes, content: bytes) -> Sequence[str]:
    """Return what stands in a file where a pattern, or the group in it, does; each once."""
    found = islice(re.finditer(pattern, content), MOST_WORDS)
    return tuple(dict.fromkeys(match[match.lastindex or 0].decode(errors="replace") for match in found))
