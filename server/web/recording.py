"""The recording over HTTP: begun and ended by the chair; afterwards its files, a clip of each turn, and its end."""

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
from server.core.tape import MANIFEST, Part, Slot
from server.records.names import HUB_NAMES
from server.records.record import Record
from server.records.recordings import scenes
from server.records.recordings.bundle import Bundle, Member
from server.records.recordings.scenes import Piece
from server.records.recordings.shelf import Clip, Shelf, ToolFailed
from server.records.spoken import SpokenTurn
from server.web.bodies import Body, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.keys import CLOCK, SHELF
from server.web.language import language_of
from server.web.moves import led
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


class ClipNotCut(Conflict):
    """This clip could not be cut, perhaps because the disk is full; download the whole recording instead."""

    code = "clip_not_cut"


class Deletion(Body):
    """Why a recording is deleted."""

    WITH_LINES = frozenset({"reason"})

    reason: str = Field(max_length=500)


@routes.post(RECORDING + "/start", allow=CHAIRS, status=204)
async def start_recording(request: web.Request) -> web.Response:
    """The chair has the stage recorded; everybody is told."""
    shelf = _shelf(request)
    answer = await led(request, recording.start)
    await shelf.expect(_briefing(request))
    return answer


@routes.post(RECORDING + "/stop", allow=CHAIRS, status=204)
async def stop_recording(request: web.Request) -> web.Response:
    """The chair ends recording."""
    return await led(request, recording.stop)


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
    names = {HUB: HUB_NAMES[language_of(request)]}
    names |= {site.endpoint: site.name for site in record.attendance} | {one.endpoint: one.name for one in record.turns}
    stage, now = tape.of(Slot.STAGE, parts), request.app[CLOCK]()
    begins = dict(zip((part.number for part in stage), scenes.starts(stage), strict=True))
    return found | {
        "parts": [_part(part, names.get(part.source, part.source), begins.get(part.number)) for part in parts],
        "turns": [_turn(turn, parts, now) for turn in record.turns],
    }


@routes.get(RECORDING + "/parts/{number}", allow=RECORDERS, gives="*/*")
async def give_part(request: web.Request) -> web.StreamResponse:
    """Give one file; ranges of it as well (RFC 9110, section 14)."""
    wanted = request.match_info["number"]
    parts = await _sealed(request)
    part = next((part for part in parts if str(part.number) == wanted), None)
    if part is None:
        raise NoClip(wanted)
    path = _shelf(request).path(_briefing(request), part.file)
    return await _file(request, path, f"part-{part.number}", part.began_at)


@routes.get(RECORDING + "/turns/{number}", allow=RECORDERS, gives="*/*")
async def give_clip(request: web.Request) -> web.StreamResponse:
    """Give what shows one turn: a film, or a ZIP of several where its file changed or something was presented."""
    shelf, briefing, wanted = _shelf(request), _briefing(request), request.match_info["number"]
    parts = await _sealed(request)
    turn = next((turn for turn in (await record_of(request)).turns if str(turn.number) == wanted), None)
    now = request.app[CLOCK]()
    pieces = (*scenes.pieces(parts, turn, now), *scenes.presented(parts, turn, now)) if turn else ()
    if turn is None or not pieces:
        raise NoClip(wanted)
    try:
        clips = [await shelf.clip(briefing, turn.number, piece) for piece in pieces]
    except ToolFailed as error:
        raise ClipNotCut(wanted) from error
    if len(clips) == 1:
        return await _file(request, clips[0].path, f"turn-{turn.number}", clips[0].began_at)
    members = [await shelf.on_disk(_member, clip) for clip in clips]
    return await _send(request, Bundle(members), f"turn-{turn.number}")


@routes.get(RECORDING + "/chapters", allow=RECORDERS, gives="text/vtt")
async def give_chapters(request: web.Request) -> web.Response:
    """Give the turns as WebVTT chapters of the stage's files played one after another."""
    text = scenes.chapters(await _sealed(request), (await record_of(request)).turns, request.app[CLOCK]())
    return web.Response(text=text, content_type="text/vtt", headers=_named(f"{_stem(request)}.vtt"))


