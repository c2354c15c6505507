"""Rehearsals: planned, begun and ended, in the very room of the meeting."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RehearsalDroppedBecause(StrEnum):
    """Why a planned rehearsal does not take place."""

    PERSON = "person"
    MISSED = "missed"  # its whole time passed while it could not begin


class RehearsalEndedBecause(StrEnum):
    """Why a rehearsal ended."""

    PERSON = "person"
    TIME = "time"
    OPENED = "opened"  # the lobby of the meeting opened
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RehearsalPlanned:
    """A rehearsal was planned, by its distance from the start: a meeting that is moved takes it along."""

    number: int  # 1, 2, 3, ... in the order planned or begun
    lead: int  # seconds from its beginning to the start of the meeting
    minutes: int


@dataclass(frozen=True, slots=True)
class RehearsalDropped:
    """A planned rehearsal will not take place."""

    number: int
    reason: RehearsalDroppedBecause


@dataclass(frozen=True, slots=True)
class RehearsalBegan:
    """The room is open to rehearse: what happens in it until `RehearsalEnded` is none of the meeting's."""

    number: int
    until: datetime  # when it ends by itself


@dataclass(frozen=True, slots=True)
class RehearsalEnded:
    """The rehearsal is over, and the room is as if nobody had been there."""

    number: int
    reason: RehearsalEndedBecause
