"""ICE-lite (RFC 8445, section 2.5): this side only answers binding requests of those who know the password."""

import re
import secrets
import struct
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Any

from aioice import stun

from server.core.errors import ProtocolError

_CHARS = r"[A-Za-z0-9+/=_-]"  # RFC 8839, section 5.4, and the three more that some clients use
USERNAME = re.compile(_CHARS + "{4,256}")
PASSWORD = re.compile(_CHARS + "{22,256}")
ICE_OPTIONS = "a=ice-options:trickle ice2"
"""We take trickled candidates (RFC 8840, section 4.1) and follow RFC 8445 (section 10 there)."""

Address = tuple[Any, ...]
"""What the socket calls a peer: (host, port), for IPv6 also flow and scope."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A username fragment and password (RFC 8445, section 5.3).

    The fragment is long enough that every answer is shorter than the request it answers: nobody is amplified.
    """

    ufrag: str
    pwd: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding request whose sender is not yet believed."""

    ufrag: str  # whose password it must prove to know
    nominates: bool  # USE-CANDIDATE (RFC 8445, section 7.1.2)
    message: stun.Message

    def is_authentic(self, credentials: Credentials) -> bool:
        """Check MESSAGE-INTEGRITY (RFC 8489, section 14.5)."""
        return self.message.check_message_integrity(credentials.pwd.encode())


def fresh_credentials() -> Credentials:
    """Make credentials that can't be guessed."""
    return Credentials(secrets.token_hex(8), secrets.token_hex(16))


def parse(datagram: bytes) -> Binding:
    """Read a binding request with USERNAME and FINGERPRINT (RFC 8445, section 7.1). Raises ProtocolError."""
    try:
        message = stun.parse_message(datagram)
    except (ValueError, struct.error) as error:
        raise ProtocolError("STUN message is malformed") from error
    is_request = message.message_method is stun.Method.BINDING and message.message_class is stun.Class.REQUEST
    if not is_request or not {"USERNAME", "FINGERPRINT"} <= message.attributes.keys():
        raise ProtocolError("STUN message is no ICE check")
    ufrag = message.attributes["USERNAME"].partition(":")[0]
    return Binding(ufrag, "USE-CANDIDATE" in message.attributes, message)


def response(binding: Binding, credentials: Credentials, address: Address) -> bytes:
    """Answer an authentic request with the address it came from (RFC 8489, section 6.3.1)."""
    answer = stun.Message(
        message_method=stun.Method.BINDING,
        message_class=stun.Class.RESPONSE,
        transaction_id=binding.message.transaction_id,
        attributes={"XOR-MAPPED-ADDRESS": (_plain(address[0]), address[1])},
    )
    answer.add_message_integrity(credentials.pwd.encode())
    return bytes(answer)


def _plain(host: str) -> str:
    """Undo the mapping of IPv4 into IPv6 that a dual-stack socket shows (RFC 4291, section 2.5.5.2)."""
    parsed = ip_address(host.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
