"""Notes over HTTP: what the secretary writes down, what becomes of it, and amendments of the record."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import BaseModel, Field

from server.core import results
from server.core.events import (
    AmendmentSubject,
    Event,
    Note,
    NoteCarriedOver,
    NoteKind,
    TaskMoved,
    TaskState,
    encode,
)
from server.core.ids import HUB, BriefingId, EndpointCode, RosterName
from server.core.people import Role
from server.core.state import ENDED, Briefing
from server.live.rooms import NoSuchBriefing
from server.live.world import Decision
from server.records.names import HUB_NAMES, Names
from server.records.results import RecordedAmendment, RecordedNote, lateness_of
from server.records.results import results as recorded
from server.store import briefings as stored
from server.store import journal
from server.web.bodies import Body, Moment, parsed
from server.web.briefings import room_of
from server.web.callers import caller_of
from server.web.conditions import version_wanted
from server.web.keys import CLOCK, DATABASE, HOUSE, SETTINGS
from server.web.language import language_of
from server.web.routing import NOTE_TAKERS, STAFF, Routes

routes = Routes()

NOTES = "/api/v1/briefings/{briefing_id}/notes"
NOTE = NOTES + "/{number}"
AMENDMENTS = "/api/v1/briefings/{briefing_id}/amendments"
LONGEST_NUMBER = 6
"""Digits of a note's number."""

Long = Annotated[str, Field(max_length=results.LONGEST_NOTE)]
Short = Annotated[str, Field(max_length=results.LONGEST_NAME)]
Code = Annotated[str, Field(min_length=1, max_length=16)]
Due = Annotated[str, Field(max_length=10)]


class NewNote(Body):
    """Something to write down; without a moment it is about now."""

    WITH_LINES = frozenset({"text"})

    kind: NoteKind
    text: Long
    about: Moment | None = None
    turn: int | None = None
    endpoint: Code | None = None
    addressee: Short = ""
    owner: Short = ""
    partners: list[Short] = Field(default_factory=list, max_length=results.MOST_PARTNERS)
    due: Due = ""

    def as_core(self, about: datetime) -> Note:
        """Return the note; `about` is its moment where the body names none."""
        return Note(
            kind=self.kind,
            text=self.text,
            about=self.about or about,
            turn=self.turn,
            endpoint=None if self.endpoint is None else EndpointCode(self.endpoint),
            addressee=self.addressee,
            owner=self.owner,
            partners=tuple(self.partners),
            due=self.due,
        )


class NoteChange(NewNote):
    """A note written anew, whole; without a moment it keeps its own."""

    reason: Short = ""


class Why(Body):
    """Why."""

    reason: Short = ""


class NewAnswer(Body):
    """What was answered to a recommendation; without a day: today."""

    WITH_LINES = frozenset({"text"})

    by: Short = ""
    text: Long
    on: Due = ""


class NewState(Body):
    """How far a task is; without a day: since today."""

    WITH_LINES = frozenset({"comment"})

    state: Literal[TaskState.OPEN, TaskState.IN_WORK, TaskState.DONE, TaskState.RETURNED]
    on: Due = ""
    comment: Short = ""
    due: Due = ""


class Destination(Body):
    """Where something unfinished goes on: in a briefing, or in a year."""

    WITH_LINES = frozenset({"comment"})

    briefing: str | None = Field(None, min_length=1, max_length=64)
    year: int | None = None
    comment: Short = ""
    due: Due = ""


class NewAppraisal(Body):
    """A comment on what was done."""

    WITH_LINES = frozenset({"text"})

    by: Short = ""
    text: Long
    due: Due = ""


class NewAmendment(Body):
    """Something to be put beside the record."""

    WITH_LINES = frozenset({"text"})

    subject: AmendmentSubject
    text: Long
    reason: Short = ""
    turn: int | None = None
    endpoint: Code | None = None


class LatenessAnswer(BaseModel):
    """How late: 0 days is in time; periods are days, months or quarters, as exactly as the date was set."""

    days: int
    periods: int
    precision: str


class NoteAnswer(BaseModel):
    """A note as it stands; how it came to that is in `versions`, `answers`, `moves` and `appraisals`."""

    number: int
    kind: NoteKind
    text: str
    about: datetime
    turn: int | None
    endpoint: str | None
    name: str
    addressee: str
    owner: str
    partners: list[str]
    due: str
    state: TaskState
    done_on: str
    carried_to: str | None
    carried_year: int | None
    finished: bool
    late: LatenessAnswer | None
    revision: int
    taken_at: datetime
    taken_by: str
    removed: dict[str, Any] | None
    versions: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    moves: list[dict[str, Any]]
    appraisals: list[dict[str, Any]]


