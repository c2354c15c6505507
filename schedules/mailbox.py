"""The mailbox that replies come to: read by IMAP (RFC 3501) in a thread, from where it was read last.

Messages stay in the mailbox as they are, unread marks too: people may read it beside this service.
"""

import imaplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

LARGEST: Final = 1024 * 1024
"""Bytes of a message that is fetched; replies have a few thousand, and of a larger message only the head is."""

TIMEOUT: Final = 30.0
"""Seconds until a server that says nothing counts as away."""

MOST: Final = 200
"""Messages of one visit; the next follows at once."""


MOST_BYTES: Final = 16 * 1024 * 1024
"""Bytes of one visit, give or take a message: anybody may send mails."""


class Encryption(StrEnum):
    """How the connection is protected."""

    TLS = "tls"  # from the first byte
    STARTTLS = "starttls"
    NONE = "none"


class MailboxAway(Exception):
    """The mailbox cannot be read at present; the words say why."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where replies come to."""

    host: str
    port: int
    encryption: Encryption
    user: str
    password: Path  # a file, read at each visit
    folder: str = "INBOX"

    @property
    def name(self) -> str:
        """What its cursor is kept under."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


@dataclass(frozen=True, slots=True)
class Place:
    """How far a mailbox has been read: UIDs rise for as long as the validity stays (RFC 3501, section 2.3.1.1)."""

    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Message:
    """A message, or the head of one that is too large."""

    uid: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that the server does not give out: those after it have not been asked for."""

    uid: int
    reason: str


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit found: the messages after the place, in order, and whether there are more."""

    validity: int
    messages: tuple[Message, ...]
    newest: int  # no message has a greater UID
    more: bool
    withheld: Withheld | None = None


def visit(mailbox: Mailbox, since: Place | None) -> Visit:
    """Read what has come since a place; with none, or under another validity, only look where the end is.

    Blocks: call it in a thread. Raises MailboxAway.
    """
    try:
        with _connected(mailbox) as server:
            _expect(server.login(mailbox.user, mailbox.password.read_text(encoding="utf-8").rstrip("\r\n")))
            _expect(server.select(f'"{mailbox.folder}"', readonly=True))
            return _look(server, since)
    except (imaplib.IMAP4.error, OSError, ValueError, UnicodeError) as error:
        raise MailboxAway(_words(error)) from error


@contextmanager
def _connected(mailbox: Mailbox) -> Iterator[imaplib.IMAP4]:
    """Sign off in the end, even from a server that has hung up."""
    server = _opened(mailbox)
    try:
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()
        with suppress(OSError):
            server.shutdown()


def _opened(mailbox: Mailbox) -> imaplib.IMAP4:
    protected = ssl.create_default_context()
    if mailbox.encryption is Encryption.TLS:
        return imaplib.IMAP4_SSL(mailbox.host, mailbox.port, ssl_context=protected, timeout=TIMEOUT)
    server = imaplib.IMAP4(mailbox.host, mailbox.port, timeout=TIMEOUT)
    if mailbox.encryption is Encryption.STARTTLS:
        server.starttls(protected)
    return server


def _look(server: imaplib.IMAP4, since: Place | None) -> Visit:
    validity, newest = _number(server.response("UIDVALIDITY")), _number(server.response("UIDNEXT")) - 1
    if since is None or since.validity != validity:
        return Visit(validity, (), newest, more=False)
    new = [uid for uid in sorted(_uids(server, since.uid + 1)) if uid > since.uid]
    messages, size = list[Message](), 0
    for one in _fetched(server, new[:MOST]):
        if isinstance(one, Withheld):
            return Visit(validity, tuple(messages), newest, more=False, withheld=one)
        messages.append(one)
        size += len(one.content)
        if size >= MOST_BYTES:
            return Visit(validity, tuple(messages), newest, more=True)
    return Visit(validity, tuple(messages), newest, more=len(new) > MOST)


def _uids(server: imaplib.IMAP4, first: int) -> Iterator[int]:
    """Yield the UIDs from one on; a server names its last message even where there is none."""
    for line in _expect(server.uid("SEARCH", "UID", f"{first}:*")):
        if isinstance(line, bytes):
            yield from map(int, line.split())


def _fetched(server: imaplib.IMAP4, uids: Sequence[int]) -> Iterator[Message | Withheld]:
    """Fetch messages one by one, the first mebibyte of each, without marking them as read."""
    for uid in uids:
        try:
            parts = _expect(server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST + 1}>)"))
        except (MailboxAway, imaplib.IMAP4.error) as error:  # some servers hang up over what they cannot read
            yield Withheld(uid, _words(error))
            return
        for part in parts:
            if isinstance(part, tuple) and isinstance(part[1], bytes):
                yield Message(uid, part[1])


def _expect(answer: tuple[str, Sequence[Any]]) -> Sequence[Any]:
    """Return what a server said to a command. Raises MailboxAway unless that was OK."""
    status, data = answer
    if status != "OK":
        raise MailboxAway(_words(data[0] if data else status))
    return data


def _number(answer: tuple[str, Sequence[Any]]) -> int:
    data = answer[1]
    if not data or not isinstance(data[0], bytes):
        raise MailboxAway("the server numbers no messages")
    return int(data[0])


def _words(reason: object) -> str:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return " ".join(text.split())[:300] or type(reason).__name__
