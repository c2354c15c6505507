"""The recording over HTTP: begun and ended by the chair; afterwards its files, a clip of each turn, and its end."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog
from aiohttp import web
from pydantic import Field

from server.core import recording, tape
from server.core.errors import Conflict, NotFound
from server.core.events import RecordingDeletedBecause, encode, rfc3339
from server.core.ids import HUB, BriefingId
from server.core.tape import MANIFEST, Part
from server.records.names import HUB_NAMES
from server.records.record import Record
from server.records.recordings import scenes
from server.records.recordings.bundle import Bundle, Member
from server.records.recordings.scenes import Piece
from server.records.recordings.shelf import Clip, Shelf
from server.records.spoken import SpokenTurn
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import CLOCK, SHELF
from server.web.language import language_of
from server.web.record import record_of
from server.web.routing import CHAIRS, LEADERS, RECORDERS, Routes

log = structlog.get_logger()

routes = Routes()

RECORDING = "/api/v1/briefings/{briefing_id}/recording"
ZIP = "application/zip"

_BLOCK = 256 * 1024  # bytes sent at once
_MEDIA_TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}


class RecordingNotOffered(Conflict):
    """This service keeps no recordings; ask its operator to set a folder for them."""

    code = "recording_not_offered"


class NoClip(NotFound):
    """This turn is not in the recording, or is still being written; look at the list of turns."""

    code = "no_clip"


class Deletion(Body):
    """Why a recording is deleted."""

    reason: str = Field(max_length=500)


@routes.post(RECORDING + "/start", allow=CHAIRS, status=204)
async def start_recording(request: web.Request) -> web.Response:
    """The chair has the stage recorded; everybody is told."""
    _shelf(request)
    await (await room_of(request)).move(recording.start, caller_of(request).actor)
    return web.Response(status=204)


@routes.post(RECORDING + "/stop", allow=CHAIRS, status=204)
async def stop_recording(request: web.Request) -> web.Response:
    """The chair ends recording."""
    await (await room_of(request)).move(recording.stop, caller_of(request).actor)
    return web.Response(status=204)


@routes.get(RECORDING, allow=RECORDERS)
async def show_recording(request: web.Request) -> web.Response:
    """Show the files of a recording, where each turn is in them, and what became of it."""
    film = await film_of(request, await record_of(request))
    if film is None:
        raise recording.NoRecording(_briefing(request))
    return web.json_response(film)


async def film_of(request: web.Request, record: Record) -> dict[str, Any] | None:
    """Describe the recording of the briefing the path names, as `docs/protocol.md` has it; None where none was begun.

    Raises NoSuchBriefing.
    """
    state = (await room_of(request)).state.recording
    if state is None:
        return None
    is_there = SHELF in request.app and not state.deleted
    parts = await request.app[SHELF].parts(record.briefing.id) if is_there else ()
    found: dict[str, Any] = encode(state)
    names = {HUB: HUB_NAMES[language_of(request)]} | {turn.endpoint: turn.name for turn in record.turns}
    return found | {
        "parts": [
            _part(part, names.get(part.source, part.source), begins)
            for part, begins in zip(parts, scenes.starts(parts), strict=True)
        ],
        "turns": [_turn(turn, scenes.pieces(parts, turn, request.app[CLOCK]())) for turn in record.turns],
    }


@routes.get(RECORDING + "/parts/{number}", allow=RECORDERS, gives="*/*")
async def give_part(request: web.Request) -> web.StreamResponse:
    """Give one file; ranges of it as well (RFC 9110, section 14)."""
    wanted = request.match_info["number"]
    parts = await _sealed(request)
    part = next((part for part in parts if str(part.number) == wanted), None)
    if part is None:
        raise NoClip(wanted)
    return _file(request, _shelf(request).path(_briefing(request), part.file), f"part-{part.number}", part.began_at)


@routes.get(RECORDING + "/turns/{number}", allow=RECORDERS, gives="*/*")
async def give_clip(request: web.Request) -> web.StreamResponse:
    """Give what shows one turn: a film, or a ZIP of several where the turn changed its file."""
    shelf, briefing, wanted = _shelf(request), _briefing(request), request.match_info["number"]
    parts = await _sealed(request)
    turn = next((turn for turn in (await record_of(request)).turns if str(turn.number) == wanted), None)
    pieces = scenes.pieces(parts, turn, request.app[CLOCK]()) if turn else ()
    if turn is None or not pieces:
        raise NoClip(wanted)
    clips = [await shelf.clip(briefing, turn.number, piece) for piece in pieces]
    if len(clips) == 1:
        return _file(request, clips[0].path, f"turn-{turn.number}", clips[0].began_at)
    members = [await asyncio.to_thread(_member, clip) for clip in clips]
    return await _send(request, Bundle(members), f"turn-{turn.number}")


@routes.get(RECORDING + "/chapters", allow=RECORDERS, gives="text/vtt")
async def give_chapters(request: web.Request) -> web.Response:
    """Give the turns as WebVTT chapters of all files played one after another."""
    text = scenes.chapters(await _sealed(request), (await record_of(request)).turns, request.app[CLOCK]())
    return web.Response(text=text, content_type="text/vtt", headers=_named(f"{_stem(request)}.vtt"))


@routes.get(RECORDING + "/file", allow=RECORDERS, gives="*/*")
async def give_everything(request: web.Request) -> web.StreamResponse:
    """Give the whole recording: its one file, or a ZIP of all with the list, a playlist and chapters."""
    shelf, briefing, parts = _shelf(request), _briefing(request), await _sealed(request)
    if not parts:
        raise NoClip(briefing)
    if len(parts) == 1:
        return _file(request, shelf.path(briefing, parts[0].file), "recording", parts[0].began_at)
    chapters = scenes.chapters(parts, (await record_of(request)).turns, request.app[CLOCK]())
    listing = await asyncio.to_thread(shelf.path(briefing, MANIFEST).read_bytes)
    at = parts[-1].ended_at
    texts = {MANIFEST: listing, "chapters.vtt": chapters.encode(), "playlist.m3u8": scenes.playlist(parts).encode()}
    members = [Member(name, at, len(text), zlib.crc32(text), text) for name, text in texts.items()]
    return await _send(request, Bundle([*members, *_members(shelf, briefing, parts)]), "recording")


@routes.post(RECORDING + "/delete", allow=LEADERS, body=Deletion, status=204)
async def delete_recording(request: web.Request) -> web.Response:
    """Delete every file, for a reason that stays in the journal."""
    shelf, room = _shelf(request), await room_of(request)
    note = (await parsed(request, Deletion)).reason
    decide = partial(recording.delete, reason=RecordingDeletedBecause.PERSON, note=note)
    decide(room.state, request.app[CLOCK]())  # refuses before anything is marked
    await shelf.begin_deleting(room.state.id)
    await room.move(decide, caller_of(request).actor)
    await shelf.delete(room.state.id)
    log.info("recording_deleted", briefing=room.state.id, reason="person", by=caller_of(request).actor)
    return web.Response(status=204)


def _part(part: Part, name: str, begins: int) -> dict[str, Any]:
    length = {"seconds": None, "octets": None} if part.sealed is None else _length(part.sealed)
    return {
        "number": part.number,
        "source": part.source,
        "name": name,
        "began_at": rfc3339(part.began_at),
        "begins": begins / 1000,
        "codec": part.codec,
        "width": part.width,
        "height": part.height,
        "type": _MEDIA_TYPES[Path(part.file).suffix],
        **length,
    }


def _length(sealed: tape.Sealed) -> dict[str, Any]:
    return {"seconds": sealed.milliseconds / 1000, "octets": sealed.octets, "sha256": sealed.sha256}


def _turn(turn: SpokenTurn, pieces: Sequence[Piece]) -> dict[str, Any]:
    return {
        "number": turn.number,
        "endpoint": turn.endpoint,
        "name": turn.name,
        "speaker": turn.speaker,
        "pieces": [_piece(piece) for piece in pieces],
    }


def _piece(piece: Piece) -> dict[str, Any]:
    return {
        "part": piece.part.number,
        "begins": piece.begins / 1000,
        "ends": piece.ends / 1000,
        "began_at": rfc3339(piece.began_at),
    }


def _shelf(request: web.Request) -> Shelf:
    """Return where recordings are. Raises RecordingNotOffered."""
    if SHELF not in request.app:
        raise RecordingNotOffered
    return request.app[SHELF]


def _briefing(request: web.Request) -> BriefingId:
    return BriefingId(request.match_info["briefing_id"])


async def _sealed(request: web.Request) -> tuple[Part, ...]:
    """Read the files that are finished. Raises NoRecording, also for one that has been deleted."""
    room = await room_of(request)
    recording.kept(room.state)
    return tuple(part for part in await _shelf(request).parts(room.state.id) if part.sealed)


def _file(request: web.Request, path: Path, what: str, began_at: datetime) -> web.StreamResponse:
    """Answer with a film, whose real start its name tells."""
    if not path.exists():
        raise NoClip(path.name)
    _note(request, what)
    name = f"{_stem(request)}-{what}-{began_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{path.suffix}"
    headers = _named(name, inline=True) | {"Content-Type": _MEDIA_TYPES[path.suffix], "Starts-At": rfc3339(began_at)}
    return web.FileResponse(path, headers=headers)


def _note(request: web.Request, what: str) -> None:
    """Log who takes a recording away; a player asks for many ranges, of which the first counts."""
    begin = request.http_range.start or 0
    if begin == 0 and request.method == "GET":
        actor = caller_of(request).actor
        log.info("recording_downloaded", briefing=_briefing(request), what=what, by=actor)


def _stem(request: web.Request) -> str:
    return f"giaoban-{_briefing(request)}"


def _named(name: str, *, inline: bool = False) -> dict[str, str]:
    return {"Content-Disposition": f'{"inline" if inline else "attachment"}; filename="{name}"'}


def _members(shelf: Shelf, briefing: BriefingId, parts: Sequence[Part]) -> list[Member]:
    return [
        Member(part.file, part.began_at, part.sealed.octets, part.sealed.crc32, shelf.path(briefing, part.file))
        for part in parts
        if part.sealed
    ]


def _member(clip: Clip) -> Member:
    data = clip.path.read_bytes()
    return Member(clip.path.name, clip.began_at, len(data), zlib.crc32(data), clip.path)


async def _send(request: web.Request, bundle: Bundle, what: str) -> web.StreamResponse:
    """Send an archive, or the range of it that is asked for."""
    _note(request, what)
    begin, end, _ = request.http_range.indices(bundle.octets)
    answer = web.StreamResponse(headers=_named(f"{_stem(request)}-{what}.zip") | {"Accept-Ranges": "bytes"})
    if "Range" in request.headers:
        if begin >= end:
            raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{bundle.octets}"})
        answer.set_status(206)
        answer.headers["Content-Range"] = f"bytes {begin}-{end - 1}/{bundle.octets}"
    answer.content_type = ZIP
    answer.content_length = end - begin
    await answer.prepare(request)
    if request.method != "HEAD":
        async for block in _blocks(bundle, begin, end):
            await answer.write(block)
    await answer.write_eof()
    return answer


async def _blocks(bundle: Bundle, begin: int, end: int) -> AsyncIterator[bytes]:
    for stretch in bundle.between(begin, end):
        if isinstance(stretch.content, bytes):
            yield stretch.content[stretch.begin : stretch.end]
            continue
        at = stretch.begin
        while at < stretch.end:
            block = await asyncio.to_thread(_read, stretch.content, at, min(_BLOCK, stretch.end - at))
            yield block
            at += len(block)


def _read(path: Path, at: int, size: int) -> bytes:
    """Read some bytes. Raises EOFError where the file has become shorter."""
    with path.open("rb") as file:
        file.seek(at)
        block = file.read(size)
    if not block:
        raise EOFError(path.name)
    return block
