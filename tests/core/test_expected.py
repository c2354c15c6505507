"""Expected delegates: which list is an endpoint's, and what can be kept."""

import pytest

from server.core import expected
from server.core.errors import UserError
from server.core.events import Delegate, ExpectedDelegates
from server.core.text import BrokenText
from tests.core.cast import CA_MAU, HA_NOI, THANH_HOA, plan

ALL = ExpectedDelegates(("Chủ tịch", "Chánh Văn phòng"))
CITIES = ExpectedDelegates(("Chủ tịch", "Giám đốc Công an"), (HA_NOI,))
NORTH = ExpectedDelegates(("Phó Chủ tịch",), (HA_NOI, THANH_HOA))


@pytest.mark.parametrize(
    ("lists", "endpoint", "positions"),
    [
        ((), HA_NOI, ()),
        ((ALL,), HA_NOI, ALL.positions),
        ((ALL, CITIES), HA_NOI, CITIES.positions),
        ((ALL, CITIES), CA_MAU, ALL.positions),
        ((CITIES, NORTH), HA_NOI, CITIES.positions),
        ((NORTH, CITIES), HA_NOI, NORTH.positions),
        ((CITIES, NORTH), CA_MAU, ()),
        ((ALL, ExpectedDelegates(("Ai đó",))), CA_MAU, ALL.positions),
    ],
)
def test_first_list_that_names_an_endpoint_counts_and_then_the_one_for_everybody(
    lists: tuple[ExpectedDelegates, ...], endpoint: str, positions: tuple[str, ...]
) -> None:
    assert expected.of(plan(expected=lists), endpoint) == positions  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("lists", "refusal"),
    [
        ((ALL,) * 51, expected.BadExpected),
        ((ExpectedDelegates(()),), expected.BadExpected),
        ((ExpectedDelegates(("x",) * 31),), expected.BadExpected),
        ((ExpectedDelegates((" ",)),), expected.BadExpected),
        ((ExpectedDelegates(("x" * 201,)),), expected.BadExpected),
        ((ExpectedDelegates(("a\0",)),), BrokenText),
    ],
)
def test_lists_that_cannot_be_kept_are_refused(lists: tuple[ExpectedDelegates, ...], refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        expected.check(lists)


def test_lists_at_the_bounds_are_fine() -> None:
    expected.check((ExpectedDelegates(("x" * 200,) * 30),) * 50)


AN = Delegate("Nguyễn Văn An", ("Chủ tịch", "Trưởng ban"))
BINH = Delegate("Lê Thị Bình", ("chủ  tịch",))
CUONG = Delegate("Trần Văn Cường", ("Giám đốc Công an",))


@pytest.mark.parametrize(
    ("positions", "announced", "lines"),
    [
        ((), (), ()),
        ((), (CUONG, AN), (CUONG, AN)),
        (("Chủ tịch, Trưởng ban",), (), (Delegate("", ("Chủ tịch", "Trưởng ban")),)),
        (("Chủ tịch", "Kế toán"), (CUONG, AN), (AN, Delegate("", ("Kế toán",)), CUONG)),
        (("Chủ tịch", "Chủ tịch"), (BINH, AN), (BINH, AN)),
        (("Chủ tịch; Trưởng ban",), (BINH, AN), (AN, BINH)),
    ],
)
def test_check_in_begins_with_each_position_in_its_order_and_whoever_was_announced(
    positions: tuple[str, ...], announced: tuple[Delegate, ...], lines: tuple[Delegate, ...]
) -> None:
    assert expected.offered(positions, announced) == lines
