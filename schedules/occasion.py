"""An occasion to write, and the letters that it means: between the journal and those who put it into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from schedules.letters import Office, Scheduling
from server.core.contacts import Contact, ContactRole
from server.core.ids import BriefingId, EndpointCode
from server.core.journal import Entry
from server.core.state import Briefing


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that let one site in, and let it answer."""

    join: str = ""
    reply: str = ""


NO_LINKS = Links()


@dataclass(frozen=True, slots=True)
class Companion:
    """One of the dates that were published together, as it is now, and the addresses of its sites."""

    briefing: Briefing
    links: Mapping[EndpointCode, Links] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasion:
    """An entry of a journal, the briefing before and after it, and whom a mail about it may go to."""

    entry: Entry
    before: Briefing
    after: Briefing
    office: Office
    zone: ZoneInfo  # on whose clock times are told
    now: datetime
    contacts: Sequence[Contact] = ()  # of all sites of the plans before and after
    links: Mapping[EndpointCode, Links] = field(default_factory=dict)
    names: Mapping[EndpointCode, str] = field(default_factory=dict)  # of all sites of the plans before and after
    company: Sequence[Companion] = ()  # all dates of its publication in order, where one mail tells of several

    def contacts_of(self, endpoint: EndpointCode, role: ContactRole) -> list[Contact]:
        """Return who has a role at an endpoint and can be written to."""
        return [one for one in self.contacts if one.endpoint == endpoint and role in one.roles and one.email]

    def name_of(self, endpoint: EndpointCode) -> str:
        """Return what a site is called."""
        return self.names.get(endpoint, endpoint)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is written to one contact; the mailer makes a mail of it."""

    purpose: str  # "invitation", the first part of the mail's key: one word
    contact: Contact
    subject: str
    text: str
    scheduling: Scheduling | None = None
    until: datetime | None = None  # when nobody has to hear of it any more; None: when its briefing is over


@dataclass(frozen=True, slots=True)
class MailKey:
    """What a mail of the journal is about and to whom: there is one mail of each key."""

    purpose: str
    briefing: BriefingId
    seq: int
    endpoint: EndpointCode
    recipient: str

    def __str__(self) -> str:
        """Write it as the outbox keeps it."""
        return f"{self.purpose}/{self.briefing}/{self.seq}/{self.endpoint}/{self.recipient}"


def read_key(text: str) -> MailKey | None:
    """Read a key back; None for a mail that no entry of a journal has meant."""
    parts = text.split("/", maxsplit=4)
    if len(parts) != 5 or not parts[2].isdecimal():  # noqa: PLR2004 - the parts of a key
        return None
    purpose, briefing, seq, endpoint, recipient = parts
    return MailKey(purpose, BriefingId(briefing), int(seq), EndpointCode(endpoint), recipient)
