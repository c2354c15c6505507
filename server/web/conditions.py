"""Conditional requests: a change that is only meant for what its writer has read."""

from aiohttp import web

LONGEST = 9
"""Digits of a version."""


def version_wanted(request: web.Request) -> int | None:
    """Read If-Match as a version's number; None: whichever there is.

    Anything that is no version of ours matches nothing (RFC 9110, section 13.1.1).
    """
    if_match = request.headers.get("If-Match", "*").strip()
    if if_match == "*":
        return None
    digits = if_match.strip('"')
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else -1


def tag_wanted(request: web.Request) -> str | None:
    """Read If-Match as the tag of what its writer has read; None: whichever there is."""
    if_match = request.headers.get("If-Match", "*").strip()
    return None if if_match == "*" else if_match.strip('"')