@routes.get(RECORDING + "/file", allow=RECORDERS, gives="*/*")
async def give_everything(request: web.Request) -> web.StreamResponse:
    """Give the whole recording: its one file, or a ZIP of all with the list, a playlist and chapters."""
    shelf, briefing, parts = _shelf(request), _briefing(request), await _sealed(request)
    if not parts:
        raise NoClip(briefing)
    if len(parts) == 1:
        return await _file(request, shelf.path(briefing, parts[0].file), "recording", parts[0].began_at)
    chapters = scenes.chapters(parts, (await record_of(request)).turns, request.app[CLOCK]())
    listing = await shelf.on_disk(shelf.path(briefing, MANIFEST).read_bytes)
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
    async with shelf.deleting:
        await shelf.begin_deleting(room.state.id)
        await room.move(decide, caller_of(request).actor)
        await shelf.delete(room.state.id)
    log.info("recording_deleted", briefing=room.state.id, reason="person", by=caller_of(request).actor)
    return web.Response(status=204)


def _part(part: Part, name: str, begins: int | None) -> dict[str, Any]:
    length = {"seconds": None, "octets": None} if part.sealed is None else _length(part.sealed)
    return {
        "number": part.number,
        "slot": part.slot,
        "source": part.source,
        "name": name,
        "began_at": rfc3339(part.began_at),
        "begins": None if begins is None else begins / 1000,
        "codec": part.codec,
        "width": part.width,
        "height": part.height,
        "type": _MEDIA_TYPES[Path(part.file).suffix],
        **length,
    }


def _length(sealed: tape.Sealed) -> dict[str, Any]:
    return {"seconds": sealed.milliseconds / 1000, "octets": sealed.octets, "sha256": sealed.sha256}


def _turn(turn: SpokenTurn, parts: Sequence[Part], now: datetime) -> dict[str, Any]:
    return {
        "number": turn.number,
        "endpoint": turn.endpoint,
        "name": turn.name,
        "speaker": turn.speaker,
        "pieces": [_piece(piece) for piece in scenes.pieces(parts, turn, now)],
        "presented": [_piece(piece) for piece in scenes.presented(parts, turn, now)],
        "writing": scenes.is_unfinished(parts, turn),
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


async def _file(request: web.Request, path: Path, what: str, began_at: datetime) -> web.StreamResponse:
    """Answer with a film, whose real start its name tells."""
    if not await _shelf(request).on_disk(path.exists):
        raise NoClip(path.name)
    _note(request, what)
    name = f"{_stem(request)}-{what}-{began_at.astimezone(UTC):%Y%m%dT%H%M%SZ}{path.suffix}"
    headers = _named(name, inline=True) | {"Content-Type": _MEDIA_TYPES[path.suffix], "Starts-At": rfc3339(began_at)}
    return web.FileResponse(path, headers=headers)


def _note(request: web.Request, what: str) -> None:
    """Log who takes a recording away; a player asks for many ranges, of which the first counts."""
    begin = _range(request).start or 0
    if begin == 0 and request.method == "GET":
        actor = caller_of(request).actor
        log.info("recording_downloaded", briefing=_briefing(request), what=what, by=actor)


def _range(request: web.Request) -> slice:
    """Return the range that is asked for; what is none is no wish (RFC 9110, section 14.2)."""
    try:
        return request.http_range
    except ValueError:
        return slice(None)


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
    octets = crc = 0
    with clip.path.open("rb") as file:
        while block := file.read(_BLOCK):
            octets, crc = octets + len(block), zlib.crc32(block, crc)
    return Member(clip.path.name, clip.began_at, octets, crc, clip.path)


async def _send(request: web.Request, bundle: Bundle, what: str) -> web.StreamResponse:
    """Send an archive, or the range of it that is asked for."""
    _note(request, what)
    tag = f'"{bundle.tag}"'
    wanted = _range(request) if request.headers.get("If-Range", tag) == tag else slice(None)
    begin, end, _ = wanted.indices(bundle.octets)
    headers = _named(f"{_stem(request)}-{what}.zip") | {"Accept-Ranges": "bytes", "ETag": tag}
    answer = web.StreamResponse(headers=headers)
    if (wanted.start, wanted.stop) != (None, None):
        if begin >= end:
            raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{bundle.octets}"})
        answer.set_status(206)
        answer.headers["Content-Range"] = f"bytes {begin}-{end - 1}/{bundle.octets}"
    answer.content_type = ZIP
    answer.content_length = end - begin
    await answer.prepare(request)
    if request.method != "HEAD":
        async for block in _blocks(_shelf(request), bundle, begin, end):
            await answer.write(block)
    await answer.write_eof()
    return answer


async def _blocks(shelf: Shelf, bundle: Bundle, begin: int, end: int) -> AsyncIterator[bytes]:
    for stretch in bundle.between(begin, end):
        if isinstance(stretch.content, bytes):
            yield stretch.content[stretch.begin : stretch.end]
            continue
        at = stretch.begin
        while at < stretch.end:
            block = await shelf.on_disk(_read, stretch.content, at, min(_BLOCK, stretch.end - at))
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
