"""The status document as it is now, as it was at a moment of the past, and what of it one site may know."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from server.core.checkin import present
from server.core.floor import MAY_UNDO
from server.core.history import Past
from server.core.ids import EndpointCode
from server.core.line import LineHealth
from server.core.readiness import deck
from server.core.state import Briefing, Chair, Content, Floor, GoDecision, Recording, Request, Site, Turn
from server.core.status.document import (
    AgendaStatus,
    ChairStatus,
    CheckInStatus,
    ContentStatus,
    Counts,
    Deputy,
    EndpointStatus,
    FloorStatus,
    GoStatus,
    HubStatus,
    MediaStatus,
    Place,
    PlannedRehearsal,
    RecordingState,
    RecordingStatus,
    RehearsalStatus,
    RequestStatus,
    ServiceStatus,
    Status,
    TurnStatus,
    UndoStatus,
)

Health = Mapping[EndpointCode, LineHealth]
PlaceOf = Callable[[EndpointCode], Place]


def describe(
    briefing: Briefing,
    now: datetime,
    *,
    place_of: PlaceOf,
    health: Health,
    hub: LineHealth | None,
    service: ServiceStatus,
    deputies: tuple[Deputy, ...] = (),
) -> Status:
    """Return everything the staff may see."""
    plan = briefing.planned
    return Status(
        id=briefing.id,
        seq=briefing.head.seq,
        now=now,
        title=plan.title,
        kind=plan.kind,
        state=briefing.phase,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        opened_at=briefing.opened_at,
        started_at=briefing.started_at,
        ended_at=briefing.ended_at,
        counts=_counts(briefing),
        floor=replace(_floor(briefing.floor, now, place_of), deck=deck(briefing, health)),
        content=None if briefing.content is None else _content(briefing.content, place_of),
        recording=_recording(briefing.recording),
        chair=_chair(briefing.chair, deputies),
        agenda=AgendaStatus(plan.agenda, briefing.agenda_index),
        hub=HubStatus(briefing.hub_media is not None, hub),
        endpoints=tuple(
            _endpoint(code, briefing.site(code), place_of(code), health.get(code)) for code in plan.endpoints
        ),
        media=service.media,
        alarms=service.alarms,
        rehearsal=_rehearsal(briefing),
        rehearsals=planned_rehearsals(briefing),
        go=None if briefing.line_checks.decision is None else _go(briefing.line_checks.decision, place_of),
    )


def describe_past(past: Past, *, place_of: PlaceOf) -> Status:
    """Return what the staff could see at a moment of the past, as far as the journal tells.

    It tells of no line's health, of no still, and not how the service was.
    """
    unknown = ServiceStatus(MediaStatus(None))
    status = describe(past.briefing, past.moment, place_of=place_of, health={}, hub=None, service=unknown)
    return replace(status, as_of=past.as_of, floor=replace(status.floor, deck=()))


def for_sites(status: Status) -> Status:
    """Leave out what one site may not know: who else checked in, how their lines are, what is wrong in the service."""
    bare = tuple(replace(endpoint, check_in=None, stopped=None, health=None) for endpoint in status.endpoints)
    floor, hub = replace(status.floor, deck=()), replace(status.hub, health=None)
    return replace(status, floor=floor, endpoints=bare, hub=hub, alarms=(), go=None)


def _counts(briefing: Briefing) -> Counts:
    sites = [briefing.site(code) for code in briefing.planned.endpoints]
    checked_in = [site.check_in for site in sites if site.check_in is not None]
    return Counts(
        endpoints=len(sites),
        present=sum(site.here for site in sites),
        checked_in=len(checked_in),
        publishing=sum(site.media is not None for site in sites),
        late=sum(site.late for site in sites),
        headcount=sum(one.headcount for one in checked_in),
    )


def _floor(floor: Floor, now: datetime, place_of: PlaceOf) -> FloorStatus:
    turn, undoable = floor.turn, floor.undoable
    may_undo = undoable is not None and now - undoable.at <= MAY_UNDO
    return FloorStatus(
        turn=None if turn is None else _turn(turn, now, place_of),
        queue=tuple(_request(floor, one, place_of) for one in floor.queue),
        on_deck=floor.on_deck,
        called=tuple(one.number for one in floor.deck),
        policy=floor.policy,
        muted=floor.muted,
        undo=UndoStatus(undoable.what, undoable.at) if undoable is not None and may_undo else None,
    )


def _request(floor: Floor, one: Request, place_of: PlaceOf) -> RequestStatus:
    return RequestStatus(
        endpoint=one.endpoint,
        name=place_of(one.endpoint).name,
        speaker=one.speaker,
        topic=one.topic,
        asked_at=one.asked_at,
        request=one.number,
        asked_by=one.asked_by,
        registered=one.registered,
        item=one.item,
        placed=one.placed,
        spent=floor.spent_by(one.endpoint, one.speaker).total_seconds(),
    )


def planned_rehearsals(briefing: Briefing) -> tuple[PlannedRehearsal, ...]:
    """Return the rehearsals to come, the earliest first."""
    spans = [(one.number, span) for one in briefing.rehearsals if (span := one.span(briefing.planned.starts_at))]
    to_come = (PlannedRehearsal(number, *span) for number, span in spans)
    return tuple(sorted(to_come, key=lambda one: one.starts_at))


def _rehearsal(briefing: Briefing) -> RehearsalStatus | None:
    running = briefing.rehearsal
    if running is None or running.began_at is None or running.until is None:
        return None
    return RehearsalStatus(running.number, running.began_at, running.until)


def _go(decision: GoDecision, place_of: PlaceOf) -> GoStatus:
    event = decision.event
    names = tuple(place_of(code).name for code in event.not_go)
    return GoStatus(event.go, decision.at, event.name, event.not_go, names, event.note)


def _chair(chair: Chair | None, deputies: tuple[Deputy, ...]) -> ChairStatus:
    if chair is None:
        return ChairStatus(None, "", None, attended=False, deputies=deputies)
    return ChairStatus(chair.actor, chair.name, chair.since, chair.attended, deputies)


def _turn(turn: Turn, now: datetime, place_of: PlaceOf) -> TurnStatus:
    return TurnStatus(
        endpoint=turn.endpoint,
        name=place_of(turn.endpoint).name,
        speaker=turn.speaker,
        topic=turn.topic,
        started_at=turn.started_at,
        held_until=turn.held_until,
        number=turn.number,
        paused=turn.paused,
        allotted=turn.allotted,
        spent=round(turn.spent(now).total_seconds(), 3),
        standing=turn.waiting_since is not None,
    )


def _content(content: Content, place_of: PlaceOf) -> ContentStatus:
    name = place_of(content.presenter).name
    return ContentStatus(content.presenter, name, content.given_at, content.media is not None)


def _recording(recording: Recording | None) -> RecordingStatus | None:
    if recording is None or recording.since is None:
        return None
    return RecordingStatus(recording.since, RecordingState.FAILED if recording.failure else RecordingState.RECORDING)


def _endpoint(code: EndpointCode, site: Site, place: Place, health: LineHealth | None) -> EndpointStatus:
    return EndpointStatus(
        code=code,
        name=place.name,
        region=place.region,
        presence=_presence(site),
        late=site.late,
        last_seen=site.seen_at,
        check_in=_check_in(site),
        publishing=site.media is not None,
        stopped=site.stopped,
        health=health if site.media is not None else None,
    )


def _presence(site: Site) -> str:
    if site.here:
        return "present"
    return "absent" if site.seen_at is None else "lost"


def _check_in(site: Site) -> CheckInStatus | None:
    if site.check_in is None or site.checked_in_at is None:
        return None
    attending = present(site.check_in)
    return CheckInStatus(
        at=site.checked_in_at,
        revision=site.revision,
        local_chair=site.check_in.local_chair,
        headcount=site.check_in.headcount,
        present=attending,
        absent=len(site.check_in.delegates) - attending,
    )
