"""Levels of Opus that comes without them: measured in a helper process, one decoder for each stream."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.inspection.inspector import Inspector
from server.media.inspection.level import Levels
from server.media.inspection.messages import (
    Finding,
    LevelSample,
    Measured,
    read_finding,
    read_sample,
    write_finding,
    write_sample,
)
from server.media.inspection.metering import Metering
from server.media.inspection.signals import SILENCE
from server.media.inspection.sound import level_of
from server.media.sfu.publisher import Publisher
from tests.media.cameras import sound
from tests.media.layers import Source

TENTH = sound(3_277)[:10]
"""A sine at a tenth of full scale: -23 dBov."""


@pytest.mark.parametrize(
    ("amplitude", "expected"), [(1.0, 0), (0.1, 20), (0.01, 40), (0.0, 127), (1e-9, 127), (2.0, 0)]
)
def test_a_level_is_the_energy_below_full_scale(amplitude: float, expected: int) -> None:
    assert level_of([amplitude, -amplitude] * 480) == expected


def test_opus_is_measured() -> None:
    measured = Levels().measure(1, TENTH)
    assert isinstance(measured, Measured)
    assert 21 <= measured.level <= 25


def test_silence_is_measured() -> None:
    assert Levels().measure(1, sound(0)[:10]) == Measured(SILENCE)


def test_every_stream_has_a_decoder_until_there_are_too_many() -> None:
    levels = Levels()
    for stream in range(70):
        levels.measure(stream, TENTH[:1])
        levels.measure(0, TENTH[:1])  # heard of in between
    assert list(levels._decoders) == [*range(7, 70), 0]


@given(st.lists(st.binary(max_size=60), max_size=3))
def test_any_payload_is_measured_or_left_out(payloads: list[bytes]) -> None:
    measured = Levels().measure(1, payloads)
    assert read_finding(write_finding(measured)) == measured


def test_sample_comes_out_as_it_went_in() -> None:
    sample = LevelSample(2**32 - 1, TENTH)
    assert read_sample(write_sample(sample)) == sample


class Asked:
    """A helper that answers when the test says so."""

    def __init__(self) -> None:
        self.samples: list[LevelSample] = []
        self.answers: list[Callable[[Finding | None], None]] = []

    def submit(self, sample: LevelSample, done: Callable[[Finding | None], None]) -> bool:
        self.samples.append(sample)
        self.answers.append(done)
        return True


def unmeasured() -> Publisher:
    publisher = Source().publisher
    publisher.unmeasured = list(TENTH)
    return publisher


def test_one_window_of_a_publisher_is_measured_at_a_time() -> None:
    asked, publisher = Asked(), unmeasured()
    metering = Metering(asked.submit, 16)
    metering.attend([publisher], 0.0)
    publisher.unmeasured = list(TENTH)
    metering.attend([publisher], 0.1)
    assert asked.samples == [LevelSample(1, TENTH)]
    assert publisher.unmeasured == []

    asked.answers[0](Measured(23))
    assert publisher.take_level() == 23
    publisher.unmeasured = list(TENTH)
    metering.attend([publisher], 0.2)
    assert asked.samples == [LevelSample(1, TENTH)] * 2


def test_no_more_publishers_are_measured_than_the_limit() -> None:
    asked = Asked()
    Metering(asked.submit, 2).attend([unmeasured() for _ in range(3)], 0.0)
    assert [sample.stream for sample in asked.samples] == [1, 2]


def test_publisher_whose_sound_ends_the_helper_is_measured_less_and_less() -> None:
    asked, publisher, moments = Asked(), unmeasured(), []
    metering = Metering(asked.submit, 16)
    for moment in range(8):
        publisher.unmeasured = list(TENTH)
        metering.attend([publisher], moment)
        if asked.answers:
            asked.answers.pop()(None)
            moments.append(moment)
    assert moments == [0, 1, 3, 7]


@pytest.fixture
async def helper() -> AsyncIterator[Inspector]:
    one = Inspector(niceness=0, answer_within=2.0)
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        yield one
        one.stop()


async def measured(helper: Inspector, stream: int) -> Finding | None:
    answer = asyncio.get_running_loop().create_future()
    assert helper.submit(LevelSample(stream, TENTH), answer.set_result)
    async with asyncio.timeout(20):
        finding: Finding | None = await answer
        return finding


async def test_helper_measures_and_one_that_dies_costs_one_window_of_one_stream(helper: Inspector) -> None:
    levels = [await measured(helper, stream) for stream in (1, 2)]
    assert all(isinstance(one, Measured) and 21 <= one.level <= 25 for one in levels)
    assert helper.pid is not None
    os.kill(helper.pid, signal.SIGKILL)
    while isinstance(await measured(helper, 1), Measured):  # it may take one before it dies
        pass
    assert isinstance(await measured(helper, 2), Measured)
    assert helper.restarts == 1
