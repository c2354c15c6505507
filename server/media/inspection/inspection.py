"""When which source is looked at and listened to, and what is made of it: stills and signals of everybody."""

from collections.abc import Callable
from datetime import datetime
from weakref import WeakKeyDictionary

from server.core.ids import HUB, EndpointCode
from server.core.stills import Still
from server.media.inspection.inspector import Inspector
from server.media.inspection.watch import Watch
from server.media.plane import Pictured
from server.media.sfu.outbox import Outbox
from server.media.sfu.publisher import Publisher
from server.media.sfu.settings import SfuSettings
from server.media.sfu.studio import Studio

_GOLDEN = 0.618034
"""Multiples of it, modulo 1, lie apart as evenly as can be however many there are."""


class Inspection:
    """Everything of one forwarding unit. Nothing here awaits; decoding is the inspector's."""

    def __init__(
        self, inspector: Inspector, outbox: Outbox, clock: Callable[[], datetime], settings: SfuSettings
    ) -> None:
        """Look at each source every `stills_every` seconds of the settings."""
        self._inspector = inspector
        self._outbox = outbox
        self._clock = clock
        self._settings = settings
        self._watches: WeakKeyDictionary[Publisher, Watch] = WeakKeyDictionary()
        self._made = 0

    def attend(self, studio: Studio, publisher: Publisher, level: int | None, now: float) -> None:
        """Do what is due for one publisher; `level` is the loudest of the window of 100 ms that has ended, in -dBov.

        Content is left alone: a document may stand still.
        """
        if publisher.content:
            return
        watch = self._watches.get(publisher) or self._watch(studio, publisher, now)
        watch.attend(level, now, is_open=_is_open(studio, publisher.source))
        publisher.signals = watch.signals(now)

    def _watch(self, studio: Studio, publisher: Publisher, now: float) -> Watch:
        self._made += 1

        def show(jpeg: bytes, width: int, height: int) -> None:
            if studio.publishers.get(publisher.source) is publisher:
                still = Still(self._clock(), jpeg, width, height)
                self._outbox.put(Pictured(studio.briefing, publisher.source, still))

        phase = self._made * _GOLDEN % 1
        watch = Watch(publisher, self._inspector.submit, show, settings=self._settings, phase=phase, now=now)
        self._watches[publisher] = watch
        return watch


def _is_open(studio: Studio, source: EndpointCode) -> bool:
    """Whether a source's microphone ought to be on: others are off by design, and digital silence is right there."""
    program = studio.program
    if source == HUB:
        return program.on_air is None
    return source == program.on_air or source in program.on_deck
