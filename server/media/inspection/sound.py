"""A second of Opus decoded and searched for samples at full scale. Runs in the helper process only."""

from collections.abc import Sequence

import av
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from server.media.inspection.messages import Finding, Heard, Unclear

_FULL = 0.99  # of full scale: what a microphone's converter cuts off comes out of the codec about there
_WARM_UP = 10  # packets until a decoder that begins in the middle of a stream tells loudness right


def listen(payloads: Sequence[bytes]) -> Finding:
    """Decode Opus packets that follow each other; what cannot be decoded is left out."""
    decoder = AudioCodecContext.create("opus", "r")
    total = clipped = 0
    for number, payload in enumerate(payloads):
        found = samples(decoder, payload)
        if number >= _WARM_UP:
            total += len(found)
            clipped += sum(map(_FULL.__le__, map(abs, found)))
    return Heard(clipped / total) if total else Unclear()


def samples(decoder: AudioCodecContext, payload: bytes) -> list[float]:
    """Decode a packet: the samples of the first channel, between -1 and 1 where nothing is overdriven; often none."""
    try:
        frames = decoder.decode(av.Packet(payload))
    except FFmpegError:
        return []
    return [sample for frame in frames for sample in memoryview(frame.planes[0]).cast("f").tolist()]
