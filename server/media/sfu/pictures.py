"""Which layers of a publisher's picture arrive now (simulcast, RFC 8853), by their size."""

from collections.abc import Iterable, Sequence

from server.media.sfu.codec import Codec
from server.media.sfu.keyframe import begins_keyframe
from server.media.sfu.resolution import picture_height
from server.media.sfu.track import Track

_GONE = 0.6  # seconds a layer is silent while another is not; browsers stop and start layers by themselves


class Pictures:
    """The video tracks of one publisher: all layers of the same picture."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        """`tracks` are in the offer's order, which is by size where nothing better is known."""
        self.arriving: tuple[Track, ...] = ()  # smallest first
        self._all = tuple(tracks)

    def note(self, track: Track, codec: Codec, payload: bytes) -> bool:
        """Take note of a packet; say whether other layers arrive than before, or in another order."""
        is_new = track not in self.arriving
        if len(self._all) > 1 and begins_keyframe(codec, payload):
            height = picture_height(codec, payload)
            is_new |= height != track.height
            track.height = height or track.height
        return is_new and self._now((*self.arriving, track))

    def drop_silent(self) -> bool:
        """Drop the layers that have ceased; say whether any has. When all are silent it is the line, and all stay."""
        newest = max((track.reception.arrived for track in self.arriving), default=0.0)
        return self._now(track for track in self.arriving if newest - track.reception.arrived <= _GONE)

    def drop(self, ssrcs: set[int]) -> bool:
        """Drop layers that said goodbye, but never the last one; say whether any did."""
        return self._now([track for track in self.arriving if track.ssrc not in ssrcs] or self.arriving)

    def _now(self, arriving: Iterable[Track]) -> bool:
        before, present = self.arriving, set(arriving)
        ordered = [track for track in self._all if track in present]
        if all(track.height for track in ordered):
            ordered.sort(key=lambda track: track.height or 0)
        self.arriving = tuple(ordered)
        return self.arriving != before
