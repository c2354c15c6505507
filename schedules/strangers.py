"""Mails that anybody may send (RFC 5322), parsed within bounds: what would take long is not looked into."""

import re
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parseaddr
from typing import Any, Final, cast

from server.core.errors import ProtocolError

LARGEST: Final = 1024 * 1024
"""Bytes of a mail that is looked into; a reply has a few thousand."""

MOST_LINES: Final = 40_000
"""Lines: a mebibyte of an attachment in base64 has 14,000."""

MOST_BORDERS: Final = 200
"""Lines that may be borders between parts."""

MOST_NESTED: Final = 12
"""Places that may name a border: each line of a mail is held against all of them."""

LONGEST_HEADER: Final = 2 * 1024
"""Characters of a header that are read: the parser takes the square of the length, minutes for a mebibyte."""

LONGEST_WORDS: Final = 1000

FAULTS: Final = (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the parser raises for what is no mail."""

_BORDER: Final = re.compile(rb"^--", re.MULTILINE)
_NESTED: Final = re.compile(rb"boundary|message/", re.IGNORECASE)


class NoMail(ProtocolError):
    """It is no mail that can be looked into."""


class _Bounded(EmailPolicy):
    """The rules of today's mails, with an end to each header."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        """Read a header when it is asked for."""
        return super().header_fetch_parse(name, value[:LONGEST_HEADER])


_POLICY: Final = cast("Policy[EmailMessage]", _Bounded())


def parsed(content: bytes) -> EmailMessage:
    """Parse a mail, of one too large its first mebibyte. Raises NoMail for what would take long, or is none."""
    content = content[:LARGEST]
    lines = max(content.count(b"\n"), content.count(b"\r"))
    if lines > MOST_LINES or _more(_BORDER, content, MOST_BORDERS) or _more(_NESTED, content, MOST_NESTED):
        raise NoMail("of too many lines or parts")
    try:
        return message_from_bytes(content, policy=_POLICY)
    except FAULTS as error:
        raise NoMail(type(error).__name__) from error


def sender_of(mail: EmailMessage) -> str:
    """Return the address that a mail says it is from; nothing for none."""
    return clean(parseaddr(str(mail.get("From", "")))[1])


def clean(text: str, keep: str = "") -> str:
    """Return a text that everything of ours can keep and show."""
    kept = "".join(letter for letter in text if letter in keep or letter.isprintable())
    return kept.strip()[:LONGEST_WORDS]


def _more(pattern: re.Pattern[bytes], content: bytes, most: int) -> bool:
    """Whether a pattern is there more often than that."""
    return any(number > most for number, _ in enumerate(pattern.finditer(content), 1))
