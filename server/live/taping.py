"""The watch on a room's recorder: when it was last heard of, and what is wrong with the recording."""

from datetime import datetime, timedelta
from typing import Final

from server.core import recording
from server.core.state import Briefing
from server.core.status import Alarm

SILENT_AFTER: Final = timedelta(seconds=10)
"""How long a recorder may say nothing."""

RECORDING_FAILED: Final = "recording_failed"
"""The alarm while nothing is written although the stage should be."""

DISK_LOW: Final = "recording_disk_low"
"""The alarm while there is less room for recordings than there should be."""


class Taping:
    """What is known of the recorder of one briefing; `now` is the moment at which the watch begins."""

    def __init__(self, now: datetime) -> None:
        self._heard = now
        self._disk_low_since: datetime | None = None

    def heard(self, now: datetime, *, is_low: bool) -> bool:
        """Note a sign of life; return whether the disk has begun, or ceased, to fill up."""
        self._heard = now
        if is_low == (self._disk_low_since is not None):
            return False
        self._disk_low_since = now if is_low else None
        return True

    def is_silent(self, state: Briefing, now: datetime) -> bool:
        """Whether a recorder that should write says nothing at all, whatever the reason."""
        tape = state.recording
        return tape is not None and tape.since is not None and now - max(tape.since, self._heard) > SILENT_AFTER

    def alarms(self, state: Briefing) -> tuple[Alarm, ...]:
        """Return what is wrong with the briefing's recording."""
        tape, low = state.recording, self._disk_low_since
        full = (Alarm(DISK_LOW, low),) if low is not None and recording.runs(state) else ()
        failed = () if tape is None or tape.failed_at is None else (Alarm(RECORDING_FAILED, tape.failed_at),)
        return (*full, *failed)
