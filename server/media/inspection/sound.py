"""A second of Opus decoded: its level, and how much of it is at full scale. Runs in the helper process only."""

import math
from collections.abc import Sequence
from itertools import chain

import av
from av.audio.codeccontext import AudioCodecContext
from av.error import FFmpegError

from server.media.inspection.messages import WARM_UP, Finding, Heard, Unclear
from server.media.inspection.signals import SILENCE

_FULL = 0.99  # of full scale: what a microphone's converter cuts off comes out of the codec about there
_STRIDE = 4  # every fourth sample tells the energy well enough


def listen(payloads: Sequence[bytes]) -> Finding:
    """Decode Opus packets that follow each other; what cannot be decoded is left out."""
    decoder = AudioCodecContext.create("opus", "r")
    decoded = [samples(decoder, payload) for payload in payloads][WARM_UP:]
    found = list(chain.from_iterable(decoded))
    if not found:
        return Unclear()
    return Heard(sum(map(_FULL.__le__, map(abs, found))) / len(found), level_of(found))


def level_of(samples: Sequence[float]) -> int:
    """Return the level of some samples in -dBov: the root mean square over full scale (RFC 6465, appendix A)."""
    values = samples[::_STRIDE]
    power = math.hypot(*values) / math.sqrt(len(values))
    return max(0, min(SILENCE, round(-20 * math.log10(power)))) if power > 0 else SILENCE


def samples(decoder: AudioCodecContext, payload: bytes) -> list[float]:
    """Decode a packet: the samples of the first channel, between -1 and 1 where nothing is overdriven; often none."""
    try:
        frames = decoder.decode(av.Packet(payload))
    except FFmpegError:
        return []
    return [sample for frame in frames for sample in memoryview(frame.planes[0]).cast("f").tolist()]
