"""How long the planning pages take with ten years of history: the list, the month and the year, over real HTTP."""

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from endpoints import rosters
from schedules.series import MOST_DATES
from server.core import events as e
from server.core.ids import Actor, BriefingId, EndpointCode, RosterName
from server.core.journal import seal
from server.core.state import Briefing, fold
from server.store import journal
from server.web.keys import DATABASE
from tests.service import Service, service

YEARS = 10
BRIEFINGS = YEARS * 52
SITES = tuple(EndpointCode(unit.code) for unit in rosters.load("63").units)
PAGES = ("/", "/?q=tuan+5&state=closed", "/planning/month", "/planning/year", "/series")
LENGTH = timedelta(hours=2)
AHEAD = timedelta(days=180)
"""How much of the ten years is yet to come."""


SERIES = "/api/v1/series"
FAR = datetime(2040, 1, 2, 1, tzinfo=UTC)
"""When the series that are measured begin: where nothing else is."""


@dataclass(frozen=True, slots=True)
class Found:
    """One page, measured."""

    path: str
    size: int  # bytes
    milliseconds: list[float]


async def measure(times: int) -> list[Found]:
    """Ask for each page again and again, in turn."""
    with tempfile.TemporaryDirectory() as folder:
        async with service(Path(folder)) as served:
            await fill(served, BRIEFINGS)
            found = [Found(path, await _size(served, path), []) for path in PAGES]
            for _ in range(times):
                for one in found:
                    begun = perf_counter()
                    await _size(served, one.path)
                    one.milliseconds.append(1000 * (perf_counter() - begun))
            return found


@dataclass(frozen=True, slots=True)
class Written:
    """How long it takes to write a series of as many dates as there may be, in milliseconds."""

    made: list[float]
    changed: list[float]  # its title and time, for all dates


async def measure_series(runs: int) -> Written:
    """Make a series and change all of it, each time a new one in a year without others."""
    written = Written([], [])
    with tempfile.TemporaryDirectory() as folder:
        async with service(Path(folder)) as served:
            for run in range(runs):
                await _write_series(served, FAR.replace(year=FAR.year + 5 * run), written)
    return written


async def _write_series(served: Service, starts: datetime, written: Written) -> None:
    path = await served.briefing(
        until="draft", sites=SITES, starts_at=starts.isoformat(), ends_at=(starts + LENGTH).isoformat()
    )
    body = {"briefing": path.rsplit("/", 1)[1], "rule": f"FREQ=WEEKLY;COUNT={MOST_DATES}"}
    begun = perf_counter()
    made = await served.call("POST", SERIES, "organizer", body)
    between = perf_counter()
    change = {"title": "Giao ban tuần", "at": "14:00"}
    changed = await served.call("PATCH", f"{SERIES}/{made.body['id']}", "organizer", change)
    written.made.append(1000 * (between - begun))
    written.changed.append(1000 * (perf_counter() - between))
    assert (made.status, changed.status) == (201, 200), changed.text


async def fill(served: Service, count: int) -> None:
    """Write down a weekly briefing of all provinces, the last of them in half a year."""
    last = datetime.now(UTC).replace(hour=1, minute=0, second=0, microsecond=0) + AHEAD
    for number in range(count):
        await _write(served, number, last - timedelta(weeks=number))


async def _write(served: Service, number: int, starts: datetime) -> None:
    plan = e.Plan(f"Giao ban tuần {number}", starts, starts + LENGTH, RosterName("63"), SITES)
    past = starts < datetime.now(UTC)
    held = (e.BriefingScheduled(), e.BriefingOpened(), e.BriefingStarted(), e.BriefingClosed(e.ClosedBecause.CHAIR))
    happened = held if past and number % 10 else (e.BriefingCancelled(""),) if past else ()
    blank = Briefing(BriefingId(f"b{number}"))
    entries = seal(blank.id, blank.head, (e.BriefingDrafted(plan), *happened), actor=Actor("user:lan"), at=starts)
    async with served.app[DATABASE].begin() as session:
        await journal.append(session, entries, before=blank, after=fold(blank, entries))


async def _size(served: Service, path: str) -> int:
    answer = await served.call("GET", path, "organizer", Accept="text/html")
    assert answer.status == 200, answer.text
    return len(answer.text)
