"""The stage cut into files: a new one for each source, codec and size. Runs in the recorder process only."""

import errno
import os
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Final

from server.core import tape
from server.core.errors import ProtocolError
from server.core.ids import HUB, EndpointCode
from server.media.recording.messages import TUNED, Lane, Tuned, read_tuned
from server.media.recording.order import Order
from server.media.recording.part import FRAGMENT, Part, format_of
from server.media.recording.pictures import Picture, Pictures, Shape
from server.media.sfu import crossing
from server.media.sfu.codec import CLOCK_RATE, Kind
from server.media.sfu.crossing import MEDIA, Clocked
from server.media.sfu.track import Arrival

SYNC: Final = 5.0
"""Seconds between two moments at which all that is complete is made to reach the disk."""

NO_PICTURE: Final = 3.0
"""Seconds for which sound waits for a picture to share a file with."""

RETRY: Final = 5.0
"""Seconds after a failure until a new file is tried."""

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STAGE: Final = (Lane.SOUND, Lane.PICTURE)
_RATES: Final = {lane: CLOCK_RATE[Kind.VIDEO if lane is Lane.PICTURE else Kind.AUDIO] for lane in Lane}


@dataclass(slots=True)
class _Incoming:
    """One stream that is recorded."""

    lane: Lane
    source: EndpointCode
    order: Order = field(default_factory=Order)
    pictures: Pictures = field(default_factory=Pictures)
    clock: tuple[float, int] | None = None  # a moment and the timestamp of it: the file's, while one is written
    latest: tuple[float, int] | None = None  # the same as it was told last

    def moment(self, timestamp: int, at: float) -> float:
        """Tell when something was captured; while that is not known, when it came."""
        if self.clock is None:
            return at
        since, known = self.clock
        ahead = ((timestamp - known + 0x80000000) & 0xFFFFFFFF) - 0x80000000
        return since + ahead / _RATES[self.lane]


@dataclass(slots=True)
class _Open:
    """The file that is being written."""

    part: Part
    facts: tape.Part
    shape: Shape | None
    origin: float  # its beginning, by the clock of the packets


