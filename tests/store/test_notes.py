"""The notes of all briefings, as the work programme finds them."""

from datetime import date
from typing import Any

import pytest

from server.core import events as e
from server.core.follow_up import Found, Wanted
from server.core.ids import BriefingId, RosterName
from server.core.state import Briefing
from server.store import journal, notes
from server.store.database import Database
from tests.store.stories import HA_NOI, START, THANH_HOA, at, plan, scheduled, store

ASKED = e.Note(e.NoteKind.RECOMMENDATION, "Cấp thêm vốn", at(70), None, HA_NOI, addressee="Bộ Tài chính")
IN_DECEMBER = e.Note(e.NoteKind.TASK, "Rà soát hồ, đập", at(75), None, THANH_HOA, owner="Sở NN&MT", due="2026-12")
IN_NOVEMBER = e.Note(e.NoteKind.REPORT, "Báo cáo nhanh", at(80), owner="Văn phòng", due="2026-11-30")
SOME_TIME = e.Note(e.NoteKind.TASK, "Nghiên cứu", at(85), owner="Văn phòng")
SAID = e.Note(e.NoteKind.CONCLUSION, "Thống nhất", at(90))
TITLE = "Giao ban tháng 11"


async def noted(database: Database, name: str = "b1", **changes: Any) -> Briefing:
    taken = (e.NoteTaken(n, one) for n, one in enumerate((ASKED, IN_DECEMBER, IN_NOVEMBER, SOME_TIME, SAID), start=1))
    return await store(database, await scheduled(database, name, **changes), e.BriefingOpened(), *taken)


def found(*numbers: int, briefing: str = "b1", roster: str = "63") -> list[Found]:
    return [Found(BriefingId(briefing), TITLE, START, RosterName(roster), number) for number in numbers]


async def search(database: Database, **wanted: Any) -> list[Found]:
    async with database.read() as session:
        return await notes.find(session, Wanted(**wanted), limit=100)


async def test_what_is_due_first_stands_first_and_what_has_no_date_last(database: Database) -> None:
    await noted(database)

    assert await search(database) == found(3, 2, 1, 4)


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({"kinds": frozenset({e.NoteKind.CONCLUSION})}, [5]),
        ({"kinds": frozenset({e.NoteKind.TASK})}, [2, 4]),
        ({"state": e.TaskState.OPEN}, [3, 2, 1, 4]),
        ({"state": e.TaskState.DONE}, []),
        ({"late_on": date(2026, 11, 30)}, []),
        ({"late_on": date(2026, 12, 1)}, [3]),
        ({"late_on": date(2027, 1, 1)}, [3, 2]),
        ({"endpoint": HA_NOI}, [1]),
        ({"owner": "Văn phòng"}, [3, 4]),
        ({"owner": "Bộ Tài chính"}, [1]),
        ({"roster": RosterName("34")}, []),
    ],
)
async def test_only_what_is_wanted_is_found(database: Database, wanted: dict[str, Any], numbers: list[int]) -> None:
    await noted(database)

    assert await search(database, **wanted) == found(*numbers)


async def test_the_rows_follow_what_becomes_of_the_notes(database: Database) -> None:
    await store(
        database,
        await noted(database),
        e.RecommendationAnswered(1, "Bộ Tài chính", "Đã bố trí", "2026-11-23"),
        e.TaskMoved(2, e.TaskState.IN_WORK, "2026-11-23", due="2026-11-29"),
        e.TaskMoved(3, e.TaskState.DONE, "2026-11-23"),
        e.NoteRemoved(4, "nhầm"),
    )

    assert await search(database) == found(2, 3, 1)
    assert await search(database, unfinished=True) == found(2)
    assert await search(database, state=e.TaskState.IN_WORK, late_on=date(2026, 11, 30)) == found(2)


async def test_an_appraisal_of_what_is_done_is_due_until_it_is_dealt_with(database: Database) -> None:
    done = e.TaskMoved(3, e.TaskState.DONE, "2026-11-23")
    said = e.TaskAppraised(3, "Bộ KH&CN", "Thiếu phụ lục", "2026-12-05")
    briefing = await store(database, await noted(database), done, said)
    assert await search(database, late_on=date(2026, 12, 5)) == []
    assert await search(database, late_on=date(2026, 12, 6)) == found(3)
    await store(database, briefing, done)

    assert await search(database, late_on=date(2026, 12, 6)) == []


async def test_a_restored_note_is_found_again(database: Database) -> None:
    await store(database, await noted(database), e.NoteRemoved(4, "nhầm"), e.NoteRestored(4))

    assert await search(database, unfinished=True) == found(3, 2, 1, 4)


async def test_notes_of_several_briefings_are_found_together_with_their_entries(database: Database) -> None:
    await noted(database)
    await noted(database, "b2", roster=RosterName("34"), title="Giao ban")

    assert [(one.briefing, one.number) for one in await search(database, unfinished=True)] == [
        ("b1", 3),
        ("b2", 3),
        ("b1", 2),
        ("b2", 2),
        ("b1", 1),
        ("b1", 4),
        ("b2", 1),
        ("b2", 4),
    ]
    async with database.read() as session:
        entries = await journal.load_results(session, [BriefingId("b1"), BriefingId("b2")])
        nothing = await journal.load_results(session, [])
    assert [(one.briefing, one.seq) for one in entries] == [(name, seq) for name in ("b1", "b2") for seq in range(4, 9)]
    assert [one.event for one in entries[:5]] == [
        e.NoteTaken(number, note)
        for number, note in enumerate((ASKED, IN_DECEMBER, IN_NOVEMBER, SOME_TIME, SAID), start=1)
    ]
    assert nothing == []


async def test_owners_and_addressees_are_listed_once(database: Database) -> None:
    await noted(database)

    async with database.read() as session:
        assert await notes.owners(session) == ["Bộ Tài chính", "Sở NN&MT", "Văn phòng"]


async def test_a_plan_is_edited_without_touching_its_notes(database: Database) -> None:
    await store(database, await noted(database), e.BriefingEdited(plan(title="Khác")))

    assert [one.title for one in await search(database)] == ["Khác"] * 4
