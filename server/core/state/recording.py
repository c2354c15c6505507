"""The recording's state: whether it runs, how it fares, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was begun at some time."""

    since: datetime | None = None  # since when it runs; None: it does not
    failure: str | None = None  # why nothing is written at the moment, in the recorder's word
    failed_at: datetime | None = None
    checked: e.RecordingChecked | None = None
    deleted: e.RecordingDeleted | None = None
    deleted_at: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether the stage is to be written down now."""
        return self.since is not None


def _started(recording: Recording | None, _event: e.RecordingStarted, at: datetime) -> Recording:
    return replace(recording or Recording(), since=at)


def _stopped(recording: Recording | None, _event: e.RecordingStopped, _at: datetime) -> Recording:
    return replace(recording or Recording(), since=None, failure=None, failed_at=None)


def _failed(recording: Recording | None, event: e.RecordingFailed, at: datetime) -> Recording:
    return replace(recording or Recording(), failure=event.reason, failed_at=at)


def _resumed(recording: Recording | None, _event: e.RecordingResumed, _at: datetime) -> Recording:
    return replace(recording or Recording(), failure=None, failed_at=None)


def _checked(recording: Recording | None, event: e.RecordingChecked, _at: datetime) -> Recording:
    return replace(recording or Recording(), checked=event)


def _deleted(recording: Recording | None, event: e.RecordingDeleted, at: datetime) -> Recording:
    return replace(recording or Recording(), deleted=event, deleted_at=at)


MOVES: Mapping[type, Callable[[Recording | None, Any, datetime], Recording | None]] = MappingProxyType(
    {
        e.RecordingStarted: _started,
        e.RecordingStopped: _stopped,
        e.RecordingFailed: _failed,
        e.RecordingResumed: _resumed,
        e.RecordingChecked: _checked,
        e.RecordingDeleted: _deleted,
    }
)
