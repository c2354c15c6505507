"""TURN relays told to callers as Link headers (RFC 9725, section 4.6), with credentials for a limited time.

The credentials are those of coturn's `use-auth-secret`: whoever shares the secret can check them, and nobody has to
keep a list (draft-uberti-behave-turn-rest-00).
"""

import base64
import hmac
from datetime import datetime, timedelta

from server.core.people import Caller
from server.settings import Settings


def links(settings: Settings, caller: Caller, now: datetime) -> tuple[str, ...]:
    """Return the value of one Link header for each relay; none without relays."""
    username, password = credentials(settings.turn_secret, label_of(caller), now + timedelta(hours=settings.turn_hours))
    return tuple(
        f'<{url}>; rel="ice-server"; username="{username}"; credential="{password}"; credential-type="password"'
        for url in settings.turn_urls
    )


def credentials(secret: str, label: str, until: datetime) -> tuple[str, str]:
    """Return a username that says when it expires and for whom it is, and the password that goes with it."""
    username = f"{int(until.timestamp())}:{label}"
    return username, base64.b64encode(hmac.digest(secret.encode(), username.encode(), "sha1")).decode()


def label_of(caller: Caller) -> str:
    """Name a caller to the relay, which counts by it and writes it into its log: a place or a role, never a person."""
    return f"site-{caller.endpoint}" if caller.endpoint else caller.role.value
