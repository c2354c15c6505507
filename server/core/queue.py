"""The speaker queue: who asks to speak, in which order they are called, and what the chair may do about it.

The order is the server's. A site has one raised hand at a time, and may have registered speakers besides; the people
in the hub's room share the queue. What the chair puts in order stays so, and the reason is kept.
"""

from collections import Counter
from datetime import datetime

from server.core.errors import Conflict, Invalid
from server.core.events import (
    BriefingKind,
    EndpointPutOnDeck,
    Event,
    FloorRequested,
    Plan,
    QueuePolicy,
    QueuePolicySet,
    QueueReordered,
    RegisteredSpeaker,
    RequestAmended,
    RequestDenied,
    RequestWithdrawn,
)
from server.core.ids import HUB, EndpointCode
from server.core.presence import NotOpen, require_site
from server.core.state import RUNNING, Briefing, Request
from server.core.text import require_whole

LONGEST_TEXT = 300
"""Characters of a speaker's name, a topic or a reason."""

MOST_OF_THE_HUB = 50
"""People in the hub's room who may wait at once."""


class NotWaiting(Conflict):
    """This endpoint has not asked to speak; let it raise its hand, or raise it on its behalf."""

    code = "not_waiting"


class AlreadyWaiting(Conflict):
    """This endpoint is in the queue already; withdraw the request to change it."""

    code = "already_waiting"


class AlreadySpeaking(Conflict):
    """This endpoint has the floor; there is nothing to ask for."""

    code = "already_speaking"


class SpeakerNeeded(Invalid):
    """Many people sit in the hub's room; name the one who wants to speak."""

    code = "speaker_needed"


class OneWay(Conflict):
    """This is a quick notification: it goes one way, and endpoints listen; ask the office that sent it instead."""

    code = "one_way"


class OrderMismatch(Conflict):
    """The new order must name exactly the endpoints that wait; the queue may have changed, so look again."""

    code = "order_mismatch"


class ReasonNeeded(Invalid):
    """This needs a reason, which goes into the record; write one."""

    code = "reason_needed"


class TextTooLong(Invalid):
    """A speaker's name, a topic or a reason has at most 300 characters; shorten it."""

    code = "text_too_long"


def require_text(*texts: str) -> None:
    """Raise TextTooLong or BrokenText for what people typed and no record can keep."""
    if any(len(text) > LONGEST_TEXT for text in texts):
        raise TextTooLong
    require_whole(*texts)


def require_speaker(briefing: Briefing, endpoint: EndpointCode) -> None:
    """Raise NotInvited, NotOpen or OneWay unless this site, or the hub's room, may speak in the briefing now."""
    if endpoint != HUB:
        require_site(briefing, endpoint)
        if briefing.planned.kind is BriefingKind.QUICK_NOTIFICATION:
            raise OneWay(endpoint)
    elif briefing.phase not in RUNNING:
        raise NotOpen(f"it is {briefing.phase}")


def waiting_request(briefing: Briefing, endpoint: EndpointCode, number: int | None = None) -> Request:
    """Return the request of a number, or the first of the endpoint. Raises NotWaiting when there is none."""
    for request in briefing.floor.queue:
        if request.endpoint == endpoint and number in {None, request.number}:
            return request
    raise NotWaiting(endpoint)


def request(
    briefing: Briefing,
    _now: datetime,
    *,
    endpoint: EndpointCode,
    speaker: str = "",
    topic: str = "",
    asked_by: str = "",
) -> tuple[Event, ...]:
    """Raise a hand, of a site or of somebody in the hub's room; `asked_by` did it on their behalf.

    Raises AlreadySpeaking, or AlreadyWaiting for a site whose hand is up and a person of the hub who waits.
    """
    require_speaker(briefing, endpoint)
    require_text(speaker, topic, asked_by)
    if endpoint == HUB:
        _require_person(briefing, speaker)
    elif endpoint == briefing.floor.holder:
        raise AlreadySpeaking(endpoint)
    elif any(one.endpoint == endpoint and not one.registered for one in briefing.floor.queue):
        raise AlreadyWaiting(endpoint)
    number = briefing.floor.requests + 1
    return (FloorRequested(endpoint, speaker, topic, number, asked_by, item=briefing.agenda_index),)


def _require_person(briefing: Briefing, speaker: str) -> None:
    """Raise a refusal for a person of the hub's room who is not named, or waits already."""
    waiting = [one.speaker for one in briefing.floor.queue if one.endpoint == HUB]
    if not speaker.strip():
        raise SpeakerNeeded
    if speaker in waiting or len(waiting) >= MOST_OF_THE_HUB:
        raise AlreadyWaiting(HUB)


def amend(
    briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, number: int | None = None, speaker: str, topic: str
) -> tuple[Event, ...]:
    """Change who is to speak or about what; the place in the queue stays."""
    require_speaker(briefing, endpoint)
    require_text(speaker, topic)
    asked = waiting_request(briefing, endpoint, number)
    if endpoint == HUB and not speaker.strip():
        raise SpeakerNeeded
    if (asked.speaker, asked.topic) == (speaker, topic):
        return ()
    return (RequestAmended(endpoint, asked.number, speaker, topic),)


