"""The chair's desk: when the acting chair's page was last heard of, and who else could take over."""

from datetime import datetime

from server.core.chair import LEASE
from server.core.ids import Actor
from server.core.state import Briefing, Chair
from server.core.status import Deputy


class Desk:
    """The leases of one room. What is written down is who took the chair; that they are still there is kept here.

    After a restart whoever held the lease has all of it again. A page may talk to another process: what this one hears
    is told, and before a lease counts as run out the others are asked.
    """

    def __init__(self, state: Briefing, now: datetime) -> None:
        self._heard: dict[Actor, tuple[str, datetime]] = {}
        self._since = now
        self._told: datetime | None = None  # of the acting chair's page: heard of then, as every process knows
        if state.chair is not None and state.chair.attended:
            self._heard[state.chair.actor] = (state.chair.name, now)

    def heard(self, actor: Actor, name: str, now: datetime) -> bool:
        """Note that somebody's page of the chair is open; return whether that is news."""
        news = self.name_of(actor, now) is None
        self._heard[actor] = (name, now)
        return news

    def heard_elsewhere(self, state: Briefing, at: datetime, now: datetime) -> None:
        """Take the moment at which a process last heard of the acting chair's page.

        What is further ahead than a lease comes from a clock that is wrong, and would hold the chair for as long.
        """
        if state.chair is not None and self._last(state.chair) < at < now + LEASE:
            self._heard[state.chair.actor] = (state.chair.name, at)
            self._told = at

    def untold(self, state: Briefing) -> datetime | None:
        """Return when the acting chair's page was heard of, if the other processes do not know yet."""
        if state.chair is None or not state.chair.attended or state.chair.actor not in self._heard:
            return None
        _, last = self._heard[state.chair.actor]
        return None if last == self._told else last

    def told(self, at: datetime) -> None:
        """Note that the other processes know."""
        self._told = at

    def forget(self, actor: Actor) -> None:
        """Note that somebody has left the desk."""
        self._heard.pop(actor, None)

    def until(self, state: Briefing, now: datetime) -> datetime | None:
        """Return when the acting chair's lease runs out; None where nobody holds one.

        Should the clock have been set back since the page was heard of, the lease begins anew: it never lasts longer.
        """
        chair = state.chair
        if chair is None or not chair.attended:
            return None
        last = self._last(chair)
        if last > now:
            self._heard[chair.actor] = (chair.name, now)
        return min(last, now) + LEASE

    def has_lapsed(self, state: Briefing, now: datetime) -> bool:
        """Whether the acting chair's lease has run out."""
        until = self.until(state, now)
        return until is not None and now >= until

    def _last(self, chair: Chair) -> datetime:
        """Return when the acting chair's page was last heard of, as far as this process knows."""
        return self._heard.get(chair.actor, ("", max(chair.since, self._since)))[1]

    def deputies(self, state: Briefing, now: datetime) -> tuple[Deputy, ...]:
        """Return who has the chair's page open and does not act as the chair, by name."""
        acting = None if state.chair is None else state.chair.actor
        there = (
            Deputy(actor, name) for actor, (name, last) in self._heard.items() if actor != acting and now - last < LEASE
        )
        return tuple(sorted(there, key=lambda deputy: (deputy.name, deputy.actor)))

    def name_of(self, actor: Actor, now: datetime) -> str | None:
        """Return the name of somebody whose page of the chair is open; None for anybody else."""
        name, last = self._heard.get(actor, ("", now - LEASE))
        return name if now - last < LEASE else None
