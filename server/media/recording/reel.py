"""Files one after another that show one thing: a new one for each source, codec and size. In the recorder process."""

import errno
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from server.core import tape
from server.core.errors import ProtocolError
from server.core.ids import HUB, EndpointCode
from server.core.tape import Slot
from server.media.recording.folder import Folder
from server.media.recording.part import FRAGMENT, Part, format_of
from server.media.recording.pictures import Picture, Shape

SYNC: Final = 5.0
"""Seconds between two moments at which all that is complete is made to reach the disk."""

NO_PICTURE: Final = 3.0
"""Seconds for which sound waits for a picture to share a file with."""

SHORTEST: Final = 1.0
"""Seconds of a file before another size begins the next: a window that is dragged has a new one with each picture."""

RETRY: Final = 5.0
"""Seconds after a failure until a new file is tried."""

_FULL: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SUFFIX: Final = {Slot.STAGE: "", Slot.CONTENT: "-content"}

Wall = Callable[[], tuple[float, datetime]]
"""Tells the packets' clock and the time of day together."""


@dataclass(slots=True)
class _Open:
    """The file that is being written."""

    part: Part
    facts: tape.Part
    shape: Shape | None
    origin: float  # its beginning, by the clock of the packets
    since: float  # when it was begun


class Reel:
    """What one slot shows. Nothing here raises for what a disk does: see `failure`."""

    def __init__(self, slot: Slot, folder: Folder, wall: Wall, *, on_begin: Callable[[], None]) -> None:
        """Write files into the folder, and list them there; `on_begin` is called when one is begun."""
        self.failure = ""  # in a word; empty: all is well
        self._slot = slot
        self._folder = folder
        self._wall = wall
        self._on_begin = on_begin
        self._source: EndpointCode | None = None
        self._open: _Open | None = None
        self._early: list[tuple[float, int, bytes]] = []  # sound that waits for a file: moment, track, packet
        self._sync_due = self._retry_at = float("-inf")

    @property
    def is_waiting(self) -> bool:
        """Whether nothing is written, and would be with the next keyframe."""
        return self._open is None and bool(self.failure) and self._wall()[0] >= self._retry_at

    def follow(self, sources: Collection[EndpointCode]) -> None:
        """Take note of whose pictures and sound come: one source's, but for the moment in which it changes."""
        if self._source is not None and self._source not in sources:
            self.finish()
            self._source = None
        self._source = self._source or next(iter(sources), None)
        if self._source is None:
            self.failure = ""  # there is nothing to be written

    def hear(self, track: int, payload: bytes, moment: float, now: float) -> None:
        """Take a packet of sound: track 0 is the source's, 1 the hub's."""
        if self._open is not None:
            self._try(now, partial(self._open.part.hear, track, payload, moment - self._open.origin))
        else:
            self._early.append((moment, track, payload))
            while self._early and moment - self._early[0][0] > 2 * NO_PICTURE:
                del self._early[0]

    def show(self, picture: Picture, moment: float, now: float) -> bool:
        """Take a picture, or refuse it: then those that follow it are of no use before another keyframe.

        Raises ProtocolError for a picture that no file takes.
        """
        if picture.shape is not None and (self._open is None or picture.shape != self._open.shape):
            if self._open is not None and self._open.shape is not None and now - self._open.since < SHORTEST:
                return False
            self._begin(picture.shape, min(moment, self._early[0][0]) if self._early else moment, now)
        if self._open is not None and self._open.shape is not None:
            self._try(now, partial(self._open.part.show, picture, moment - self._open.origin))
        return True

    def rest(self, now: float) -> None:
        """Do what time alone brings about; called several times a second."""
        if self._open is None and self._early and now - self._early[0][0] > NO_PICTURE:
            self._begin(None, self._early[0][0], now)
        if self._open is not None:
            self._leave_room(now)
        if self._open is not None and now >= self._sync_due:
            self._sync_due = now + SYNC
            self._try(now, self._open.part.sync)
            if self._open is not None and now - self._open.since > 2 * FRAGMENT:
                self.failure = ""

    def finish(self) -> None:
        """Finish the file; sound of the source that still waited for a picture has one of its own."""
        if self._open is None and any(track == 0 for _, track, _ in self._early):
            self._begin(None, self._early[0][0], self._wall()[0])
        self._early = []
        self._close()

    def _leave_room(self, now: float) -> None:
        """Finish the file in good time before the disk is full."""
        try:
            self._folder.require_room()
        except OSError as error:
            self._close()
            self._fail(error, now)

    def _begin(self, shape: Shape | None, origin: float, now: float) -> None:
        """Begin a file, unless one has just failed; sound that waited is in it. Raises ProtocolError."""
        self._close()
        early, self._early = self._early, []
        try:
            if now >= self._retry_at and self._source is not None:
                self._try(now, partial(self._create, self._source, shape, origin, now))
        except ProtocolError:
            self._early = early
            raise
        for moment, track, payload in early:
            if self._open is not None:
                self.hear(track, payload, moment, now)

    def _create(self, source: EndpointCode, shape: Shape | None, origin: float, now: float) -> None:
        self._folder.require_room(2)
        facts = self._facts(source, shape, origin)
        path = self._folder.path / facts.file
        part = Part(path, shape, sounds=1 + facts.has_hub if self._slot is Slot.STAGE else 0)
        try:
            self._folder.begin(facts)
        except OSError:
            with suppress(OSError):
                part.close()
            path.unlink()
            raise
        self._open = _Open(part, facts, shape, origin, now)
        self._on_begin()

    def _facts(self, source: EndpointCode, shape: Shape | None, origin: float) -> tape.Part:
        """Say what the next file holds."""
        clock, wall = self._wall()
        number, codec = self._folder.parts + 1, shape.codec.value if shape else ""
        return tape.Part(
            number=number,
            file=f"{number:04}-{source}{_SUFFIX[self._slot]}.{format_of(codec)}",
            source=source,
            began_at=wall - timedelta(seconds=clock - origin),
            codec=codec,
            width=shape.width if shape else 0,
            height=shape.height if shape else 0,
            has_hub=self._slot is Slot.STAGE and source != HUB,
            slot=self._slot,
        )

    def _close(self) -> None:
        """Finish the file, and say so in the list; where the disk refuses, the list is silent on its end."""
        if self._open is None:
            return
        done, self._open = self._open, None
        try:
            if done.part.close():
                self._folder.end(done.facts.number, done.part.path, done.part.milliseconds)
        except OSError as error:
            self._fail(error, self._wall()[0])

    def _try(self, now: float, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            self._fail(error, now)

    def _fail(self, error: OSError, now: float) -> None:
        """Give a file up; a new one is tried in a while, and the failure is over when that holds something."""
        self.failure = "disk_full" if error.errno in _FULL else "disk"
        self._retry_at = now + RETRY
        if self._open is not None:
            lost, self._open = self._open, None
            with suppress(OSError):
                lost.part.close()