def withdraw(
    briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, number: int | None = None
) -> tuple[Event, ...]:
    """Take a hand down; of several requests of one endpoint the one raised, unless a number is given."""
    require_speaker(briefing, endpoint)
    raised = (one.number for one in briefing.floor.queue if one.endpoint == endpoint and not one.registered)
    asked = waiting_request(briefing, endpoint, number or next(raised, None))
    return (RequestWithdrawn(endpoint, asked.number),)


def deny(
    briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, number: int | None = None, reason: str = ""
) -> tuple[Event, ...]:
    """The chair takes a request out of the queue."""
    require_speaker(briefing, endpoint)
    require_text(reason)
    return (RequestDenied(endpoint, waiting_request(briefing, endpoint, number).number, reason),)


def put_on_deck(
    briefing: Briefing, _now: datetime, *, endpoint: EndpointCode, number: int | None = None
) -> tuple[Event, ...]:
    """Ask a waiting site to get ready; without this the head of the queue is on deck."""
    require_speaker(briefing, endpoint)
    asked = waiting_request(briefing, endpoint, number)
    return (EndpointPutOnDeck(endpoint, asked.number),) if briefing.floor.called != asked.number else ()


def reorder(
    briefing: Briefing,
    _now: datetime,
    *,
    endpoints: tuple[EndpointCode, ...] = (),
    numbers: tuple[int, ...] = (),
    reason: str = "",
) -> tuple[Event, ...]:
    """Put the queue into the chair's order, by request number or by endpoint; who, when and why are kept.

    Raises OrderMismatch unless exactly those that wait are named, and ReasonNeeded without a reason, except where the
    queue follows no rule but the chair's.
    """
    queue = briefing.floor.queue
    if not reason.strip() and briefing.floor.policy is not QueuePolicy.CHAIR:
        raise ReasonNeeded
    require_text(reason)
    wanted = _by_number(queue, numbers) if numbers else _by_endpoint(queue, endpoints)
    if wanted == queue:
        return ()
    return (QueueReordered(tuple(one.endpoint for one in wanted), reason, tuple(one.number for one in wanted)),)


def _by_number(queue: tuple[Request, ...], numbers: tuple[int, ...]) -> tuple[Request, ...]:
    known = {one.number: one for one in queue}
    if sorted(numbers) != sorted(known):
        raise OrderMismatch
    return tuple(known[number] for number in numbers)


def _by_endpoint(queue: tuple[Request, ...], endpoints: tuple[EndpointCode, ...]) -> tuple[Request, ...]:
    """Several requests of one endpoint keep their order among themselves."""
    if Counter(endpoints) != Counter(one.endpoint for one in queue):
        raise OrderMismatch
    left = list(queue)
    return tuple(left.pop(next(i for i, one in enumerate(left) if one.endpoint == code)) for code in endpoints)


def follow(briefing: Briefing, _now: datetime, *, policy: QueuePolicy, reason: str = "") -> tuple[Event, ...]:
    """Order the queue by a rule from now on, and what was placed by hand, too.

    Choosing the present rule again takes back what the chair has put in order by hand.
    """
    if briefing.phase not in RUNNING:
        raise NotOpen(f"it is {briefing.phase}")
    require_text(reason)
    placed = policy is not QueuePolicy.CHAIR and any(one.placed for one in briefing.floor.queue)
    return (QueuePolicySet(policy, reason),) if placed or policy is not briefing.floor.policy else ()


def opening(briefing: Briefing, plan: Plan) -> tuple[Event, ...]:
    """Return the queue with which the lobby opens: its rule, and the speakers the plan names."""
    policy = (QueuePolicySet(plan.queue_policy, ""),) if plan.queue_policy is not briefing.floor.policy else ()
    return (*policy, *_registered(briefing, plan, ()))


def newly_registered(briefing: Briefing, plan: Plan) -> tuple[Event, ...]:
    """Return the requests of speakers that a changed plan names and the old one did not, in a room that is open."""
    return _registered(briefing, plan, _speakers(briefing.planned)) if briefing.phase in RUNNING else ()


def _speakers(plan: Plan) -> tuple[RegisteredSpeaker, ...]:
    return tuple(speaker for item in plan.agenda for speaker in item.speakers)


def _registered(briefing: Briefing, plan: Plan, known: tuple[RegisteredSpeaker, ...]) -> tuple[Event, ...]:
    wanted = [(index, one) for index, item in enumerate(plan.agenda) for one in item.speakers if one not in known]
    first = briefing.floor.requests + 1
    return tuple(
        FloorRequested(one.endpoint, one.speaker, one.topic, number, registered=True, item=index)
        for number, (index, one) in enumerate(wanted, first)
    )
