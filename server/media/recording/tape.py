"""The recording of one briefing, from what the media process says: each stream in order, on the reel of its slot.

Runs in the recorder process only.
"""

from collections import deque
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from server.core.errors import ProtocolError
from server.core.ids import EndpointCode
from server.core.tape import Slot
from server.media.recording.clock import Clock
from server.media.recording.folder import Folder
from server.media.recording.messages import TUNED, Lane, Tuned, read_tuned
from server.media.recording.order import Order
from server.media.recording.pictures import Pictures
from server.media.recording.reel import Reel, Wall
from server.media.sfu import crossing
from server.media.sfu.codec import CLOCK_RATE, Kind
from server.media.sfu.crossing import MEDIA, Clocked
from server.media.sfu.track import Arrival

KEYFRAMES: Final = {Slot.STAGE: 15.0, Slot.CONTENT: 60.0}
"""Seconds of pictures without a keyframe after which one is asked for: where a player can begin, and a clip.

One of a page full of writing takes a narrow line seconds.
"""

_SLOTS: Final = {Lane.SOUND: Slot.STAGE, Lane.PICTURE: Slot.STAGE, Lane.HUB: Slot.STAGE, Lane.CONTENT: Slot.CONTENT}
_SOURCES: Final = {Slot.STAGE: (Lane.SOUND, Lane.PICTURE), Slot.CONTENT: (Lane.CONTENT,)}
_PICTURES: Final = {Slot.STAGE: Lane.PICTURE, Slot.CONTENT: Lane.CONTENT}
_RATES: Final = {lane: CLOCK_RATE[Kind.VIDEO if lane in _PICTURES.values() else Kind.AUDIO] for lane in Lane}


@dataclass(slots=True)
class _Incoming:
    """One stream that is recorded."""

    lane: Lane
    source: EndpointCode
    clock: Clock
    order: Order = field(default_factory=Order)
    pictures: Pictures = field(default_factory=Pictures)
    keyframe_due: float | None = None  # when one is asked for, unless one comes


class Tape:
    """The recording of one briefing in one folder. Nothing here raises for what a disk does: see `failure`."""

    def __init__(self, folder: Path, wall: Wall) -> None:
        """Go on after the last file in the folder.

        Raises OSError, and ProtocolError for a list that no recorder wrote.
        """
        self.wanted: deque[int] = deque()  # streams that need a keyframe
        self._folder = Folder(folder)
        self._reels = {slot: Reel(slot, self._folder, wall, on_begin=partial(self._settle, slot)) for slot in Slot}
        self._incoming: dict[int, _Incoming] = {}  # by the stream's number
        self._lanes: dict[Lane, int] = {}

    @property
    def failure(self) -> str:
        """Why something is not written, in a word; empty: all is well."""
        return next((reel.failure for reel in self._reels.values() if reel.failure), "")

    @property
    def parts(self) -> int:
        """How many files there are."""
        return self._folder.parts

    @property
    def octets(self) -> int:
        """Bytes of the files that were finished."""
        return self._folder.octets

    def take(self, data: bytes, now: float) -> None:
        """Take one message. Raises ProtocolError."""
        if data[0] == MEDIA:
            for stream, arrival in crossing.arrivals(data, now):
                if (one := self._incoming.get(stream)) is not None:
                    for ready, missing in one.order.take(arrival):
                        self._handle(stream, one, ready, missing=missing)
        elif data[0] == TUNED:
            self._tune(read_tuned(data))
        elif isinstance(clocked := crossing.parse(data), Clocked) and clocked.stream in self._incoming:
            self._incoming[clocked.stream].clock.hear(clocked.moment, clocked.timestamp)

    def rest(self, now: float) -> None:
        """Do what time alone brings about; called several times a second."""
        for slot, reel in self._reels.items():
            reel.rest(now)
            stream = self._lanes.get(_PICTURES[slot])
            if stream is not None and (reel.is_waiting or self._is_due(self._incoming[stream], now)):
                self.wanted.append(stream)

    def close(self) -> None:
        """Finish: nothing more comes."""
        for stream in list(self._incoming):
            self._forget(stream)
        for reel in self._reels.values():
            reel.finish()
        self._folder.close()

    def _is_due(self, one: _Incoming, now: float) -> bool:
        """Whether a keyframe is to be asked for; once in a while until one comes."""
        if one.keyframe_due is None or now < one.keyframe_due:
            return False
        one.keyframe_due = now + KEYFRAMES[_SLOTS[one.lane]]
        return True

    def _tune(self, tuned: Tuned) -> None:
        self._forget(self._lanes.pop(tuned.lane, 0))
        if tuned.stream:
            self._lanes[tuned.lane] = tuned.stream
            self._incoming[tuned.stream] = _Incoming(tuned.lane, tuned.source, Clock(_RATES[tuned.lane]))
        slot = _SLOTS[tuned.lane]
        lanes = (lane for lane in _SOURCES[slot] if lane in self._lanes)
        self._reels[slot].follow([self._incoming[self._lanes[lane]].source for lane in lanes])

    def _forget(self, stream: int) -> None:
        """Let a stream go, with what still waited for its turn."""
        if (one := self._incoming.get(stream)) is not None:
            for arrival, missing in one.order.flush():
                self._handle(stream, one, arrival, missing=missing)
            self._incoming.pop(stream, None)

    def _handle(self, stream: int, one: _Incoming, arrival: Arrival, *, missing: bool) -> None:
        """Put one packet, in its turn, where it belongs."""
        moment = one.clock.moment(arrival.timestamp, arrival.at)
        if one.lane in {Lane.SOUND, Lane.HUB}:
            self._reels[Slot.STAGE].hear(int(one.lane is Lane.HUB), arrival.payload, moment, arrival.at)
        else:
            self._show(stream, one, arrival, moment, missing=missing)

    def _show(self, stream: int, one: _Incoming, arrival: Arrival, moment: float, *, missing: bool) -> None:
        picture = one.pictures.take(arrival, missing=missing)
        if picture is None:
            if missing:
                self.wanted.append(stream)
            return
        if picture.shape is not None:
            one.keyframe_due = arrival.at + KEYFRAMES[_SLOTS[one.lane]]
        try:
            is_taken = self._reels[_SLOTS[one.lane]].show(picture, moment, arrival.at)
        except ProtocolError:  # a stranger's pictures: all else is recorded without them
            self._incoming.pop(self._lanes.pop(one.lane, 0), None)
            return
        if not is_taken:
            one.pictures.is_broken = True
            self.wanted.append(stream)

    def _settle(self, slot: Slot) -> None:
        """Another file begins: what its streams' clocks were told last is believed at once."""
        for one in self._incoming.values():
            if _SLOTS[one.lane] is slot:
                one.clock.settle()
