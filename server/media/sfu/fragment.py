"""Trickled candidates (RFC 8840; RFC 9725, section 4.3): ICE-lite needs none, so they are checked and dropped."""

from server.media.errors import BadOffer, RestartUnsupported
from server.media.sfu.ice import Credentials

_MAX_FRAGMENT = 16 * 1024  # characters


def check(fragment: str, remote: Credentials) -> None:
    """Refuse what is no SDP fragment (BadOffer) and what would restart ICE (RestartUnsupported)."""
    if len(fragment) > _MAX_FRAGMENT:
        raise BadOffer("the fragment is too long")
    for line in fragment.splitlines():
        if line and line[1:2] != "=":
            raise BadOffer("the fragment is malformed")
        name, _, value = line.partition(":")
        if name == "a=ice-ufrag" and value.strip() != remote.ufrag:
            raise RestartUnsupported
        if name == "a=ice-pwd" and value.strip() != remote.pwd:
            raise RestartUnsupported
