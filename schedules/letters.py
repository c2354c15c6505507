"""Mails as RFC 5322 messages: composed once, from what was decided, and never again."""

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from server.core.ids import MailId
from server.core.mail import Mail

FORM = SMTP.clone(cte_type="7bit")
"""CRLF and ASCII alone: every server on the way takes it, whatever it can do."""


@dataclass(frozen=True, slots=True)
class Office:
    """Who writes: the office that answers come to, and the mailbox of this service where that is another."""

    address: str
    name: str
    sent_by: str = ""

    @property
    def envelope(self) -> str:
        """The address that hears of what cannot be delivered."""
        return self.sent_by or self.address

    @property
    def domain(self) -> str:
        """Whose names the mails have: those of the machine that sends them."""
        return self.envelope.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Scheduling:
    """A message of iTIP (RFC 5546), for the recipient's calendar program."""

    method: str  # REQUEST or CANCEL
    content: bytes  # text/calendar, in UTF-8


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    media_type: str
    content: bytes


def compose(
    office: Office,
    recipient: str,
    *,
    mail_id: MailId,
    subject: str,
    text: str,
    now: datetime,
    topic: str = "",
    scheduling: Scheduling | None = None,
    attachment: Attachment | None = None,
) -> Mail:
    """Return a mail of plain text; `scheduling` stands beside it as another form of the same (RFC 6047, section 2.4).

    The Message-ID is made of the mail's id (RFC 5322, section 3.6.4). `Sender` names this service where it writes for
    the office (section 3.6.2); `Auto-Submitted` keeps absence notices away (RFC 3834, section 5). A topic is what
    people sort such mails by: `List-Id` (RFC 2919).
    """
    message = EmailMessage(FORM)
    message["From"] = Address(office.name, addr_spec=office.address)
    if office.sent_by:
        message["Sender"] = Address(addr_spec=office.sent_by)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{mail_id}@{office.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if topic:
        message["List-Id"] = f"<{topic}.{office.domain}>"
    message.set_content(text)
    if scheduling is not None:
        words, method = scheduling.content.decode(), {"method": scheduling.method}
        message.add_alternative(words, subtype="calendar", cte="base64", params=method)
    if attachment is not None:
        main, _, sub = attachment.media_type.partition("/")
        message.add_attachment(attachment.content, main, sub, filename=attachment.name)
    return Mail(mail_id, office.envelope, recipient, message.as_bytes())
