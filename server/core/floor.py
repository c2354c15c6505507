"""The floor: who may speak, for how long, and what the chair may do about it. One speaker at most at a time."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import takewhile

from server.core import content, presence
from server.core.errors import Conflict, Invalid
from server.core.events import (
    ContentEndedBecause,
    EndpointSkipped,
    Event,
    EveryoneMuted,
    FloorGranted,
    MoveUndone,
    MuteLifted,
    TurnContinued,
    TurnEnded,
    TurnEndedBecause,
    TurnExtended,
    TurnPaused,
)
from server.core.ids import HUB, EndpointCode
from server.core.presence import NotOpen
from server.core.queue import AlreadySpeaking, SpeakerNeeded, require_speaker, require_text, waiting_request
from server.core.state import RUNNING, Briefing, Request, Turn, Undoable, foresee

LONGEST_TURN = 24 * 3600
"""Seconds a turn may be allotted."""

MAY_UNDO = timedelta(seconds=7)
"""How long a move may be taken back: the five seconds that a page shows, and the way of the request."""


class NotSpeaking(Conflict):
    """This endpoint does not have the floor; look who has it now."""

    code = "not_speaking"


class AlreadyPaused(Conflict):
    """The turn is interrupted already; let it continue, or end it."""

    code = "already_paused"


class NotPaused(Conflict):
    """The turn is not interrupted; there is nothing to continue."""

    code = "not_paused"


class NeverSpoke(Conflict):
    """This endpoint has not spoken yet; give it the floor from the queue, or invite it."""

    code = "never_spoke"


class AbsurdTime(Invalid):
    """A turn lasts between one second and 24 hours; choose another time."""

    code = "absurd_time"


class NobodyReady(Conflict):
    """Nobody who waits can be seen and heard now; look what is wrong there, or give one of them the floor by hand."""

    code = "nobody_ready"


class NothingToUndo(Conflict):
    """There is nothing to take back: the last move was too long ago, or others have acted since."""

    code = "nothing_to_undo"


def grant(
    briefing: Briefing,
    now: datetime,
    *,
    endpoint: EndpointCode,
    number: int | None = None,
    reason: str = "",
    seconds: int | None = None,
) -> tuple[Event, ...]:
    """Give the floor to a waiting site, or a waiting person of the hub's room; a running turn ends first.

    `seconds` is the time allotted, None for what the plan gives each. Who is called before others that were to come
    first is noted as such, with the reason if there is one. A site that has the floor may be given it for another
    request of its own, by number. Raises AlreadySpeaking, NotWaiting.
    """
    _require_idle(briefing, endpoint, number)
    asked = waiting_request(briefing, endpoint, number)
    return _turn_given(briefing, now, asked, seconds=seconds, request=asked.number, reason=reason)


def grant_next(
    briefing: Briefing, now: datetime, *, failing: Mapping[EndpointCode, str], seconds: int | None = None
) -> tuple[Event, ...]:
    """Give the floor to the first who waits and can be seen and heard.

    `failing` says why sites cannot: these are passed over, which is noted with the reason, and keep their places.
    A site may follow itself: the plan may name several of its people one after another. Raises NobodyReady.
    """
    _require_running(briefing)
    order = sorted(briefing.floor.queue, key=lambda one: one.number != briefing.floor.called)
    passed = tuple(takewhile(lambda one: one.endpoint in failing, order))
    if len(passed) == len(order):
        raise NobodyReady(", ".join(one.endpoint for one in passed))
    asked = order[len(passed)]
    skipped = (EndpointSkipped(one.endpoint, one.number, failing[one.endpoint]) for one in passed)
    given = _turn_given(briefing, now, asked, seconds=seconds, reason="", request=asked.number, is_next=True)
    return (*skipped, *given)


def invite(
    briefing: Briefing,
    now: datetime,
    *,
    endpoint: EndpointCode,
    speaker: str = "",
    topic: str = "",
    reason: str = "",
    seconds: int | None = None,
) -> tuple[Event, ...]:
    """Give the floor to a site that has not asked; what it may wait for stays in the queue.

    Raises AlreadySpeaking, and SpeakerNeeded for the hub's room without a name.
    """
    _require_idle(briefing, endpoint)
    require_text(speaker, topic)
    if endpoint == HUB and not speaker.strip():
        raise SpeakerNeeded
    wanted = Request(endpoint, speaker, topic, now)
    return _turn_given(briefing, now, wanted, seconds=seconds, reason=reason)


def recall(
    briefing: Briefing,
    now: datetime,
    *,
    endpoint: EndpointCode,
    speaker: str | None = None,
    reason: str = "",
    seconds: int | None = None,
) -> tuple[Event, ...]:
    """Call back who has spoken before, on the same subject: the one of that name, or (None) whoever did last there.

    A turn that was taken back at once does not count. Raises NeverSpoke.
    """
    _require_idle(briefing, endpoint)
    theirs = (one for one in reversed(briefing.floor.past) if one.endpoint == endpoint)
    spoken = (one for one in theirs if one.reason is not TurnEndedBecause.UNDONE)
    past = next((one for one in spoken if speaker in {None, one.speaker}), None)
    if past is None:
        raise NeverSpoke(endpoint if speaker is None else f"{endpoint}: {speaker}")
    wanted = Request(endpoint, past.speaker, past.topic, now)
    return _turn_given(briefing, now, wanted, seconds=seconds, reason=reason, recalled=True)


def _require_idle(briefing: Briefing, endpoint: EndpointCode, number: int | None = None) -> None:
    """Raise AlreadySpeaking for a site that has the floor and no waiting request of that number.

    Another person of the hub's room may follow the first.
    """
    require_speaker(briefing, endpoint)
    waits = any(one.number == number for one in briefing.floor.queue)
    if endpoint == briefing.floor.holder and endpoint != HUB and not waits:
        raise AlreadySpeaking(endpoint)


def _turn_given(
    briefing: Briefing,
    now: datetime,
    wanted: Request,
    *,
    seconds: int | None,
    reason: str,
    request: int = 0,
    recalled: bool = False,
    is_next: bool = False,
) -> tuple[Event, ...]:
    """Return the end of the running turn and the beginning of the next."""
    require_text(reason)
    deck = briefing.floor.deck
    given = FloorGranted(
        wanted.endpoint,
        wanted.speaker,
        wanted.topic,
        turn=briefing.floor.turns + 1,
        request=request,
        allotted=_allotted(briefing, seconds),
        out_of_order=not is_next and bool(deck) and deck[0].number != request,
        recalled=recalled,
        reason=reason,
    )
    return (*_turn_over(briefing, now, TurnEndedBecause.PREEMPTED), given)


def _allotted(briefing: Briefing, seconds: int | None) -> int | None:
    if seconds is not None:
        return _possible(seconds)
    minutes = briefing.planned.turn_minutes
    return None if minutes is None else minutes * 60


def _possible(seconds: int) -> int:
    if not 0 < seconds <= LONGEST_TURN:
        raise AbsurdTime(f"{seconds} s")
    return seconds


def extend(briefing: Briefing, now: datetime, *, seconds: int) -> tuple[Event, ...]:
    """Give the speaker more time, or (negative) less; without a limit so far, it is from now on that long.

    Raises NotSpeaking, AbsurdTime.
    """
    turn = _running(briefing)
    so_far = int(turn.spent(now).total_seconds()) if turn.allotted is None else turn.allotted
    return (TurnExtended(turn.endpoint, seconds, _possible(so_far + seconds)),)


def pause(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Interrupt the speaker, who keeps the turn and its time. Raises NotSpeaking, AlreadyPaused."""
    turn = _running(briefing)
    if turn.paused:
        raise AlreadyPaused(turn.endpoint)
    return (TurnPaused(turn.endpoint),)


