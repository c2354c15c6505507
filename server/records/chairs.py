"""Who acted as the chair, and for how long."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from server.core.events import ChairLeft, ChairTaken
from server.core.ids import Actor
from server.core.journal import Entry


@dataclass(frozen=True, slots=True)
class Chaired:
    """One person acted as the chair without a break."""

    chair: Actor
    name: str
    taken_at: datetime
    left_at: datetime | None  # None: they do so still


def chairs(entries: Iterable[Entry]) -> tuple[Chaired, ...]:
    """Return who acted as the chair, in order."""
    told: list[Chaired] = []
    for entry in entries:
        match entry.event:
            case ChairTaken(chair, name):
                if told and told[-1].left_at is None:
                    told[-1] = replace(told[-1], left_at=entry.at)
                if told and (told[-1].chair, told[-1].left_at) == (chair, entry.at):
                    told[-1] = replace(told[-1], left_at=None)
                else:
                    told.append(Chaired(chair, name, entry.at, None))
            case ChairLeft() if told:
                told[-1] = replace(told[-1], left_at=entry.at)
    return tuple(told)
