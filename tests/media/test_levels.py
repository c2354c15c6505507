"""Levels of Opus that comes without them."""

import asyncio
import struct
from fractions import Fraction

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.levels import SILENCE, Meter, Meters, level_of


@pytest.mark.parametrize(("amplitude", "level"), [(1.0, 0), (0.1, 20), (0.01, 40), (0.0, 127), (1e-9, 127), (2.0, 0)])
def test_a_level_is_the_energy_below_full_scale(amplitude: float, level: int) -> None:
    assert level_of(struct.pack("960f", *[amplitude, -amplitude] * 480)) == level


def _encoded(amplitude: int) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    assert isinstance(encoder, av.AudioCodecContext)
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "mono", "s16"
    packets = []
    for count in range(10):
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(struct.pack("960h", *([amplitude] * 24 + [-amplitude] * 24) * 20))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, 960 * count, Fraction(1, 48_000)
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def test_opus_is_measured() -> None:
    level = Meter().measure(_encoded(3_277))
    assert level is not None
    assert 18 <= level <= 22


def test_silence_is_measured() -> None:
    assert Meter().measure(_encoded(0)) == SILENCE


@given(st.lists(st.binary(max_size=60), max_size=3))
def test_any_payload_is_measured_or_left_out(payloads: list[bytes]) -> None:
    level = Meter().measure(payloads)
    assert level is None or 0 <= level <= SILENCE


async def test_measuring_happens_beside_the_loop_and_one_at_a_time() -> None:
    meters, meter, told = Meters(1), Meter(), asyncio.Queue[int]()
    packets = _encoded(3_277)
    meters.measure(meter, packets, told.put_nowait)
    meters.measure(meter, packets, told.put_nowait)  # busy: left out
    meters.measure(Meter(), packets, told.put_nowait)  # over the limit: left out
    async with asyncio.timeout(5):
        assert 18 <= await told.get() <= 22
    assert told.empty()
    assert not meter.is_busy
    meters.close()