def continue_(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Give the interrupted speaker the floor back. Raises NotSpeaking, NotPaused."""
    turn = _running(briefing)
    if not turn.paused:
        raise NotPaused(turn.endpoint)
    return (TurnContinued(turn.endpoint),)


def mute_everyone(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Let nobody but the hub be heard: a site's turn is interrupted, and every other microphone is to be off."""
    _require_running(briefing)
    if briefing.floor.muted:
        return ()
    turn = briefing.floor.turn
    paused = () if turn is None or turn.paused or turn.endpoint == HUB else (TurnPaused(turn.endpoint),)
    return (EveryoneMuted(), *paused)


def lift_mute(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Let the microphones of those who are on deck be open again; an interrupted turn stays so."""
    _require_running(briefing)
    return (MuteLifted(),) if briefing.floor.muted else ()


def release(briefing: Briefing, now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """The speaker gives the floor back."""
    _require_holder(briefing, endpoint)
    return _turn_over(briefing, now, TurnEndedBecause.RELEASED)


def revoke(briefing: Briefing, now: datetime, *, endpoint: EndpointCode) -> tuple[Event, ...]:
    """The chair takes the floor away."""
    _require_holder(briefing, endpoint)
    return _turn_over(briefing, now, TurnEndedBecause.REVOKED)


def undo(briefing: Briefing, now: datetime, *, grace: timedelta, move: datetime | None = None) -> tuple[Event, ...]:
    """Take back the chair's last move: a turn given or ended, a denied request, a new order, everybody muted.

    `move` is when it was made, so that no other is taken back by mistake; None: whichever was the last. The turn that
    was cut short goes on, and the one that began instead ends; where its site has dropped meanwhile it is held for the
    grace period, and where it has come back it is held no longer. Raises NothingToUndo.
    """
    _require_running(briefing)
    last = _last_move(briefing, now, move)
    before, begun = last.before.turn, briefing.floor.turn
    if before is not None and begun is not None and begun.number == before.number:
        return (MoveUndone(last.what),)
    ended = _turn_over(briefing, now, TurnEndedBecause.UNDONE)
    if before is None:
        return (*ended, MoveUndone(last.what))
    undone = (*ended, MoveUndone(last.what, before.endpoint, before.started_at))
    after = foresee(briefing, undone, now)
    return (*undone, *presence.catch_up(after, now, since=last.at, grace=grace))


def _last_move(briefing: Briefing, now: datetime, move: datetime | None) -> Undoable:
    """Return the move to take back. Raises NothingToUndo, also where it would bring back a site that is struck off."""
    last = briefing.floor.undoable
    if last is None or now - last.at > MAY_UNDO or move not in {None, last.at}:
        raise NothingToUndo
    if not {last.before.holder, *last.before.waiting} <= {None, HUB, *briefing.planned.endpoints}:
        raise NothingToUndo
    return last


def lapse(briefing: Briefing, now: datetime) -> tuple[Event, ...]:
    """End a held turn whose site did not come back in time."""
    turn = briefing.floor.turn
    if turn is None or turn.held_until is None or now < turn.held_until:
        return ()
    return _turn_over(briefing, now, TurnEndedBecause.LOST)


def _require_running(briefing: Briefing) -> None:
    if briefing.phase not in RUNNING:
        raise NotOpen(f"it is {briefing.phase}")


def _require_holder(briefing: Briefing, endpoint: EndpointCode) -> None:
    require_speaker(briefing, endpoint)
    if endpoint != briefing.floor.holder:
        raise NotSpeaking(endpoint)


def _running(briefing: Briefing) -> Turn:
    _require_running(briefing)
    if briefing.floor.turn is None:
        raise NotSpeaking
    return briefing.floor.turn


def _turn_over(briefing: Briefing, now: datetime, reason: TurnEndedBecause) -> tuple[Event, ...]:
    """Return the end of the running turn, and of what its site presents: it presents while it has the floor."""
    if briefing.presenter in {None, HUB} or briefing.presenter != briefing.floor.holder:
        return end_turn(briefing, now, reason)
    return (*content.end(briefing, now, ContentEndedBecause.TURN), *end_turn(briefing, now, reason))


def end_turn(briefing: Briefing, now: datetime, reason: TurnEndedBecause) -> tuple[Event, ...]:
    """Return the end of the running turn, if one runs."""
    turn = briefing.floor.turn
    if turn is None:
        return ()
    return (TurnEnded(turn.endpoint, turn.started_at, now, reason, turn.speaker, turn.topic),)
