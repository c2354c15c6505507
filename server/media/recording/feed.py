"""What the recorder is handed of one lane: one track at a time; another layer takes over at its keyframe."""

from itertools import count

from server.core.ids import EndpointCode
from server.media.recording import messages
from server.media.recording.messages import Lane, Tuned
from server.media.sfu import crossing
from server.media.sfu.codec import Kind
from server.media.sfu.crossing import Clocked
from server.media.sfu.link import Link
from server.media.sfu.track import Arrival, Track

_CLOCK_INTERVAL = 1.0  # seconds between two messages that tell a stream's clock


class Feed:
    """One lane. What it is tuned to is what everybody may see: nothing else is ever handed on."""

    def __init__(self, lane: Lane, link: Link, numbers: "count[int]") -> None:
        """`numbers` are those that no stream on the link has had."""
        self.stream = 0  # the number of what is handed on
        self._lane = lane
        self._link = link
        self._numbers = numbers
        self._track: Track | None = None  # whose packets are handed on
        self._coming: Track | None = None  # a layer whose keyframe is waited for
        self._clock_due = float("-inf")

    def tune(self, track: Track | None, now: float) -> None:
        """Follow a track, or none."""
        if self._coming is not None and self._coming is track:
            return
        self._expect(None)
        if track is self._track:
            return
        if _is_layer(self._track, track):
            self._expect(track)
        else:
            self._follow(track)
        if track is not None:
            track.want_keyframe(now)

    def want_keyframe(self, now: float) -> None:
        """Ask for a keyframe of what is handed on."""
        if self._track is not None:
            self._track.want_keyframe(now)

    def take(self, track: Track, arrival: Arrival) -> None:
        """Hand one packet on; the first of them, and one each second, with the track's clock before it."""
        if track is not self._track:
            if not arrival.is_entry:
                return
            self._follow(track)
        if arrival.at >= self._clock_due:
            self._clock_due = arrival.at + _CLOCK_INTERVAL
            timestamp = track.timestamp_at(arrival.at) & 0xFFFFFFFF
            self._link.send(crossing.write(Clocked(self.stream, timestamp, arrival.at)))
        self._link.pass_on(crossing.packet(self.stream, arrival))

    def _expect(self, track: Track | None) -> None:
        if self._coming is not None and self._coming is not self._track:
            self._coming.detach(self)
        self._coming = track
        if track is not None:
            track.attach(self)

    def _follow(self, track: Track | None) -> None:
        """Hand on this track, and no other."""
        if self._track is not None:
            self._track.detach(self)
        self._track, self._coming = track, None
        self._clock_due = float("-inf")
        self.stream = 0 if track is None else next(self._numbers)
        source = EndpointCode("") if track is None else track.source
        self._link.send(messages.write(Tuned(self._lane, self.stream, source)))
        if track is not None:
            track.attach(self)


def _is_layer(before: Track | None, after: Track | None) -> bool:
    """Whether one is another layer of the same picture."""
    if before is None or after is None:
        return False
    return after.kind is Kind.VIDEO and after.source == before.source
