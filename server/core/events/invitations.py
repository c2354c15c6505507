"""Sites are invited, answer, and are reminded of their answer."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.events.sites import Delegate
from server.core.ids import BriefingId, EndpointCode


class Answer(StrEnum):
    """What a site says to its invitation (PARTSTAT, RFC 5545, section 3.2.12)."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"


class AnsweredBy(StrEnum):
    """Which way an answer came."""

    PAGE = "page"  # the site's own, reached by its link
    MAIL = "mail"  # iTIP: METHOD:REPLY
    HAND = "hand"  # an organizer wrote down what was said on the telephone


@dataclass(frozen=True, slots=True)
class InvitationsSent:
    """These sites are invited, for the first time or again: a mail goes to each of their liaisons."""

    endpoints: tuple[EndpointCode, ...]
    together: tuple[BriefingId, ...] = ()  # dates of a series that one mail invites to: of the journal of the first


@dataclass(frozen=True, slots=True)
class InvitationAnswered:
    """A site answered its invitation, or answered otherwise than before; its delegates are in their order."""

    endpoint: EndpointCode
    answer: Answer
    how: AnsweredBy
    sequence: int  # of what was answered (RFC 5546, section 2.1.4)
    reason: str = ""
    delegates: tuple[Delegate, ...] = ()
    stamped_at: datetime | None = None  # DTSTAMP of a mail: when it was written, by its own clock
    sender: str = ""  # of a mail
    whole: bool = False  # it was said of the whole series, and not of this date


@dataclass(frozen=True, slots=True)
class InvitationsNudged:
    """These sites had not answered and are reminded: a mail goes to each of their liaisons."""

    endpoints: tuple[EndpointCode, ...]
