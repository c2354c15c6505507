"""The stage is recorded: begun, in trouble, ended, checked, and deleted one day."""

from dataclasses import dataclass
from enum import StrEnum


class RecordingStoppedBecause(StrEnum):
    """Why recording ended."""

    CHAIR = "chair"  # the chair ended it
    CLOSED = "closed"  # the briefing ended


class RecordingDeletedBecause(StrEnum):
    """Why a recording was deleted."""

    POLICY = "policy"  # it was kept for as long as the house keeps recordings
    PERSON = "person"  # somebody did, for the reason in the note


@dataclass(frozen=True, slots=True)
class RecordingStarted:
    """What is on the stage is written down from now on."""


@dataclass(frozen=True, slots=True)
class RecordingFailed:
    """Nothing is written down although it should be."""

    reason: str  # in the recorder's word: disk_full, disk, overflow, stalled, lost, silent


@dataclass(frozen=True, slots=True)
class RecordingResumed:
    """It is written down again: what was on the stage since it failed is missing."""


@dataclass(frozen=True, slots=True)
class RecordingStopped:
    """Nothing is written down any more."""

    reason: RecordingStoppedBecause


@dataclass(frozen=True, slots=True)
class RecordingFlaw:
    """What is wrong with one file of a recording."""

    file: str
    problem: str


@dataclass(frozen=True, slots=True)
class RecordingChecked:
    """Every file was read from its beginning to its end, and compared with its hash and with the journal."""

    parts: int
    milliseconds: int  # of all parts together
    octets: int
    manifest: str  # SHA-256 of the list that has the hash of every file, hexadecimal
    flaws: tuple[RecordingFlaw, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordingDeleted:
    """The files are no more; that there were some stays in the journal."""

    reason: RecordingDeletedBecause
    note: str = ""
