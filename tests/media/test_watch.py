"""The watch on one publisher: what counts as a picture that arrives."""

import struct

from server.media.inspection.watch import Watch
from server.media.plane import Signal
from server.media.sfu.settings import SfuSettings
from tests.media.layers import NAMED, REPAIRED, TWO_LAYERS, Source, key, packet

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
