"""What comes in on one m-line of a publisher: a stream, or the layers of one picture, each with its retransmissions."""

from collections.abc import Callable

from server.core.ids import EndpointCode
from server.media.sfu import rtp
from server.media.sfu.codec import Kind
from server.media.sfu.offer import Media
from server.media.sfu.track import Track


class Inlet:
    """One stream and that of its retransmissions. An SSRC is bound to it once, by what the offer or the packet says."""

    __slots__ = ("_line", "feedback", "level_id", "rid", "rtx", "rtx_ssrc", "time_id", "track")

    def __init__(self, source: EndpointCode, line: Media, rid: str | None, ask: Callable[[Track], None]) -> None:
        """`rid` names a simulcast layer of the m-line; `ask` sends a request for a keyframe."""
        codecs = {form.payload_type: form.codec for form in line.formats}
        self.track = Track(source, Kind(line.kind), codecs, ask)
        self.rid = rid
        self.rtx = {form.rtx: form.codec for form in line.formats if form.rtx is not None}  # by payload type
        self.rtx_ssrc: int | None = None
        self.level_id = line.extensions.level
        self.time_id = line.extensions.send_time
        self.feedback = frozenset(name for form in line.formats for name in form.feedback)
        self._line = line

    def claims(self, packet: rtp.Packet) -> bool:
        """Say whether a new SSRC is this stream's or that of its retransmissions; from then on it is bound.

        What is bound stays so: nothing a peer sends later takes a stream's place (RFC 8843, section 9.2).
        """
        mid_id = self._line.extensions.mid
        mid = None if mid_id is None else rtp.text(packet, mid_id)
        if mid is not None and mid != self._line.mid:
            return False
        if packet.payload_type in self.track.codecs and self.track.ssrc is None and self._is_media(packet):
            self.track.ssrc = packet.ssrc
            return True
        if packet.payload_type in self.rtx and self.rtx_ssrc is None and self._is_repair(packet):
            self.rtx_ssrc = packet.ssrc
            return True
        return False

    def _is_media(self, packet: rtp.Packet) -> bool:
        if self.rid is not None:
            return self._named(self._line.extensions.rid, packet)
        return not self._line.ssrcs or packet.ssrc in self._line.ssrcs

    def _is_repair(self, packet: rtp.Packet) -> bool:
        """Look for what ties a retransmission to its stream (RFC 4588, section 5.3; RFC 8852, section 3.2)."""
        if self._line.rtx_ssrcs:
            return (self.track.ssrc, packet.ssrc) in self._line.rtx_ssrcs
        return self.rid is None or self._named(self._line.extensions.repaired_rid, packet)

    def _named(self, identifier: int | None, packet: rtp.Packet) -> bool:
        return identifier is not None and rtp.text(packet, identifier) == self.rid
