"""The mail server: one connection, opened when there is something to send and closed when there is not."""

import ssl
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog
from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from server.core.mail import Mail, Reply, is_address

log = structlog.get_logger()

CONNECT_SECONDS: Final = 30.0
ANSWER_SECONDS: Final = 600.0
"""RFC 5321, section 4.5.3.2.6: whoever waits less for the last answer sends twice what a slow server had accepted."""

SERVER_TROUBLE: Final = frozenset({421, 454, 530, 534, 535, 538})
"""Codes that are about this service and the server, whatever the mail: RFC 5321, section 3.8; RFC 4954, section 6."""


class Tls(StrEnum):
    """How the connection is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the mail server is, and as whom this service speaks to it."""

    host: str
    port: int
    tls: Tls = Tls.STARTTLS
    user: str = ""
    password_file: Path | None = None


class NotAccepted(Exception):
    """The server has not accepted one mail; others may fare better."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.text)
        self.reply = reply


class ServerAway(Exception):
    """The server cannot be reached, or does not let this service send: no mail would fare better now."""


class MailServer:
    """The way to one mail server; for one caller at a time."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._client: SMTP | None = None

    async def send(self, mail: Mail) -> None:
        """Return when the server has accepted the mail. Raises NotAccepted, or ServerAway: then it was not tried."""
        if not is_address(mail.recipient):
            raise NotAccepted(Reply("this is no mail address", 553))  # the library would send a part of it
        client = await self._connected()
        try:
            await client.sendmail(mail.sender, [mail.recipient], mail.message, timeout=ANSWER_SECONDS)
        except SMTPRecipientsRefused as refused:
            self._refuse(refused.recipients[0])
        except SMTPResponseException as refused:
            self._refuse(refused)
        except (SMTPException, OSError) as error:
            self.hang_up()
            raise NotAccepted(Reply(_told(error))) from error

    def _refuse(self, refused: SMTPResponseException) -> None:
        if refused.code in SERVER_TROUBLE:
            self.hang_up()
            raise ServerAway(_told(refused)) from refused
        raise NotAccepted(Reply(_line(refused.message), refused.code)) from refused

    async def close(self) -> None:
        """Say goodbye; the next mail opens a new connection."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            await client.quit(timeout=CONNECT_SECONDS)
        except (SMTPException, OSError):
            log.debug("mail_server_gone_before_goodbye")
        finally:
            client.close()

    def hang_up(self) -> None:
        """Close the connection without a word."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    async def _connected(self) -> SMTP:
        if self._client is not None and self._client.is_connected:
            return self._client
        try:
            client = self._new_client()
            await client.connect()
        except SMTPAuthenticationError as error:
            raise ServerAway(f"the server does not accept this service's sign-in: {_told(error)}") from error
        except (SMTPException, OSError) as error:
            raise ServerAway(_told(error)) from error
        self._client = client
        return client

    def _new_client(self) -> SMTP:
        """Return a client that is not connected; the password is read anew, for it may have been changed."""
        at = self._address
        return SMTP(
            hostname=at.host,
            port=at.port,
            username=at.user.encode() or None,
            password=at.password_file.read_bytes().strip() if at.password_file else None,
            use_tls=at.tls is Tls.TLS,
            start_tls=at.tls is Tls.STARTTLS,
            tls_context=None if at.tls is Tls.NONE else ssl.create_default_context(),
            timeout=CONNECT_SECONDS,
        )


def _told(error: Exception) -> str:
    """Return what went wrong in one line."""
    if isinstance(error, SMTPResponseException):
        return f"{error.code} {_line(error.message)}"
    return _line(str(error)) or type(error).__name__


def _line(text: str) -> str:
    return " ".join(text.split())
