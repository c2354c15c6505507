"""ICE-lite (RFC 8445, section 2.5): binding requests of those who know the password are answered, as bytes (RFC 8489).

Reading costs one short walk, and nothing is computed for a stranger: who a message claims to come from is known before
a code is checked.
"""

import hmac
import re
import secrets
import socket
import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv6Address, ip_address
from typing import Any

from server.core.errors import ProtocolError

_CHARS = r"[A-Za-z0-9+/=_-]"  # RFC 8839, section 5.4, and the three more that some clients use
USERNAME = re.compile(_CHARS + "{4,256}")
PASSWORD = re.compile(_CHARS + "{22,256}")
ICE_OPTIONS = "a=ice-options:trickle ice2"
"""We take trickled candidates (RFC 8840, section 4.1) and follow RFC 8445 (section 10 there)."""

LARGEST = 1024
"""Bytes of a message that is read: the longest username and much beside it."""

_MOST_ATTRIBUTES = 24
_COOKIE = 0x2112A442
_COOKIE_BYTES = _COOKIE.to_bytes(4)
_HEADER = struct.Struct("!HHL12s")
_ATTRIBUTE = struct.Struct("!HH")
_CODE = struct.Struct("!L")
_USERNAME, _INTEGRITY, _XOR_MAPPED_ADDRESS, _PRIORITY = 0x0006, 0x0008, 0x0020, 0x0024
_USE_CANDIDATE, _FINGERPRINT, _CONTROLLED = 0x0025, 0x8028, 0x8029
_INTEGRITY_SIZE, _FINGERPRINT_SIZE = 20, 4
_FINGERPRINT_MASK = 0x5354554E  # RFC 8489, section 14.7
_PEER_REFLEXIVE = 110 << 24 | 65535 << 8 | 255  # RFC 8445, section 5.1.2.1
_TIE_BREAKER = secrets.token_bytes(8)

Address = tuple[Any, ...]
"""What the socket calls a peer: (host, port), for IPv6 also flow and scope."""


class Class(IntEnum):
    """The binding messages that mean something here, by their types (RFC 8489, section 5)."""

    REQUEST = 0x0001
    INDICATION = 0x0011  # a keepalive, which asks for nothing (RFC 8445, section 11)
    SUCCESS = 0x0101


@dataclass(frozen=True, slots=True)
class Credentials:
    """A username fragment and password (RFC 8445, section 5.3).

    The fragment is long enough that every answer is shorter than the request it answers: nobody is amplified.
    """

    ufrag: str
    pwd: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A binding message whose sender is not yet believed."""

    kind: Class
    transaction: bytes
    ufrag: str  # of a request: whose password it must prove to know
    nominates: bool  # USE-CANDIDATE (RFC 8445, section 7.1.2)
    data: bytes
    sealed: int  # where MESSAGE-INTEGRITY begins; 0: there is none

    def is_authentic(self, credentials: Credentials) -> bool:
        """Check FINGERPRINT, the last attribute, and MESSAGE-INTEGRITY (RFC 8489, sections 14.7 and 14.5)."""
        data, start = self.data, self.sealed + _ATTRIBUTE.size
        if not self.sealed or data[-8:] != _fingerprint(data[:-8]):
            return False
        return hmac.compare_digest(data[start : start + _INTEGRITY_SIZE], _integrity(data[: self.sealed], credentials))


def fresh_credentials() -> Credentials:
    """Make credentials that can't be guessed."""
    return Credentials(secrets.token_hex(8), secrets.token_hex(16))


def parse(data: bytes) -> Binding:
    """Read a binding message in one walk over its attributes, without believing it. Raises ProtocolError.

    A request has USERNAME and ends with FINGERPRINT (RFC 8445, section 7.1); what stands behind MESSAGE-INTEGRITY is
    not read (RFC 8489, section 14.5).
    """
    if not _HEADER.size <= len(data) <= LARGEST:
        raise ProtocolError("STUN message is too short or too long")
    number, length, cookie, transaction = _HEADER.unpack_from(data)
    if cookie != _COOKIE or length != len(data) - _HEADER.size or number not in _CLASSES:
        raise ProtocolError("STUN message is no ICE check")
    kind = _CLASSES[number]
    name, nominates, sealed = _walked(data)
    if kind is Class.REQUEST and not name:
        raise ProtocolError("ICE check names nobody")
    ufrag = name.partition(b":")[0].decode("ascii", "replace")
    return Binding(kind, transaction, ufrag, nominates, data, sealed)


