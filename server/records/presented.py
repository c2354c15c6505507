"""What was presented: who was given the content slot, and how long a picture of it was there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from server.core.events import ContentEnded, ContentEndedBecause, ContentGiven, ContentStarted, ContentStopped
from server.core.ids import EndpointCode
from server.core.journal import Entry
from server.records.spoken import seconds_between


@dataclass(frozen=True, slots=True)
class PresentedContent:
    """A site, or the hub, had the content slot. One that has it still has no end."""

    number: int  # 1, 2, 3, ... in the order given
    endpoint: EndpointCode
    name: str
    given_at: datetime
    ended_at: datetime | None
    seconds: float | None
    reason: ContentEndedBecause | None
    shown_seconds: float  # with a picture of it; what is shown now counts when it has ended


def presented(entries: Iterable[Entry], names: Callable[[EndpointCode], str]) -> tuple[PresentedContent, ...]:
    """Return who had the content slot, in the order given."""
    told: list[PresentedContent] = []
    shown_since: datetime | None = None
    for entry in entries:
        match entry.event:
            case ContentGiven(endpoint):
                told.append(PresentedContent(len(told) + 1, endpoint, names(endpoint), entry.at, None, None, None, 0.0))
            case ContentStarted():
                shown_since = entry.at
            case ContentStopped() | ContentEnded() as event:
                told[-1], shown_since = _ended(_shown(told[-1], shown_since, entry.at), event), None
    return tuple(told)


def _shown(one: PresentedContent, since: datetime | None, until: datetime) -> PresentedContent:
    if since is None:
        return one
    return replace(one, shown_seconds=round(one.shown_seconds + seconds_between(since, until), 3))


def _ended(one: PresentedContent, event: ContentStopped | ContentEnded) -> PresentedContent:
    if isinstance(event, ContentStopped):
        return one
    seconds = seconds_between(one.given_at, event.ended_at)
    return replace(one, ended_at=event.ended_at, seconds=seconds, reason=event.reason)
