"""The folder of files: whole or not at all, checked before they are given, and swept when nobody names them."""

import os
from collections.abc import AsyncIterator, Collection, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from server.files.errors import FileDamaged, FileEmpty, FileTooLarge, FileType, NoSpace
from server.files.files import ABANDONED, Files
from tests.files.samples import PDF

DIGEST = sha256(PDF).hexdigest()
LATER = 2e9  # seconds: every file of today is old then


async def sent(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


async def kept(files: Files, content: bytes = PDF) -> str:
    async with files.arriving(sent(content), largest=10_000_000) as arrival:
        await files.keep(arrival)
    return arrival.sha256


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


async def nobody(_digests: Sequence[str]) -> Collection[str]:
    return ()


async def everybody(digests: Sequence[str]) -> Collection[str]:
    return digests


async def test_file_arrives_in_pieces_and_is_kept_under_its_hash(tmp_path: Path) -> None:
    files = Files(tmp_path / "new")

    async with files.arriving(sent(PDF[:5], PDF[5:]), largest=len(PDF)) as arrival:
        assert (arrival.octets, arrival.sha256, arrival.kind) == (len(PDF), DIGEST, "application/pdf")
        await files.keep(arrival)

    path = await files.verified(DIGEST, len(PDF))
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (PDF, 0o600)
    assert names(tmp_path) == [DIGEST]


async def test_large_file_is_written_piece_by_piece(tmp_path: Path) -> None:
    content = PDF + os.urandom(3_500_000)
    files = Files(tmp_path)

    digest = await kept(files, content)

    assert (await files.verified(digest, len(content))).read_bytes() == content


async def test_same_file_twice_is_there_once(tmp_path: Path) -> None:
    files = Files(tmp_path)

    assert [await kept(files), await kept(files)] == [DIGEST, DIGEST]
    assert names(tmp_path) == [DIGEST]


@pytest.mark.parametrize(
    ("content", "largest", "refusal"),
    [((PDF, PDF), 2 * len(PDF) - 1, FileTooLarge), ((), 100, FileEmpty), ((b"MZ\0\0",), 100, FileType)],
)
async def test_refused_file_leaves_nothing(
    tmp_path: Path, content: tuple[bytes, ...], largest: int, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        async with Files(tmp_path).arriving(sent(*content), largest=largest):
            pytest.fail("it arrived")

    assert names(tmp_path) == []


async def test_file_that_was_not_kept_leaves_nothing(tmp_path: Path) -> None:
    async with Files(tmp_path).arriving(sent(PDF), largest=1000):
        pass

    assert names(tmp_path) == []


async def test_full_disk_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield PDF
        raise OSError(28, os.strerror(28))

    with pytest.raises(NoSpace):
        async with Files(tmp_path).arriving(failing(), largest=1000):
            pytest.fail("it arrived")

    assert names(tmp_path) == []


async def test_damaged_or_missing_file_is_not_given(tmp_path: Path) -> None:
    files = Files(tmp_path)
    await kept(files)
    path = await files.verified(DIGEST, len(PDF))

    for damaged in (PDF[:-1] + b"!", PDF + b"\n", b""):
        path.write_bytes(damaged)
        with pytest.raises(FileDamaged):
            await files.verified(DIGEST, len(PDF))
    path.unlink()
    with pytest.raises(FileDamaged):
        await files.verified(DIGEST, len(PDF))


async def test_sweep_takes_away_what_no_journal_names_and_never_arrived(tmp_path: Path) -> None:
    files = Files(tmp_path)
    await kept(files)
    (tmp_path / "arriving" / "half").write_bytes(b"%PD")

    assert await files.sweep(nobody, now=LATER) == 2
    assert names(tmp_path) == []


async def test_sweep_leaves_what_a_journal_names(tmp_path: Path) -> None:
    files = Files(tmp_path)
    await kept(files)

    assert await files.sweep(everybody, now=LATER) == 0
    assert names(tmp_path) == [DIGEST]


async def test_sweep_leaves_what_is_young(tmp_path: Path) -> None:
    files = Files(tmp_path)
    await kept(files)
    (tmp_path / "arriving" / "half").write_bytes(b"%PD")
    placed = (await files.verified(DIGEST, len(PDF))).stat().st_mtime

    assert await files.sweep(nobody, now=placed + ABANDONED - 60) == 0
    assert names(tmp_path) == sorted([DIGEST, "half"])


async def test_sweep_puts_back_what_is_named_meanwhile(tmp_path: Path) -> None:
    files, asked = Files(tmp_path), list[str]()
    await kept(files)

    async def named(digests: Sequence[str]) -> Collection[str]:
        asked.extend(digests)
        return digests if len(asked) > 1 else ()

    assert await files.sweep(named, now=LATER) == 0
    assert asked == [DIGEST, DIGEST]
    assert (await files.verified(DIGEST, len(PDF))).read_bytes() == PDF


@pytest.mark.parametrize(("named", "left"), [(nobody, []), (everybody, [DIGEST])], ids=["nobody's", "named"])
async def test_sweep_that_died_is_finished(tmp_path: Path, named: object, left: list[str]) -> None:
    files = Files(tmp_path)
    await kept(files)
    (tmp_path / "leaving").mkdir()
    (await files.verified(DIGEST, len(PDF))).replace(tmp_path / "leaving" / DIGEST)

    await files.sweep(named, now=LATER)  # type: ignore[arg-type]

    assert names(tmp_path) == left
    if left:
        await files.verified(DIGEST, len(PDF))


async def test_sweep_of_an_empty_house_does_nothing(tmp_path: Path) -> None:
    assert await Files(tmp_path / "nothing").sweep(nobody, now=LATER) == 0


def read_so_far() -> int:
    """Bytes that this process has read from anywhere."""
    return int(Path("/proc/self/io").read_text(encoding="ascii").split()[1])


async def placed(folder: Path, files: Files, content: bytes) -> tuple[str, Path]:
    """Keep a file, and have it look as if that was long ago."""
    digest = await kept(files, content)
    path = folder / digest[:2] / digest
    os.utime(path, (1e9, 1e9))
    return digest, path


async def test_untouched_file_is_read_once(tmp_path: Path) -> None:
    files, content = Files(tmp_path), PDF + os.urandom(8_000_000)
    digest, _ = await placed(tmp_path, files, content)
    before = read_so_far()
    await files.verified(digest, len(content))
    once = read_so_far()

    for _ in range(10):
        await files.verified(digest, len(content))

    assert once - before >= len(content)
    assert read_so_far() - once < len(content) / 2


async def test_file_altered_behind_its_date_is_not_given(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest, path = await placed(tmp_path, files, PDF)
    await files.verified(digest, len(PDF))
    before = path.stat()
    path.write_bytes(PDF[:-1] + b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    with pytest.raises(FileDamaged):
        await files.verified(digest, len(PDF))


async def test_file_that_is_gone_after_it_was_read_is_not_given(tmp_path: Path) -> None:
    files = Files(tmp_path)
    digest, path = await placed(tmp_path, files, PDF)
    await files.verified(digest, len(PDF))
    path.unlink()

    with pytest.raises(FileDamaged):
        await files.verified(digest, len(PDF))
