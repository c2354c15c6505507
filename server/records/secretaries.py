"""Who kept the minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.core.events import SecretaryNamed
from server.core.ids import Actor
from server.core.journal import Entry


@dataclass(frozen=True, slots=True)
class Secretary:
    """Somebody who wrote notes as a secretary."""

    secretary: Actor
    name: str
    since: datetime


def secretaries(entries: Iterable[Entry]) -> tuple[Secretary, ...]:
    """Return who kept the minutes, in the order in which they began."""
    told = ((entry.at, entry.event) for entry in entries)
    return tuple(Secretary(event.secretary, event.name, at) for at, event in told if isinstance(event, SecretaryNamed))
