"""The tool process: checks and mends the files of a recording, and cuts clips, without decoding anything.

Started as `python -m server.records.recordings.tool`, it reads one job as JSON and writes its outcome as JSON. A file
may hold whatever a stranger sent; what it does to this process it does to nothing else.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
from av.container import InputContainer, OutputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Stream

from server.core import tape
from server.core.tape import BEGINS, LOCK, MANIFEST, UNFINISHED, Digest, Part, Sealed

_MEMORY: Final = 1 << 30  # bytes of address space
_LOCKED_FOR: Final = 60  # seconds that a recorder may take to finish
_LONGEST: Final = 900  # seconds of processor time; a meeting's recording takes some ten
_OFF: Final = 1_000  # milliseconds by which a file may be longer or shorter than its list says
_APART: Final = 1_000  # milliseconds by which the tracks of a file may be apart
_BLOCK: Final = 1 << 20  # bytes read at once
_OPTIONS: Final = {"mp4": {"movflags": "faststart"}, "webm": {}}


def main() -> None:
    """Do one job."""
    av.logging.set_level(av.logging.PANIC)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST))
    job = json.load(sys.stdin)
    json.dump(_JOBS[job.pop("do")](**job), sys.stdout)


def check(folder: str) -> dict[str, Any]:
    """Mend what was cut off, then read every file to its end; say how long all is, and what is wrong.

    Where nothing was ever written there is nothing to be wrong: no parts.
    """
    place = Path(folder)
    listing = _settled(place) if place.exists() else b""
    parts = tape.parts(listing.decode())
    found = ((part.file, _problem(place / part.file, part)) for part in parts)
    return {
        "parts": len(parts),
        "milliseconds": tape.milliseconds(parts),
        "octets": sum(part.sealed.octets for part in parts if part.sealed),
        "manifest": hashlib.sha256(listing).hexdigest(),
        "flaws": [{"file": file, "problem": problem} for file, problem in found if problem],
    }


def _settled(place: Path) -> bytes:
    """Return the list of a recording when its recorder has finished and what was cut off is mended."""
    _wait_for_recorder(place)
    if not (place / MANIFEST).exists():
        return b""
    mend(place)
    return (place / MANIFEST).read_bytes()


def clip(file: str, begins: int, ends: int, to: str) -> dict[str, Any]:
    """Copy a stretch of a file, from the last keyframe before it; note where that is. Milliseconds into the file."""
    target, whole = Path(to), Path(f"{to}{UNFINISHED}")
    target.parent.mkdir(exist_ok=True)
    with av.open(file) as source:
        start = _entry(source, begins)
        _copy(source, whole, _form(target), start, ends)
    begin = target.with_suffix(BEGINS)
    begin.write_text(str(round(1000 * start)), encoding="ascii")
    _settle(begin)
    _put_in_place(whole, target)
    return {}


def mend(place: Path) -> None:
    """Make files whole that were cut off: playable from any place, of a known length, and listed with their hash."""
    with (place / MANIFEST).open("a", encoding="utf-8") as listing:
        for part in tape.parts((place / MANIFEST).read_text("utf-8")):
            if part.sealed is None:
                with suppress(FFmpegError, OSError):
                    sealed = _mended(place / part.file)
                    listing.write(tape.ended(part.number, sealed))
        listing.flush()
        os.fsync(listing.fileno())


def _mended(path: Path) -> Sealed:
    whole = path.with_name(f".{path.name}")
    try:
        with av.open(str(path)) as source:
            milliseconds = _copy(source, whole, _form(path), Fraction(0), None)
        if not milliseconds:
            raise OSError(f"{path.name} holds nothing")
        _put_in_place(whole, path)
    finally:
        whole.unlink(missing_ok=True)
    return _sealed(path, milliseconds, mended=True)


def _put_in_place(whole: Path, path: Path) -> None:
    """Give a finished file its name: after a crash too it is the whole file that has it, or none."""
    _settle(whole)
    whole.replace(path)
    _settle(path.parent)


def _settle(path: Path) -> None:
    """Have a file, or the names in a folder, reach the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sealed(path: Path, milliseconds: int, *, mended: bool) -> Sealed:
    digest = Digest()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.sealed(milliseconds, mended=mended)


def _wait_for_recorder(place: Path) -> None:
    """Wait until no recorder writes in the folder. Raises TimeoutError."""
    signal.alarm(_LOCKED_FOR)  # ends this process
    with (place / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    signal.alarm(0)


def _problem(path: Path, part: Part) -> str | None:
    """Name what is wrong with a file in a word; None when it is sound."""
    if not path.exists():
        return "missing"
    if part.sealed is None:
        return "unreadable"
    found = _sealed(path, part.sealed.milliseconds, mended=part.sealed.mended)
    if found != part.sealed:
        return "altered"
    try:
        with av.open(str(path)) as film:
            length = max((round(1000 * _end(packet)) for packet in _packets(film)), default=0)
    except (FFmpegError, OSError):
        return "unreadable"
    return None if abs(length - part.sealed.milliseconds) <= _OFF else "length"


@dataclass(slots=True)
class _Copied:
    """One stream on its way into another file."""

    stream: Stream
    last: int = -1


def _copy(source: InputContainer, path: Path, form: str, start: Fraction, ends: int | None) -> int:
    """Copy every packet from a moment (seconds) to another (milliseconds); return how long it became."""
    length = 0
    with av.open(str(path), "w", format=form, options=_OPTIONS[form]) as target:
        copied = {stream.index: _twin(target, stream) for stream in source.streams}
        for packet in _packets(source):
            moment = Fraction(packet.pts or 0) * packet.time_base
            if moment < start:
                continue
            if ends is not None and 1000 * moment > ends:
                if 1000 * moment > ends + _APART:
                    break
                continue
            length = max(length, round(1000 * (_end(packet) - start)))
            _put(target, copied[packet.stream.index], packet, start)
    return length


def _put(target: OutputContainer, to: _Copied, packet: Packet[Stream], start: Fraction) -> None:
    at = max(round((packet.pts or 0) - start / packet.time_base), to.last + 1)
    packet.pts = packet.dts = to.last = at
    packet.stream = to.stream
    target.mux_one(packet)


def _twin(target: OutputContainer, stream: Stream) -> _Copied:
    return _Copied(target.add_stream_from_template(stream, opaque=True))


def _packets(film: InputContainer) -> Iterator[Packet[Stream]]:
    return (packet for packet in film.demux() if packet.pts is not None and packet.size)


def _end(packet: Packet[Stream]) -> Fraction:
    length = (packet.duration or 0) if packet.stream.type == "audio" else 0
    return ((packet.pts or 0) + length) * Fraction(packet.time_base)


def _entry(film: InputContainer, begins: int) -> Fraction:
    """Find the last keyframe at or before a moment (milliseconds), or that moment where there is no picture; rewind."""
    wanted = Fraction(begins, 1000)
    entry = Fraction(0)
    if film.streams.video:
        for packet in film.demux(film.streams.video[0]):
            moment = Fraction(packet.pts or 0) * Fraction(packet.time_base)
            if moment > wanted:
                break
            if packet.size and packet.is_keyframe:
                entry = moment
    else:
        entry = wanted
    film.seek(0)
    return entry


def _form(path: Path) -> str:
    return path.suffix[1:]


_JOBS: Final[dict[str, Callable[..., dict[str, Any]]]] = {"check": check, "clip": clip}

if __name__ == "__main__":
    main()
