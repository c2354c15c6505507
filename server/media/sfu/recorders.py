"""The recorders of a forwarding unit: begun and ended with what is wanted of a briefing, and how they fare is told."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from server.core.ids import BriefingId
from server.media.plane import RecorderHealth
from server.media.recording.messages import Report
from server.media.recording.recorder import Recorder
from server.media.sfu.link import PacketLoop
from server.media.sfu.outbox import Outbox
from server.media.sfu.settings import SfuSettings
from server.media.sfu.studio import Studio
from server.media.sfu.tasks import Tasks


class Recorders:
    """Records briefings, each by a process of its own."""

    def __init__(
        self,
        outbox: Outbox,
        tasks: Tasks,
        *,
        loop: PacketLoop,
        clock: Callable[[], datetime],
        settings: SfuSettings,
    ) -> None:
        """Record into a folder of each briefing's in the `recording_dir` of the settings."""
        self._outbox = outbox
        self._tasks = tasks
        self._loop = loop
        self._clock = clock
        self._settings = settings

    def want(self, studio: Studio, *, wanted: bool) -> None:
        """Begin to record a briefing, or end; where there is no place for recordings, the silence is noticed."""
        if studio.recorder is not None and not wanted:
            studio.recorder.stop()
            studio.recorder = None
        elif studio.recorder is None and wanted and self._settings.recording_dir:
            folder = Path(self._settings.recording_dir) / studio.briefing
            tell = partial(self._tell, studio.briefing)
            studio.recorder = Recorder(studio.briefing, folder, loop=self._loop, tell=tell)
            self._tasks.start(studio.recorder.run(), name="recorder")

    def _tell(self, briefing: BriefingId, report: Report) -> None:
        free = report.free if report.free >= 0 else None
        is_low = free is not None and free < self._settings.recording_low
        failure = report.failure or None
        self._outbox.put(RecorderHealth(briefing, self._clock(), failure, free, is_low, report.parts, report.octets))
