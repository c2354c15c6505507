"""The state of one briefing, and `fold`: the only code that moves it.

Each part of the state has a module with its dataclasses and its table of moves; this one joins them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Any

from server.core import events as e
from server.core.agenda import place_of
from server.core.ids import HUB, BriefingId, EndpointCode, MediaId
from server.core.journal import Entry, Head
from server.core.state import chair as chairing
from server.core.state import content as content_slot
from server.core.state import documents as papers
from server.core.state import floor as speaking
from server.core.state import invitations as inviting
from server.core.state import line_checks as lines
from server.core.state import recording as tape
from server.core.state import rehearsals as rehearsing
from server.core.state import results as outcomes
from server.core.state import sites as places
from server.core.state.chair import Chair
from server.core.state.content import Content
from server.core.state.documents import Document, Documents, PaperRequest, Version
from server.core.state.floor import Floor, PastTurn, Request, Turn, Undoable
from server.core.state.invitations import NOT_INVITED, Invitations, Invited
from server.core.state.line_checks import Checked, GoDecision, LineChecks
from server.core.state.recording import Recording
from server.core.state.rehearsals import Rehearsal, Rehearsals
from server.core.state.results import TASKS, Noted, Results
from server.core.state.sites import NOBODY, Site, Sites, nowhere

__all__ = [
    "ENDED",
    "MEETING",
    "NOBODY",
    "NOT_INVITED",
    "REHEARSED",
    "RUNNING",
    "TASKS",
    "Briefing",
    "Chair",
    "Checked",
    "Content",
    "Document",
    "Documents",
    "Floor",
    "GoDecision",
    "Invitations",
    "Invited",
    "LineChecks",
    "Noted",
    "PaperRequest",
    "PastTurn",
    "Phase",
    "Recording",
    "Rehearsal",
    "Request",
    "Results",
    "Site",
    "Turn",
    "Undoable",
    "Version",
    "fold",
    "foresee",
]


class Phase(StrEnum):
    """Where a briefing stands in its life."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    REHEARSAL = "rehearsal"  # the room is open, and nothing in it is the meeting's; then it is scheduled again
    OPEN = "open"  # the lobby: sites join, check in and are sound-checked
    LIVE = "live"
    CLOSED = "closed"
    CANCELLED = "cancelled"


MEETING = frozenset({Phase.OPEN, Phase.LIVE})
"""The phases of the meeting itself."""

RUNNING = MEETING | {Phase.REHEARSAL}
"""The phases in which sites may be in the room."""

ENDED = frozenset({Phase.CLOSED, Phase.CANCELLED})


@dataclass(frozen=True, slots=True)
class Briefing:
    """One briefing, folded from its journal. A fresh one has no plan yet."""

    id: BriefingId
    head: Head = field(default_factory=Head)
    phase: Phase = Phase.DRAFT
    plan: e.Plan | None = None
    series: e.SeriesDate | None = None  # None: it is a date of none
    edition: int = 0  # how often the plan was written
    sites: Sites = field(default_factory=nowhere)
    floor: Floor = field(default_factory=Floor)
    content: Content | None = None  # None: nobody presents
    recording: Recording | None = None  # None: none was ever begun
    chair: Chair | None = None  # None: nobody acts as the chair
    agenda_index: int | None = None
    hub_media: MediaId | None = None
    opened_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    late_marked: bool = False
    results: Results = field(default_factory=Results)
    reminders: tuple[e.ReminderRule, ...] | None = None  # None: those of the house
    invitations: Invitations = field(default_factory=Invitations)
    documents: Documents = field(default_factory=Documents)
    rehearsals: Rehearsals = ()
    line_checks: LineChecks = field(default_factory=LineChecks)

    @property
    def presenter(self) -> EndpointCode | None:
        """Whoever has the content slot: a site, or HUB."""
        return self.content.presenter if self.content else None

    @property
    def rehearsal(self) -> Rehearsal | None:
        """The rehearsal that runs."""
        return next((one for one in self.rehearsals if one.runs), None)

    def site(self, endpoint: EndpointCode) -> Site:
        """Return what is known of a site; one that never came is `NOBODY`."""
        return self.sites.get(endpoint, NOBODY)

    @property
    def planned(self) -> e.Plan:
        """The plan, of a briefing that has been drafted."""
        if self.plan is None:
            raise LookupError(f"briefing {self.id} has no journal")
        return self.plan


def fold(briefing: Briefing, entries: Iterable[Entry]) -> Briefing:
    """Move a briefing on by what has happened; the same entries always give the same state."""
    return reduce(_apply, entries, briefing)


def foresee(briefing: Briefing, events: Iterable[e.Event], at: datetime) -> Briefing:
    """Show a briefing as it will be when these events stand in its journal: its head is still where it was."""
    return reduce(lambda before, event: _MOVES[type(event)](before, event, at), events, briefing)


def _apply(briefing: Briefing, entry: Entry) -> Briefing:
    return replace(foresee(briefing, (entry.event,), entry.at), head=Head(entry.seq, entry.hash))


def _planned(briefing: Briefing, event: e.BriefingDrafted | e.BriefingEdited, at: datetime) -> Briefing:
    before = () if briefing.plan is None else briefing.plan.agenda
    index, floor = briefing.agenda_index, briefing.floor
    if event.plan.agenda != before:
        index = place_of(index, before, event.plan.agenda)
        floor = speaking.agenda_changed(floor, before, event.plan.agenda)
    moved = replace(briefing, plan=event.plan, edition=briefing.edition + 1, agenda_index=index, floor=floor)
    return replace(moved, invitations=inviting.replanned(briefing.invitations, briefing.plan, event.plan, at))


