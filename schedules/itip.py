"""Replies of calendar programs (RFC 5546, section 3.2.3), read out of a mail or a calendar file that anybody may send.

Only what answers an invitation is looked at; sizes and depths are bounded, and nothing is believed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from icalendar.parser import Contentline, Contentlines

from schedules.strangers import FAULTS, LARGEST, LONGEST_WORDS, NoMail, clean, parsed, sender_of
from server.core.errors import ProtocolError

LARGEST_CALENDAR: Final = 64 * 1024
MOST_PARTS: Final = 50

MOST_ANSWERED: Final = 10

_MESSAGE_ID: Final = re.compile(r"<([^<>@\s]{1,200}@[^<>@\s]{1,200})>")
_STAMP: Final = "%Y%m%dT%H%M%SZ"


class NotAReply(ProtocolError):
    """There is no reply to an invitation in it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a calendar program says that somebody answers."""

    uid: str
    attendee: str  # the mail address that was invited
    partstat: str  # in capitals: "ACCEPTED"
    sequence: int
    stamped_at: datetime | None
    comment: str = ""
    instance: datetime | None = None  # which date of a recurring event; naive: on the clock of whoever invited


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail says of itself."""

    sender: str = ""
    subject: str = ""


def read(content: bytes) -> tuple[Envelope, Reply]:
    """Read a mail (RFC 5322) or a calendar (RFC 5545) of at most a mebibyte. Raises NotAReply."""
    if len(content) > LARGEST:
        raise NotAReply("too large")
    if content.lstrip(b"\xef\xbb\xbf \r\n")[:15].upper() == b"BEGIN:VCALENDAR":
        return Envelope(), _reply(content)
    try:
        return _in_mail(content)
    except (NoMail, *FAULTS) as error:
        raise NotAReply(f"no mail: {type(error).__name__}") from error  # the parser's own faults


def envelope_of(content: bytes) -> Envelope:
    """Return what any mail says of itself, as far as it can be read."""
    try:
        return _envelope(parsed(content))
    except (NoMail, *FAULTS):
        return Envelope()


def answered(content: bytes) -> tuple[str, ...]:
    """Return the Message-IDs that a mail says it answers (RFC 5322, section 3.6.4), the last first, ten at most."""
    try:
        mail = parsed(content)
        said = f"{mail.get('References', '')} {mail.get('In-Reply-To', '')}"
    except (NoMail, *FAULTS):
        return ()
    return tuple(reversed(_MESSAGE_ID.findall(said[-LARGEST_CALENDAR:])[-MOST_ANSWERED:]))


def _in_mail(content: bytes) -> tuple[Envelope, Reply]:
    mail = parsed(content)
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            break
        if part.get_content_type() in {"text/calendar", "application/ics"}:
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return _envelope(mail), _reply(payload)
    raise NotAReply("no calendar in it")


def _envelope(mail: EmailMessage) -> Envelope:
    return Envelope(sender_of(mail), clean(str(mail.get("Subject", ""))))


def _reply(content: bytes) -> Reply:
    """Read the first event of a calendar whose METHOD is REPLY."""
    if len(content) > LARGEST_CALENDAR:
        raise NotAReply("too large")
    found: dict[str, Contentline] = {}
    try:
        for path, name, line in _lines(content):
            if path in {("VCALENDAR",), ("VCALENDAR", "VEVENT")}:
                found.setdefault(name, line)
        return _read(found)
    except (ValueError, KeyError, IndexError) as error:
        raise NotAReply(f"no calendar: {error}") from error


def _lines(content: bytes) -> Iterator[tuple[tuple[str, ...], str, Contentline]]:
    """Yield each line with the components around it; only the first two levels are told apart."""
    path: list[str] = []
    lines: Iterable[Contentline] = Contentlines.from_ical(  # type: ignore[no-untyped-call]
        content.decode("utf-8-sig", errors="replace")
    )
    for line in lines:
        if not line:
            continue
        name, _, value = line.parts()
        if name.upper() == "BEGIN":
            path.append(value.upper())
        elif name.upper() == "END":
            del path[-1:]
        else:
            yield tuple(path[:3]), name.upper(), line


def _read(found: dict[str, Contentline]) -> Reply:
    if _value(found["METHOD"]).upper() != "REPLY":
        raise NotAReply("another method")
    _, parameters, attendee = found["ATTENDEE"].parts()
    return Reply(
        uid=clean(_value(found["UID"])),
        attendee=_address(attendee),
        partstat=str(parameters.get("PARTSTAT", "")).upper()[:LONGEST_WORDS],
        sequence=_number(_value(found["SEQUENCE"])) if "SEQUENCE" in found else 0,
        stamped_at=_moment(_value(found["DTSTAMP"])) if "DTSTAMP" in found else None,
        comment=_text(_value(found["COMMENT"])) if "COMMENT" in found else "",
        instance=_instance(found["RECURRENCE-ID"]) if "RECURRENCE-ID" in found else None,
    )


def _value(line: Contentline) -> str:
    value: str = line.parts()[2]
    return value


def _address(uri: str) -> str:
    """Return the address of a mailto URI (RFC 6068), as it is compared: in small letters."""
    scheme, _, address = uri.partition(":")
    if scheme.lower() != "mailto":
        raise NotAReply("no mail address")
    return clean(unquote(address.partition("?")[0])).lower()


def _number(text: str) -> int:
    """Read a SEQUENCE; what no INTEGER can be is none (RFC 5545, section 3.3.8)."""
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):  # noqa: PLR2004 - digits
        raise NotAReply("no sequence")
    return int(text)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _STAMP).replace(tzinfo=UTC)


def _instance(line: Contentline) -> datetime:
    """Read a RECURRENCE-ID (RFC 5545, section 3.8.4.4); a zone under a name of somebody's own is ours."""
    _, parameters, value = line.parts()
    if value.endswith("Z"):
        return _moment(value)
    local = datetime.strptime(value, _STAMP.removesuffix("Z"))  # noqa: DTZ007 - the zone is said beside it
    try:
        return local.replace(tzinfo=ZoneInfo(str(parameters.get("TZID", ""))))
    except (KeyError, ValueError, OSError):
        return local


def _text(value: str) -> str:
    """Read a TEXT (RFC 5545, section 3.3.11)."""
    plain = value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";")
    return clean(plain.replace("\\\\", "\\"), keep="\n")
