"""What a room hears: levels become speech, and speech waits until it is stored."""

from collections.abc import Sequence
from datetime import datetime

from server.core import speech
from server.core.events import BriefingCancelled, BriefingClosed, Event, RehearsalEnded, SpeechDetected
from server.core.ids import HUB, EndpointCode
from server.core.journal import Entry
from server.core.state import Briefing


class Hearing:
    """The speech of one briefing: what is being said, and what was said and is not stored yet."""

    def __init__(self) -> None:
        self._speech = speech.Speech()
        self.unstored: tuple[SpeechDetected, ...] = ()

    def hear(self, state: Briefing, at: datetime, window: float, levels: Sequence[tuple[EndpointCode, int]]) -> bool:
        """Take one window of audio levels; return whether speech has come to an end in it."""
        site = state.floor.on_air
        on_air = frozenset({HUB} if site is None else {HUB, site})
        self._speech, segments = speech.hear(self._speech, at, window, levels, on_air)
        self.unstored += segments
        return bool(segments)

    def last_words(self, events: tuple[Event, ...], now: datetime) -> tuple[Event, ...]:
        """Return what is still being said when the briefing, or its rehearsal, ends: it belongs to that."""
        if not any(isinstance(event, BriefingClosed | BriefingCancelled | RehearsalEnded) for event in events):
            return ()
        return (*self.unstored, *speech.finish(self._speech, now)[1])

    def settle(self, entries: Sequence[Entry]) -> None:
        """Forget what is stored; after a rehearsal, all of it."""
        stored = [entry.event for entry in entries if isinstance(entry.event, SpeechDetected)]
        self.unstored = tuple(event for event in self.unstored if event not in stored)
        if any(isinstance(entry.event, RehearsalEnded) for entry in entries):
            self._speech, self.unstored = speech.finish(self._speech, entries[-1].at)[0], ()
