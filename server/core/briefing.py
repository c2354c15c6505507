"""A briefing's life: the table of legal moves, and its place on the agenda."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from server.core import invitations, queue, rehearsal
from server.core.agenda import identified
from server.core.clearing import everything_ended
from server.core.errors import Conflict, Invalid
from server.core.events import (
    AgendaMoved,
    BriefingCancelled,
    BriefingClosed,
    BriefingDrafted,
    BriefingEdited,
    BriefingOpened,
    BriefingScheduled,
    BriefingStarted,
    CalendarDate,
    ClosedBecause,
    EndpointsMarkedLate,
    Event,
    Plan,
    RehearsalEndedBecause,
)
from server.core.ids import HUB, BriefingId, EndpointCode
from server.core.plan import check, check_published, require_certified
from server.core.state import MEETING, RUNNING, Briefing, Phase, foresee
from server.core.text import require_whole

LEGAL: Mapping[str, frozenset[Phase]] = MappingProxyType(
    {
        "edit": frozenset({Phase.DRAFT, Phase.SCHEDULED, *RUNNING}),
        "schedule": frozenset({Phase.DRAFT}),
        "open": frozenset({Phase.SCHEDULED, Phase.REHEARSAL}),
        "start": frozenset({Phase.OPEN}),
        "close": frozenset({Phase.OPEN, Phase.LIVE}),
        "cancel": frozenset({Phase.DRAFT, Phase.SCHEDULED, Phase.REHEARSAL, Phase.OPEN}),
        "remind": frozenset({Phase.DRAFT, Phase.SCHEDULED, Phase.REHEARSAL, Phase.OPEN}),
        "agenda": RUNNING,
        "note": frozenset({Phase.OPEN, Phase.LIVE, Phase.CLOSED}),
        "amend_record": frozenset({Phase.CLOSED}),
        "attach": frozenset({Phase.DRAFT, Phase.SCHEDULED, *RUNNING}),
        "ask": frozenset({Phase.DRAFT, Phase.SCHEDULED, Phase.REHEARSAL, Phase.OPEN}),
        "hand_in": frozenset({Phase.DRAFT, Phase.SCHEDULED, *RUNNING}),
    }
)
"""From which phases each move of the lifecycle may start."""


class WrongPhase(Conflict):
    """The briefing is not in a phase that allows this; look at its present state."""

    code = "wrong_phase"


class StaleEdit(Conflict):
    """Somebody else changed this briefing since you read it; read it again and repeat your change."""

    code = "stale_edit"


class NoSuchItem(Invalid):
    """The agenda has no item of that number; choose one of its items."""

    code = "no_such_item"


class KindFixed(Conflict):
    """The kind of a briefing stays what it was when its lobby opened; leave it, or cancel this and plan another."""

    code = "briefing_kind_fixed"


class EndpointTakesPart(Conflict):
    """An endpoint that has joined, checked in or asked to speak stays on the list; leave it and its roster there."""

    code = "endpoint_takes_part"


def require(briefing: Briefing, move: str) -> None:
    """Raise WrongPhase unless the move may start from the briefing's phase."""
    if briefing.phase not in LEGAL[move]:
        raise WrongPhase(f"cannot {move} a briefing that is {briefing.phase}")


def draft(briefing: Briefing, _now: datetime, *, plan: Plan, certified: bool = False) -> tuple[Event, ...]:
    """Write down a new briefing; `certified`: this service may be told state secrets."""
    if briefing.plan is not None:
        raise WrongPhase("it is drafted already")
    check(plan, certified=certified)
    return (BriefingDrafted(replace(plan, agenda=identified(plan.agenda))),)


