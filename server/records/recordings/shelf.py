"""The folders of recordings, one for each briefing, and the jobs that the tool process does in them."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar, TypeVarTuple
from weakref import WeakValueDictionary

from server.core import tape
from server.core.events import RecordingChecked, RecordingFlaw
from server.core.ids import BriefingId
from server.core.tape import BEGINS, MANIFEST, UNFINISHED, Part
from server.records.recordings.scenes import Piece

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")

_TOOL: Final = ("-P", "-m", "server.records.recordings.tool")
_CHECKED: Final = "checked"
_DELETING: Final = "deleting"
_LEAVING: Final = ".deleted-"
_ROOT: Final = str(Path(__file__).parents[3])
_THREADS: Final = 4
_PATIENCE: Final = 5.0  # seconds for a disk that a person waits for
_MOST_CUTTING: Final = 2  # clips at once: each is a process that reads and writes as fast as the disk does


class ToolFailed(Exception):
    """The tool process did not do its job; why is in the log."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A film of a piece; it begins with the last keyframe at or before the piece."""

    path: Path
    began_at: datetime


class Shelf:
    """Everything below one folder. What touches the disk is done in threads of its own, or in the tool process.

    So a disk that does not answer any more keeps nobody waiting but those who want something of it.
    """

    def __init__(self, folder: Path) -> None:
        """Keep recordings in this folder; it need not exist yet."""
        self.folder = folder
        self.deleting = asyncio.Lock()
        """Held from the mark of a deletion to its end, and by whoever takes a mark away."""
        self._making: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()  # clips that are made right now
        self._cutting = asyncio.Semaphore(_MOST_CUTTING)
        self._checking = asyncio.Lock()  # one at a time: a check reads as fast as the disk does
        self._tools: set[asyncio.subprocess.Process] = set()
        self._is_closed = False
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="shelf")

    def path(self, briefing: BriefingId, name: str) -> Path:
        """Return where a file of a recording lies."""
        return self.folder / briefing / name

    async def expect(self, briefing: BriefingId) -> None:
        """Have a place for a recording, so that it is checked whatever comes of it.

        A disk that does not answer, or is full, is its recorder's to tell.
        """
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                await self.on_disk(_make, self.folder / briefing)

    async def parts(self, briefing: BriefingId) -> tuple[Part, ...]:
        """Read the list of a recording; where nothing was ever written, it is empty."""
        return await self.on_disk(_parts, self.path(briefing, MANIFEST))

    async def kept(self) -> dict[BriefingId, bool]:
        """List the recordings there are, each with whether it still has to be checked or deleted."""
        return await self.on_disk(_kept, self.folder)

    async def check(self, briefing: BriefingId) -> RecordingChecked:
        """Read every file from its beginning to its end. Raises ToolFailed."""
        async with self._checking:
            found = await self._done({"do": "check", "folder": str(self.folder / briefing)})
        flaws = tuple(RecordingFlaw(one["file"], one["problem"]) for one in found.pop("flaws"))
        return RecordingChecked(**found, flaws=flaws)

    async def begin_deleting(self, briefing: BriefingId) -> None:
        """Remember that a recording is about to be deleted, so that this is finished whatever happens."""
        await self.on_disk(_mark, self.path(briefing, _DELETING))

    async def end_deleting(self, briefing: BriefingId) -> None:
        """Forget that: it stays."""
        await self.on_disk(_remove, self.path(briefing, _DELETING))

    async def note_checked(self, briefing: BriefingId) -> None:
        """Remember that a recording need not be checked again."""
        await self.on_disk(_mark, self.path(briefing, _CHECKED))

    async def clip(self, briefing: BriefingId, number: int, piece: Piece) -> Clip:
        """Cut a piece of a turn, once; a piece that is a whole file is that file. Raises ToolFailed."""
        source = self.path(briefing, piece.part.file)
        if piece.is_whole:
            return Clip(source, piece.part.began_at)
        to = self.path(briefing, f"clips/turn-{number}-{piece.part.number}-{piece.begins}-{piece.ends}{source.suffix}")
        async with self._making.setdefault(to, asyncio.Lock()):
            if not await self.on_disk(to.exists):
                await self._cut(source, piece, to)
        begins = await self.on_disk(to.with_suffix(BEGINS).read_text, "ascii")
        return Clip(to, piece.part.began_at + timedelta(milliseconds=int(begins)))

    async def delete(self, briefing: BriefingId) -> None:
        """Delete every file of a recording; nothing happens the second time. Raises OSError."""
        await self.on_disk(_delete, self.folder / briefing)

    async def on_disk(self, work: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        """Do something that waits for the disk."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *arguments)

    def close(self) -> None:
        """Have no more done by tools: what is under way fails at once, and may be done again another time."""
        self._is_closed = True
        for process in self._tools:
            with suppress(ProcessLookupError):
                process.kill()

    async def _cut(self, source: Path, piece: Piece, to: Path) -> None:
        """Have the tool cut a clip; of one that it does not finish nothing stays."""
        async with self._cutting:
            try:
                stretch = {"begins": piece.begins, "ends": piece.ends}
                await self._done({"do": "clip", "file": str(source), "to": str(to), **stretch})
            finally:
                await self.on_disk(_remove, to.with_name(f"{to.name}{UNFINISHED}"))

    async def _done(self, job: dict[str, Any]) -> dict[str, Any]:
        """Have the tool process do a job. Raises ToolFailed."""
        if self._is_closed:
            raise ToolFailed(f"{job['do']}: closed")
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *_TOOL,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={"PYTHONPATH": _ROOT},  # no secrets of the service
        )
        self._tools.add(process)
        if self._is_closed:  # meanwhile
            process.kill()
        try:
            outcome, _ = await process.communicate(json.dumps(job).encode())
        except BaseException:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            raise
        finally:
            self._tools.discard(process)
        if process.returncode:
            raise ToolFailed(f"{job['do']}: {process.returncode}")
        found: dict[str, Any] = json.loads(outcome)
        return found


def _parts(path: Path) -> tuple[Part, ...]:
    return tape.parts(path.read_text("utf-8")) if path.exists() else ()


def _kept(folder: Path) -> dict[BriefingId, bool]:
    if not folder.exists():
        return {}
    names = [one.name for one in folder.iterdir() if one.is_dir()]
    kept = {BriefingId(name): _is_unsettled(folder / name) for name in names if not name.startswith(".")}
    leaving = [name.removeprefix(_LEAVING) for name in names if name.startswith(_LEAVING)]
    return kept | {BriefingId(name): True for name in leaving}


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _is_unsettled(folder: Path) -> bool:
    return not (folder / _CHECKED).exists() or (folder / _DELETING).exists()


def _mark(path: Path) -> None:
    """Make an empty file that outlives a crash; where its folder is no more, nothing has to be remembered."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_WRONLY, mode=0o600)
        names = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    for one in (handle, names):
        os.fsync(one)
        os.close(one)


def _delete(folder: Path) -> None:
    """Take the folder out of sight in one step, then apart; what an earlier try left behind as well."""
    leaving = folder.with_name(_LEAVING + folder.name)
    if leaving.exists():
        shutil.rmtree(leaving)
    if folder.exists():
        folder.replace(leaving)
        shutil.rmtree(leaving)
