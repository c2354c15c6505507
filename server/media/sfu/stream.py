"""One stream to subscribers: it follows one track at a time, and no receiver sees a seam where the track changes."""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy

from server.core.ids import HUB
from server.media.sfu import rtcp
from server.media.sfu.codec import CLOCK_RATE, Codec, Kind
from server.media.sfu.holes import Holes
from server.media.sfu.retransmission import Retransmission
from server.media.sfu.rtp import HEADER, level_extension, time_and_level_extension, time_extension
from server.media.sfu.track import PLI_INTERVAL, Arrival, Track

_RING = {Kind.AUDIO: 64, Kind.VIDEO: 256}
"""Packets kept for retransmission: about a second at the full rate, 300 kB for each stream of a cohort."""

_STEP = {Kind.AUDIO: 960, Kind.VIDEO: 900}
"""The least that timestamps advance where the track changes: 20 ms of audio, 10 ms of video."""

_PADDING = bytes(254) + b"\xff"
"""The most that one packet can be padded by; the last byte counts them."""

Deliver = Callable[[bytes], None]


class Stream:
    """A slot's audio or video in one cohort: tuning, renumbering, and the ring for retransmission.

    Audio changes track at once. Video changes at the new track's next keyframe; until then nothing is shown, except
    that the hub may stay, and another layer of the same picture.
    """

    def __init__(
        self,
        kind: Kind,
        ssrc: int,
        *,
        payload_types: Mapping[Codec, int],
        level_id: int | None,
        time_id: int | None = None,
        rtx: Mapping[int, int] | None = None,
        deliver: Deliver,
        first: int,
    ) -> None:
        """`payload_types` and the ids of header extensions are what the cohort negotiated.

        `rtx` are payload types and those of their retransmissions; `first` is the first sequence number to send.
        """
        self.kind = kind
        self.ssrc = ssrc
        self.rtx_ssrc = secrets.randbelow(0xFFFFFFFF) + 1 if rtx else None  # of retransmissions
        self.feed: Track | None = None  # whose packets are sent on
        self.wanted: Track | None = None  # whose next packet (audio) or keyframe (video) is waited for
        self.packets = self.octets = 0
        self.padded = 0  # octets that hold nothing
        self._payload_types = payload_types
        self._level_id = level_id
        self._time_id = time_id
        self._rtx = rtx
        self._deliver = deliver
        self._ring: list[bytes | None] = [None] * _RING[kind]
        self._highest = first - 1  # the newest sequence number sent, extended
        self._holes = Holes()
        self._timestamp = 0  # the newest sent
        self._payload_type = next(iter(payload_types.values()))  # the newest sent
        self._is_whole = True  # the newest packet sent ends a picture
        self._sent_at: float | None = None  # when
        self._entry: tuple[int, int, float] | None = None  # the feed's latest keyframe: first packet, timestamp, when
        self._start = 0  # the first packet taken from the feed, in the feed's numbers
        self._shift = 0  # sequence numbers: ours minus the feed's
        self._timestamp_shift = 0

    def tune(self, track: Track | None, now: float) -> None:
        """Follow another track, or none. What is sent of a source other than the hub ends here and now."""
        if track is not None and track is self.wanted:
            return
        self._abandon()
        if track is self.feed:
            return
        may_stay = (HUB, track.source) if self.kind is Kind.VIDEO and track is not None else ()
        if self.feed is not None and self.feed.source not in may_stay:
            self._cut()
        if track is not None:
            self.wanted = track
            track.attach(self)
            track.want_keyframe(now, in_a_hurry=self.feed is None or self.feed.source != track.source)

    def take(self, track: Track, arrival: Arrival) -> None:
        """Send one packet of the feed on; the first fitting one of the wanted track makes it the feed."""
        if track is not self.feed and not self._begins(track, arrival):
            return
        payload_type = self._payload_types.get(arrival.codec)
        if payload_type is None or arrival.index < self._start:
            return
        sequence = arrival.index + self._shift
        timestamp = (arrival.timestamp + self._timestamp_shift) & 0xFFFFFFFF
        if sequence != self._highest + 1:
            self._holes.note(max(sequence, self._highest), max(-1, sequence - self._highest - 1))
        if sequence > self._highest:
            self._highest, self._timestamp, self._sent_at = sequence, timestamp, arrival.at
            self._payload_type, self._is_whole = payload_type, arrival.marker
            if arrival.is_entry and (self._entry is None or self._entry[1] != timestamp):
                self._entry = sequence, timestamp, arrival.at
        second = payload_type | 0x80 if arrival.marker else payload_type
        extension = self._extension(arrival)
        header = HEADER.pack(0x90 if extension else 0x80, second, sequence & 0xFFFF, timestamp, self.ssrc)
        data = header + extension + arrival.payload
        self._ring[sequence % len(self._ring)] = data
        self.packets += 1
        self.octets += len(arrival.payload)
        self._deliver(data)

    @property
    def following(self) -> int:
        """The sequence number that is sent next, extended: what a receiver that comes now may ask for from then on."""
        return self._highest + 1

    def opening(self, now: float) -> list[bytes]:
        """Return what a receiver that comes now starts with: all since the latest keyframe.

        It is empty where a newer keyframe can be had as quickly, or where something is missing.
        """
        if self._entry is None or self.wanted is not None or now - self._entry[2] > PLI_INTERVAL:
            return []
        numbers = range(self._entry[0], self._highest + 1)
        if len(numbers) > len(self._ring):
            return []
        found = list(self.again((number & 0xFFFF for number in numbers), since=numbers.start))
        return found if len(found) == len(numbers) else []

    def unsent(self, highest: int) -> int:
        """Count the numbers that never left here, up to the newest a receiver has (its lower 16 bits count)."""
        return self._holes.until(self._highest - ((self._highest - highest) & 0xFFFF))

    def again(self, sequences: Iterable[int], *, since: int) -> Iterator[bytes]:
        """Find packets for retransmission by their 16 bit numbers.

        Those no longer kept are left out, and those from before the extended number `since`.
        """
        size = len(self._ring)
        for sequence in sequences:
            index = self._highest - ((self._highest - sequence) & 0xFFFF)
            data = self._ring[index % size]
            if index >= since and data is not None and int.from_bytes(data[2:4]) == sequence:
                yield data

    def retransmission(self) -> Retransmission | None:
        """Begin the retransmission stream of one receiver, where it was negotiated."""
        if self.rtx_ssrc is None or not self._rtx:
            return None
        return Retransmission(self.rtx_ssrc, self._rtx, is_timed=self._time_id is not None)

    def sender_report(self, now: float, ntp: int) -> bytes | None:
        """Tell receivers which timestamp belongs to this moment, so that lips and voice agree; None when silent."""
        if self.feed is None:
            return None
        timestamp = self.feed.timestamp_at(now) + self._timestamp_shift
        return rtcp.sender_report(self.ssrc, ntp=ntp, timestamp=timestamp, packets=self.packets, octets=self.octets)

    def want_keyframe(self, now: float) -> None:
        """Pass a receiver's request on to whoever is shown or about to be."""
        for track in (self.feed, self.wanted):
            if track is not None:
                track.want_keyframe(now)

    def fork(self, deliver: Deliver) -> "Stream":
        """Return a stream that continues this one's numbers and track for other receivers."""
        twin = copy(self)
        twin._ring = list(self._ring)  # noqa: SLF001
        twin._holes = self._holes.copy()  # noqa: SLF001
        twin._deliver = deliver  # noqa: SLF001
        for track in (twin.feed, twin.wanted):
            if track is not None:
                track.attach(twin)
        return twin

    def pad(self, octets: int, now: float) -> None:
        """Send as many octets that hold nothing, between two pictures, to try the line (RFC 3550, section 5.1).

        They are numbered like all others, so what is lost of them is reported; it is sent again only where a picture
        would wait for it, and then as short as can be.
        """
        if not self._is_whole:
            return
        extension = b"" if self._time_id is None else time_extension(self._time_id, now)
        first = 0xB0 if extension else 0xA0
        for _ in range(round(octets / len(_PADDING))):
            self._highest += 1
            header = HEADER.pack(first, self._payload_type, self._highest & 0xFFFF, self._timestamp, self.ssrc)
            data = header + extension + _PADDING
            self._ring[self._highest % len(self._ring)] = header + extension + b"\1" if self.feed else None
            self._shift += 1
            self._start = self._highest + 1 - self._shift  # what comes late of the feed has lost its number
            self.padded += len(_PADDING)
            self._deliver(data)

    def _extension(self, arrival: Arrival) -> bytes:
        """Write the header extensions that were negotiated, the time first."""
        if arrival.level is None or self._level_id is None:
            return b"" if self._time_id is None else time_extension(self._time_id, arrival.at)
        if self._time_id is None:
            return level_extension(self._level_id, arrival.level)
        return time_and_level_extension(self._time_id, arrival.at, self._level_id, arrival.level)

    def _begins(self, track: Track, arrival: Arrival) -> bool:
        """Switch to the wanted track if this packet is where it can be entered."""
        if track is not self.wanted:
            return False
        if arrival.codec not in self._payload_types:
            self._cut()  # these receivers can't decode it: no picture is better than somebody else's
            return False
        if self.kind is Kind.VIDEO and not arrival.is_entry:
            return False
        self.wanted = None
        self._cut()
        self.feed = track
        self._start = arrival.index
        self._shift = self._highest + 1 - arrival.index
        self._timestamp_shift = self._next_timestamp(arrival.at) - arrival.timestamp
        return True

    def _next_timestamp(self, now: float) -> int:
        """Continue the timestamps by the time that has passed."""
        if self._sent_at is None:
            return 0
        return self._timestamp + max(_STEP[self.kind], round((now - self._sent_at) * CLOCK_RATE[self.kind]))

    def _cut(self) -> None:
        """Send nothing of the feed any more, not even again."""
        if self.feed is not None:
            self.feed.detach(self)
            self.feed = None
            self._is_whole = True  # what was begun is not finished
            self._entry = None
            self._ring = [None] * len(self._ring)

    def _abandon(self) -> None:
        if self.wanted is not None:
            self.wanted.detach(self)
            self.wanted = None
