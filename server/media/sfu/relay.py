"""A publisher of another unit, as this unit's studios see it: its tracks are tuned to like any others."""

from collections.abc import Callable

from server.core.errors import ProtocolError
from server.core.ids import EndpointCode
from server.media.sfu.codec import Kind
from server.media.sfu.crossing import MAX_STREAMS, KeyframeWanted, Message, Offered, Wanted
from server.media.sfu.track import Outlet, Track

Tell = Callable[[Message], None]


class RelayedTrack(Track):
    """One stream that crosses a trunk, while somebody is tuned to it and no longer."""

    def __init__(self, source: EndpointCode, kind: Kind, stream: int, tell: Tell) -> None:
        """`tell` sends the unit that has the publisher a message."""
        super().__init__(source, kind, {}, lambda _: tell(KeyframeWanted(stream)))
        self.ssrc = stream  # what a keyframe is asked of
        self._stream = stream
        self._tell = tell

    def attach(self, outlet: Outlet) -> None:
        """Hand it every packet from now on; the first outlet has the stream brought here."""
        if not self.outlets:
            self._tell(Wanted(self._stream, is_wanted=True))
        super().attach(outlet)

    def detach(self, outlet: Outlet) -> None:
        """Hand it no packet any more; with the last outlet the stream is no longer wanted here."""
        was_wanted = bool(self.outlets)
        super().detach(outlet)
        if was_wanted and not self.outlets:
            self._tell(Wanted(self._stream, is_wanted=False))


class Relay:
    """A source's audio and video that arrive at another unit."""

    def __init__(self, offered: Offered, tell: Tell) -> None:
        """Know of a publisher; its streams are told by `change`. Nothing crosses before somebody is tuned to one."""
        self.briefing = offered.briefing
        self.source = offered.source
        self.content = offered.content
        self.since = offered.since
        self.pictures: tuple[RelayedTrack, ...] = ()  # that arrive there, the smallest first
        self.streams: dict[int, RelayedTrack] = {}  # by their numbers on the trunk
        self._tell = tell

    def change(self, offered: Offered) -> None:
        """Take note of what arrives there from now on. Raises ProtocolError when there are too many streams."""
        for layer in offered.layers:
            if layer.stream not in self.streams:
                self.streams[layer.stream] = RelayedTrack(self.source, layer.kind, layer.stream, self._tell)
        if len(self.streams) > MAX_STREAMS:
            raise ProtocolError("a publisher that crosses a trunk has too many streams")
        arriving = (self.streams[layer.stream] for layer in offered.layers if layer.arrives)
        self.pictures = tuple(track for track in arriving if track.kind is Kind.VIDEO)

    def track(self, kind: Kind) -> Track | None:
        """Return its audio, or its video, the largest layer that arrives; None where it has none."""
        if kind is Kind.VIDEO and self.pictures:
            return self.pictures[-1]
        return next((track for track in self.streams.values() if track.kind is kind), None)

    def remind(self, now: float) -> None:
        """Ask again for the keyframes that have not come."""
        for track in self.streams.values():
            track.remind(now)
