"""The RTP streams of a publisher: clips in, packets out, one tick of 20 ms at a time. Time is an argument."""

import secrets
from collections.abc import Iterator

from endpoints import rtcp, rtp, sdp
from endpoints.clips import AudioClip, VideoClip

TICK = 0.02  # seconds
TICKS_PER_SECOND = 50
AUDIO_STEP = 960  # 48 kHz
VIDEO_STEP = 1800  # 90 kHz
RING = 256  # packets kept for retransmission
SETTLED = 10  # ticks after a keyframe in which another request for one is already answered


class Stream:
    """One SSRC: its numbers, its counters, and the last packets for those who missed one."""

    def __init__(self, payload_type: int, step: int) -> None:
        """Begin a stream at random numbers (RFC 3550, section 5.1); `step` is in timestamp units a tick."""
        self.ssrc = secrets.randbits(32)
        self.packets = 0
        self.octets = 0
        self._payload_type = payload_type
        self._step = step
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._ring: list[bytes] = [b""] * RING

    def timestamp(self, tick: int) -> int:
        """Return the media time of a tick."""
        return (self._timestamp + tick * self._step) & 0xFFFFFFFF

    def packet(self, payload: bytes, tick: int, *, marker: bool, extension: bytes = b"") -> bytes:
        """Build the next packet."""
        packet = rtp.write(
            payload,
            payload_type=self._payload_type,
            marker=marker,
            sequence=self._sequence,
            timestamp=self.timestamp(tick),
            ssrc=self.ssrc,
            extension=extension,
        )
        self._ring[self._sequence % RING] = packet
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += 1
        self.octets += len(payload)
        return packet

    def again(self, sequence: int) -> bytes | None:
        """Return a packet already sent, if it is still kept."""
        packet = self._ring[sequence % RING]
        return packet if packet and rtp.read(packet).sequence == sequence else None

    def report(self, tick: int, wall: float) -> bytes:
        """Return a sender report: `tick` happens at `wall` (seconds since 1970)."""
        return rtcp.sender_report(
            self.ssrc,
            ntp_time=rtcp.ntp(wall),
            timestamp=self.timestamp(tick),
            packets=self.packets,
            octets=self.octets,
        )


class Sender:
    """What one publisher sends: a sound and a picture, either of which may be changed at any time.

    Without a picture at the beginning it has no camera, and never shows one.
    """

    def __init__(self, sound: AudioClip, picture: VideoClip | None) -> None:
        self.audio = Stream(sdp.OPUS, AUDIO_STEP)
        self.video = Stream(sdp.H264, VIDEO_STEP)
        self.cname = secrets.token_urlsafe(12)
        self._sound = sound
        self._picture = picture
        self._sound_place = 0
        self._picture_place = 0
        self._next_frame = 0  # the tick it is due
        self._keyframe_at = -SETTLED

    @property
    def has_camera(self) -> bool:
        """Whether pictures are sent."""
        return self._picture is not None

    def say(self, sound: AudioClip) -> None:
        """Play another sound from its beginning; the same one goes on."""
        if sound is not self._sound:
            self._sound, self._sound_place = sound, 0

    def show(self, picture: VideoClip) -> None:
        """Show another picture from its first keyframe; the same one goes on."""
        if picture is not self._picture:
            self._picture, self._picture_place = picture, 0

    def keyframe(self, tick: int) -> None:
        """Go on with the next keyframe, as a PLI asks, unless one has just been sent."""
        if self._picture is not None and tick - self._keyframe_at > SETTLED:
            self._picture_place = self._picture.keyframe_from(self._picture_place)

    def packets(self, tick: int) -> Iterator[bytes]:
        """Yield the packets that are due at a tick; ticks must rise."""
        sound = self._sound.frames[self._sound_place]
        self._sound_place = (self._sound_place + 1) % len(self._sound.frames)
        yield self.audio.packet(sound.payload, tick, marker=False, extension=sound.extension)
        if self._picture is not None and tick >= self._next_frame:
            self._next_frame = tick + TICKS_PER_SECOND // self._picture.rate
            yield from self._frame(self._picture, tick)

    def _frame(self, picture: VideoClip, tick: int) -> Iterator[bytes]:
        frame = picture.frames[self._picture_place]
        self._picture_place = (self._picture_place + 1) % len(picture.frames)
        if frame.keyframe:
            self._keyframe_at = tick
        last = len(frame.payloads) - 1
        for number, payload in enumerate(frame.payloads):
            yield self.video.packet(payload, tick, marker=number == last)

    def again(self, missing: rtcp.Missing) -> Iterator[bytes]:
        """Yield those of the missing packets that are still kept."""
        stream = self.video if missing.ssrc == self.video.ssrc else self.audio
        for sequence in missing.sequences:
            if packet := stream.again(sequence):
                yield packet

    def report(self, tick: int, wall: float) -> bytes:
        """Return the compound RTCP packet of a second: both streams on one clock, for lip sync."""
        streams = [self.audio, self.video] if self.has_camera else [self.audio]
        reports = [stream.report(tick, wall) for stream in streams]
        return b"".join((*reports, *(rtcp.description(stream.ssrc, self.cname) for stream in streams)))
