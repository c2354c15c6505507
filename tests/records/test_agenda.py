"""The agenda in the record: what was on it, and when the chair came to it."""

from dataclasses import replace

from server.core.events import AgendaItem, AgendaMoved, BriefingEdited, ItemKind, RegisteredSpeaker
from server.records.agenda import AgendaPoint, agenda
from tests.core.cast import CA_MAU, HA_NOI, at, plan, told
from tests.records.story import beginning, name


def test_agenda_tells_when_the_chair_first_came_to_an_item() -> None:
    entries = told([*beginning(), (5, AgendaMoved(0)), (60, AgendaMoved(1)), (90, AgendaMoved(0))])

    assert agenda(entries, name) == (
        AgendaPoint(1, "Khai mạc", ItemKind.OPENING, 5, None, "", at(5)),
        AgendaPoint(2, "Báo cáo", ItemKind.REPORT, 40, HA_NOI, "Hà Nội", at(60)),
    )


def test_an_item_that_was_changed_after_it_had_begun_is_another() -> None:
    changed = plan(agenda=(AgendaItem("Khai mạc", 5, ItemKind.OPENING), AgendaItem("Thảo luận", 30)))
    entries = told([*beginning(), (5, AgendaMoved(0)), (60, AgendaMoved(1)), (90, BriefingEdited(changed))])

    assert [(one.number, one.title, one.begun_at) for one in agenda(entries, name)] == [
        (1, "Khai mạc", at(5)),
        (2, "Thảo luận", None),
        (0, "Báo cáo", at(60)),
    ]


def test_an_item_with_an_id_that_got_another_title_is_the_same() -> None:
    items = (AgendaItem("Báo cao", 5, id="1"), AgendaItem("Thảo luận", 5, id="2"))
    corrected = (items[1], replace(items[0], title="Báo cáo"))
    entries = told([*beginning(agenda=items), (5, AgendaMoved(0)), (90, BriefingEdited(plan(agenda=corrected)))])

    assert [(one.title, one.begun_at) for one in agenda(entries, name)] == [("Thảo luận", None), ("Báo cáo", at(5))]


def test_items_taken_off_stay_known_if_they_had_begun() -> None:
    rest = plan().agenda[1:]
    edited = BriefingEdited(plan(agenda=()))
    entries = told([*beginning(), (5, AgendaMoved(0)), (8, BriefingEdited(plan(agenda=rest))), (9, edited)])

    assert agenda(entries, name) == (AgendaPoint(0, "Khai mạc", ItemKind.OPENING, 5, None, "", at(5)),)


def test_an_item_that_was_moved_or_given_speakers_after_it_had_begun_is_the_same() -> None:
    opening, report = plan().agenda
    late = replace(report, minutes=60, speakers=(RegisteredSpeaker(CA_MAU, "Bà Hoa", ""),))
    changed = plan(agenda=(AgendaItem("Chào cờ", 5), opening, late, opening))
    entries = told([*beginning(), (5, AgendaMoved(0)), (60, AgendaMoved(1)), (90, BriefingEdited(changed))])

    assert [(one.title, one.begun_at) for one in agenda(entries, name)] == [
        ("Chào cờ", None),
        ("Khai mạc", at(5)),
        ("Báo cáo", at(60)),
        ("Khai mạc", None),
    ]


def test_a_plan_without_an_agenda_has_none() -> None:
    assert agenda(told(beginning(agenda=())), name) == ()
