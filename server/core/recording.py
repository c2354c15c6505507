"""The recording: the chair begins and ends it, the recorder says how it fares, and it is deleted after the end only."""

from datetime import datetime

from server.core.errors import Conflict, NotFound
from server.core.events import (
    Event,
    RecordingChecked,
    RecordingDeleted,
    RecordingDeletedBecause,
    RecordingFailed,
    RecordingResumed,
    RecordingStarted,
    RecordingStopped,
    RecordingStoppedBecause,
)
from server.core.presence import NotOpen
from server.core.state import ENDED, MEETING, Briefing, Recording
from server.core.text import require_whole


class NotRecording(Conflict):
    """Nothing is being recorded; look at the page again before you end it."""

    code = "not_recording"


class StillHeld(Conflict):
    """A recording can be deleted only after the briefing has ended; end the briefing first."""

    code = "still_held"


class NoRecording(NotFound):
    """There is no recording of this briefing, or it has been deleted."""

    code = "no_recording"


class Unexplained(Conflict):
    """Deleting a recording needs a reason, which stays in the record; write one."""

    code = "deletion_unexplained"


def start(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Record from now on; while it runs already, nothing changes. Raises NotOpen before the lobby and after the end."""
    if briefing.phase not in MEETING:
        raise NotOpen(f"it is {briefing.phase}")
    return () if runs(briefing) else (RecordingStarted(),)


def stop(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Record no more. Raises NotRecording."""
    if not runs(briefing):
        raise NotRecording
    return (RecordingStopped(RecordingStoppedBecause.CHAIR),)


def end(briefing: Briefing) -> tuple[Event, ...]:
    """Return the end of recording that the end of the briefing brings, if it runs."""
    return (RecordingStopped(RecordingStoppedBecause.CLOSED),) if runs(briefing) else ()


def fare(briefing: Briefing, _now: datetime, *, failure: str | None) -> tuple[Event, ...]:
    """Take note of how the recorder fares; of a failure that lasts only the first word is written."""
    recording = briefing.recording
    if recording is None or not recording.runs or (failure is None) == (recording.failure is None):
        return ()
    return (RecordingResumed(),) if failure is None else (RecordingFailed(failure),)


def check(briefing: Briefing, _now: datetime, *, found: RecordingChecked) -> tuple[Event, ...]:
    """Write down, once, what looking at every file has found."""
    recording = briefing.recording
    if briefing.phase not in ENDED or recording is None or recording.checked or recording.deleted:
        return ()
    return (found,)


def delete(briefing: Briefing, _now: datetime, *, reason: RecordingDeletedBecause, note: str = "") -> tuple[Event, ...]:
    """Write down, once, that the files are deleted now.

    Raises NoRecording, StillHeld before the end, and Unexplained for a person who gives none.
    """
    require_whole(note)
    if briefing.recording is None:
        raise NoRecording(briefing.id)
    if briefing.phase not in ENDED:
        raise StillHeld(f"it is {briefing.phase}")
    if reason is RecordingDeletedBecause.PERSON and not note.strip():
        raise Unexplained
    return () if briefing.recording.deleted else (RecordingDeleted(reason, note.strip()),)


def runs(briefing: Briefing) -> bool:
    """Whether the stage is to be recorded now."""
    return briefing.recording is not None and briefing.recording.runs


def kept(briefing: Briefing) -> Recording:
    """Return a recording whose files are still there. Raises NoRecording."""
    if briefing.recording is None or briefing.recording.deleted:
        raise NoRecording(briefing.id)
    return briefing.recording
