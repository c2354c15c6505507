"""Groups: what can be kept, and which names are the same."""

from dataclasses import replace

import pytest

from server.core.errors import UserError
from server.core.groups import BadGroupMembers, BadGroupName, Group, check, name_key
from server.core.ids import HUB, EndpointCode, GroupId, RosterName
from server.core.text import BrokenText

HIGHLANDS = Group(GroupId("g"), RosterName("63"), "Tây Nguyên", (EndpointCode("62"), EndpointCode("64")))


def test_group_of_some_endpoints_is_fine() -> None:
    check(HIGHLANDS)
    check(replace(HIGHLANDS, name="x" * 100, endpoints=HIGHLANDS.endpoints[:1]))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": " "}, BadGroupName),
        ({"name": "x" * 101}, BadGroupName),
        ({"name": "Tây\nNguyên"}, BadGroupName),
        ({"name": "Tây\0Nguyên"}, BrokenText),
        ({"endpoints": ()}, BadGroupMembers),
        ({"endpoints": HIGHLANDS.endpoints * 2}, BadGroupMembers),
        ({"endpoints": (HUB,)}, BadGroupMembers),
        ({"endpoints": tuple(EndpointCode(str(code)) for code in range(5001))}, BadGroupMembers),
    ],
)
def test_group_that_is_none_is_refused(change: dict[str, object], refusal: type[UserError]) -> None:
    with pytest.raises(refusal):
        check(replace(HIGHLANDS, **change))  # type: ignore[arg-type]


def test_spellings_of_one_name_are_one() -> None:
    assert name_key("  TÂY  nguyên") == name_key("Ta\u0302y Nguyên") == name_key("Tây Nguyên")
    assert name_key("Tay Nguyen") != name_key("Tây Nguyên")
