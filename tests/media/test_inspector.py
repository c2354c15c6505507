"""The helper process: spoiled pictures and sounds do not end it, or it is started again; its answers are checked."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.errors import ProtocolError
from server.media.inspection.inspector import Inspector
from server.media.inspection.messages import (
    Finding,
    Heard,
    PictureSample,
    Sample,
    Seen,
    SoundSample,
    read_finding,
    write_finding,
)
from server.media.inspection.picture import look
from server.media.sfu.codec import Codec
from tests.media.cameras import sound, video

GOOD = {codec: PictureSample(codec, (video(codec, "lit")[0],)) for codec in (Codec.H264, Codec.VP8)}


@pytest.fixture
async def inspector() -> AsyncIterator[Inspector]:
    one = Inspector()
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        yield one
        one.stop()


async def inspected(inspector: Inspector, sample: Sample) -> Finding | None:
    answer = asyncio.get_running_loop().create_future()
    assert inspector.submit(sample, answer.set_result)
    async with asyncio.timeout(20):
        finding: Finding | None = await answer
        return finding


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Change, cut or repeat some of it."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 12)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(1, len(changed) + 1)]) if chance.random() < 0.3 else bytes(changed)


async def test_spoiled_samples_are_survived(inspector: Inspector) -> None:
    chance = random.Random(20)
    for _ in range(60):
        for codec, sample in GOOD.items():
            await inspected(inspector, PictureSample(codec, (spoiled(sample.units[0], chance),)))
        await inspected(inspector, SoundSample(tuple(spoiled(packet, chance) for packet in sound(3_000)[:12])))

    for sample in GOOD.values():
        assert isinstance(await inspected(inspector, sample), Seen)
    assert isinstance(await inspected(inspector, SoundSample(sound(3_000))), Heard)
    assert inspector.restarts == 0


async def test_helper_that_was_killed_is_started_again_with_the_next_sample(inspector: Inspector) -> None:
    assert isinstance(await inspected(inspector, GOOD[Codec.H264]), Seen)
    assert inspector.pid is not None
    os.kill(inspector.pid, signal.SIGKILL)

    findings = [await inspected(inspector, GOOD[Codec.H264]) for _ in range(2)]
    assert isinstance(findings[1], Seen)
    assert inspector.restarts == 1


@pytest.fixture
async def impatient() -> AsyncIterator[Inspector]:
    """An inspector that waits for an answer for as long as a helper needs to start on a busy machine, and no longer."""
    one = Inspector(answer_within=3.0)
    async with asyncio.TaskGroup() as group:
        group.create_task(one.run())
        yield one
        one.stop()


async def test_helper_that_was_stopped_is_ended_and_started_again(impatient: Inspector) -> None:
    assert isinstance(await inspected(impatient, GOOD[Codec.H264]), Seen)
    stopped = impatient.pid
    assert stopped is not None
    os.kill(stopped, signal.SIGSTOP)

    findings = [await inspected(impatient, GOOD[Codec.H264]) for _ in range(2)]

    assert findings[0] is None
    assert isinstance(findings[1], Seen)
    assert impatient.restarts == 1
    with pytest.raises(ProcessLookupError):
        os.kill(stopped, 0)


async def test_no_more_than_64_samples_wait(inspector: Inspector) -> None:
    taken = [inspector.submit(GOOD[Codec.VP8], lambda _: None) for _ in range(100)]
    assert taken == [True] * 64 + [False] * 36


def test_findings_come_out_as_they_went_in() -> None:
    seen = look(Codec.VP8, GOOD[Codec.VP8].units)
    assert isinstance(seen, Seen)
    assert read_finding(write_finding(seen)) == seen
    assert read_finding(write_finding(Heard(0.25, 30))) == Heard(0.25, 30)


@given(st.binary(max_size=1_400))
def test_answer_of_a_helper_that_was_taken_over_is_checked(body: bytes) -> None:
    try:
        finding = read_finding(body)
    except ProtocolError:
        return
    assert not isinstance(finding, Heard) or 0 <= finding.clipped <= 1
    assert not isinstance(finding, Seen) or (finding.width <= 320 and finding.jpeg[:2] == b"\xff\xd8")
