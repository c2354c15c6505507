"""The folders of recordings, one for each briefing, and the jobs that the tool process does in them."""

import asyncio
import json
import shutil
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from server.core import tape
from server.core.events import RecordingChecked, RecordingFlaw
from server.core.ids import BriefingId
from server.core.tape import BEGINS, MANIFEST, Part
from server.records.recordings.scenes import Piece

_TOOL: Final = ("-P", "-m", "server.records.recordings.tool")
_CHECKED: Final = "checked"
_DELETING: Final = "deleting"
_LEAVING: Final = ".deleted-"
_ROOT: Final = str(Path(__file__).parents[3])


class ToolFailed(Exception):
    """The tool process did not do its job; why is in the log."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A film of a piece; it begins with the last keyframe at or before the piece."""

    path: Path
    began_at: datetime


class Shelf:
    """Everything below one folder. What touches the disk is done in threads or in the tool process."""

    def __init__(self, folder: Path) -> None:
        """Keep recordings in this folder; it need not exist yet."""
        self.folder = folder
        self._making: dict[Path, asyncio.Lock] = {}  # clips that are made right now

    def path(self, briefing: BriefingId, name: str) -> Path:
        """Return where a file of a recording lies."""
        return self.folder / briefing / name

    async def parts(self, briefing: BriefingId) -> tuple[Part, ...]:
        """Read the list of a recording; where nothing was ever written, it is empty."""
        return await asyncio.to_thread(_parts, self.path(briefing, MANIFEST))

    async def kept(self) -> dict[BriefingId, bool]:
        """List the recordings there are, each with whether it still has to be checked or deleted."""
        return await asyncio.to_thread(_kept, self.folder)

    async def check(self, briefing: BriefingId) -> RecordingChecked:
        """Read every file from its beginning to its end. Raises ToolFailed."""
        found = await _done({"do": "check", "folder": str(self.folder / briefing)})
        flaws = tuple(RecordingFlaw(one["file"], one["problem"]) for one in found.pop("flaws"))
        return RecordingChecked(**found, flaws=flaws)

    async def begin_deleting(self, briefing: BriefingId) -> None:
        """Remember that a recording is about to be deleted, so that this is finished whatever happens."""
        await asyncio.to_thread(self.path(briefing, _DELETING).touch)

    async def end_deleting(self, briefing: BriefingId) -> None:
        """Forget that: it stays."""
        await asyncio.to_thread(self.path(briefing, _DELETING).unlink, missing_ok=True)

    async def note_checked(self, briefing: BriefingId) -> None:
        """Remember that a recording need not be checked again."""
        await asyncio.to_thread(self.path(briefing, _CHECKED).touch)

    async def clip(self, briefing: BriefingId, number: int, piece: Piece) -> Clip:
        """Cut a piece of a turn, once; a piece that is a whole file is that file. Raises ToolFailed."""
        source = self.path(briefing, piece.part.file)
        if piece.is_whole:
            return Clip(source, piece.part.began_at)
        to = self.path(briefing, f"clips/turn-{number}-{piece.part.number}-{piece.begins}-{piece.ends}{source.suffix}")
        async with self._making.setdefault(to, asyncio.Lock()):
            if not to.exists():
                stretch = {"begins": piece.begins, "ends": piece.ends}
                await _done({"do": "clip", "file": str(source), "to": str(to), **stretch})
        self._making.pop(to, None)
        begins = await asyncio.to_thread(to.with_suffix(BEGINS).read_text, "ascii")
        return Clip(to, piece.part.began_at + timedelta(milliseconds=int(begins)))

    async def delete(self, briefing: BriefingId) -> None:
        """Delete every file of a recording; nothing happens the second time. Raises OSError."""
        await asyncio.to_thread(_delete, self.folder / briefing)


def _parts(path: Path) -> tuple[Part, ...]:
    return tape.parts(path.read_text("utf-8")) if path.exists() else ()


def _kept(folder: Path) -> dict[BriefingId, bool]:
    if not folder.exists():
        return {}
    found = (one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    return {BriefingId(one.name): not (one / _CHECKED).exists() or (one / _DELETING).exists() for one in found}


def _delete(folder: Path) -> None:
    """Take the folder out of sight in one step, then apart."""
    leaving = folder.with_name(_LEAVING + folder.name)
    if folder.exists():
        folder.replace(leaving)
    if leaving.exists():
        shutil.rmtree(leaving)


async def _done(job: dict[str, Any]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *_TOOL,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": _ROOT},  # no secrets of the service
    )
    try:
        outcome, _ = await process.communicate(json.dumps(job).encode())
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        raise ToolFailed(f"{job['do']}: {process.returncode}")
    found: dict[str, Any] = json.loads(outcome)
    return found