class NotesAnswer(BaseModel):
    """All notes of a briefing, by number; removed ones too."""

    notes: list[NoteAnswer]


class AmendmentAnswer(BaseModel):
    """An amendment, and who wrote it when."""

    number: int
    at: datetime
    author: str
    subject: AmendmentSubject
    turn: int | None
    endpoint: str | None
    name: str
    text: str
    reason: str


class AmendmentsAnswer(BaseModel):
    """All amendments of a record, by number."""

    amendments: list[AmendmentAnswer]


@routes.get(NOTES, allow=STAFF, answers=NotesAnswer)
async def list_notes(request: web.Request) -> web.Response:
    """List the notes, each as it stands and with all that became of it."""
    notes, _ = await _recorded(request, (await room_of(request)).state)
    return web.json_response({"notes": [document(note, today_of(request)) for note in notes]})


@routes.post(NOTES, allow=NOTE_TAKERS, body=NewNote, answers=NoteAnswer, status=201)
async def take_note(request: web.Request) -> web.Response:
    """Write a note down; a secretary who does keeps the minutes."""
    wanted, room, caller = await parsed(request, NewNote), await room_of(request), caller_of(request)
    note = wanted.as_core(request.app[CLOCK]())

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        is_secretary = caller.role is Role.SECRETARY
        named = results.keep_minutes(state, now, secretary=caller.actor, name=caller.name) if is_secretary else ()
        return (*named, *results.take(state, now, note=note))

    state = await room.move(decide, caller.actor)
    return await _answer(request, state, results.number_of(state, note), status=201)


@routes.get(NOTE, allow=STAFF, answers=NoteAnswer)
async def show_note(request: web.Request) -> web.Response:
    """Show one note."""
    return await _answer(request, (await room_of(request)).state, number_of(request))


@routes.put(NOTE, allow=NOTE_TAKERS, body=NoteChange, answers=NoteAnswer)
async def amend_note(request: web.Request) -> web.Response:
    """Write a note anew, whole; with If-Match only if nobody else has."""
    wanted, number, revision = await parsed(request, NoteChange), number_of(request), version_wanted(request)

    def decide(state: Briefing, now: datetime) -> tuple[Event, ...]:
        noted = state.results.notes.get(number)
        note = wanted.as_core(now if noted is None else noted.note.about)
        return results.amend(state, now, number=number, note=note, reason=wanted.reason, revision=revision)

    return await _moved(request, decide)


@routes.post(NOTE + "/remove", allow=NOTE_TAKERS, body=Why, answers=NoteAnswer)
async def remove_note(request: web.Request) -> web.Response:
    """Let a note count no more; with If-Match only if nobody else has changed it."""
    wanted, number = await parsed(request, Why), number_of(request)
    return await _moved(
        request, partial(results.remove, number=number, reason=wanted.reason, revision=version_wanted(request))
    )


@routes.post(NOTE + "/restore", allow=NOTE_TAKERS, answers=NoteAnswer)
async def restore_note(request: web.Request) -> web.Response:
    """Let a removed note count again."""
    return await _moved(request, partial(results.restore, number=number_of(request)))


@routes.post(NOTE + "/answers", allow=NOTE_TAKERS, body=NewAnswer, answers=NoteAnswer, status=201)
async def answer_recommendation(request: web.Request) -> web.Response:
    """Note what was answered to a recommendation."""
    wanted, number, today = await parsed(request, NewAnswer), number_of(request), today_of(request)
    on = wanted.on or today.isoformat()
    decide = partial(results.answer, number=number, by=wanted.by, text=wanted.text, on=on, today=today)
    return await _moved(request, decide, status=201)


@routes.post(NOTE + "/state", allow=NOTE_TAKERS, body=NewState, answers=NoteAnswer)
async def move_task(request: web.Request) -> web.Response:
    """Move a task on, or back."""
    wanted, number, today = await parsed(request, NewState), number_of(request), today_of(request)
    event = TaskMoved(number, wanted.state, wanted.on or today.isoformat(), wanted.comment, wanted.due)
    return await _moved(request, partial(results.move, number=number, event=event, today=today))


