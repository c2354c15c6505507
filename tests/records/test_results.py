"""The results in the record: what each note says now, all that became of it, and the amendments beside the record."""

import csv
import io
from datetime import date

import pytest

from server.core.deadlines import Lateness, Precision
from server.core.events import (
    AmendmentSubject,
    BriefingClosed,
    ClosedBecause,
    Note,
    NoteAmended,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    RecommendationAnswered,
    RecordAmended,
    TaskAppraised,
    TaskMoved,
    TaskState,
)
from server.core.ids import BriefingId
from server.records.exports import as_csv
from server.records.label import Format, Part
from server.records.record import Record, build
from server.records.results import (
    Answer,
    Appraisal,
    Move,
    RecordedAmendment,
    RecordedNote,
    Removal,
    Restoration,
    Version,
    is_overdue,
    lateness_of,
    results,
)
from tests.core.cast import HA_NOI, LAN, THANH_HOA, at, told
from tests.records.story import Step, beginning, granted, label, name

ASKED = Note(NoteKind.RECOMMENDATION, "Cấp thêm vốn", at(70), 1, HA_NOI, addressee="Bộ Tài chính")
TO_DO = Note(
    NoteKind.TASK,
    "Rà soát hồ, đập",
    at(75),
    1,
    THANH_HOA,
    owner="Sở NN&MT",
    partners=("Sở Xây dựng", "Công an tỉnh"),
    due="2026-12",
)
TO_DO_SOONER = Note(NoteKind.TASK, "Rà soát hồ, đập", at(75), 1, THANH_HOA, owner="Sở NN&MT", due="2026-11-30")
SAID = Note(NoteKind.CONCLUSION, "=Thống nhất", at(80))
NEXT = BriefingId("gb-2026-12")

STORY: list[Step] = [
    *beginning(),
    *granted(HA_NOI, 60),
    (71, NoteTaken(1, ASKED)),
    (76, NoteTaken(2, TO_DO)),
    (81, NoteTaken(3, SAID)),
    (82, NoteRemoved(3, "nhầm")),
    (90, NoteAmended(2, TO_DO_SOONER, "chủ trì nói lại")),
    (300, BriefingClosed(ClosedBecause.CHAIR)),
    (400, RecommendationAnswered(1, "Bộ Tài chính", "Đã bố trí", "2026-11-23")),
    (500, TaskMoved(2, TaskState.IN_WORK, "2026-11-23", "đã giao")),
    (600, TaskAppraised(2, "Bộ Xây dựng", "Thiếu số liệu", "2026-12-05")),
    (700, TaskMoved(2, TaskState.DONE, "2026-12-04")),
    (800, TaskAppraised(2, "Bộ Xây dựng", "Chưa đạt")),
    (900, TaskMoved(2, TaskState.RETURNED, "2026-12-10", "làm lại", "2026-Q4")),
    (950, NoteCarriedOver(2, NEXT, comment="chưa xong")),
    (990, RecordAmended(1, AmendmentSubject.TURN, "Người phát biểu là bà Hoa", "ghi nhầm", turn=1)),
    (991, RecordAmended(2, AmendmentSubject.ATTENDANCE, "Có mặt 12 người", "đếm lại", endpoint=HA_NOI)),
]


def recorded(story: list[Step]) -> Record:
    return build(told(story), name)


RECORD = recorded(STORY)


def test_a_recommendation_stands_with_its_answers() -> None:
    assert RECORD.notes[0] == RecordedNote(
        number=1,
        kind=NoteKind.RECOMMENDATION,
        text="Cấp thêm vốn",
        about=at(70),
        turn=1,
        endpoint=HA_NOI,
        name="Hà Nội",
        addressee="Bộ Tài chính",
        owner="",
        partners=(),
        due="",
        state=TaskState.OPEN,
        done_on="",
        carried_to=None,
        carried_year=None,
        finished=True,
        revision=2,
        taken_at=at(71),
        taken_by=LAN,
        removed=None,
        restored=None,
        versions=(Version(at(71), LAN, "", ASKED, "Hà Nội"),),
        answers=(Answer(at(400), LAN, "Bộ Tài chính", "Đã bố trí", "2026-11-23"),),
        moves=(),
        appraisals=(),
    )


def test_a_task_stands_as_it_is_now_with_the_way_there() -> None:
    task = RECORD.notes[1]

    assert (task.text, task.partners, task.due, task.state) == (
        "Rà soát hồ, đập",
        (),
        "2026-Q4",
        TaskState.CARRIED_OVER,
    )
    assert (task.carried_to, task.done_on, task.finished, task.revision) == (NEXT, "", False, 8)
    assert task.versions == (
        Version(at(76), LAN, "", TO_DO, "Thanh Hóa"),
        Version(at(90), LAN, "chủ trì nói lại", TO_DO_SOONER, "Thanh Hóa"),
    )
    assert task.moves == (
        Move(at(500), LAN, TaskState.IN_WORK, "2026-11-23", "đã giao", "", None, None),
        Move(at(700), LAN, TaskState.DONE, "2026-12-04", "", "", None, None),
        Move(at(900), LAN, TaskState.RETURNED, "2026-12-10", "làm lại", "2026-Q4", None, None),
        Move(at(950), LAN, TaskState.CARRIED_OVER, "", "chưa xong", "", NEXT, None),
    )


def test_what_was_done_after_a_comment_settles_it() -> None:
    assert RECORD.notes[1].appraisals == (
        Appraisal(at(600), LAN, "Bộ Xây dựng", "Thiếu số liệu", "2026-12-05", settled=True),
        Appraisal(at(800), LAN, "Bộ Xây dựng", "Chưa đạt", "", settled=False),
    )


