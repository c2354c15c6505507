"""What it costs to make each file of a long meeting, and to verify it: three hours, 63 sites, and everything noted.

Each is made in a thread, as the server does. Beside it the event loop looks at the time every millisecond: how late
it comes to that is how long whatever else the server does has to wait.
"""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from server.core import events as e
from server.core.ids import HUB, Actor, BriefingId, ConnectionId, EndpointCode
from server.core.journal import Entry, Head, row_of, seal
from server.records.checking import Outcome, check
from server.records.files import record_in, write
from server.records.label import Document, Form, Format, Part
from tests.pages.house import ALL, plan
from tests.records.documents.render import BEGUN, HOUSE

HOURS = 3
TURN, REST, BREATH = 200.0, 40.0, 5.0
"""Seconds: a turn, the hub between two, and one stretch of speech."""

DELEGATES = 6
LOOK_EVERY = 0.001

Told = tuple[float, e.Event]


@dataclass(frozen=True, slots=True)
class Cost:
    """What one file costs."""

    form: Form
    size: int  # bytes
    seconds: float  # of CPU, from the journal's entries to the file, the median: other programs do not count
    late: float  # milliseconds: the worst that the event loop had to wait meanwhile
    memory: float  # MiB at once, on top of the journal
    verified: float  # seconds of CPU


def journal() -> list[Entry]:
    """Tell the meeting and seal it."""
    told = sorted(_story(), key=lambda step: step[0])
    entries: list[Entry] = []
    for seconds, event in told:
        head = Head(entries[-1].seq, entries[-1].hash) if entries else Head()
        entries += seal(BriefingId("papers"), head, [event], actor=Actor("user:lan"), at=_at(seconds))
    return entries


def forms() -> list[Form]:
    """Return a form of each kind of file."""
    return [
        *(HOUSE.form(Format.DOCX, "vi", document=document) for document in Document),
        HOUSE.form(Format.XLSX, "vi"),
        HOUSE.form(Format.JSON, "vi"),
        HOUSE.form(Format.CSV, "vi", part=Part.SPEECH),
        HOUSE.form(Format.RTTM, "vi"),
        HOUSE.form(Format.VTT, "vi"),
    ]


def settle() -> None:
    """Freeze what is there, as the server does when it is up: then no collection has to look at it again."""
    gc.collect()
    gc.freeze()


async def measure(form: Form, entries: Sequence[Entry], times: int) -> Cost:
    """Make one file several times, and verify it."""
    made = [await _beside(lambda: _made(form, entries)) for _ in range(times)]
    tracemalloc.start()
    content = _made(form, entries)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    rows = [row_of(entry) for entry in entries]
    begun = time.thread_time()
    found = check(content, rows, Head(entries[-1].seq, entries[-1].hash), HOUSE)
    verified = time.thread_time() - begun
    if found.verdict.outcome is not Outcome.GENUINE:
        raise AssertionError(f"{form} is {found.verdict.outcome}")
    seconds = median(one for one, _ in made)
    return Cost(form, len(content), seconds, max(late for _, late in made), memory / 2**20, verified)


def _made(form: Form, entries: Sequence[Entry]) -> bytes:
    return write(record_in(entries, form.language, HOUSE), form, HOUSE)


async def waits_for_nothing(seconds: float) -> float:
    """Return how late the event loop is while a thread only sleeps: what the machine itself does to it."""
    _, late = await _beside(lambda: time.sleep(seconds))
    return late


async def _beside(work: Callable[[], object]) -> tuple[float, float]:
    """Do something in a thread; return its seconds of CPU, and the milliseconds by which the loop was late at worst."""
    late = 0.0
    async with asyncio.TaskGroup() as group:
        working = group.create_task(asyncio.to_thread(_timed, work))
        while not working.done():
            expected = time.perf_counter() + LOOK_EVERY
            await asyncio.sleep(LOOK_EVERY)
            late = max(late, time.perf_counter() - expected)
    return working.result(), late * 1000


def _timed(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun


def _story() -> Iterator[Told]:
    end = HOURS * 3600.0
    meeting = plan("Hội nghị giao ban công tác tháng 01 năm 2026", BEGUN, minutes=HOURS * 60)
    yield -90_000, e.BriefingDrafted(meeting)
    yield -86_400, e.BriefingScheduled()
    yield -1800, e.BriefingOpened()
    yield from _arrivals()
    yield 0, e.BriefingStarted()
    for number in range(int(end // (TURN + REST))):
        yield from _turn(number, number * (TURN + REST) + REST)
    yield from _left(end)
    yield end, e.BriefingClosed(e.ClosedBecause.CHAIR)


def _arrivals() -> Iterator[Told]:
    for place, code in enumerate(ALL):
        delegates = tuple(
            e.Delegate(f"Nguyễn Thị Đại Biểu {number}", ("Phó Giám đốc Sở", "Tỉnh ủy viên"))
            for number in range(DELEGATES)
        )
        yield -1700 + place, e.EndpointJoined(code, ConnectionId(f"c{place}"))
        yield -1500 + place, e.EndpointCheckedIn(code, e.CheckIn("Trần Văn Chủ Trì", delegates, 12), 1)


def _turn(number: int, start: float) -> Iterator[Told]:
    code, end = ALL[number * 7 % len(ALL)], start + TURN
    speaker, topic = f"Đại biểu {number + 1}, Giám đốc Sở", "Kết quả công tác và kiến nghị của địa phương"
    yield from _speech(HUB, start - REST, start)
    yield start, e.FloorRequested(code, speaker, topic)
    yield start, e.FloorGranted(code, speaker, topic)
    yield from _speech(code, start, end)
    yield end, e.TurnEnded(code, _at(start), _at(end), e.TurnEndedBecause.RELEASED, speaker, topic)
    note = e.Note(e.NoteKind.TASK, "Rà soát và báo cáo kết quả", _at(end), owner="Sở Nội vụ", due="2026-Q1")
    yield end, e.NoteTaken(number + 1, note)


def _speech(code: EndpointCode, start: float, end: float) -> Iterator[Told]:
    while start < end:
        yield start + BREATH, e.SpeechDetected(code, _at(start), _at(start + BREATH - 1), on_air=True, loudest=24)
        start += BREATH


def _left(end: float) -> Iterator[Told]:
    for place, code in enumerate(ALL):
        yield end, e.EndpointLeft(code, ConnectionId(f"c{place}"), e.LeftBecause.CLOSED)


def _at(seconds: float) -> datetime:
    return BEGUN + timedelta(seconds=seconds)