@routes.post(NOTE + "/carry-over", allow=NOTE_TAKERS, body=Destination, answers=NoteAnswer)
async def carry_over(request: web.Request) -> web.Response:
    """Let what is unfinished go on in another briefing, or in a year to come."""
    wanted, number, today = await parsed(request, Destination), number_of(request), today_of(request)
    briefing = None if wanted.briefing is None else BriefingId(wanted.briefing)
    if briefing is not None:
        await _require_to_come(request, briefing)
    event = NoteCarriedOver(number, briefing, wanted.year, wanted.comment, wanted.due)
    return await _moved(request, partial(results.carry_over, number=number, event=event, today=today))


@routes.post(NOTE + "/appraisals", allow=NOTE_TAKERS, body=NewAppraisal, answers=NoteAnswer, status=201)
async def appraise_task(request: web.Request) -> web.Response:
    """Comment on what was done or handed in."""
    wanted, number = await parsed(request, NewAppraisal), number_of(request)
    decide = partial(results.appraise, number=number, by=wanted.by, text=wanted.text, due=wanted.due)
    return await _moved(request, decide, status=201)


@routes.get(AMENDMENTS, allow=STAFF, answers=AmendmentsAnswer)
async def list_amendments(request: web.Request) -> web.Response:
    """List the amendments of the record."""
    _, amendments = await _recorded(request, (await room_of(request)).state)
    return web.json_response({"amendments": encode(amendments)})


@routes.post(AMENDMENTS, allow=NOTE_TAKERS, body=NewAmendment, answers=AmendmentAnswer, status=201)
async def amend_record(request: web.Request) -> web.Response:
    """Put something beside the record of a closed briefing."""
    wanted, room = await parsed(request, NewAmendment), await room_of(request)
    decide = partial(
        results.amend_record,
        subject=wanted.subject,
        text=wanted.text,
        reason=wanted.reason,
        turn=wanted.turn,
        endpoint=None if wanted.endpoint is None else EndpointCode(wanted.endpoint),
    )
    state = await room.move(decide, caller_of(request).actor)
    _, amendments = await _recorded(request, state)
    return web.json_response(encode(amendments[state.results.amendments - 1]), status=201)


def today_of(request: web.Request) -> date:
    """Return the day it is where the house is."""
    return request.app[CLOCK]().astimezone(ZoneInfo(request.app[SETTINGS].time_zone)).date()


def names_of(request: web.Request, roster: RosterName) -> Names:
    """Return how the sites of a roster and the hub are called in the caller's language."""
    names = {HUB: HUB_NAMES[language_of(request)], **request.app[HOUSE].roster(roster)}
    return lambda code: names.get(code, code)


def document(note: RecordedNote, today: date) -> dict[str, Any]:
    """Write a note as JSON can hold it, with how late it is on a day."""
    return {**encode(note), "late": encode(lateness_of(note, today))}


def number_of(request: web.Request) -> int:
    """Return the number in the path. Raises NoSuchNote."""
    digits = request.match_info["number"]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER):
        raise results.NoSuchNote
    return int(digits)


async def _moved(request: web.Request, decide: Decision, *, status: int = 200) -> web.Response:
    room = await room_of(request)
    return await _answer(request, await room.move(decide, caller_of(request).actor), number_of(request), status=status)


async def _answer(request: web.Request, state: Briefing, number: int, *, status: int = 200) -> web.Response:
    """Answer with a note as it now stands. Raises NoSuchNote."""
    notes, _ = await _recorded(request, state)
    note = next((note for note in notes if note.number == number), None)
    if note is None:
        raise results.NoSuchNote(str(number))
    headers = {"ETag": f'"{note.revision}"'}
    if status == web.HTTPCreated.status_code:
        headers["Location"] = f"/api/v1/briefings/{state.id}/notes/{number}"
    return web.json_response(document(note, today_of(request)), status=status, headers=headers)


async def _recorded(
    request: web.Request, state: Briefing
) -> tuple[tuple[RecordedNote, ...], tuple[RecordedAmendment, ...]]:
    """Read what a briefing came to: its notes and its amendments."""
    async with request.app[DATABASE].read() as session:
        entries = await journal.load_results(session, [state.id])
    return recorded(entries, names_of(request, state.planned.roster))


async def _require_to_come(request: web.Request, briefing: BriefingId) -> None:
    """Raise NoSuchBriefing, or NowhereToCarry for a briefing that is over: nothing goes on there."""
    async with request.app[DATABASE].read() as session:
        found = await stored.summary(session, briefing)
    if found is None:
        raise NoSuchBriefing(briefing)
    if found.phase in ENDED:
        raise results.NowhereToCarry(f"{found.title} is {found.phase}")