def _placed(briefing: Briefing, event: e.PlacedInSeries, _at: datetime) -> Briefing:
    return replace(briefing, series=event.date)


def _scheduled(briefing: Briefing, event: e.BriefingScheduled, at: datetime) -> Briefing:
    invitations = inviting.published(briefing.invitations, event.date, at)
    return replace(briefing, phase=Phase.SCHEDULED, invitations=invitations)


def _rehearsal_began(briefing: Briefing, event: e.RehearsalBegan, at: datetime) -> Briefing:
    rehearsals = rehearsing.MOVES[type(event)](briefing.rehearsals, event, at)
    checks = lines.MOVES[type(event)](briefing.line_checks, event, at)
    return replace(briefing, phase=Phase.REHEARSAL, rehearsals=rehearsals, line_checks=checks)


def _rehearsal_ended(briefing: Briefing, event: e.RehearsalEnded, at: datetime) -> Briefing:
    """Make the room what it was: nobody has been there, spoken, or checked in."""
    return replace(
        briefing,
        phase=Phase.SCHEDULED,
        rehearsals=rehearsing.MOVES[type(event)](briefing.rehearsals, event, at),
        sites=nowhere(),
        floor=Floor(),
        content=None,
        chair=None,
        agenda_index=None,
        hub_media=None,
    )


def _opened(briefing: Briefing, _event: e.BriefingOpened, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.OPEN, opened_at=at)


def _started(briefing: Briefing, _event: e.BriefingStarted, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.LIVE, started_at=at)


def _closed(briefing: Briefing, _event: e.BriefingClosed, at: datetime) -> Briefing:
    return replace(briefing, phase=Phase.CLOSED, ended_at=at, floor=_over(briefing.floor), content=None, chair=None)


def _cancelled(briefing: Briefing, _event: e.BriefingCancelled, at: datetime) -> Briefing:
    over = replace(briefing, phase=Phase.CANCELLED, ended_at=at, floor=_over(briefing.floor), content=None, chair=None)
    return replace(over, invitations=inviting.called_off(briefing.invitations, at))


def _over(floor: Floor) -> Floor:
    """Return what is left of the floor when a briefing is over: what has been, and nobody who waits."""
    return Floor(policy=floor.policy, requests=floor.requests, turns=floor.turns, past=floor.past)


def _agenda_moved(briefing: Briefing, event: e.AgendaMoved, _at: datetime) -> Briefing:
    return replace(briefing, agenda_index=event.index)


def _late_marked(briefing: Briefing, event: e.EndpointsMarkedLate, at: datetime) -> Briefing:
    return replace(briefing, sites=places.MOVES[type(event)](briefing.sites, event, at), late_marked=True)


def _publishing(briefing: Briefing, event: e.PublishingStarted | e.PublishingStopped, at: datetime) -> Briefing:
    """The hub sends as sites do, but is none of them."""
    if event.endpoint != HUB:
        return replace(briefing, sites=places.MOVES[type(event)](briefing.sites, event, at))
    return replace(briefing, hub_media=event.media if isinstance(event, e.PublishingStarted) else None)


def _reminders_set(briefing: Briefing, event: e.RemindersSet, _at: datetime) -> Briefing:
    return replace(briefing, reminders=event.rules)


def _unmoved(briefing: Briefing, _event: e.SpeechDetected, _at: datetime) -> Briefing:
    return briefing


Move = Callable[[Briefing, Any, datetime], Briefing]


def _part(name: str, moves: Mapping[type, Callable[[Any, Any, datetime], Any]]) -> Mapping[type, Move]:
    """Make the moves of one part moves of the whole."""

    def whole(move: Callable[[Any, Any, datetime], Any]) -> Move:
        return lambda briefing, event, at: replace(briefing, **{name: move(getattr(briefing, name), event, at)})

    return {kind: whole(move) for kind, move in moves.items()}


_MOVES: Mapping[type, Move] = MappingProxyType(
    {
        **_part("sites", places.MOVES),
        **_part("floor", speaking.MOVES),
        **_part("content", content_slot.MOVES),
        **_part("results", outcomes.MOVES),
        **_part("recording", tape.MOVES),
        **_part("chair", chairing.MOVES),
        **_part("invitations", inviting.MOVES),
        **_part("documents", papers.MOVES),
        **_part("rehearsals", rehearsing.MOVES),
        **_part("line_checks", lines.MOVES),
        e.BriefingDrafted: _planned,
        e.BriefingEdited: _planned,
        e.PlacedInSeries: _placed,
        e.BriefingScheduled: _scheduled,
        e.RehearsalBegan: _rehearsal_began,
        e.RehearsalEnded: _rehearsal_ended,
        e.BriefingOpened: _opened,
        e.BriefingStarted: _started,
        e.BriefingClosed: _closed,
        e.BriefingCancelled: _cancelled,
        e.AgendaMoved: _agenda_moved,
        e.EndpointsMarkedLate: _late_marked,
        e.PublishingStarted: _publishing,
        e.PublishingStopped: _publishing,
        e.RemindersSet: _reminders_set,
        e.SpeechDetected: _unmoved,
    }
)

REHEARSED = frozenset(
    {
        *places.MOVES,
        *speaking.MOVES,
        *content_slot.MOVES,
        *chairing.MOVES,
        e.AgendaMoved,
        e.SpeechDetected,
    }
)
"""What happens in a room, whether a meeting is held in it or rehearsed: the end of a rehearsal takes it all back."""
