"""One file of a recording: MP4 for H.264, WebM for VP8 and for sound alone; nothing is decoded or encoded.

While it grows it is a chain of fragments (MP4) or clusters (WebM), each complete in itself: what a crash leaves plays
up to the last of them. When it is closed an MP4 becomes a plain one (`hybrid_fragmented`), a WebM gets its cues.
"""

import errno
import io
import os
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, Final

import av
from av.container import OutputContainer
from av.error import FFmpegError
from av.stream import Stream

from server.core.errors import ProtocolError
from server.core.tape import Digest, Sealed
from server.media.recording.pictures import Picture, Shape
from server.media.sfu.codec import CLOCK_RATE, Codec, Kind

FRAGMENT: Final = 2.0
"""Seconds of a fragment: what a crash of the recorder costs at most."""

_INTERLEAVE = 0.5  # seconds one track may be ahead of another before it is written
_LAST_SOUND = 20  # milliseconds of an Opus packet, of which browsers send no other
_BLOCK = 1 << 20  # bytes read at once
_FORMATS: Final = {Codec.H264: "mp4", Codec.VP8: "webm"}
_OPTIONS: Final = {
    "mp4": {"movflags": "hybrid_fragmented+empty_moov+default_base_moof", "frag_duration": str(round(FRAGMENT * 1e6))},
    "webm": {"cluster_time_limit": str(round(FRAGMENT * 1e3))},
}


def format_of(codec: str) -> str:
    """Name the format of a file, by the codec of its picture; its suffix as well."""
    return _FORMATS.get(Codec(codec), "webm") if codec else "webm"


class _File(io.RawIOBase):
    """A file as the muxer writes it. After a failure it takes everything and keeps nothing: the muxer can finish."""

    def __init__(self, path: Path) -> None:
        self.failure: OSError | None = None
        self._file = path.open("wb", buffering=0)

    def write(self, data: Any) -> int:
        """Write everything, or remember why that was not possible: a muxer does not pass an error on at once."""
        rest = memoryview(data)
        size = rest.nbytes
        while rest and self.failure is None:
            try:
                rest = rest[self._file.write(rest) or 0 :]
            except OSError as error:
                self.failure = error
        return size

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def sync(self) -> None:
        """Have what was written reach the disk. Raises OSError."""
        os.fdatasync(self._file.fileno())

    def close(self) -> None:
        self._file.close()
        super().close()


@dataclass(slots=True)
class _Track:
    """A stream of the file and where it is."""

    stream: Stream
    rate: int
    end: int = -1  # the newest timestamp written


class Part:
    """A file that is being written. Every method but `close` may raise OSError, after which it is of no more use."""

    def __init__(self, path: Path, shape: Shape | None, *, sounds: int) -> None:
        """Begin a file with so many sound tracks; without a `shape` there are no pictures.

        Raises OSError, and ProtocolError for pictures that no muxer takes; then there is no file.
        """
        self.path = path
        self._file = _File(path)
        try:
            self._open(shape, sounds)
        except (FFmpegError, LookupError) as error:
            self._file.failure = OSError(errno.EINVAL, "it is given up")
            self._file.close()
            path.unlink()
            raise ProtocolError("the parameter sets of a picture make no sense") from error
        if (failure := self._file.failure) is not None:
            self._file.close()
            path.unlink()
            raise failure

    def _open(self, shape: Shape | None, sounds: int) -> None:
        """Write the beginning of the file."""
        form = format_of(shape.codec if shape else "")
        options = _OPTIONS[form] | {"max_interleave_delta": str(round(_INTERLEAVE * 1e6))}
        self._container = av.open(self._file, "w", format=form, options=options)
        self._video = _Track(_video(self._container, shape), CLOCK_RATE[Kind.VIDEO]) if shape else None
        self._sounds = [_sound(self._container) for _ in range(sounds)]
        for track in (*([self._video] if self._video else []), *self._sounds):
            track.stream.time_base = Fraction(1, track.rate)
        self._container.start_encoding()

    def show(self, picture: Picture, moment: float) -> None:
        """Add a picture; the moment is in seconds since the file's beginning."""
        if self._video is not None:
            self._add(self._video, picture.data, moment, is_key=picture.shape is not None)

    def hear(self, number: int, payload: bytes, moment: float) -> None:
        """Add an Opus packet to a sound track: 0 is the stage's, 1 the hub's."""
        if number < len(self._sounds):
            self._add(self._sounds[number], payload, moment, is_key=True)

    def sync(self) -> None:
        """Have the fragments that are complete reach the disk."""
        self._file.sync()

    @property
    def milliseconds(self) -> int:
        """How long it is by now."""
        ends = [1000 * sound.end // sound.rate + _LAST_SOUND for sound in self._sounds if sound.end >= 0]
        if self._video is not None and self._video.end >= 0:
            ends.append(1000 * self._video.end // self._video.rate)
        return max(ends, default=0)

    def close(self) -> bool:
        """Finish the file; say whether the disk took all of it."""
        try:
            self._container.close()
            self._file.sync()
        except (OSError, FFmpegError) as error:
            self._file.failure = OSError(errno.EIO, str(error))
        finally:
            self._file.close()
        return self._file.failure is None

    def _add(self, track: _Track, data: bytes, moment: float, *, is_key: bool) -> None:
        """Write one packet at its moment, but never before the last one of its track."""
        at = max(round(moment * track.rate), track.end + 1)
        packet = av.Packet(data)
        packet.stream = track.stream
        packet.pts = packet.dts = at
        packet.time_base = Fraction(1, track.rate)
        packet.is_keyframe = is_key
        with suppress(FFmpegError):  # what cannot be a picture at all
            self._container.mux_one(packet)
            track.end = at
        if self._file.failure is not None:
            raise self._file.failure


def seal(path: Path, milliseconds: int) -> Sealed:
    """Read a finished file once, for its size and its hashes. Raises OSError."""
    digest = Digest()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.sealed(milliseconds)


def _video(container: OutputContainer, shape: Shape) -> Stream:
    if shape.codec is Codec.VP8:
        return container.add_mux_stream("vp8", width=shape.width, height=shape.height)
    with av.open(io.BytesIO(shape.parameters), format="h264") as sets:  # no picture in it: nothing is decoded
        stream = container.add_stream_from_template(sets.streams.video[0], opaque=True)
    stream.codec_context.width, stream.codec_context.height = shape.width, shape.height
    return stream


def _sound(container: OutputContainer) -> _Track:
    with av.open(io.BytesIO(_opus()), format="ogg") as ogg:
        stream = container.add_stream_from_template(ogg.streams.audio[0], opaque=True)
    return _Track(stream, CLOCK_RATE[Kind.AUDIO])


@cache
def _opus() -> bytes:
    """Make a moment of silence in Ogg: the shortest way to the header of Opus in stereo (RFC 7845, section 5.1)."""
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="ogg") as ogg:
        stream = ogg.add_stream("libopus", rate=CLOCK_RATE[Kind.AUDIO])
        silence = av.AudioFrame(format="s16", layout="stereo", samples=960)
        silence.planes[0].update(bytes(silence.planes[0].buffer_size))
        silence.sample_rate, silence.pts = CLOCK_RATE[Kind.AUDIO], 0
        ogg.mux([*stream.encode(silence), *stream.encode(None)])
    return buffer.getvalue()
