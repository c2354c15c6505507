"""The alarm: APScheduler wakes it, the rows decide what is done.

Jobs live in memory and say only when to look. When one fires, the timetables are read again and the action is taken
only if it is still due; so a job that is early, late, doubled or of a changed briefing does no harm, and what fell due
while the service was down is done at the start. Actions must be idempotent: several nodes may run a clock each.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from schedules.due import UNHURRIED, Due, Policy, Timetable, overdue, pending
from server.core.ids import BriefingId

log = structlog.get_logger()

REFRESH_SECONDS = 60
"""How often every job is set anew from the rows: heals a failed read, a stepped system clock, another node's change."""

FIRST_RETRY_SECONDS = 1.0
LONGEST_RETRY_SECONDS = 60.0

REFRESH = "refresh"
"""The id of the job that sets the others."""


class Clock:
    """Calls `act` once for everything that falls due in the briefings that `timetables` returns.

    `timetables` reads the briefings that are scheduled, open or live; `now` is the service's clock. An action that
    raises is logged and tried again, after 1 s at first, then twice as long each time up to a minute.
    """

    def __init__(
        self,
        timetables: Callable[[], Awaitable[Sequence[Timetable]]],
        act: Callable[[Due], Awaitable[None]],
        policy: Policy,
        now: Callable[[], datetime],
    ) -> None:
        self._timetables = timetables
        self._act = act
        self._policy = policy
        self._now = now
        self._failures: dict[str, int] = {}  # in a row, by the due's id
        self._doing: set[str] = set()  # ids of actions under way
        self._working = 0  # jobs under way
        self._rested = asyncio.Condition()
        self._arming = asyncio.Lock()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    async def start(self) -> None:
        """Do what fell due while nobody was looking, each once and in order of time; then set the alarms.

        What is unhurried comes after that: a service does not begin late because it has films to read.
        """
        self._scheduler.start(paused=True)
        tried: set[str] = set()
        while untried := [due for due in await self._overdue() if due.id not in tried and due.action not in UNHURRIED]:
            tried.add(untried[0].id)
            await self._attempt(untried[0])
        await self._arm_all()
        self._scheduler.add_job(self._refresh, "interval", seconds=REFRESH_SECONDS, id=REFRESH)
        self._scheduler.resume()

    async def rearm(self, briefing: BriefingId) -> None:
        """Set the alarms of one briefing anew after a change; nothing is acted upon in here, and nothing raises."""
        try:
            await self._arm_all(only=briefing)
        except Exception:
            log.exception("alarms_not_set", briefing=briefing, again_in=REFRESH_SECONDS)

    async def stop(self) -> None:
        """Let what is under way finish, and begin nothing more."""
        self._scheduler.pause()
        async with self._rested:
            await self._rested.wait_for(lambda: not self._working)
        self._scheduler.shutdown()
        await asyncio.sleep(0)  # the scheduler lets go of its timer in the loop's next turn

    @property
    def alarms(self) -> dict[str, datetime]:
        """When each due's alarm rings, by id."""
        return {job.id: job.next_run_time for job in self._scheduler.get_jobs() if job.id != REFRESH}

    async def _overdue(self) -> list[Due]:
        now = self._now()
        found = [due for one in await self._timetables() for due in overdue(one, self._policy, now)]
        return sorted(found, key=lambda due: due.at)

    async def _fire(self, due: Due) -> None:
        """A job rang: look again, and act only if the rows still say so."""
        async with self._at_work():
            try:
                found = await self._overdue()
            except Exception:
                log.exception("due_not_read", due=due.id)
                self._retry(due)
                return
            if any(one.id == due.id for one in found):
                await self._attempt(due)
            else:
                self._failures.pop(due.id, None)
                await self.rearm(due.briefing)

    async def _attempt(self, due: Due) -> None:
        self._doing.add(due.id)
        try:
            await self._act(due)
        except Exception:
            log.exception("due_failed", due=due.id)
            self._retry(due)
        else:
            self._failures.pop(due.id, None)
            log.info("due_done", due=due.id, at=due.at.isoformat())
        finally:
            self._doing.discard(due.id)

    def _retry(self, due: Due) -> None:
        failures = self._failures.get(due.id, 0)
        self._failures[due.id] = failures + 1
        pause = min(FIRST_RETRY_SECONDS * 2**failures, LONGEST_RETRY_SECONDS)
        self._ring(due, timedelta(seconds=pause))

    async def _refresh(self) -> None:
        async with self._at_work():
            try:
                await self._arm_all()
            except Exception:
                log.exception("alarms_not_set", again_in=REFRESH_SECONDS)

    async def _arm_all(self, *, only: BriefingId | None = None) -> None:
        """Set the alarms to what the rows say, of every briefing or of one; one caller at a time, so the last wins."""
        async with self._arming:
            now = self._now()
            wanted = {due.id: due for one in await self._timetables() for due in pending(one, self._policy, now)}
            self._forget_all_but(wanted, only)
            for due in wanted.values():
                if only in (None, due.briefing) and not self._is_being_handled(due):
                    self._ring(due, max(due.at - now, timedelta()))

    def _forget_all_but(self, wanted: dict[str, Due], only: BriefingId | None) -> None:
        prefix = "" if only is None else f"{only}:"
        for gone in [known for known in self.alarms if known.startswith(prefix) and known not in wanted]:
            self._scheduler.remove_job(gone)
            self._failures.pop(gone, None)

    def _is_being_handled(self, due: Due) -> bool:
        """Whether an action is under way, or waits for its next try."""
        return due.id in self._doing or (due.id in self._failures and due.id in self.alarms)

    def _ring(self, due: Due, delay: timedelta) -> None:
        self._scheduler.add_job(
            self._fire,
            "date",
            run_date=datetime.now(UTC) + delay,
            args=(due,),
            id=due.id,
            replace_existing=True,
        )

    @asynccontextmanager
    async def _at_work(self) -> AsyncIterator[None]:
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1
            async with self._rested:
                self._rested.notify_all()
