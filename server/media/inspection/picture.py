"""A keyframe decoded, measured, and made into a still. Runs in the helper process only."""

from collections.abc import Sequence
from fractions import Fraction

import av
from av.error import FFmpegError
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from server.media.inspection.messages import WIDEST, Finding, Seen, Unclear
from server.media.inspection.signals import COLUMNS, ROWS
from server.media.sfu.codec import Codec

_DECODERS = {Codec.H264: "h264", Codec.VP8: "vp8"}
_LARGEST = 1920 * 1200  # pixels of a picture that is decoded at all
_QUALITY = 6  # of the JPEG: the quantizer scale, 2 (best) to 31


def look(codec: Codec, units: Sequence[bytes]) -> Finding:
    """Decode a keyframe and what follows it; anything that is none is unclear."""
    try:
        frames = _decoded(codec, units)
        return _seen(frames[0], frames[-1]) if frames else Unclear()
    except (FFmpegError, ValueError):
        return Unclear()


def _decoded(codec: Codec, units: Sequence[bytes]) -> list[VideoFrame]:
    decoder = av.CodecContext.create(_DECODERS[codec], "r")
    if not isinstance(decoder, VideoCodecContext):
        raise TypeError(codec)
    decoder.thread_count = 1
    decoder.options = {"max_pixels": str(_LARGEST)}
    frames = [frame for unit in units for frame in decoder.decode(av.Packet(unit))]
    return [*frames, *decoder.decode(None)]


def _seen(frame: VideoFrame, last: VideoFrame) -> Seen:
    width, height = still_size(frame.width, frame.height)
    still = frame.reformat(width=width, height=height, format="yuvj420p", interpolation="AREA")
    macroblocks = -(-frame.width // 16) * -(-frame.height // 16)
    return Seen(width, height, macroblocks, _luma(frame), _luma(last), _jpeg(still))


def still_size(width: int, height: int) -> tuple[int, int]:
    """Fit a picture into the square of a still, as wide to its height as it was, and never enlarged; in even pixels."""
    scale = min(1.0, WIDEST / width, WIDEST / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _luma(frame: VideoFrame) -> bytes:
    plane = frame.reformat(width=COLUMNS, height=ROWS, format="yuv420p", interpolation="AREA").planes[0]
    rows = memoryview(plane)
    return b"".join(rows[row * plane.line_size : row * plane.line_size + COLUMNS] for row in range(ROWS))


def _jpeg(still: VideoFrame) -> bytes:
    encoder = VideoCodecContext.create("mjpeg", "w")
    encoder.width, encoder.height, encoder.pix_fmt = still.width, still.height, "yuvj420p"
    encoder.framerate = Fraction(1)
    encoder.thread_count = 1
    encoder.qmin = encoder.qmax = _QUALITY
    still.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(still), *encoder.encode(None)))
