"""The alarm over a small world of briefings that obey it: a real scheduler, real (tiny) delays, no guessing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from schedules import clock as clock_module
from schedules.clock import Clock
from schedules.due import Action, Due, Policy, Recorded, Timetable
from server.core.ids import BriefingId
from server.core.state import ENDED, Phase

B1 = BriefingId("b1")
B2 = BriefingId("b2")
POLICY = Policy(lobby=timedelta(minutes=30), late_after=timedelta(minutes=5), overrun=timedelta(minutes=60))
SHORTLY = timedelta(milliseconds=60)


def now() -> datetime:
    return datetime.now(UTC)


class World:
    """Briefings as rows, what was done to them, and the app's habit of setting the alarm after each move."""

    def __init__(self, *timetables: Timetable, policy: Policy = POLICY) -> None:
        self.rows = {one.briefing: one for one in timetables}
        self.done: list[tuple[BriefingId, Action]] = []
        self.hooks: list[Callable[[Due], Awaitable[None]]] = []  # one for each next action, run before it
        self.unreadable = 0  # how many reads will fail
        self.changed = asyncio.Condition()
        self.clock = Clock(self.unfinished, self.act, policy, now)

    async def unfinished(self) -> Sequence[Timetable]:
        if self.unreadable:
            self.unreadable -= 1
            raise OSError("the database is away")
        return [one for one in self.rows.values() if one.phase not in ENDED or one.recorded is Recorded.UNSETTLED]

    async def act(self, due: Due) -> None:
        if self.hooks:
            await self.hooks.pop(0)(due)
        phases = {
            Action.OPEN_LOBBY: Phase.OPEN,
            Action.HARD_CLOSE: Phase.CLOSED,
            Action.EXPIRE: Phase.CANCELLED,
        }
        row = self.rows[due.briefing]
        marked = row.late_marked or due.action is Action.MARK_LATE
        recorded = Recorded.CHECKED if due.action is Action.CHECK_RECORDING else row.recorded
        phase = phases.get(due.action, row.phase)
        self.rows[due.briefing] = replace(row, phase=phase, late_marked=marked, recorded=recorded)
        self.done.append((due.briefing, due.action))
        await self.clock.rearm(due.briefing)
        async with self.changed:
            self.changed.notify_all()

    async def move(self, briefing: BriefingId, **changes: object) -> None:
        """Somebody edits a briefing."""
        self.rows[briefing] = replace(self.rows[briefing], **changes)  # type: ignore[arg-type]
        await self.clock.rearm(briefing)

    async def until_done(self, *expected: tuple[BriefingId, Action]) -> None:
        async with asyncio.timeout(10), self.changed:
            await self.changed.wait_for(lambda: len(self.done) >= len(expected))
        assert self.done == list(expected)


@asynccontextmanager
async def running(world: World) -> AsyncIterator[Clock]:
    await world.clock.start()
    try:
        yield world.clock
    finally:
        await world.clock.stop()


def scheduled(briefing: BriefingId, lobby_in: timedelta, length: timedelta = timedelta(hours=2)) -> Timetable:
    """A briefing whose lobby opens after a while (or should have, when negative)."""
    starts_at = now() + lobby_in + POLICY.lobby
    return Timetable(briefing, Phase.SCHEDULED, starts_at, starts_at + length)


HOUR = timedelta(hours=1)


async def test_start_does_what_fell_due_once_and_in_order_of_time() -> None:
    lately = scheduled(B1, -2 * HOUR)  # its start has passed too
    earlier = replace(scheduled(B2, -3 * HOUR), phase=Phase.LIVE, late_marked=True, ends_at=now() - 2 * HOUR)
    world = World(lately, earlier)

    async with running(world):
        assert world.done == [(B1, Action.OPEN_LOBBY), (B1, Action.MARK_LATE), (B2, Action.HARD_CLOSE)]


async def test_start_expires_a_briefing_whose_whole_time_has_passed() -> None:
    world = World(scheduled(B1, timedelta(days=-2)))

    async with running(world) as clock:
        assert world.done == [(B1, Action.EXPIRE)]
        assert clock.alarms == {}


async def test_start_does_not_wait_for_what_is_unhurried() -> None:
    over = replace(scheduled(B1, SHORTLY), phase=Phase.CLOSED, ended_at=now(), recorded=Recorded.UNSETTLED)
    world = World(over, policy=replace(POLICY, settling=timedelta()))
    gate = asyncio.Event()

    async def read_films(_due: Due) -> None:
        await gate.wait()

    world.hooks = [read_films]
    async with asyncio.timeout(10), running(world):
        gate.set()
        await world.until_done((B1, Action.CHECK_RECORDING))


async def test_start_sets_an_alarm_for_everything_to_come() -> None:
    world = World(scheduled(B1, HOUR), replace(scheduled(B2, HOUR), phase=Phase.OPEN))

    async with running(world) as clock:
        assert set(clock.alarms) == {"b1:open_lobby", "b1:expire", "b2:mark_late", "b2:hard_close"}
        late = world.rows[B1].starts_at - POLICY.lobby - clock.alarms["b1:open_lobby"]
        assert abs(late) < timedelta(seconds=1)
    assert world.done == []


