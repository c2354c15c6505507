"""SDP fragments (RFC 8840, section 9; RFC 9725, section 4.3): trickled candidates, and ICE restarts."""

import re
from collections.abc import Sequence

from server.media.errors import BadFragment
from server.media.sfu.answer import Local, candidates
from server.media.sfu.ice import ICE_OPTIONS, PASSWORD, USERNAME, Credentials
from server.media.sfu.offer import Media

_MAX_FRAGMENT = 16 * 1024  # characters
_LINE = re.compile(r"[am]=[^\x00-\x1f\x7f]{1,1024}")
_TAG = re.compile(r'\s*"([^"]*)"\s*')


def parse(text: str) -> Credentials:
    """Return the credentials a fragment is about. Raises BadFragment.

    Its candidates are dropped: they would say where the peer may be, and ICE-lite is told by the peer's checks.
    """
    lines = text.splitlines()
    if len(text) > _MAX_FRAGMENT or not all(_LINE.fullmatch(line) for line in lines):
        raise BadFragment("the fragment is too long or malformed")
    ufrags, pwds = _values(lines, "a=ice-ufrag:"), _values(lines, "a=ice-pwd:")
    if len(ufrags) != 1 or len(pwds) != 1:
        raise BadFragment("there must be one ice-ufrag and one ice-pwd")
    ufrag, pwd = ufrags.pop(), pwds.pop()
    if not (USERNAME.fullmatch(ufrag) and PASSWORD.fullmatch(pwd)):
        raise BadFragment("ice-ufrag or ice-pwd is malformed")
    return Credentials(ufrag, pwd)


def restarts(offered: Credentials, known: Credentials) -> bool:
    """Whether a fragment asks for an ICE restart: both parts are new (RFC 8839, section 4.4.1.1.1).

    Raises BadFragment when only one is.
    """
    if (offered.ufrag == known.ufrag) != (offered.pwd == known.pwd):
        raise BadFragment("an ICE restart changes both ice-ufrag and ice-pwd")
    return offered != known


def matches(if_match: str, etag: str) -> bool:
    """Whether an If-Match header allows a change: "*", or a list with this strong tag (RFC 9110, section 13.1.1)."""
    return if_match.strip() == "*" or any(
        found is not None and f'"{found[1]}"' == etag for found in map(_TAG.fullmatch, if_match.split(","))
    )


def write(accepted: Sequence[Media], local: Local) -> str:
    """Answer an ICE restart: our new credentials, for the first m-line of the bundle, and all our candidates."""
    first = accepted[0]
    lines = [
        "a=ice-lite",
        ICE_OPTIONS,
        f"a=group:BUNDLE {' '.join(media.mid for media in accepted)}",
        f"m={first.kind} {local.port} {first.profile} {first.formats[0].payload_type}",
        f"a=mid:{first.mid}",
        *candidates(local),
    ]
    return "\r\n".join(lines) + "\r\n"


def _values(lines: Sequence[str], name: str) -> set[str]:
    return {line.removeprefix(name) for line in lines if line.startswith(name)}
