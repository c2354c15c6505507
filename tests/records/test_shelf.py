"""Recordings on disk: what was cut off is mended, faults are named, clips begin at a keyframe, deleting is whole."""

import asyncio
import fcntl
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from server.core import tape
from server.core.events import RecordingChecked, RecordingFlaw
from server.core.ids import HUB, BriefingId
from server.core.tape import LOCK, MANIFEST, Part
from server.media.recording.part import Part as File
from server.media.recording.part import seal
from server.media.recording.pictures import Picture, Pictures
from server.media.sfu.codec import Codec
from server.media.sfu.track import Arrival
from server.records.recordings.scenes import Piece
from server.records.recordings.shelf import Shelf, ToolFailed
from tests.media.cameras import FPS, payloads, sound, video
from tests.media.tapes import PATIENCE, watch

B1 = BriefingId("b1")
BEGAN = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SECONDS = 6


def pictures(codec: Codec) -> list[Picture]:
    """Some seconds of a camera, a keyframe in each."""
    found, putting, index = [], Pictures(), 0
    for number, unit in enumerate(video(codec, "lit") * SECONDS):
        parts = payloads(codec, unit)
        for place, payload in enumerate(parts):
            one = Arrival(index, 3_600 * number, place == len(parts) - 1, codec, None, payload, 0.0)
            index += 1
            if (picture := putting.take(one, missing=False)) is not None:
                found.append(picture)
    return found


def filmed(folder: Path, number: int, codec: Codec, *, finish: bool = True) -> Part:
    """Write one file as the recorder does; without its end it is what a crash leaves."""
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "mp4" if codec is Codec.H264 else "webm"
    facts = Part(number, f"{number:04}-hub.{suffix}", HUB, BEGAN, codec.value, 192, 108)
    shots = pictures(codec)
    film = File(folder / facts.file, shots[0].shape, sounds=1)
    for place, shot in enumerate(shots):
        for half in range(2):
            film.hear(0, sound(3_000)[(2 * place + half) % 50], (2 * place + half) / 50)
        film.show(shot, place / FPS)
    cut = (folder / facts.file).read_bytes()
    assert film.close()
    sealed = seal(film.path, film.milliseconds)
    with (folder / MANIFEST).open("a", encoding="utf-8") as listing:
        listing.write(tape.begun(facts) + (tape.ended(number, sealed) if finish else ""))
    if not finish:
        (folder / facts.file).write_bytes(cut)
    return replace(facts, sealed=sealed if finish else None)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
async def test_a_sound_recording_has_no_flaws(codec: Codec, tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, codec)
    shelf = Shelf(tmp_path)

    found = await shelf.check(B1)

    assert part.sealed is not None
    assert (found.parts, found.octets, found.flaws) == (1, part.sealed.octets, ())
    assert found.milliseconds == pytest.approx(1000 * SECONDS, abs=60)
    assert await shelf.kept() == {B1: True}
    await shelf.note_checked(B1)
    assert await shelf.kept() == {B1: False}


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
async def test_what_was_cut_off_is_mended_and_known_as_mended(codec: Codec, tmp_path: Path) -> None:
    filmed(tmp_path / B1, 1, codec, finish=False)
    shelf = Shelf(tmp_path)

    found = await shelf.check(B1)

    (part,) = await shelf.parts(B1)
    assert found.flaws == ()
    assert part.sealed is not None
    assert part.sealed.mended
    assert part.sealed.milliseconds >= 1000 * (SECONDS - 3)
    assert watch(tmp_path / B1 / part.file).longest_gap < 0.2


async def at_work(shelf: Shelf) -> None:
    """Wait until a tool process has been started."""
    async with asyncio.timeout(PATIENCE):
        while not shelf._tools:  # noqa: ASYNC110 - a process has no event for its beginning
            await asyncio.sleep(0.01)


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


SPOIL: dict[str, Callable[[Path], object]] = {
    "altered": _flip,
    "missing": Path.unlink,
}


@pytest.mark.parametrize("problem", SPOIL)
async def test_what_is_wrong_with_a_file_is_named(problem: str, tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, Codec.H264)
    filmed(tmp_path / B1, 2, Codec.H264)
    SPOIL[problem](tmp_path / B1 / part.file)

    assert (await Shelf(tmp_path).check(B1)).flaws == (RecordingFlaw(part.file, problem),)


async def test_a_file_that_holds_nothing_is_unreadable(tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, Codec.H264, finish=False)
    (tmp_path / B1 / part.file).write_bytes(b"")

    assert (await Shelf(tmp_path).check(B1)).flaws == (RecordingFlaw(part.file, "unreadable"),)


