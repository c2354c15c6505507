"""The endpoints of a roster over HTTP: all of them, or those a search finds."""

import pytest

from server.core.people import Role
from tests.web.support import Client, Planned, answer, bearer
from tests.web.test_problems import check_problem

PATH = "/api/v1/endpoints"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"search": "hoà b"}, ["Hòa Bình"]),
        ({"search": "dac"}, ["Đắk Lắk", "Đắk Nông"]),
        ({"search": "tỉnh Thừa Thiên-Huế"}, ["Thừa Thiên Huế"]),
        ({"search": "77"}, ["Bà Rịa - Vũng Tàu"]),
        ({"search": "vũng tàu", "roster": "34"}, ["Hồ Chí Minh"]),
        ({"search": "atlantis"}, []),
    ],
)
async def test_endpoint_is_found_however_its_name_is_spelt(
    client: Client, planned: Planned, query: dict[str, str], names: list[str]
) -> None:
    found = await answer(await client.get(PATH, params=query, headers=bearer(planned.links["38"])))

    assert found["roster"] == query.get("roster", "63")
    assert [one["name"] for one in found["endpoints"]] == names


async def test_roster_is_shown_in_its_order_and_an_unknown_one_is_none(client: Client, tokens: dict[Role, str]) -> None:
    operator = bearer(tokens[Role.OPERATOR])

    whole = await answer(await client.get(PATH, headers=operator))

    assert [one["code"] for one in whole["endpoints"]][:3] == ["01", "02", "04"]
    assert len(whole["endpoints"]) == 63
    await check_problem(await client.get(PATH, params={"roster": "99"}, headers=operator), 422, "unknown_roster")
    await check_problem(await client.get(PATH, params={"sort": "x"}, headers=operator), 422, "invalid_body")
