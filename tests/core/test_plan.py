"""The plan: what can be held, at its bounds and beyond them, and what a plan of an old journal is."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from server.core import briefing as life
from server.core import plan as rules
from server.core import queue
from server.core.errors import Invalid, UserError
from server.core.events import (
    AgendaItem,
    BriefingDrafted,
    BriefingKind,
    Classification,
    ExpectedDelegates,
    ItemKind,
    Official,
    Period,
    Person,
    RegisteredSpeaker,
    Technician,
    decode,
    encode,
)
from server.core.ids import HUB, EndpointCode
from server.core.text import BrokenText
from tests.core.cast import CA_MAU, HA_NOI, at, fresh, plan

LEAD, DEPUTY = Official("Ông Minh", "Phó Thủ tướng", leads=True), Official("Bà Hoa", "Bộ trưởng")
FULL: dict[str, Any] = {
    "kind": BriefingKind.YEAR_REVIEW,
    "number": "12/2026",
    "period": Period(date(2026, 1, 1), date(2026, 12, 31)),
    "classification": Classification.INTERNAL,
    "presiding": (LEAD, DEPUTY),
    "moderator": Person("Ông An", "Chánh Văn phòng"),
    "secretary": Person("Bà Bình"),
    "technicians": (Technician("Ông Cường", "0912 345 678"),),
    "place": "Phòng họp tầng 2",
    "dress": "Comple",
    "expected": (ExpectedDelegates(("Chủ tịch", "Giám đốc Sở"), (HA_NOI,)), ExpectedDelegates(("Chủ tịch",))),
    "notes": "Tài liệu gửi trước\n03 ngày làm việc.",
    "agenda": (AgendaItem("Quán triệt", 20, ItemKind.DIRECTIVE, document="Nghị quyết số 57-NQ/TW"),),
}


def with_speaker(speaker: RegisteredSpeaker) -> dict[str, Any]:
    return {"agenda": (AgendaItem("Thảo luận", 40, speakers=(speaker,)),)}


def one_way(*agenda: AgendaItem) -> dict[str, Any]:
    return {"kind": BriefingKind.QUICK_NOTIFICATION, "agenda": agenda}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"ends_at": at(0)}, rules.BadTimes),
        ({"ends_at": at(-1)}, rules.BadTimes),
        ({"ends_at": at(86400.000001)}, rules.BadTimes),
        ({"endpoints": tuple(str(n) for n in range(5001))}, rules.TooMuch),
        ({"agenda": (AgendaItem("x", 1),) * 101}, rules.TooMuch),
        ({"endpoints": (HA_NOI, CA_MAU, HA_NOI)}, Invalid),
        ({"endpoints": (HA_NOI, HUB)}, Invalid),
        ({"title": "a\0"}, BrokenText),
        ({"agenda": (AgendaItem("\ud800", 1),)}, BrokenText),
        ({"notes": "a\0"}, BrokenText),
        ({"technicians": (Technician("Ông Cường", "\ud800"),)}, BrokenText),
        ({"title": "x" * 301}, rules.PlanTextTooLong),
        ({"number": "x" * 51}, rules.PlanTextTooLong),
        ({"notes": "x" * 4001}, rules.PlanTextTooLong),
        ({"place": "x" * 301}, rules.PlanTextTooLong),
        ({"agenda": (AgendaItem("Quán triệt", 20, document="x" * 301),)}, rules.PlanTextTooLong),
        ({"secretary": Person("Bà Bình", "x" * 301)}, rules.PlanTextTooLong),
        ({"secretary": Person(" ")}, rules.NameNeeded),
        ({"presiding": (Official("", leads=True),)}, rules.NameNeeded),
        ({"technicians": (Technician("Ông Cường", ""),)}, rules.NameNeeded),
        ({"presiding": (DEPUTY,)}, rules.OneLead),
        ({"presiding": (LEAD, LEAD)}, rules.OneLead),
        ({"presiding": (LEAD, *(DEPUTY,) * 20)}, rules.TooManyPeople),
        ({"technicians": (Technician("Ông Cường", "113"),) * 21}, rules.TooManyPeople),
        ({"period": Period(date(2026, 5, 2), date(2026, 5, 1))}, rules.BadPeriod),
        ({"period": Period(date(1999, 12, 31), date(2026, 5, 1))}, rules.BadPeriod),
        ({"period": Period(date(2026, 5, 1), date(2200, 1, 1))}, rules.BadPeriod),
        (with_speaker(RegisteredSpeaker(EndpointCode("77"), "Ông Ba")), rules.UnknownSpeaker),
        (with_speaker(RegisteredSpeaker(HUB, " ")), queue.SpeakerNeeded),
        (with_speaker(RegisteredSpeaker(HA_NOI, "x" * 301)), queue.TextTooLong),
        (one_way(AgendaItem("Thảo luận", 40)), rules.DiscussionPlanned),
        (one_way(AgendaItem("Báo cáo", 5, ItemKind.REPORT, HA_NOI)), rules.DiscussionPlanned),
        (
            one_way(AgendaItem("Báo cáo", 5, ItemKind.REPORT, speakers=(RegisteredSpeaker(HA_NOI, "Ông Ba"),))),
            rules.DiscussionPlanned,
        ),
        ({"classification": Classification.CONFIDENTIAL}, rules.NotCertified),
        ({"classification": Classification.SECRET}, rules.NotCertified),
        ({"classification": Classification.TOP_SECRET}, rules.NotCertified),
    ],
)
def test_a_plan_that_cannot_be_held_is_refused(changes: dict[str, Any], refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        life.draft(fresh(), at(0), plan=plan(**changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"ends_at": at(86400)},
        {"endpoints": ()},
        {"endpoints": tuple(str(n) for n in range(5000))},
        {"agenda": ()},
        {"starts_at": datetime(9999, 12, 31, 22, tzinfo=UTC), "ends_at": datetime(9999, 12, 31, 23, tzinfo=UTC)},
        FULL,
        {"title": "x" * 300, "number": "x" * 50, "notes": "x" * 4000, "dress": "x" * 300},
        {"presiding": (LEAD, *(DEPUTY,) * 19), "technicians": (Technician("Ông Cường", "113"),) * 20},
        {"presiding": (DEPUTY, LEAD)},
        {"period": Period(date(2000, 1, 1), date(2199, 12, 31))},
        {"period": Period(date(2026, 5, 1), date(2026, 5, 1))},
        one_way(AgendaItem("Thông báo", 15, ItemKind.DIRECTIVE, speakers=(RegisteredSpeaker(HUB, "Bà Hoa"),))),
    ],
)
def test_a_plan_at_the_bounds_is_taken(changes: dict[str, Any]) -> None:
    assert life.draft(fresh(), at(0), plan=plan(**changes)) == (BriefingDrafted(plan(**changes)),)


@pytest.mark.parametrize("classification", list(Classification))
def test_a_certified_service_takes_every_classification(classification: Classification) -> None:
    rules.check(plan(classification=classification), certified=True)


def test_a_full_plan_is_read_as_it_was_written() -> None:
    event = BriefingDrafted(plan(**FULL))

    written = encode(event)

    assert written["plan"]["period"] == {"first": "2026-01-01", "last": "2026-12-31"}
    assert decode("BriefingDrafted", written) == event


def test_a_plan_of_an_old_journal_is_a_regular_briefing_that_says_no_more() -> None:
    written = encode(BriefingDrafted(plan()))
    for name in FULL.keys() - {"agenda"}:
        del written["plan"][name]
    for item in written["plan"]["agenda"]:
        del item["document"]

    assert decode("BriefingDrafted", written) == BriefingDrafted(plan())