def test_a_removed_note_stays_and_says_why_until_it_is_restored() -> None:
    restored = recorded([*STORY, (999, NoteRestored(3))])

    assert (RECORD.notes[2].removed, RECORD.notes[2].restored) == (Removal(at(82), LAN, "nhầm"), None)
    assert restored.notes[2].restored == Restoration(at(999), LAN)
    assert restored.notes[2].removed is None


def test_amendments_stand_beside_the_record() -> None:
    assert RECORD.amendments == (
        RecordedAmendment(1, at(990), LAN, AmendmentSubject.TURN, 1, None, "", "Người phát biểu là bà Hoa", "ghi nhầm"),
        RecordedAmendment(
            2, at(991), LAN, AmendmentSubject.ATTENDANCE, None, HA_NOI, "Hà Nội", "Có mặt 12 người", "đếm lại"
        ),
    )
    assert RECORD.turns == recorded(STORY[:-2]).turns


def test_the_entries_about_notes_alone_tell_the_same() -> None:
    entries = [entry for entry in told(STORY) if hasattr(entry.event, "number")]

    assert results(entries, name) == (RECORD.notes, RECORD.amendments)


def test_a_record_without_notes_has_none() -> None:
    assert (recorded(beginning()).notes, recorded(beginning()).amendments) == ((), ())


def task_due(due: str, *moves: TaskMoved, kind: NoteKind = NoteKind.TASK) -> RecordedNote:
    taken = NoteTaken(1, Note(kind, "Nộp báo cáo", at(10), due=due))
    return recorded([*beginning(), (20, taken), *((30, move) for move in moves)]).notes[0]


@pytest.mark.parametrize(
    ("note", "late"),
    [
        (task_due("2026-Q4"), Lateness(31, 1, Precision.QUARTER)),
        (task_due("2027-01"), Lateness(0, 0, Precision.MONTH)),
        (task_due("2026-12-15", TaskMoved(1, TaskState.DONE, "2026-12-18")), Lateness(3, 3, Precision.DAY)),
        (task_due("2026-12-15", TaskMoved(1, TaskState.DONE, "2026-12-15")), Lateness(0, 0, Precision.DAY)),
        (task_due(""), None),
        (task_due("mai"), None),
        (task_due("2026-Q4", kind=NoteKind.REMARK), None),
    ],
)
def test_a_task_is_late_today_or_was_when_it_was_done(note: RecordedNote, late: Lateness | None) -> None:
    assert lateness_of(note, date(2027, 1, 31)) == late


@pytest.mark.parametrize(
    ("note", "overdue"),
    [
        (task_due("2026-12-15"), True),
        (task_due("2027-01-31"), False),
        (task_due("2026-12-15", TaskMoved(1, TaskState.DONE, "2026-12-18")), False),
        (task_due("mai"), False),
        (task_due("2026-12-15", kind=NoteKind.REMARK), False),
    ],
)
def test_a_task_is_overdue_until_it_is_done(note: RecordedNote, overdue: bool) -> None:
    assert is_overdue(note, date(2027, 1, 31)) is overdue


@pytest.mark.parametrize(("due", "overdue"), [("2027-01-30", True), ("2027-01", False), ("", False)])
def test_what_is_done_is_overdue_while_an_appraisal_waits(due: str, overdue: bool) -> None:
    done, said = TaskMoved(1, TaskState.DONE, "2026-12-01"), TaskAppraised(1, "Bộ", "Thiếu phụ lục", due)
    taken = NoteTaken(1, Note(NoteKind.REPORT, "Nộp báo cáo", at(10), due="2026-12-15"))
    story: list[Step] = [*beginning(), (20, taken), (30, done), (40, said)]

    assert is_overdue(recorded(story).notes[0], date(2027, 1, 31)) is overdue
    assert not is_overdue(recorded([*story, (50, done)]).notes[0], date(2027, 1, 31))


def rows(part: Part) -> list[list[str]]:
    return list(
        csv.reader(io.StringIO(as_csv(RECORD, label(RECORD, Format.CSV, part)).decode("utf-8-sig"), newline=""))
    )[:-1]


def test_csv_of_tasks_and_recommendations_leaves_removed_notes_out() -> None:
    _, task = rows(Part.TASKS)
    _, recommendation = rows(Part.RECOMMENDATIONS)

    about = "2026-11-23T01:31:15.000000Z"
    assert task[:7] == ["2", "task", "Rà soát hồ, đập", "38", "Thanh Hóa", "1", about]
    assert task[7:14] == ["Sở NN&MT", "", "2026-Q4", "carried_over", "", "gb-2026-12", ""]
    assert recommendation[7] == "Bộ Tài chính"
    assert recommendation[-1] == "Bộ Tài chính (2026-11-23): Đã bố trí"


def test_csv_of_notes_names_removed_ones_and_runs_nothing() -> None:
    columns, *notes = rows(Part.NOTES)

    assert columns[-1] == "removed_because"
    assert [(note[0], note[2], note[-1]) for note in notes] == [
        ("1", "Cấp thêm vốn", ""),
        ("2", "Rà soát hồ, đập", ""),
        ("3", "'=Thống nhất", "nhầm"),
    ]


def test_csv_of_amendments_says_who_when_and_why() -> None:
    _, first, second = rows(Part.AMENDMENTS)

    assert first == [
        *["1", "2026-11-23T01:46:30.000000Z", "user:lan", "turn", "1", "", ""],
        *["Người phát biểu là bà Hoa", "ghi nhầm"],
    ]
    assert second[3:7] == ["attendance", "", "01", "Hà Nội"]