def edit(
    briefing: Briefing, now: datetime, *, plan: Plan, edition: int | None = None, certified: bool = False
) -> tuple[Event, ...]:
    """Change the plan; `edition` is the one the editor had read, None to write over anything.

    Raises StaleEdit when the plan has changed since, KindFixed when the lobby has opened, and EndpointTakesPart rather
    than lose a site's attendance.
    """
    require(briefing, "edit")
    if edition is not None and edition != briefing.edition:
        raise StaleEdit(f"you read edition {edition}, it is {briefing.edition} now")
    check(plan, certified=certified)
    if briefing.phase in RUNNING and plan.kind is not briefing.planned.kind:
        raise KindFixed
    if briefing.phase is not Phase.DRAFT:
        check_published(plan, now, ends_anew=plan.ends_at != briefing.planned.ends_at)
    kept = frozenset(plan.endpoints) if plan.roster == briefing.planned.roster else frozenset()
    if dropped := [code for code in _taking_part(briefing) if code not in kept]:
        raise EndpointTakesPart(", ".join(dropped))
    if plan == briefing.plan:
        return ()
    plan = replace(plan, agenda=identified(plan.agenda, briefing.planned.agenda, edition=briefing.edition))
    return (BriefingEdited(plan), *queue.newly_registered(briefing, plan), *invitations.to_added(briefing, plan))


def _taking_part(briefing: Briefing) -> list[EndpointCode]:
    """Return the sites that the briefing cannot do without: they have been here, attested, or are on the floor."""
    present = [code for code, site in briefing.sites.items() if site.seen_at or site.check_in]
    holder = [] if briefing.floor.holder is None else [briefing.floor.holder]
    return [*present, *(code for code in (*holder, *briefing.floor.waiting) if code != HUB)]


def schedule(
    briefing: Briefing, now: datetime, *, date: CalendarDate | None = None, certified: bool = False
) -> tuple[Event, ...]:
    """Publish a draft to its sites; `date`: calendars know it by that, and not by its own UID."""
    require(briefing, "schedule")
    require_certified(briefing.planned, certified=certified)
    check_published(briefing.planned, now, ends_anew=True)
    return (BriefingScheduled(date),)


def open_(briefing: Briefing, now: datetime, *, certified: bool = False) -> tuple[Event, ...]:
    """Open the lobby; a rehearsal that runs ends. A state secret that another service had taken is not opened here.

    Raises NotCertified.
    """
    require(briefing, "open")
    require_certified(briefing.planned, certified=certified)
    rehearsed = rehearsal.end(briefing, now, reason=RehearsalEndedBecause.OPENED)
    cleared = foresee(briefing, rehearsed, now)
    return (*rehearsed, BriefingOpened(), *queue.opening(cleared, cleared.planned))


def start(briefing: Briefing, _now: datetime, *, certified: bool = False) -> tuple[Event, ...]:
    """Begin the meeting, on the first agenda item. Raises NotCertified."""
    require(briefing, "start")
    require_certified(briefing.planned, certified=certified)
    first: tuple[Event, ...] = ()
    if briefing.planned.agenda and briefing.agenda_index is None:
        first = (AgendaMoved(0),)
    return (BriefingStarted(), *first)


def close(briefing: Briefing, now: datetime, *, reason: ClosedBecause = ClosedBecause.CHAIR) -> tuple[Event, ...]:
    """End the meeting; a running turn and what is presented end with it, and everybody leaves."""
    require(briefing, "close")
    return (*everything_ended(briefing, now), BriefingClosed(reason))


def cancel(
    briefing: Briefing, now: datetime, *, reason: str = "", together: tuple[BriefingId, ...] = ()
) -> tuple[Event, ...]:
    """Call the meeting off before it has begun; `together`: with other dates, of which one mail tells."""
    require(briefing, "cancel")
    require_whole(reason)
    rehearsed = rehearsal.end(briefing, now, reason=RehearsalEndedBecause.CANCELLED)
    return (*(rehearsed or everything_ended(briefing, now)), BriefingCancelled(reason, together))


def move_agenda(briefing: Briefing, _now: datetime, *, index: int) -> tuple[Event, ...]:
    """Go to an agenda item, counted from 0."""
    require(briefing, "agenda")
    if not 0 <= index < len(briefing.planned.agenda):
        raise NoSuchItem(f"item {index} of {len(briefing.planned.agenda)}")
    return (AgendaMoved(index),) if index != briefing.agenda_index else ()


def mark_late(briefing: Briefing, _now: datetime) -> tuple[Event, ...]:
    """Name, once, the sites that have not checked in though the start has come."""
    if briefing.phase not in MEETING or briefing.late_marked:
        return ()
    late = tuple(code for code in briefing.planned.endpoints if briefing.site(code).check_in is None)
    return (EndpointsMarkedLate(late),)
