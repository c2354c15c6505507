"""The folder of all files: each is there whole, under the SHA-256 of its bytes, or not at all."""

import asyncio
import errno
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BufferedWriter
from pathlib import Path
from typing import Final, TypeVar, TypeVarTuple

import structlog

from server.files import kinds
from server.files.errors import FileDamaged, FileEmpty, FileTooLarge, NoSpace
from server.files.proofs import Proofs

log = structlog.get_logger()

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")
Named = Callable[[Sequence[str]], Awaitable[Collection[str]]]
"""Says which of some hashes a journal names."""

ABANDONED: Final = 24 * 3600
"""Seconds after which a file that no journal names, or that never arrived whole, is swept away."""

_ARRIVING: Final = "arriving"
_LEAVING: Final = "leaving"
_THREADS: Final = 4
_BLOCK: Final = 1024 * 1024  # bytes written at once
_BATCH: Final = 500  # hashes asked about at once
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has arrived whole, and is not kept yet."""

    path: Path
    octets: int
    sha256: str  # hexadecimal
    kind: str  # its media type, by its content


class Files:
    """Everything below one folder. What touches the disk is done in threads of its own.

    Several nodes may share one folder: files are placed, and taken away, by renaming them.
    """

    def __init__(self, folder: Path) -> None:
        """Keep files in this folder; it need not exist yet."""
        self._folder = folder
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="files")
        self._proofs = Proofs()

    @asynccontextmanager
    async def arriving(self, chunks: AsyncIterator[bytes], *, largest: int) -> AsyncIterator[Arrival]:
        """Take a file in, of at most so many bytes, and say what it is; unless it is kept it is gone at the end.

        Raises FileTooLarge, FileEmpty, FileType, FileMacros and NoSpace.
        """
        with _no_space():
            path, file = await self._on_disk(_new, self._folder / _ARRIVING)
            try:
                octets, digest = await self._received(file, chunks, largest)
                yield Arrival(path, octets, digest, await self._on_disk(kinds.kind_of, path))
            finally:
                await self._on_disk(_discard, path, file)

    async def keep(self, arrival: Arrival) -> None:
        """Put a file where it stays, so that it outlives a crash; one of the same bytes may be there already."""
        await self._on_disk(_place, arrival.path, self._place_of(arrival.sha256))

    async def verified(self, digest: str, octets: int) -> Path:
        """Return where a file is that has been compared with its hash since it was last touched. Raises FileDamaged."""
        path = self._place_of(digest)
        if not await self._on_disk(self._proofs.is_sound, path, digest, octets):
            log.error("file_damaged", sha256=digest)
            raise FileDamaged
        return path

    async def sweep(self, named: Named, *, now: float) -> int:
        """Take away what no journal names and what never arrived whole, after a day; return how many files.

        `now`: seconds of the clock that files are dated by. A file that is handed over again meanwhile stays: it is
        looked at once more after it was put aside.
        """
        before, gone = now - ABANDONED, await self._on_disk(_sweep_arriving, self._folder / _ARRIVING, now - ABANDONED)
        old = [*await self._on_disk(_leaving, self._folder), *await self._on_disk(_kept, self._folder, before)]
        for begin in range(0, len(old), _BATCH):
            batch = old[begin : begin + _BATCH]
            keeping = await named([path.name for path in batch])
            for path in batch:
                if path.name not in keeping:
                    gone += await self._take_away(path, named, before)
                elif path.parent.name == _LEAVING:
                    await self._on_disk(_put_back, path, self._place_of(path.name))
        return gone

    async def _take_away(self, path: Path, named: Named, before: float) -> bool:
        """Put a file aside, look again whether it is old and nobody's, and only then delete it."""
        aside = self._folder / _LEAVING / path.name
        is_old = await self._on_disk(_put_aside, path, aside, before)
        if is_old and not await named([path.name]):
            await self._on_disk(_remove, aside)
            return True
        await self._on_disk(_put_back, aside, self._place_of(path.name))
        return False

    async def _received(self, file: BufferedWriter, chunks: AsyncIterator[bytes], largest: int) -> tuple[int, str]:
        """Write what comes, and return how many bytes it was and their hash."""
        digest, octets, waiting = sha256(), 0, bytearray()
        async for chunk in chunks:
            octets += len(chunk)
            if octets > largest:
                raise FileTooLarge(f"at most {largest} bytes")
            waiting += chunk
            if len(waiting) >= _BLOCK:
                block = bytes(waiting)
                waiting.clear()
                await self._on_disk(file.write, block)
                digest.update(block)
        if not octets:
            raise FileEmpty
        digest.update(waiting)
        await self._on_disk(_finish, file, bytes(waiting))
        return octets, digest.hexdigest()

    def _place_of(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    async def _on_disk(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)


@contextmanager
def _no_space() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            log.error("no_space_for_files")  # noqa: TRY400 - the traceback says nothing more
            raise NoSpace from None
        raise


def _new(folder: Path) -> tuple[Path, BufferedWriter]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / secrets.token_hex(16)
    return path, os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")


def _finish(file: BufferedWriter, rest: bytes) -> None:
    file.write(rest)
    file.flush()
    os.fsync(file.fileno())


def _discard(path: Path, file: BufferedWriter) -> None:
    """Close a file and remove it from where it arrived; one that is kept is there no more."""
    with suppress(OSError):  # a full disk has said so already
        file.close()
    path.unlink(missing_ok=True)


def _place(path: Path, place: Path) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.replace(place)
    for folder in (place.parent, place.parent.parent):
        _keep_names(folder)


def _keep_names(folder: Path) -> None:
    """Have the names in a folder outlive a crash."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _kept(folder: Path, before: float) -> list[Path]:
    """List the files that were placed before a moment."""
    return [path for path in folder.glob("[0-9a-f][0-9a-f]/*") if _is_older(path, before)]


def _leaving(folder: Path) -> list[Path]:
    """List what an earlier sweep put aside and did not finish with."""
    return list((folder / _LEAVING).glob("*"))


def _sweep_arriving(folder: Path, before: float) -> int:
    abandoned = [path for path in folder.glob("*") if _is_older(path, before)]
    for path in abandoned:
        _remove(path)
    return len(abandoned)


def _is_older(path: Path, before: float) -> bool:
    try:
        return path.stat().st_mtime < before
    except FileNotFoundError:  # another node sweeps too
        return False


def _put_aside(path: Path, aside: Path, before: float) -> bool:
    """Put a file aside; return whether it is as old as it seemed."""
    aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        path.replace(aside)
    return _is_older(aside, before)


def _put_back(aside: Path, place: Path) -> None:
    with suppress(FileNotFoundError):
        aside.replace(place)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
