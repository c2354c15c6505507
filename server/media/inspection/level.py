"""The level of Opus streams that come without one, a decoder for each. Runs in the helper process only."""

from collections import OrderedDict
from collections.abc import Sequence

from av.audio.codeccontext import AudioCodecContext

from server.media.inspection.messages import Finding, Measured, Unclear
from server.media.inspection.sound import level_of, samples

_MOST_STREAMS = 64  # more than are measured in turn; of more the one not heard for longest begins anew


class Levels:
    """The decoders of all streams: sound is told right only by one that has heard what came before."""

    def __init__(self) -> None:
        self._decoders: OrderedDict[int, AudioCodecContext] = OrderedDict()

    def measure(self, stream: int, payloads: Sequence[bytes]) -> Finding:
        """Decode the Opus packets that came next on a stream; find the loudest of their levels, in -dBov."""
        decoder = self._decoder(stream)
        levels = [level_of(found) for payload in payloads if (found := samples(decoder, payload))]
        return Measured(min(levels)) if levels else Unclear()

    def _decoder(self, stream: int) -> AudioCodecContext:
        decoder = self._decoders.pop(stream, None) or AudioCodecContext.create("opus", "r")
        self._decoders[stream] = decoder
        if len(self._decoders) > _MOST_STREAMS:
            self._decoders.popitem(last=False)
        return decoder
