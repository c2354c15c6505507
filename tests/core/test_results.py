"""The meeting's results: notes, what becomes of them, and amendments of the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest

from server.core import results
from server.core.briefing import WrongPhase
from server.core.deadlines import BadDueDate
from server.core.errors import UserError
from server.core.events import (
    AmendmentSubject,
    BriefingClosed,
    ClosedBecause,
    Event,
    Note,
    NoteAmended,
    NoteCarriedOver,
    NoteKind,
    NoteRemoved,
    NoteRestored,
    NoteTaken,
    RecommendationAnswered,
    RecordAmended,
    SecretaryNamed,
    TaskAppraised,
    TaskMoved,
    TaskState,
)
from server.core.ids import Actor, BriefingId
from server.core.presence import NotInvited
from server.core.queue import ReasonNeeded
from server.core.state import Briefing, Noted
from server.core.text import BrokenText
from tests.core.cast import HA_NOI, ID, LAN, STRANGER, THANH_HOA, at, drafted, live, opened, scheduled, speaking, then

NOW = at(60)
TODAY = date(2026, 11, 23)
OTHER = BriefingId("gb-2026-12")
ASKED = Note(NoteKind.RECOMMENDATION, "Cấp thêm vốn", at(40), 1, HA_NOI, addressee="Bộ Tài chính")
TO_DO = Note(
    NoteKind.TASK, "Rà soát hồ, đập", at(45), 1, THANH_HOA, owner="Sở NN&MT", partners=("Sở Xây dựng",), due="2026-12"
)
REPORT = Note(NoteKind.REPORT, "Báo cáo quý IV", at(50), owner="Văn phòng", due="2026-Q4")
SAID = Note(NoteKind.CONCLUSION, "Thống nhất chủ trương", at(55))
REMARK = Note(NoteKind.REMARK, "Đường truyền kém", at(56), endpoint=HA_NOI)

Rule = Callable[..., tuple[Event, ...]]


def noted(*notes: Note) -> Briefing:
    """A live briefing whose first turn runs, with notes."""
    taken = (NoteTaken(number, note) for number, note in enumerate(notes, start=1))
    return then(speaking(HA_NOI), *taken, when=NOW)


def closed(briefing: Briefing) -> Briefing:
    return then(briefing, BriefingClosed(ClosedBecause.CHAIR), when=at(7000))


def refused(rule: Rule, briefing: Briefing, error: type[UserError], **arguments: Any) -> None:
    with pytest.raises(error):
        rule(briefing, NOW, **arguments)


@pytest.mark.parametrize("note", [ASKED, TO_DO, REPORT, SAID, REMARK])
def test_a_note_gets_the_next_number(note: Note) -> None:
    assert results.take(noted(replace(SAID, text="Trước")), NOW, note=note) == (NoteTaken(2, note),)


def test_the_number_of_a_removed_note_is_not_given_again() -> None:
    before = then(noted(SAID, REMARK), NoteRemoved(2, "nhầm"))

    assert results.take(before, NOW, note=REMARK) == (NoteTaken(3, REMARK),)


def test_the_same_note_again_is_the_one_that_is_there() -> None:
    before = noted(REMARK, SAID)

    assert results.take(before, NOW, note=SAID) == ()
    assert results.number_of(before, SAID) == 2
    assert results.take(before, NOW, note=replace(SAID, about=at(56))) == (NoteTaken(3, replace(SAID, about=at(56))),)


def test_notes_are_taken_in_the_lobby_and_after_the_end_and_belong_to_the_turn_they_name() -> None:
    assert results.take(opened(), NOW, note=SAID) == (NoteTaken(1, SAID),)
    assert results.take(closed(speaking(HA_NOI)), at(9000), note=ASKED) == (NoteTaken(1, ASKED),)


@pytest.mark.parametrize("briefing", [drafted(), scheduled()])
def test_before_the_lobby_opens_there_is_nothing_to_note(briefing: Briefing) -> None:
    refused(results.take, briefing, WrongPhase, note=SAID)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": ""}, results.NoteText),
        ({"text": "  "}, results.NoteText),
        ({"text": "x" * 5001}, results.NoteText),
        ({"text": "a\0"}, BrokenText),
        ({"owner": "x" * 301}, results.NoteText),
        ({"partners": ("\ud800",)}, BrokenText),
        ({"partners": ("",)}, results.NoteField),
        ({"partners": ("Sở",) * 31}, results.NoteField),
        ({"addressee": "Bộ"}, results.NoteField),
        ({"kind": NoteKind.CONCLUSION}, results.NoteField),
        ({"due": "mai"}, BadDueDate),
        ({"turn": 0}, results.NoSuchTurn),
        ({"turn": 2}, results.NoSuchTurn),
        ({"endpoint": STRANGER}, NotInvited),
        ({"about": at(61)}, results.NoteMoment),
        ({"about": at(-1801)}, results.NoteMoment),
    ],
)
def test_a_note_nobody_can_mean_is_refused(changes: dict[str, Any], error: type[UserError]) -> None:
    refused(results.take, speaking(HA_NOI), error, note=replace(TO_DO, **changes))


def test_a_briefing_has_its_share_of_notes() -> None:
    refused(results.take, noted(*[SAID] * results.MOST_NOTES), results.TooManyNotes, note=REMARK)


def test_an_amended_note_is_kept_whole_and_the_same_again_changes_nothing() -> None:
    before, other = noted(SAID), replace(SAID, text="Thống nhất cao")

    assert results.amend(before, NOW, number=1, note=other, revision=1) == (NoteAmended(1, other, ""),)
    assert results.amend(before, NOW, number=1, note=SAID, revision=1) == ()


def test_after_the_end_an_amendment_needs_a_reason() -> None:
    before, other = closed(noted(SAID)), replace(SAID, text="Thống nhất cao")

    refused(results.amend, before, ReasonNeeded, number=1, note=other, reason=" ")
    assert results.amend(before, NOW, number=1, note=other, reason="ghi thiếu") == (NoteAmended(1, other, "ghi thiếu"),)


def test_two_secretaries_lose_nothing() -> None:
    before = then(noted(SAID), NoteAmended(1, replace(SAID, text="Một")))

    refused(results.amend, before, results.StaleNote, number=1, note=replace(SAID, text="Hai"), revision=1)
    refused(results.remove, before, results.StaleNote, number=1, reason="nhầm", revision=1)


def test_the_kind_of_a_note_changes_until_something_has_become_of_it() -> None:
    asked = noted(replace(ASKED, addressee=""))
    told = replace(REMARK, about=ASKED.about)
    answered = then(asked, RecommendationAnswered(1, "Bộ", "Đồng ý", "2026-11-23"))

    assert results.amend(asked, NOW, number=1, note=told) == (NoteAmended(1, told),)
    refused(results.amend, answered, results.KindFixed, number=1, note=told)


def test_a_removed_note_is_restored_as_it_was() -> None:
    before = noted(SAID)
    assert results.remove(before, NOW, number=1, reason="nhầm", revision=1) == (NoteRemoved(1, "nhầm"),)
    removed = then(before, NoteRemoved(1, "nhầm"))

    assert results.restore(removed, NOW, number=1) == (NoteRestored(1),)
    assert then(removed, NoteRestored(1)).results.notes[1] == Noted(SAID, revision=3)
    refused(results.amend, removed, results.NoteIsRemoved, number=1, note=REMARK)
    refused(results.remove, removed, results.NoteIsRemoved, number=1, reason="nhầm")
    refused(results.restore, before, results.NoteIsThere, number=1)


def test_a_removal_needs_a_reason() -> None:
    refused(results.remove, noted(SAID), ReasonNeeded, number=1, reason="")


def test_a_note_that_is_not_there_cannot_be_changed() -> None:
    refused(results.remove, noted(SAID), results.NoSuchNote, number=2, reason="nhầm")


def test_one_note_is_not_changed_for_ever() -> None:
    to_and_fro: tuple[Event, ...] = (NoteRemoved(1, "x"), NoteRestored(1))
    before = then(noted(SAID), *to_and_fro * (results.MOST_REVISIONS // 2))

    refused(results.amend, before, results.TooManyNotes, number=1, note=REMARK)


def test_a_recommendation_is_answered_more_than_once() -> None:
    rule = partial(results.answer, number=1, by="Bộ Tài chính", text="Đã bố trí", on="2026-11-23", today=TODAY)
    before = noted(ASKED)
    events = rule(before, NOW)

    assert events == (RecommendationAnswered(1, "Bộ Tài chính", "Đã bố trí", "2026-11-23"),)
    after = then(before, *events, *events)
    assert not before.results.notes[1].finished
    assert after.results.notes[1] == Noted(ASKED, revision=3, answers=2)
    assert after.results.notes[1].finished


@pytest.mark.parametrize(
    ("number", "changes", "error"),
    [
        (2, {}, results.NotATask),
        (1, {"text": ""}, results.NoteText),
        (1, {"by": "x" * 301}, results.NoteText),
        (1, {"on": "2026-11"}, BadDueDate),
        (1, {"on": "2026-11-24"}, results.DayToCome),
    ],
)
def test_an_answer_nobody_can_have_given_is_refused(
    number: int, changes: dict[str, Any], error: type[UserError]
) -> None:
    given = {"by": "Bộ", "text": "Đồng ý", "on": "2026-11-23", "today": TODAY, **changes}

    refused(results.answer, noted(ASKED, TO_DO), error, number=number, **given)


def moved(state: TaskState, **changes: Any) -> TaskMoved:
    return TaskMoved(1, state, **{"on": "2026-11-23", "comment": "vì thế", **changes})


def in_state(state: TaskState) -> Briefing:
    before = noted(TO_DO)
    return before if state is TaskState.OPEN else then(before, moved(state))


@pytest.mark.parametrize("before", list(TaskState))
@pytest.mark.parametrize("after", [state for state in TaskState if state is not TaskState.CARRIED_OVER])
def test_a_task_moves_as_the_table_says(before: TaskState, after: TaskState) -> None:
    rule = partial(results.move, number=1, event=moved(after), today=TODAY)

    if before in results.LEGAL[after]:
        assert rule(in_state(before), NOW) == (moved(after),)
    else:
        refused(rule, in_state(before), results.IllegalTaskMove)


def test_a_done_task_knows_the_day_until_it_is_returned() -> None:
    done = then(noted(TO_DO), moved(TaskState.DONE))
    again = then(done, moved(TaskState.RETURNED, due="2027-Q1"))

    assert (done.results.notes[1].done_on, done.results.notes[1].finished) == ("2026-11-23", True)
    assert again.results.notes[1] == Noted(replace(TO_DO, due="2027-Q1"), revision=3, state=TaskState.RETURNED)
    assert not again.results.notes[1].finished


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (moved(TaskState.CARRIED_OVER), results.NowhereToCarry),
        (moved(TaskState.DONE, on="2026-11-24"), results.DayToCome),
        (moved(TaskState.DONE, on=""), BadDueDate),
        (moved(TaskState.DONE, due="2026-13"), BadDueDate),
        (moved(TaskState.DONE, comment="x" * 301), results.NoteText),
    ],
)
def test_a_move_nobody_can_mean_is_refused(event: TaskMoved, error: type[UserError]) -> None:
    refused(results.move, noted(TO_DO), error, number=1, event=event, today=TODAY)


def test_returning_a_task_needs_a_comment() -> None:
    event = moved(TaskState.RETURNED, comment="")

    refused(results.move, in_state(TaskState.DONE), ReasonNeeded, number=1, event=event, today=TODAY)


def test_a_conclusion_is_no_task() -> None:
    refused(results.move, noted(SAID), results.NotATask, number=1, event=moved(TaskState.DONE), today=TODAY)
    refused(results.appraise, noted(SAID), results.NotATask, number=1, by="Bộ", text="Cần rõ hơn")
    refused(results.carry_over, noted(SAID), results.NotATask, number=1, event=NoteCarriedOver(1, OTHER), today=TODAY)


@pytest.mark.parametrize(
    "event",
    [
        NoteCarriedOver(1, OTHER),
        NoteCarriedOver(1, OTHER, comment="chưa xong", due="2027-01"),
        NoteCarriedOver(1, year=2027),
    ],
)
def test_an_unfinished_task_goes_on_elsewhere_once(event: NoteCarriedOver) -> None:
    before = noted(TO_DO)
    rule = partial(results.carry_over, number=1, event=event, today=TODAY)

    assert rule(before, NOW) == (event,)
    after = then(before, event)
    assert after.results.notes[1] == Noted(
        replace(TO_DO, due=event.due or TO_DO.due),
        revision=2,
        state=TaskState.CARRIED_OVER,
        carried_to=event.briefing,
        carried_year=event.year,
    )
    assert rule(after, NOW) == ()


def test_what_goes_on_in_the_same_place_by_another_date_is_written_down() -> None:
    before = then(noted(TO_DO), NoteCarriedOver(1, year=2027, due="2027-Q1"))
    carry = partial(results.carry_over, before, NOW, number=1, today=TODAY)

    later = NoteCarriedOver(1, year=2027, due="2027-Q2")

    assert carry(event=later) == (later,)
    assert carry(event=NoteCarriedOver(1, year=2027, due="2027-Q1")) == carry(event=NoteCarriedOver(1, year=2027)) == ()


def test_who_writes_notes_as_a_secretary_keeps_the_minutes_once() -> None:
    hoa = Actor("user:hoa")
    lan, second = SecretaryNamed(LAN, "Nguyễn Lan"), SecretaryNamed(hoa, "Lê Hoa")
    kept = then(noted(SAID), lan)

    assert results.keep_minutes(noted(SAID), NOW, secretary=LAN, name="Nguyễn Lan") == (lan,)
    assert results.keep_minutes(kept, NOW, secretary=LAN, name="Nguyễn Thị Lan") == ()
    assert results.keep_minutes(kept, NOW, secretary=hoa, name="Lê Hoa") == (second,)


def test_who_comes_after_the_end_keeps_the_minutes_only_when_nobody_has() -> None:
    kept = then(noted(SAID), SecretaryNamed(Actor("user:hoa"), "Lê Hoa"))

    assert results.keep_minutes(closed(kept), NOW, secretary=LAN, name="Nguyễn Lan") == ()
    assert results.keep_minutes(closed(noted(SAID)), NOW, secretary=LAN, name="Nguyễn Lan") == (
        SecretaryNamed(LAN, "Nguyễn Lan"),
    )


def test_what_was_carried_over_is_carried_on_and_done_in_the_end() -> None:
    before = then(noted(TO_DO), NoteCarriedOver(1, OTHER))
    further = NoteCarriedOver(1, BriefingId("gb-2027-01"))

    assert results.carry_over(before, NOW, number=1, event=further, today=TODAY) == (further,)
    assert results.move(before, NOW, number=1, event=moved(TaskState.DONE), today=TODAY) == (moved(TaskState.DONE),)


def test_an_unanswered_recommendation_goes_on_elsewhere_but_has_no_date() -> None:
    carry = partial(results.carry_over, number=1, today=TODAY)

    assert carry(noted(ASKED), NOW, event=NoteCarriedOver(1, OTHER)) == (NoteCarriedOver(1, OTHER),)
    refused(carry, noted(ASKED), results.NoteField, event=NoteCarriedOver(1, OTHER, due="2027-01"))
    answered = then(noted(ASKED), RecommendationAnswered(1, "Bộ", "Đồng ý", "2026-11-23"))
    refused(carry, answered, results.IllegalTaskMove, event=NoteCarriedOver(1, OTHER))


@pytest.mark.parametrize(
    ("event", "error"),
    [
        (NoteCarriedOver(1), results.NowhereToCarry),
        (NoteCarriedOver(1, OTHER, 2027), results.NowhereToCarry),
        (NoteCarriedOver(1, ID), results.NowhereToCarry),
        (NoteCarriedOver(1, year=2025), results.NowhereToCarry),
        (NoteCarriedOver(1, year=2037), results.NowhereToCarry),
        (NoteCarriedOver(1, OTHER, due="x"), BadDueDate),
    ],
)
def test_what_goes_nowhere_is_not_carried_over(event: NoteCarriedOver, error: type[UserError]) -> None:
    refused(results.carry_over, noted(TO_DO), error, number=1, event=event, today=TODAY)


def test_what_is_done_is_not_carried_over() -> None:
    event = NoteCarriedOver(1, OTHER)

    refused(results.carry_over, in_state(TaskState.DONE), results.IllegalTaskMove, number=1, event=event, today=TODAY)


def test_a_report_is_appraised_with_a_date_for_what_is_missing() -> None:
    before = noted(REPORT)
    events = results.appraise(before, NOW, number=1, by="Bộ KH&CN", text="Bổ sung số liệu", due="2027-01-15")

    assert events == (TaskAppraised(1, "Bộ KH&CN", "Bổ sung số liệu", "2027-01-15"),)
    assert then(before, *events).results.notes[1] == Noted(REPORT, revision=2, appraisals=1, pending=("2027-01-15",))
    refused(results.appraise, before, BadDueDate, number=1, by="Bộ", text="Bổ sung", due="sớm")


def test_what_is_done_is_not_finished_while_an_appraisal_is_to_be_dealt_with() -> None:
    done = in_state(TaskState.DONE)
    said = then(done, TaskAppraised(1, "Bộ KH&CN", "Thiếu phụ lục", "2027-01-15"))
    again = partial(results.move, number=1, event=moved(TaskState.DONE), today=TODAY)

    assert [one.results.notes[1].finished for one in (done, said)] == [True, False]
    refused(again, done, results.IllegalTaskMove)
    assert again(said, NOW) == (moved(TaskState.DONE),)
    assert then(said, moved(TaskState.DONE)).results.notes[1].finished
    assert then(done, TaskAppraised(1, "Bộ KH&CN", "Tốt")).results.notes[1].finished


AMENDED: list[dict[str, Any]] = [
    {"subject": AmendmentSubject.TURN, "turn": 1},
    {"subject": AmendmentSubject.ATTENDANCE, "endpoint": HA_NOI},
    {"subject": AmendmentSubject.OTHER},
]


@pytest.mark.parametrize("about", AMENDED)
def test_an_amendment_stands_beside_the_record_of_a_closed_briefing(about: dict[str, Any]) -> None:
    given = {"text": "Người phát biểu là bà Hoa", "reason": "ghi nhầm", **about}
    before = closed(speaking(HA_NOI))
    events = results.amend_record(before, NOW, **given)

    assert events == (RecordAmended(1, **given),)
    assert results.amend_record(then(before, *events), NOW, **given) == (RecordAmended(2, **given),)
    refused(results.amend_record, speaking(HA_NOI), WrongPhase, **given)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"text": ""}, results.NoteText),
        ({"reason": ""}, ReasonNeeded),
        ({"turn": 1}, results.NoSuchTurn),
        ({"endpoint": HA_NOI}, NotInvited),
        ({"subject": AmendmentSubject.TURN}, results.NoSuchTurn),
        ({"subject": AmendmentSubject.TURN, "turn": 2}, results.NoSuchTurn),
        ({"subject": AmendmentSubject.ATTENDANCE}, NotInvited),
        ({"subject": AmendmentSubject.ATTENDANCE, "endpoint": STRANGER}, NotInvited),
    ],
)
def test_an_amendment_of_nothing_is_refused(changes: dict[str, Any], error: type[UserError]) -> None:
    given = {"subject": AmendmentSubject.OTHER, "text": "Sửa", "reason": "ghi nhầm", **changes}

    refused(results.amend_record, closed(speaking(HA_NOI)), error, **given)


def test_a_briefing_has_its_share_of_amendments() -> None:
    one = RecordAmended(1, AmendmentSubject.OTHER, "Sửa", "ghi nhầm")
    before = then(closed(live()), *[one] * results.MOST_AMENDMENTS)

    refused(
        results.amend_record, before, results.TooManyNotes, subject=AmendmentSubject.OTHER, text="Sửa", reason="nhầm"
    )


@pytest.mark.parametrize(
    "event",
    [
        NoteAmended(9, SAID),
        NoteRemoved(9, ""),
        RecommendationAnswered(9, "", "", ""),
        replace(moved(TaskState.DONE, due="2027"), number=9),
        NoteCarriedOver(9, OTHER, due="2027"),
        TaskAppraised(9, "", ""),
    ],
)
def test_what_is_about_no_note_moves_nothing(event: Event) -> None:
    before = noted(SAID)

    assert then(before, event).results == before.results


def test_after_the_end_a_note_may_be_about_a_moment_after_the_end() -> None:
    late = replace(SAID, about=at(8000))

    assert results.take(closed(live()), at(9000), note=late) == (NoteTaken(1, late),)
