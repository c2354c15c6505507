"""The particulars of a meeting: what its sites are told of the plan, and what nobody is told."""

from typing import Any

from server.core.events import BriefingCancelled, BriefingKind, Classification, Official, Person, Technician
from server.core.particulars import Particulars, of, shown_to
from tests.core.cast import HA_NOI, STRANGER, drafted, live, scheduled, then

DEPUTY, MINISTER = Official("Bà Bình", "Thứ trưởng"), Official("Ông An", "Bộ trưởng", leads=True)
WHOLE: dict[str, Any] = {
    "kind": BriefingKind.YEAR_REVIEW,
    "number": "12/2026",
    "presiding": (DEPUTY, MINISTER),
    "moderator": Person("Ông Châu"),
    "technicians": (Technician("Dũng", "0912 345 678"),),
    "place": "Phòng họp A",
    "dress": "Trang phục công sở",
    "notes": "Kiểm tra đường truyền trước 30 phút.",
}
SHOWN = Particulars(**{**WHOLE, "presiding": (MINISTER, DEPUTY)})
KIND_ALONE = Particulars(BriefingKind.YEAR_REVIEW)


def test_sites_are_told_with_the_leader_first() -> None:
    assert [of(briefing) for briefing in (scheduled(**WHOLE), live(**WHOLE))] == [SHOWN, SHOWN]


def test_plan_without_particulars_has_its_kind() -> None:
    assert of(scheduled()) == Particulars(BriefingKind.REGULAR)


def test_drafts_and_what_was_cancelled_are_not_told_of() -> None:
    off = then(scheduled(**WHOLE), BriefingCancelled("bão"))
    assert [of(drafted(**WHOLE)), of(off)] == [KIND_ALONE, KIND_ALONE]


def test_state_secret_is_not_told_and_an_internal_briefing_is() -> None:
    told = {level: of(scheduled(**WHOLE, classification=level)) == SHOWN for level in Classification}
    assert [level for level, is_whole in told.items() if is_whole] == [Classification.NONE, Classification.INTERNAL]


def test_site_that_is_not_invited_is_not_told() -> None:
    assert [shown_to(scheduled(**WHOLE), code) for code in (HA_NOI, STRANGER)] == [SHOWN, KIND_ALONE]
