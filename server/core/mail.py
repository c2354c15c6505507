"""Mail: a message on its way to one recipient, and what becomes of it after each try."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from server.core.ids import BriefingId, MailId

FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(minutes=30)
"""RFC 5321, section 4.5.4.1: half an hour between tries. The first come sooner: a meeting may be close."""

GIVE_UP_AFTER: Final = timedelta(days=5)
"""RFC 5321, section 4.5.4.1: four to five days at least."""

REFUSED_FOR_GOOD: Final = 500
"""RFC 5321, section 4.2.1: from here on the same command again will be answered the same."""


ADDRESS: Final = (
    r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
)
"""A mail address as every server takes it: a dot-atom on both sides (RFC 5322, section 3.4.1), in ASCII."""

LONGEST_ADDRESS: Final = 254
"""RFC 5321, section 4.5.3.1.3: a path has 256 characters, two of them brackets."""


LONGEST_LOCAL_PART: Final = 64
"""RFC 5321, section 4.5.3.1.1."""

_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
"""A part of a domain (RFC 1035, section 2.3.1; it may begin with a digit, RFC 1123, section 2.1)."""


def is_address(text: str) -> bool:
    """Whether mails can be sent to it."""
    if len(text) > LONGEST_ADDRESS or re.fullmatch(ADDRESS, text) is None:
        return False
    local, _, domain = text.rpartition("@")
    return len(local) <= LONGEST_LOCAL_PART and all(_LABEL.fullmatch(label) for label in domain.split("."))


class MailState(StrEnum):
    """Where a mail is."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    BOUNCED = "bounced"  # accepted, and given up by a server farther on
    LAPSED = "lapsed"  # not sent while it still made sense


@dataclass(frozen=True, slots=True)
class Mail:
    """A whole message to one recipient: every try sends the same bytes, and so the same Message-ID."""

    id: MailId
    sender: str  # of the envelope: who is told when it cannot be delivered
    recipient: str
    message: bytes  # RFC 5322, in ASCII, its lines end with CRLF


@dataclass(frozen=True, slots=True)
class Cover:
    """What is known of a mail without reading it."""

    key: str  # what it is about, to whom: there is one mail of each key
    subject: str
    briefing: BriefingId | None = None
    until: datetime | None = None  # from then on it is not sent any more: it would mislead


@dataclass(frozen=True, slots=True)
class Taken:
    """A mail that one process may send until its lease ends."""

    mail: Mail
    lease: str  # unguessable: who holds it
    attempt: int  # from 1
    waiting_since: datetime  # written, or taken up again by hand


@dataclass(frozen=True, slots=True)
class Posted:
    """A mail as it is listed."""

    id: MailId
    cover: Cover
    recipient: str
    state: MailState
    attempts: int
    written_at: datetime
    due_at: datetime  # when it is tried next; of a mail that is being sent, when its lease ends
    settled_at: datetime | None  # sent, or given up
    under_way: bool
    reason: str  # of the last try that failed


@dataclass(frozen=True, slots=True)
class Census:
    """How many mails are still somebody's business: those that were sent are not counted, they only become more."""

    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None  # since when the oldest waits
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came instead of an acceptance."""

    text: str
    code: int | None = None  # of SMTP; None: the connection broke, and nobody knows whether it was accepted


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has accepted it."""


@dataclass(frozen=True, slots=True)
class Later:
    """It is tried again."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """It was not tried: the server was not to be had."""

    reason: str


@dataclass(frozen=True, slots=True)
class Dead:
    """It is not tried again unless somebody says so."""

    reason: str


Verdict = Sent | Later | GivenBack | Dead


def judge(taken: Taken, reply: Reply, *, now: datetime, chance: float) -> Later | Dead:
    """Decide what becomes of a mail that was not accepted; `chance` in [0, 1) spreads the tries of many.

    A refusal for good ends it at once, anything else after five days; the pauses begin with half a minute and double
    up to half an hour, each between half of it and all of it.
    """
    reason = reply.text if reply.code is None else f"{reply.code} {reply.text}"
    if reply.code is not None and reply.code >= REFUSED_FOR_GOOD:
        return Dead(reason)
    at = now + pause(taken.attempt) * (0.5 + chance / 2)
    return Later(at, reason) if at < taken.waiting_since + GIVE_UP_AFTER else Dead(reason)


def pause(attempt: int) -> timedelta:
    """Return the longest pause after a failed try, counted from 1."""
    doubled: int = 2 ** min(attempt - 1, 10)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
