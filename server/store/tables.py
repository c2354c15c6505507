"""The tables. The journal is the truth; what stands beside it per briefing are read rows, written with it.

`table=True` models validate nothing: rows are built by this package only, from core types.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Date, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.store.columns import AnyText, UtcDateTime


class Base(SQLModel):
    """Every table of the service, under constraint names that migrations can rely on."""

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class BriefingRow(Base, table=True):
    """A briefing as lists and the clock need it, and the head of its journal."""

    __tablename__ = "briefing"
    __table_args__ = (
        Index(None, "phase"),
        Index(None, "starts_at"),
        Index(None, "series_id"),
        Index(None, "publication_id"),
    )

    id: str = Field(primary_key=True, sa_type=AnyText)
    title: str = Field(sa_type=AnyText)
    phase: str = Field(sa_type=AnyText)
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    roster: str = Field(sa_type=AnyText)
    endpoint_count: int
    edition: int
    late_marked: bool
    rehearsal_due: datetime | None = Field(sa_type=UtcDateTime)  # when one begins, or the one that runs ends
    head_seq: int
    head_hash: str = Field(sa_type=AnyText)
    opened_at: datetime | None = Field(sa_type=UtcDateTime)
    started_at: datetime | None = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    series_id: str | None = Field(default=None, sa_type=AnyText)
    original: str | None = Field(default=None, sa_type=AnyText)  # which date of the series, on its clock
    kind: str | None = Field(default=None, sa_type=AnyText)  # None: regular, and written before kinds were kept here
    publication_id: str | None = Field(default=None, sa_type=AnyText)  # under which calendars know it, with others
    published_date: str | None = Field(default=None, sa_type=AnyText)  # and as which date: its RECURRENCE-ID


class SeriesRow(Base, table=True):
    """What a series says of its dates; which briefings those are stands on the briefings."""

    __tablename__ = "series"

    id: str = Field(primary_key=True, sa_type=AnyText)
    rule: str = Field(sa_type=AnyText)  # RFC 5545
    first: str = Field(sa_type=AnyText)  # on the clock of the zone
    zone: str = Field(sa_type=AnyText)
    plan: str = Field(sa_type=AnyText)  # canonical JSON
    dropped: list[str] = Field(sa_type=JSON)
    edition: int
    accepted: str = Field(sa_type=AnyText)
    title: str | None = Field(default=None, sa_type=AnyText)  # the plan's, for lists


class BriefingEndpointRow(Base, table=True):
    """A site that a briefing's plan names."""

    __tablename__ = "briefing_endpoint"

    briefing_id: str = Field(primary_key=True, foreign_key="briefing.id", sa_type=AnyText)
    endpoint: str = Field(primary_key=True, sa_type=AnyText)
    position: int  # from 0, in the plan's order


class JournalRow(Base, table=True):
    """A sealed entry; its key is the concurrency control, its text is exactly what was hashed."""

    __tablename__ = "journal_entry"

    briefing_id: str = Field(primary_key=True, foreign_key="briefing.id", sa_type=AnyText)
    seq: int = Field(primary_key=True)
    at: str = Field(sa_type=AnyText)  # RFC 3339
    actor: str = Field(sa_type=AnyText)
    kind: str = Field(sa_type=AnyText)
    data: str = Field(sa_type=AnyText)  # canonical JSON
    prev: str = Field(sa_type=AnyText)
    hash: str = Field(sa_type=AnyText)


def _made_by_entry() -> tuple[ForeignKeyConstraint]:
    """Tie a read row to the journal entry that made it."""
    return (ForeignKeyConstraint(["briefing_id", "seq"], ["journal_entry.briefing_id", "journal_entry.seq"]),)


class ConnectionRow(Base, table=True):
    """One connection of a site: when it joined, when it left and why."""

    __tablename__ = "connection"
    __table_args__ = (*_made_by_entry(), Index(None, "briefing_id", "endpoint", "connection"))

    briefing_id: str = Field(primary_key=True, sa_type=AnyText)
    seq: int = Field(primary_key=True)
    endpoint: str = Field(sa_type=AnyText)
    connection: str = Field(sa_type=AnyText)
    joined_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(sa_type=UtcDateTime)
    reason: str | None = Field(sa_type=AnyText)


class CheckInRow(Base, table=True):
    """One revision of what a site attested."""

    __tablename__ = "check_in"
    __table_args__ = (*_made_by_entry(), Index(None, "briefing_id", "endpoint", "revision"))

    briefing_id: str = Field(primary_key=True, sa_type=AnyText)
    seq: int = Field(primary_key=True)
    endpoint: str = Field(sa_type=AnyText)
    revision: int
    at: datetime = Field(sa_type=UtcDateTime)
    local_chair: str = Field(sa_type=AnyText)
    headcount: int
    delegates: list[dict[str, Any]] = Field(sa_type=JSON)


