"""The watch on one publisher: what counts as a picture that arrives, and how soon levels are compared with sound."""

import struct
from collections import deque
from collections.abc import Callable

from server.media.inspection.messages import Finding, Sample, SoundSample
from server.media.inspection.sound import listen
from server.media.inspection.watch import Watch
from server.media.plane import Signal
from server.media.sfu import rtp
from server.media.sfu.settings import SfuSettings
from tests.media.cameras import sound
from tests.media.layers import NAMED, REPAIRED, TWO_LAYERS, Source, key, packet
from tests.media.wire import OPUS

SETTINGS = SfuSettings(stills_every=5.0, missing_after=5.0)


def watched(source: Source) -> Watch:
    return Watch(
        source.publisher,
        lambda _sample, _done: False,
        lambda _jpeg, _width, _height: None,
        settings=SETTINGS,
        phase=0.0,
        now=0.0,
    )


def test_a_layer_that_leaves_is_not_a_picture_that_arrives() -> None:
    source = Source(lines=REPAIRED + NAMED + TWO_LAYERS)
    watch = watched(source)
    source.publisher.on_rtp(packet(key(720), ssrc=30, sequence=1, elements={"rid": b"high"}), 0.0)
    source.publisher.on_rtp(packet(key(180), ssrc=20, sequence=1, elements={"rid": b"low"}), 0.0)
    watch.attend(None, 0.1, is_open=False)
    source.publisher.on_rtcp(struct.pack("!BBHL", 0x81, 203, 1, 30), 4.0)  # goodbye of the large one

    watch.attend(None, 4.1, is_open=False)

    assert watch.signals(5.0) == frozenset()
    assert watch.signals(5.2) == {Signal.NO_SIGNAL}


def test_a_picture_of_any_layer_is_one_that_arrives() -> None:
    source = Source(lines=REPAIRED + NAMED + TWO_LAYERS)
    watch = watched(source)
    for number, (rid, ssrc) in enumerate(((b"low", 20), (b"high", 30))):
        source.publisher.on_rtp(packet(key(180), ssrc=ssrc, sequence=1, elements={"rid": rid}), 4.0 * number)
        watch.attend(None, 4.0 * number + 0.1, is_open=False)

    assert watch.signals(9.0) == frozenset()
    assert watch.signals(9.2) == {Signal.NO_SIGNAL}


SPEECH, SILENT = sound(3_277), sound(0)
"""A second of a tone at -23 dBov, and one of nothing."""


def distrusted_after(told: int, *seconds: tuple[bytes, ...]) -> float | None:
    """Publish these seconds of sound, each packet telling one level; return when that was not believed any more."""
    source, taken = Source(lines=""), deque[tuple[Sample, Callable[[Finding | None], None]]]()

    def submit(sample: Sample, done: Callable[[Finding | None], None]) -> bool:
        taken.append((sample, done))
        return True

    watch = Watch(source.publisher, submit, lambda *_: None, settings=SETTINGS, phase=0.9, now=0.0)
    extension = rtp.level_extension(1, told)
    for number, payload in enumerate(payload for second in seconds for payload in second):
        now = number / 50
        head = rtp.HEADER.pack(0x90, OPUS, number, 960 * number, 7)
        source.publisher.on_rtp(head + extension + payload, now)
        if number % 5 == 0:
            watch.attend(source.publisher.take_level(), now, is_open=True)
            while taken:
                sample, done = taken.popleft()
                done(listen(sample.payloads) if isinstance(sample, SoundSample) else None)
            if Signal.LEVEL_MISMATCH in watch.signals(now):
                return now
    return None


def test_a_source_that_has_begun_anew_is_compared_while_it_speaks_first() -> None:
    told_too_low = distrusted_after(40, *[SPEECH] * 10)
    told_as_silence = distrusted_after(127, *[SPEECH] * 15)
    silent_at_first = distrusted_after(40, *[SPEECH, SILENT, SILENT] * 5)

    assert told_too_low is not None
    assert told_too_low < 4
    assert told_as_silence is not None
    assert told_as_silence < 9
    assert silent_at_first is not None
    assert silent_at_first < 11


def test_a_source_that_tells_the_truth_is_believed() -> None:
    assert distrusted_after(23, *[SPEECH] * 20) is None
    assert distrusted_after(127, *[SILENT] * 20) is None
