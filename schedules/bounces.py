"""Mails that came back: delivery status notifications (RFC 3464), read out of a mail that anybody may send.

Only what names one of our mails, by its Message-ID and its recipient, says anything; nothing else of it is believed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final

from schedules.itip import answered
from schedules.strangers import FAULTS, NoMail, clean, parsed
from server.core.errors import ProtocolError
from server.core.ids import MailId

MOST_RECIPIENTS: Final = 20
"""Recipients that one notification speaks of; each of our mails has one."""

MOST_PARTS: Final = 10
LONGEST_PART: Final = 64 * 1024
"""Characters of the headers that came back."""

LONGEST_ID: Final = 200


class NotABounce(ProtocolError):
    """It does not say that a mail was given up."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that a server farther on has given up."""

    mails: tuple[MailId, ...]  # which of ours it may be: the first part of its Message-ID
    recipients: Mapping[str, str]  # in small letters, each with the words of the server


def read(content: bytes) -> Bounce:
    """Read a notification of at most a mebibyte. Raises NotABounce, also for one of delay or success."""
    try:
        mail = parsed(content)
        if mail.get_content_type() != "multipart/report":
            raise NotABounce(mail.get_content_type())
        recipients = dict(_given_up(mail))
        ids = dict.fromkeys([*_message_ids(mail), *answered(content)])
    except (NoMail, *FAULTS) as error:
        raise NotABounce(type(error).__name__) from error
    if not (recipients and ids):
        raise NotABounce("of nobody, or of no mail")
    return Bounce(tuple(MailId(one.partition("@")[0]) for one in ids), recipients)


def _given_up(mail: EmailMessage) -> Iterator[tuple[str, str]]:
    """Yield each recipient that failed for good (section 2.3.3), by both its names, with the words of the server."""
    for part in _parts(mail, "message/delivery-status"):
        for group in _messages(part)[1 : MOST_RECIPIENTS + 1]:
            if str(group.get("Action", "")).strip().lower() == "failed":
                for name in ("Final-Recipient", "Original-Recipient"):
                    if address := _typed(group, name).lower():
                        yield address, _words(group)


def _message_ids(mail: EmailMessage) -> Iterator[str]:
    """Yield the Message-ID of what came back, whole or its headers alone (RFC 6522, section 3)."""
    for part in _parts(mail, "message/rfc822", "text/rfc822-headers"):
        whole = _messages(part)
        found = whole[0] if whole else parsed(str(part.get_payload())[:LONGEST_PART].encode())
        if name := str(found.get("Message-ID", "")).strip().strip("<>")[:LONGEST_ID]:
            yield name


def _parts(mail: EmailMessage, *kinds: str) -> Iterator[EmailMessage]:
    """Yield the parts of a report that are of these kinds."""
    return (part for part in _messages(mail)[:MOST_PARTS] if part.get_content_type() in kinds)


def _messages(part: EmailMessage) -> list[EmailMessage]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, EmailMessage)] if isinstance(payload, list) else []


def _typed(group: EmailMessage, name: str) -> str:
    """Return what stands behind the type of a field: "rfc822; lan@example.vn" (RFC 3464, section 2.1.2)."""
    return clean(str(group.get(name, "")).partition(";")[2]).strip("<>")


def _words(group: EmailMessage) -> str:
    """Return what the server said, in one line: its own words, else the status code (RFC 3463)."""
    said = " ".join(_typed(group, "Diagnostic-Code").split())
    return said or clean(str(group.get("Status", "")))
