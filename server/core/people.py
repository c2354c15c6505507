"""Who may call the service, and in which role."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from server.core.ids import Actor, BriefingId, EndpointCode

UserId = NewType("UserId", str)
TokenId = NewType("TokenId", str)


class Role(StrEnum):
    """What a caller may do. People have one of the first five; tokens may have any."""

    ADMIN = "admin"  # everything, and the accounts
    ORGANIZER = "organizer"  # plans, publishes, opens and closes, reads the record
    CHAIR = "chair"  # runs the floor; publishes as the hub
    SECRETARY = "secretary"  # takes the notes, reads the record, asks to speak on a site's behalf
    OPERATOR = "operator"  # watches
    HUB = "hub"  # the hub's camera and microphone: media and the event stream, nothing else
    SITE = "site"  # one endpoint of one briefing


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account."""

    id: UserId
    name: str  # what they sign in with
    display_name: str
    role: Role
    disabled_at: datetime | None = None
    email: str = ""  # where reminders of the briefings go that this person has written down


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token; the secret itself is never kept, only its SHA-256."""

    id: TokenId
    role: Role
    label: str
    created_at: datetime
    briefing: BriefingId | None = None  # None: every briefing
    endpoint: EndpointCode | None = None  # set for, and only for, Role.SITE
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def valid(self, now: datetime) -> bool:
        """Whether the token may be used now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a request: a signed-in person, or a token."""

    role: Role
    actor: Actor
    briefing: BriefingId | None = None  # the only briefing this caller may touch; None: every one
    endpoint: EndpointCode | None = None
    name: str = ""  # what people see: the display name, or the token's label
