"""The invitations' state: who is invited, what was answered, and what each event makes of it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.ids import BriefingId, EndpointCode


@dataclass(frozen=True, slots=True)
class Invited:
    """One site's invitation."""

    sent_at: datetime | None = None  # last; None: it answered without having been sent one
    nudged_at: datetime | None = None
    answer: e.InvitationAnswered | None = None
    answered_at: datetime | None = None
    told_in: BriefingId | None = None  # whose journal meant the mail that invited it to several dates


NOT_INVITED = Invited()


def _nobody() -> Mapping[EndpointCode, Invited]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Invitations:
    """The invitations of a briefing.

    `sequence` is what calendars know the briefing by (RFC 5546, section 2.1.4): it rises with the time, the title and
    the place, and with whatever takes the briefing off a calendar. An answer to a time that is no more does not stand.
    """

    sequence: int = 0
    moved: int = 0  # the sequence that the present time came with
    changed_at: datetime | None = None  # when calendars had something new to know; None: it is a draft
    sites: Mapping[EndpointCode, Invited] = field(default_factory=_nobody)
    nudged_at: datetime | None = None
    date: e.CalendarDate | None = None  # what calendars know it by; None: its own UID

    @property
    def begun(self) -> bool:
        """Whether any site was sent an invitation."""
        return any(one.sent_at for one in self.sites.values())

    def of(self, endpoint: EndpointCode) -> Invited:
        """Return one site's invitation, `NOT_INVITED` when it has none."""
        return self.sites.get(endpoint, NOT_INVITED)

    def stands(self, endpoint: EndpointCode) -> bool:
        """Whether a site has answered to the present time."""
        answer = self.of(endpoint).answer
        return answer is not None and answer.sequence >= self.moved


def is_moved(before: e.Plan, after: e.Plan) -> bool:
    """Whether calendars have another time to show."""
    return (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at)


def is_significant(before: e.Plan, after: e.Plan) -> bool:
    """Whether those who are invited must be told: of another time, title or place."""
    return is_moved(before, after) or (before.title, before.place) != (after.title, after.place)


def dropped(before: e.Plan, after: e.Plan) -> tuple[EndpointCode, ...]:
    """Return the sites that take part no more; in another roster all do, whatever their codes."""
    kept = frozenset(after.endpoints) if before.roster == after.roster else frozenset()
    return tuple(code for code in before.endpoints if code not in kept)


def replanned(invitations: Invitations, before: e.Plan | None, after: e.Plan, at: datetime) -> Invitations:
    """Take in a changed plan; of a draft nobody knows."""
    if before is None or invitations.changed_at is None:
        return invitations
    gone = frozenset(dropped(before, after))
    sequence = invitations.sequence + (is_significant(before, after) or bool(gone))
    return replace(
        invitations,
        sequence=sequence,
        moved=sequence if is_moved(before, after) else invitations.moved,
        changed_at=at,
        sites=MappingProxyType({code: one for code, one in invitations.sites.items() if code not in gone}),
    )


def published(invitations: Invitations, date: e.CalendarDate | None, at: datetime) -> Invitations:
    """Note that sites may know of the briefing from now on, and calendars by what."""
    return replace(invitations, changed_at=at, date=date)


def called_off(invitations: Invitations, at: datetime) -> Invitations:
    """Note that the briefing is cancelled; of a draft nobody knows."""
    if invitations.changed_at is None:
        return invitations
    return replace(invitations, sequence=invitations.sequence + 1, changed_at=at)


def _sent(invitations: Invitations, event: e.InvitationsSent, at: datetime) -> Invitations:
    told_in = event.together[0] if event.together else None
    return _each(invitations, event.endpoints, lambda one: replace(one, sent_at=at, told_in=told_in))


def _nudged(invitations: Invitations, event: e.InvitationsNudged, at: datetime) -> Invitations:
    nudged = _each(invitations, event.endpoints, lambda one: replace(one, nudged_at=at))
    return replace(nudged, nudged_at=at)


def _answered(invitations: Invitations, event: e.InvitationAnswered, at: datetime) -> Invitations:
    return _each(invitations, (event.endpoint,), lambda one: replace(one, answer=event, answered_at=at))


def _each(
    invitations: Invitations, endpoints: Iterable[EndpointCode], change: Callable[[Invited], Invited]
) -> Invitations:
    changed = {code: change(invitations.of(code)) for code in endpoints}
    return replace(invitations, sites=MappingProxyType({**invitations.sites, **changed}))


MOVES: Mapping[type, Callable[[Invitations, Any, datetime], Invitations]] = MappingProxyType(
    {e.InvitationsSent: _sent, e.InvitationsNudged: _nudged, e.InvitationAnswered: _answered}
)