@pytest.mark.parametrize("codec", [Codec.H264, Codec.VP8])
async def test_a_clip_begins_with_the_keyframe_before_it_and_says_when_that_was(codec: Codec, tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, codec)
    shelf = Shelf(tmp_path)

    clip = await shelf.clip(B1, 7, Piece(part, 2_400, 4_400))
    again = await shelf.clip(B1, 7, Piece(part, 2_400, 4_400))

    film = watch(clip.path)
    assert (clip.began_at - BEGAN).total_seconds() == pytest.approx(2.0, abs=0.01)
    assert film.seconds == pytest.approx(2.4, abs=0.1)
    assert film.pictures == pytest.approx(2.4 * FPS, abs=2)
    assert again == clip


async def test_a_piece_that_is_nearly_the_file_is_the_file(tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, Codec.VP8)

    clip = await Shelf(tmp_path).clip(B1, 7, Piece(part, 100, 5_900))

    assert (clip.path, clip.began_at) == (tmp_path / B1 / part.file, BEGAN)


async def test_a_tool_that_fails_says_so(tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, Codec.VP8)
    (tmp_path / B1 / part.file).write_bytes(b"no film")

    with pytest.raises(ToolFailed):
        await Shelf(tmp_path).clip(B1, 7, Piece(part, 2_000, 3_000))


async def test_a_shelf_that_is_closed_waits_for_no_tool(tmp_path: Path) -> None:
    filmed(tmp_path / B1, 1, Codec.VP8)
    shelf = Shelf(tmp_path)
    with (tmp_path / B1 / LOCK).open("wb") as recorder:
        fcntl.flock(recorder, fcntl.LOCK_EX)  # that has not finished: a check waits for it
        checks = asyncio.gather(shelf.check(B1), shelf.check(B1), return_exceptions=True)
        await at_work(shelf)
        shelf.close()

        assert [type(outcome) for outcome in await checks] == [ToolFailed, ToolFailed]


async def test_deleting_is_whole_and_may_be_done_twice(tmp_path: Path) -> None:
    filmed(tmp_path / B1, 1, Codec.VP8)
    shelf = Shelf(tmp_path)
    await shelf.note_checked(B1)
    await shelf.begin_deleting(B1)
    assert await shelf.kept() == {B1: True}  # it is finished whatever happens

    moves: list[Callable[[BriefingId], Awaitable[None]]] = [shelf.delete, shelf.delete]
    for move in moves:
        await move(B1)

    assert left(tmp_path) == []
    assert await shelf.parts(B1) == ()


async def test_what_a_deletion_that_was_cut_short_has_left_is_deleted_too(tmp_path: Path) -> None:
    filmed(tmp_path / B1, 1, Codec.VP8)
    (tmp_path / B1).rename(tmp_path / f".deleted-{B1}")  # as far as it came
    shelf = Shelf(tmp_path)

    assert await shelf.kept() == {B1: True}
    await shelf.delete(B1)

    assert left(tmp_path) == []


async def test_marks_of_a_recording_that_is_no_more_are_not_missed(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)

    await shelf.begin_deleting(B1)
    await shelf.note_checked(B1)

    assert left(tmp_path) == []


async def test_many_clips_are_cut_two_at_a_time_and_each_once(tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, Codec.VP8)
    shelf = Shelf(tmp_path)
    stretches = [Piece(part, 1_000, 2_000 + 200 * place) for place in range(4)] * 2

    clips = await asyncio.gather(*(shelf.clip(B1, 7, piece) for piece in stretches))

    assert clips[:4] == clips[4:]
    assert len({clip.path for clip in clips}) == 4
    assert {path.suffix for path in left(tmp_path / B1 / "clips")} == {".webm", ".begins"}


async def test_a_clip_that_is_given_up_leaves_nothing(tmp_path: Path) -> None:
    part = filmed(tmp_path / B1, 1, Codec.VP8)
    shelf = Shelf(tmp_path)
    (tmp_path / B1 / "clips").mkdir()
    async with asyncio.TaskGroup() as group:
        cutting = group.create_task(shelf.clip(B1, 7, Piece(part, 2_000, 3_000)))
        await at_work(shelf)
        cutting.cancel()

    assert left(tmp_path / B1 / "clips") == []
    assert watch((await shelf.clip(B1, 7, Piece(part, 2_000, 3_000))).path).pictures > 20


async def test_a_shelf_without_a_folder_is_empty(tmp_path: Path) -> None:
    assert await Shelf(tmp_path / "nowhere").kept() == {}


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_recording_of_which_nothing_was_written_is_empty(tmp_path: Path, *, is_there: bool) -> None:
    shelf = Shelf(tmp_path)
    if is_there:
        await shelf.expect(B1)

    assert await shelf.check(B1) == RecordingChecked(0, 0, 0, sha256().hexdigest())
    assert left(tmp_path) == ([tmp_path / B1] if is_there else [])