class TurnRow(Base, table=True):
    """A site had the floor; the running turn has no end yet."""

    __tablename__ = "turn"
    __table_args__ = _made_by_entry()

    briefing_id: str = Field(primary_key=True, sa_type=AnyText)
    seq: int = Field(primary_key=True)
    endpoint: str = Field(sa_type=AnyText)
    speaker: str = Field(sa_type=AnyText)
    topic: str = Field(sa_type=AnyText)
    granted_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(sa_type=UtcDateTime)
    reason: str | None = Field(sa_type=AnyText)


class SpeechRow(Base, table=True):
    """A stretch of detected speech at a site or at the hub."""

    __tablename__ = "speech"
    __table_args__ = _made_by_entry()

    briefing_id: str = Field(primary_key=True, sa_type=AnyText)
    seq: int = Field(primary_key=True)
    endpoint: str = Field(sa_type=AnyText)
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    on_air: bool
    loudest: int  # -dBov


class NoteRow(Base, table=True):
    """A note as it now stands, as far as it is searched and sorted by; what it says is in its entries."""

    __tablename__ = "note"
    __table_args__ = (Index(None, "kind", "finished"),)

    briefing_id: str = Field(primary_key=True, foreign_key="briefing.id", sa_type=AnyText)
    number: int = Field(primary_key=True)
    kind: str = Field(sa_type=AnyText)
    endpoint: str | None = Field(sa_type=AnyText)
    owner: str = Field(sa_type=AnyText)
    addressee: str = Field(sa_type=AnyText)
    due_by: date | None = Field(
        sa_type=Date
    )  # the last day of what is due next: the task, or an appraisal of what is done
    state: str = Field(sa_type=AnyText)
    finished: bool
    removed: bool


class ResultEntryRow(Base, table=True):
    """A journal entry that is about what the meeting came to: a note, or an amendment of the record."""

    __tablename__ = "result_entry"
    __table_args__ = _made_by_entry()

    briefing_id: str = Field(primary_key=True, sa_type=AnyText)
    seq: int = Field(primary_key=True)


class FileRow(Base, table=True):
    """A journal entry that names a file: as long as there is one, the file's bytes are kept."""

    __tablename__ = "named_file"
    __table_args__ = (*_made_by_entry(), Index(None, "sha256"))

    briefing_id: str = Field(primary_key=True, sa_type=AnyText)
    seq: int = Field(primary_key=True)
    sha256: str = Field(sa_type=AnyText)


class MailRow(Base, table=True):
    """A mail of the outbox: whole, so that every try sends the same bytes."""

    __tablename__ = "mail"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "state", "settled_at"), Index(None, "briefing_id"))

    id: str = Field(primary_key=True, sa_type=AnyText)
    key: str = Field(unique=True, sa_type=AnyText)
    briefing_id: str | None = Field(foreign_key="briefing.id", sa_type=AnyText)
    sender: str = Field(sa_type=AnyText)
    recipient: str = Field(sa_type=AnyText)
    subject: str = Field(sa_type=AnyText)
    message: bytes
    state: str = Field(sa_type=AnyText)
    written_at: datetime = Field(sa_type=UtcDateTime)
    waiting_since: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)  # while it is being sent: when its lease ends
    lease: str | None = Field(sa_type=AnyText)
    attempts: int
    reason: str = Field(sa_type=AnyText)  # of the last try that failed
    settled_at: datetime | None = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(sa_type=UtcDateTime)  # from then on it is not sent any more


class ReminderRuleRow(Base, table=True):
    """A reminder that every briefing has which has none of its own."""

    __tablename__ = "reminder_rule"

    count: int = Field(primary_key=True)
    unit: str = Field(primary_key=True, sa_type=AnyText)
    addressees: str = Field(sa_type=AnyText)  # with spaces between them
    on: bool


class ReminderRoundRow(Base, table=True):
    """A reminder has been sent before one start of a briefing."""

    __tablename__ = "reminder_round"

    briefing_id: str = Field(primary_key=True, foreign_key="briefing.id", sa_type=AnyText)
    rule: str = Field(primary_key=True, sa_type=AnyText)
    starts_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    sent_at: datetime = Field(sa_type=UtcDateTime)


class MailCursorRow(Base, table=True):
    """How far the mailer has read a journal: what comes after `seq` has yet to be told."""

    __tablename__ = "mail_cursor"

    briefing_id: str = Field(primary_key=True, foreign_key="briefing.id", sa_type=AnyText)
    seq: int


class ChairHeardRow(Base, table=True):
    """When a page of the chair's was last heard of, for processes that do not hear it themselves."""

    __tablename__ = "chair_heard"

    briefing_id: str = Field(primary_key=True, foreign_key="briefing.id", sa_type=AnyText)
    actor: str = Field(primary_key=True, sa_type=AnyText)
    at: datetime = Field(sa_type=UtcDateTime)