async def test_the_lobby_opens_at_its_time_and_the_next_alarms_are_set() -> None:
    world = World(scheduled(B1, SHORTLY))

    async with running(world) as clock:
        await world.until_done((B1, Action.OPEN_LOBBY))
        assert set(clock.alarms) == {"b1:mark_late", "b1:hard_close"}


async def test_a_whole_briefing_runs_by_itself() -> None:
    starts_at = now() + 2 * SHORTLY
    row = Timetable(B1, Phase.SCHEDULED, starts_at, starts_at + 2 * SHORTLY)
    world = World(row, policy=Policy(lobby=SHORTLY, late_after=SHORTLY, overrun=SHORTLY))

    async with running(world) as clock:
        await world.until_done((B1, Action.OPEN_LOBBY), (B1, Action.MARK_LATE), (B1, Action.HARD_CLOSE))
        assert clock.alarms == {}


async def test_a_briefing_moved_forward_opens_earlier() -> None:
    world = World(scheduled(B1, HOUR))

    async with running(world):
        await world.move(B1, starts_at=now() + POLICY.lobby + SHORTLY)
        await world.until_done((B1, Action.OPEN_LOBBY))


async def test_an_alarm_of_a_briefing_that_was_moved_behind_its_back_does_nothing_but_is_set_anew() -> None:
    world = World(scheduled(B1, SHORTLY))

    async with running(world) as clock, asyncio.timeout(10):
        world.rows[B1] = scheduled(B1, HOUR)  # as another node would
        while clock.alarms.get("b1:open_lobby", now()) < now() + HOUR / 2:  # noqa: ASYNC110 - an alarm tells nobody
            await asyncio.sleep(0.01)
    assert world.done == []


async def test_a_cancelled_briefing_has_no_alarms_left() -> None:
    world = World(scheduled(B1, SHORTLY), scheduled(B2, HOUR))

    async with running(world) as clock:
        await world.move(B1, phase=Phase.CANCELLED)
        assert set(clock.alarms) == {"b2:open_lobby", "b2:expire"}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after 20 ms."""
    monkeypatch.setattr(clock_module, "FIRST_RETRY_SECONDS", 0.02)


async def fail(_due: Due) -> None:
    raise OSError("the database is away")


@pytest.mark.usefixtures("hasty")
async def test_an_action_that_fails_is_tried_again_until_it_is_done_once() -> None:
    world = World(scheduled(B1, SHORTLY))
    world.hooks = [fail, fail, fail]

    async with running(world):
        await world.until_done((B1, Action.OPEN_LOBBY))
    assert world.hooks == []


@pytest.mark.usefixtures("hasty")
async def test_an_action_that_fails_at_the_start_does_not_keep_the_others_waiting() -> None:
    world = World(scheduled(B1, -HOUR / 2), scheduled(B2, -HOUR / 4))
    world.hooks = [fail]

    async with running(world):
        await world.until_done((B2, Action.OPEN_LOBBY), (B1, Action.OPEN_LOBBY))


@pytest.mark.usefixtures("hasty")
async def test_an_alarm_that_cannot_read_the_rows_rings_again() -> None:
    world = World(scheduled(B1, SHORTLY))

    async with running(world):
        world.unreadable = 2
        await world.until_done((B1, Action.OPEN_LOBBY))


async def test_a_change_that_cannot_be_read_is_caught_up_by_the_next_refresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock_module, "REFRESH_SECONDS", 0.05)
    world = World(scheduled(B1, HOUR))

    async with running(world):
        world.unreadable = 2  # the change, and the first refresh
        await world.move(B1, starts_at=now() + POLICY.lobby)
        await world.until_done((B1, Action.OPEN_LOBBY))


async def test_setting_the_alarm_again_during_an_action_does_not_repeat_it() -> None:
    world = World(scheduled(B1, SHORTLY), scheduled(B2, 3 * SHORTLY))

    async def rearm_meanwhile(due: Due) -> None:
        await world.clock.rearm(due.briefing)
        await world.clock.rearm(due.briefing)

    world.hooks = [rearm_meanwhile]
    async with running(world):
        await world.until_done((B1, Action.OPEN_LOBBY), (B2, Action.OPEN_LOBBY))


async def test_stop_lets_an_action_finish_and_begins_no_other() -> None:
    world = World(scheduled(B1, SHORTLY), scheduled(B2, HOUR))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_due: Due) -> None:
        begun.set()
        await go_on.wait()

    world.hooks = [wait]
    await world.clock.start()
    await begun.wait()
    async with asyncio.TaskGroup() as tasks:
        stopping = tasks.create_task(world.clock.stop())
        await asyncio.sleep(0)  # lets stop begin; whatever the order, the action must finish
        assert not stopping.done()
        go_on.set()

    assert world.done == [(B1, Action.OPEN_LOBBY)]


async def test_two_clocks_over_the_same_rows_do_no_harm() -> None:
    world = World(scheduled(B1, -HOUR / 4))
    other = Clock(world.unfinished, world.act, POLICY, now)

    async with running(world):
        await other.start()
        await other.stop()
    assert world.done == [(B1, Action.OPEN_LOBBY)]
