"""Groups of endpoints over HTTP: regions ship with the roster, the others are the organizers'."""

from http import HTTPStatus
from typing import Any

import pytest

from server.core.people import Role
from tests.web.support import Client, answer, bearer
from tests.web.test_problems import check_problem

PATH = "/api/v1/rosters/63/groups"
FIRST = {"name": "Được gọi trước", "endpoints": ["38", "01", "96"]}


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def listed(client: Client, organizer: dict[str, str], path: str = PATH) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await answer(await client.get(path, headers=organizer)))["groups"]
    return found


async def test_regions_are_groups_that_come_with_the_roster(client: Client, organizer: dict[str, str]) -> None:
    for roster, count in (("63", 63), ("34", 34)):
        regions = await listed(client, organizer, f"/api/v1/rosters/{roster}/groups")

        assert {region["id"] for region in regions} == {None}
        assert len({code for region in regions for code in region["endpoints"]}) == count
        assert sum(len(region["endpoints"]) for region in regions) == count
        assert len(regions) == 6


async def test_group_is_made_changed_and_removed(client: Client, organizer: dict[str, str]) -> None:
    response = await client.post(PATH, json=FIRST, headers=organizer)

    group = await answer(response, 201)
    own = response.headers["Location"]
    assert own == f"{PATH}/{group['id']}"
    assert group == {"id": group["id"], **FIRST}
    assert (await listed(client, organizer))[6:] == [group]
    assert await listed(client, organizer, "/api/v1/rosters/34/groups") != [group]
    changed = await answer(await client.patch(own, json={"endpoints": ["96", "38"]}, headers=organizer))
    assert changed == {**group, "endpoints": ["96", "38"]}
    changed = await answer(await client.patch(own, json={"name": "GỌI trước"}, headers=organizer))
    assert changed["name"] == "GỌI trước"
    for _ in range(2):
        assert (await client.delete(own, headers=organizer)).status == HTTPStatus.NO_CONTENT
    assert len(await listed(client, organizer)) == 6
    await check_problem(await client.patch(own, json={"name": "x"}, headers=organizer), 404, "no_group")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": "được  GỌI trước"}, 409, "group_name_taken"),
        ({"name": "đồng bằng sông Hồng"}, 409, "group_name_taken"),
        ({"name": ""}, 422, "bad_group_name"),
        ({"name": "A", "endpoints": []}, 422, "bad_group_members"),
        ({"name": "A", "endpoints": ["01", "01"]}, 422, "bad_group_members"),
        ({"name": "A", "endpoints": ["03"]}, 422, "unknown_endpoint"),
        ({"name": "A", "endpoints": ["hub"]}, 422, "unknown_endpoint"),
    ],
)
async def test_group_that_cannot_be_kept_is_refused(
    client: Client, organizer: dict[str, str], change: dict[str, Any], status: int, code: str
) -> None:
    await answer(await client.post(PATH, json=FIRST, headers=organizer), 201)

    await check_problem(await client.post(PATH, json={**FIRST, **change}, headers=organizer), status, code)

    assert len(await listed(client, organizer)) == 7


async def test_roster_has_no_room_for_a_hundred_and_first_group(client: Client, organizer: dict[str, str]) -> None:
    for number in range(100):
        await answer(await client.post(PATH, json={**FIRST, "name": f"N{number}"}, headers=organizer), 201)

    await check_problem(await client.post(PATH, json=FIRST, headers=organizer), 409, "too_many_groups")
    other = await client.post("/api/v1/rosters/34/groups", json=FIRST, headers=organizer)
    assert other.status == HTTPStatus.CREATED