class ReplyAsideRow(Base, table=True):
    """A reply by mail that is no invited site's, or came too late: kept and shown, and not trusted."""

    __tablename__ = "reply_aside"
    __table_args__ = (Index(None, "settled_at", "received_at"),)

    id: str = Field(primary_key=True, sa_type=AnyText)
    briefing_id: str | None = Field(foreign_key="briefing.id", sa_type=AnyText)
    received_at: datetime = Field(sa_type=UtcDateTime)
    sender: str = Field(sa_type=AnyText)
    subject: str = Field(sa_type=AnyText)
    answer: str | None = Field(sa_type=AnyText)
    comment: str = Field(sa_type=AnyText)
    why: str = Field(sa_type=AnyText)  # the code of the refusal
    settled_at: datetime | None = Field(sa_type=UtcDateTime)  # when a person had dealt with it


class MailboxCursorRow(Base, table=True):
    """How far the mailbox has been read (RFC 3501, section 2.3.1.1): UIDs rise as long as its validity stays."""

    __tablename__ = "mailbox_cursor"

    mailbox: str = Field(primary_key=True, sa_type=AnyText)
    validity: int = Field(sa_type=BigInteger)
    uid: int = Field(sa_type=BigInteger)


class CalendarFeedRow(Base, table=True):
    """The address of a site's calendar that works now; its secret is kept as a hash only."""

    __tablename__ = "calendar_feed"

    roster: str = Field(primary_key=True, sa_type=AnyText)
    endpoint: str = Field(primary_key=True, sa_type=AnyText)
    id: str = Field(sa_type=AnyText)  # what the secret is derived from
    secret_hash: str = Field(unique=True, sa_type=AnyText)
    made_at: datetime = Field(sa_type=UtcDateTime)


class ContactRow(Base, table=True):
    """Somebody at an endpoint of a roster."""

    __tablename__ = "contact"
    __table_args__ = (UniqueConstraint("roster", "endpoint", "email_key"),)

    id: str = Field(primary_key=True, sa_type=AnyText)
    roster: str = Field(sa_type=AnyText)
    endpoint: str = Field(sa_type=AnyText)
    name: str = Field(sa_type=AnyText)
    position: str = Field(sa_type=AnyText)
    email: str = Field(sa_type=AnyText)
    email_key: str = Field(sa_type=AnyText)  # what tells it apart: the address, else the number and the name
    phone: str = Field(sa_type=AnyText)
    roles: str = Field(sa_type=AnyText)  # with spaces between them
    language: str = Field(sa_type=AnyText)


class SiteGroupRow(Base, table=True):
    """Some endpoints of a roster under a name of their own."""

    __tablename__ = "site_group"
    __table_args__ = (UniqueConstraint("roster", "name_key"),)

    id: str = Field(primary_key=True, sa_type=AnyText)
    roster: str = Field(sa_type=AnyText)
    name: str = Field(sa_type=AnyText)
    name_key: str = Field(sa_type=AnyText)  # what two spellings of the name have in common
    endpoints: list[str] = Field(sa_type=JSON)  # in the group's own order


class ExpectedDefaultRow(Base, table=True):
    """The expected delegates that new briefings of a roster begin with."""

    __tablename__ = "expected_default"

    roster: str = Field(primary_key=True, sa_type=AnyText)
    lists: list[dict[str, Any]] = Field(sa_type=JSON)


class UserRow(Base, table=True):
    """A person's account ("user" itself is a reserved word of SQL)."""

    __tablename__ = "app_user"

    id: str = Field(primary_key=True, sa_type=AnyText)
    name: str = Field(unique=True, sa_type=AnyText)
    display_name: str = Field(sa_type=AnyText)
    role: str = Field(sa_type=AnyText)
    password_hash: str = Field(sa_type=AnyText)  # argon2id, in its encoded form
    disabled_at: datetime | None = Field(sa_type=UtcDateTime)
    email: str | None = Field(sa_type=AnyText)


class SignInRow(Base, table=True):
    """A browser in which a person is signed in; the cookie's secret is kept as a hash only."""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "user_id"), Index(None, "expires_at"))

    secret_hash: str = Field(primary_key=True, sa_type=AnyText)
    user_id: str = Field(foreign_key="app_user.id", sa_type=AnyText)
    signed_in_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class TokenRow(Base, table=True):
    """A bearer token of a site, the hub or a program; its secret is kept as a hash only."""

    __tablename__ = "token"
    __table_args__ = (Index(None, "briefing_id", "endpoint"),)

    id: str = Field(primary_key=True, sa_type=AnyText)
    secret_hash: str = Field(unique=True, sa_type=AnyText)
    role: str = Field(sa_type=AnyText)
    label: str = Field(sa_type=AnyText)
    created_at: datetime = Field(sa_type=UtcDateTime)
    briefing_id: str | None = Field(foreign_key="briefing.id", sa_type=AnyText)
    endpoint: str | None = Field(sa_type=AnyText)
    expires_at: datetime | None = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(sa_type=UtcDateTime)


def table_of(row: type[Base]) -> Table:
    """Return the table behind a row class, for statements that name columns instead of building objects."""
    return row.metadata.tables[str(row.__tablename__)]
