"""The content slot: who may present a screen or a document to everybody, and what ends it.

The chair gives it to the hub, or to the site that has the floor. One presents at most.
"""

from datetime import datetime

from server.core.errors import Conflict
from server.core.events import ContentEnded, ContentEndedBecause, ContentGiven, Event
from server.core.ids import HUB, EndpointCode
from server.core.presence import NotOpen, require_site
from server.core.state import RUNNING, Briefing


class FloorNeeded(Conflict):
    """An endpoint presents only while it has the floor; give it the floor first, or let the hub present."""

    code = "floor_needed"


class NotPresenting(Conflict):
    """This place has not been asked to present; see who presents now, or ask the chair."""

    code = "not_presenting"


def give(briefing: Briefing, now: datetime, *, presenter: EndpointCode) -> tuple[Event, ...]:
    """Let the hub, or the site that has the floor, present; whoever presents now stops first.

    Giving it again changes nothing. Raises FloorNeeded for a site without the floor.
    """
    if briefing.phase not in RUNNING:
        raise NotOpen(f"it is {briefing.phase}")
    if presenter != HUB:
        require_site(briefing, presenter)
        if presenter != briefing.floor.holder:
            raise FloorNeeded(presenter)
    if presenter == briefing.presenter:
        return ()
    return (*end(briefing, now, ContentEndedBecause.PASSED_ON), ContentGiven(presenter))


def take(briefing: Briefing, now: datetime, *, presenter: EndpointCode | None = None) -> tuple[Event, ...]:
    """The chair takes the slot back from whoever has it, or from one presenter and nobody else."""
    if presenter is not None or briefing.content is None:
        require_presenter(briefing, presenter)
    return end(briefing, now, ContentEndedBecause.TAKEN)


def stop(briefing: Briefing, now: datetime, *, presenter: EndpointCode) -> tuple[Event, ...]:
    """The presenter gives the slot back."""
    require_presenter(briefing, presenter)
    return end(briefing, now, ContentEndedBecause.STOPPED)


def lapse(briefing: Briefing, now: datetime) -> tuple[Event, ...]:
    """Take the slot back when what was presented did not return in time."""
    content = briefing.content
    if content is None or content.held_until is None or now < content.held_until:
        return ()
    return end(briefing, now, ContentEndedBecause.LOST)


def require_presenter(briefing: Briefing, source: EndpointCode | None) -> None:
    """Raise NotPresenting unless the slot was given to this source."""
    if briefing.content is None or briefing.presenter != source:
        raise NotPresenting(source or "")


def end(briefing: Briefing, now: datetime, reason: ContentEndedBecause) -> tuple[Event, ...]:
    """Return the end of presenting, if somebody has the slot."""
    content = briefing.content
    if content is None:
        return ()
    return (ContentEnded(content.presenter, content.given_at, now, reason),)
