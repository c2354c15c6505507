"""Check-in over HTTP."""

from typing import Any

import pytest

from tests.service import Service, site

FORM: dict[str, Any] = {
    "local_chair": "Nguyễn Văn Hòa",
    "delegates": [{"name": "Trần Thị Lan", "positions": ["Phó Chủ tịch", "Trưởng ban"], "attendance": "present"}],
    "headcount": 12,
}


async def test_checking_in_again_amends_and_the_same_again_does_not(served: Service) -> None:
    path = await served.briefing()
    where, who = f"{path}/endpoints/38/check-in", site(path, "38")

    first = await served.call("PUT", where, who, FORM)
    same = await served.call("PUT", where, who, FORM)
    more = await served.call("PUT", where, who, {**FORM, "headcount": 13})

    assert [one.body["revision"] for one in (first, same, more)] == [1, 1, 2]
    assert more.body["at"] == first.body["at"]
    assert (await served.call("GET", where, "operator")).body["headcount"] == 13


async def test_names_are_one_name_however_they_were_typed(served: Service) -> None:
    path = await served.briefing()
    decomposed = {**FORM, "local_chair": "Nguye\u0302\u0303n Va\u0306n Ho\u0300a"}

    checked_in = await served.call("PUT", f"{path}/endpoints/38/check-in", site(path, "38"), decomposed)

    assert checked_in.body["local_chair"] == "Nguyễn Văn Hòa"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"headcount": 0}, "absurd_headcount"),
        ({"headcount": -5}, "absurd_headcount"),
        ({"headcount": 1_000_000}, "absurd_headcount"),
        ({"headcount": 10**30}, "invalid_body"),
        ({"headcount": "12"}, "invalid_body"),
        ({"headcount": 1.5}, "invalid_body"),
        ({"headcount": True}, "invalid_body"),
        ({"local_chair": ""}, "nameless_person"),
        ({"delegates": [{"name": " "}]}, "nameless_person"),
        ({"delegates": [{"name": "A"}] * 301, "headcount": 400}, "invalid_body"),
        ({"delegates": [{"name": "A", "attendance": "asleep"}]}, "invalid_body"),
        ({"local_chair": "A\u0000B"}, "invalid_body"),
    ],
)
async def test_absurd_check_in_is_refused_and_changes_nothing(
    served: Service, change: dict[str, Any], code: str
) -> None:
    path = await served.briefing()
    where, who = f"{path}/endpoints/38/check-in", site(path, "38")

    refused = await served.call("PUT", where, who, {**FORM, **change})

    shown = await served.call("GET", where, who)
    assert (refused.status, refused.code) == (422, code)
    assert (shown.status, shown.code) == (404, "not_checked_in")


async def test_site_checks_in_for_itself_only(served: Service) -> None:
    path = await served.briefing()

    foreign = await served.call("PUT", f"{path}/endpoints/96/check-in", site(path, "38"), FORM)

    assert foreign.status == 403


async def test_lobby_must_be_open(served: Service) -> None:
    path = await served.briefing(until="draft")

    early = await served.call("PUT", f"{path}/endpoints/38/check-in", site(path, "38"), FORM)

    assert (early.status, early.code) == (409, "not_open")