class Tape:
    """The recording of one briefing in one folder. Nothing here raises for what a disk does: see `failure`."""

    def __init__(self, folder: Path, wall: Callable[[], tuple[float, datetime]]) -> None:
        """Go on after the last file in the folder; `wall` tells the packets' clock and the time of day together.

        Raises OSError, and ProtocolError for a list that no recorder wrote.
        """
        self.failure = ""  # in a word; empty: all is well
        self.octets = 0  # of the files that are finished
        self.wanted: deque[int] = deque()  # streams that cannot go on without a keyframe
        self._folder = folder
        self._wall = wall
        self._incoming: dict[int, _Incoming] = {}  # by the stream's number
        self._lanes: dict[Lane, int] = {}
        self._open: _Open | None = None
        self._early: list[tuple[float, int, bytes]] = []  # sound that waits for a file: moment, track, packet
        self._sync_due = self._retry_at = float("-inf")
        self._list = (folder / tape.MANIFEST).open("a+b", buffering=0)
        self.parts = self._last()

    def _last(self) -> int:
        """Return the number of the last file; a torn line of a recorder that died is cut off."""
        self._list.seek(0)
        text = self._list.read()
        whole = text[: text.rfind(b"\n") + 1]
        self._list.truncate(len(whole))
        return max((part.number for part in tape.parts(whole.decode())), default=0)

    def take(self, data: bytes, now: float) -> None:
        """Take one message. Raises ProtocolError."""
        if data[0] == MEDIA:
            for stream, arrival in crossing.arrivals(data, now):
                if (one := self._incoming.get(stream)) is not None:
                    self._come(stream, one, arrival)
        elif data[0] == TUNED:
            self._tune(read_tuned(data))
        elif isinstance(clocked := crossing.parse(data), Clocked) and clocked.stream in self._incoming:
            one = self._incoming[clocked.stream]
            one.latest = (clocked.moment, clocked.timestamp)
            one.clock = one.clock or one.latest

    def rest(self, now: float) -> None:
        """Do what time alone brings about; called several times a second."""
        if self._open is None and self._early and now - self._early[0][0] > NO_PICTURE:
            self._begin(None, self._early[0][0], now)
        if self._open is None and self.failure and now >= self._retry_at:
            self._want_keyframe()
        if self._open is not None and now >= self._sync_due:
            self._sync_due = now + SYNC
            self._try(now, self._open.part.sync)
            if self._open is not None and self._open.part.milliseconds > 2000 * FRAGMENT:
                self.failure = ""

    def close(self) -> None:
        """Finish: nothing more comes."""
        for stream in list(self._incoming):
            self._forget(stream)
        self._finish()
        self._list.close()

    def _tune(self, tuned: Tuned) -> None:
        before = self._lanes.pop(tuned.lane, 0)
        self._forget(before)
        if tuned.stream:
            self._lanes[tuned.lane] = tuned.stream
            self._incoming[tuned.stream] = _Incoming(tuned.lane, tuned.source)
        if self._open is not None and self._open.facts.source not in self._sources:
            self._finish()

    @property
    def _sources(self) -> list[EndpointCode]:
        """Whose sound and picture are on the stage: one source's, but for the moment in which it changes."""
        return [self._incoming[self._lanes[lane]].source for lane in _STAGE if lane in self._lanes]

    def _forget(self, stream: int) -> None:
        """Let a stream go, with what still waited for its turn."""
        if (one := self._incoming.get(stream)) is not None:
            for arrival, missing in one.order.flush():
                self._handle(stream, one, arrival, missing=missing)
            self._incoming.pop(stream, None)

    def _come(self, stream: int, one: _Incoming, arrival: Arrival) -> None:
        for ready, missing in one.order.take(arrival):
            self._handle(stream, one, ready, missing=missing)

    def _handle(self, stream: int, one: _Incoming, arrival: Arrival, *, missing: bool) -> None:
        """Put one packet, in its turn, where it belongs."""
        moment = one.moment(arrival.timestamp, arrival.at)
        if one.lane is not Lane.PICTURE:
            self._hear(int(one.lane is Lane.HUB), arrival.payload, moment, arrival.at)
        elif (picture := one.pictures.take(arrival, missing=missing)) is not None:
            self._show(picture, moment, arrival.at)
        elif missing:
            self.wanted.append(stream)

    def _hear(self, track: int, payload: bytes, moment: float, now: float) -> None:
        if self._open is not None:
            self._try(now, partial(self._open.part.hear, track, payload, moment - self._open.origin))
        else:
            self._early.append((moment, track, payload))
            while self._early and moment - self._early[0][0] > 2 * NO_PICTURE:
                del self._early[0]

    def _show(self, picture: Picture, moment: float, now: float) -> None:
        if picture.shape is not None and (self._open is None or picture.shape != self._open.shape):
            self._begin(picture.shape, min(moment, self._early[0][0]) if self._early else moment, now)
        if self._open is not None and self._open.shape is not None:
            self._try(now, partial(self._open.part.show, picture, moment - self._open.origin))

    def _begin(self, shape: Shape | None, origin: float, now: float) -> None:
        """Begin a file, unless one has just failed; sound that waited is in it."""
        self._finish()
        early, self._early = self._early, []
        if now >= self._retry_at and self._sources:
            self._try(now, partial(self._create, self._sources[0], shape, origin))
        for moment, track, payload in early:
            if self._open is not None:
                self._hear(track, payload, moment, now)

    def _create(self, source: EndpointCode, shape: Shape | None, origin: float) -> None:
        for one in self._incoming.values():
            one.clock = one.latest
        codec = shape.codec.value if shape else ""
        clock, wall = self._wall()
        facts = tape.Part(
            number=self.parts + 1,
            file=f"{self.parts + 1:04}-{source}.{format_of(codec)}",
            source=source,
            began_at=wall - timedelta(seconds=clock - origin),
            codec=codec,
            width=shape.width if shape else 0,
            height=shape.height if shape else 0,
            has_hub=source != HUB,
        )
        self._open = _Open(Part(self._folder / facts.file, shape, has_hub=facts.has_hub), facts, shape, origin)
        self._note(tape.begun(facts))
        self.parts += 1

    def _finish(self) -> None:
        """Finish the file, and say so in the list; where the disk refuses, the list is silent on its end."""
        if self._open is None:
            return
        done, self._open = self._open, None
        try:
            if (sealed := done.part.close()) is not None:
                self._note(tape.ended(done.facts.number, sealed))
                self.octets += sealed.octets
        except OSError as error:
            self._fail(error, done.origin)

    def _try(self, now: float, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self._fail(error, now)
        except ProtocolError:  # a stranger's pictures: there is sound without them
            self._incoming.pop(self._lanes.pop(Lane.PICTURE, 0), None)

    def _fail(self, error: OSError, now: float) -> None:
        """Give a file up; a new one is tried in a while, and the failure is over when that holds something."""
        self.failure = "disk_full" if error.errno in _FULL else "disk"
        self._retry_at = now + RETRY
        if self._open is not None:
            lost, self._open = self._open, None
            lost.part.close()

    def _want_keyframe(self) -> None:
        if Lane.PICTURE in self._lanes:
            self.wanted.append(self._lanes[Lane.PICTURE])

    def _note(self, line: str) -> None:
        """Add a line to the list, on disk when this returns. Raises OSError."""
        self._list.write(line.encode())
        os.fsync(self._list.fileno())