_CLASSES = {int(kind): kind for kind in Class}


def _walked(data: bytes) -> tuple[bytes, bool, int]:
    """Find USERNAME, USE-CANDIDATE, and the place of MESSAGE-INTEGRITY, where the walk ends."""
    name, nominates, position = b"", False, _HEADER.size
    for _ in range(_MOST_ATTRIBUTES):
        if position + _ATTRIBUTE.size > len(data):
            return name, nominates, 0
        kind, size = _ATTRIBUTE.unpack_from(data, position)
        start = position + _ATTRIBUTE.size
        if start + size > len(data):
            break
        if kind == _INTEGRITY and size == _INTEGRITY_SIZE:
            return name, nominates, position
        if kind == _USERNAME:
            name = data[start : start + size]
        nominates = nominates or kind == _USE_CANDIDATE
        position = start + (size + 3 & ~3)
    raise ProtocolError("STUN message has too many attributes, or one that is cut off")


def response(binding: Binding, credentials: Credentials, address: Address) -> bytes:
    """Answer an authentic request with the address it came from (RFC 8489, sections 6.3.1 and 14.2)."""
    host = _plain(address[0])
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    packed, mask = socket.inet_pton(family, host), _COOKIE_BYTES + binding.transaction
    mapped = struct.pack("!BBH", 0, 2 if ":" in host else 1, address[1] ^ _COOKIE >> 16)
    mapped += bytes(one ^ other for one, other in zip(packed, mask, strict=False))
    return _sealed(Class.SUCCESS, binding.transaction, _attribute(_XOR_MAPPED_ADDRESS, mapped), credentials)


def request(transaction: bytes, local: Credentials, remote: Credentials) -> bytes:
    """Ask whoever is at an address for an answer that only the peer can give (RFC 8445, section 7.2.2).

    It is no longer than a peer's own check: nobody is amplified.
    """
    attributes = (
        _attribute(_USERNAME, f"{remote.ufrag}:{local.ufrag}".encode())
        + _attribute(_PRIORITY, _CODE.pack(_PEER_REFLEXIVE))
        + _attribute(_CONTROLLED, _TIE_BREAKER)
    )
    return _sealed(Class.REQUEST, transaction, attributes, remote)


def fresh_transaction() -> bytes:
    """Make a transaction identifier that can't be guessed (RFC 8489, section 5)."""
    return secrets.token_bytes(12)


def _sealed(kind: Class, transaction: bytes, attributes: bytes, credentials: Credentials) -> bytes:
    """Write a message with MESSAGE-INTEGRITY and FINGERPRINT."""
    length = len(attributes) + 2 * _ATTRIBUTE.size + _INTEGRITY_SIZE + _FINGERPRINT_SIZE
    text = _HEADER.pack(kind, length, _COOKIE, transaction) + attributes
    text += _attribute(_INTEGRITY, _integrity(text, credentials))
    return text + _fingerprint(text)


def _attribute(kind: int, value: bytes) -> bytes:
    return _ATTRIBUTE.pack(kind, len(value)) + value + bytes(-len(value) % 4)


def _integrity(text: bytes, credentials: Credentials) -> bytes:
    """Compute the code over all that stands before it; the length then ends with it (RFC 8489, section 14.5)."""
    length = len(text) + _ATTRIBUTE.size + _INTEGRITY_SIZE - _HEADER.size
    return hmac.digest(credentials.pwd.encode(), text[:2] + length.to_bytes(2) + text[4:], "sha1")


def _fingerprint(text: bytes) -> bytes:
    """Write the whole attribute (RFC 8489, section 14.7)."""
    return _attribute(_FINGERPRINT, _CODE.pack(zlib.crc32(text) ^ _FINGERPRINT_MASK))


def _plain(host: str) -> str:
    """Undo the mapping of IPv4 into IPv6 that a dual-stack socket shows (RFC 4291, section 2.5.5.2)."""
    parsed = ip_address(host.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
