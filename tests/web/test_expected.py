"""Expected delegates over HTTP: what new briefings begin with, and what each endpoint is to send."""

from datetime import timedelta
from typing import Any

import pytest

from server.core.people import Role
from tests.web.support import Client, Clock, Planned, answer, bearer
from tests.web.test_problems import check_problem

PATH = "/api/v1/rosters/63/expected"
LISTS = [{"positions": ["Chủ tịch", "Chánh Văn phòng"], "endpoints": []}, {"positions": ["X"], "endpoints": ["38"]}]
KEPT = [{**one, "group": None} for one in LISTS]


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def test_defaults_are_kept_for_each_roster(client: Client, organizer: dict[str, str]) -> None:
    assert await answer(await client.get(PATH, headers=organizer)) == {"expected": []}

    kept = await answer(await client.put(PATH, json={"expected": LISTS}, headers=organizer))

    assert kept == await answer(await client.get(PATH, headers=organizer)) == {"expected": KEPT}
    other = await answer(await client.get("/api/v1/rosters/34/expected", headers=organizer))
    assert other == {"expected": []}


async def test_list_of_a_group_is_for_who_belongs_to_it_by_then(client: Client, organizer: dict[str, str]) -> None:
    groups = "/api/v1/rosters/63/groups"
    body = {"name": "Gọi trước", "endpoints": ["38", "01"]}
    group = await answer(await client.post(groups, json=body, headers=organizer), 201)
    lists = [{"positions": ["X"], "group": group["id"]}, {"positions": ["Y"], "group": "Tây Nguyên"}]

    await answer(await client.put(PATH, json={"expected": lists}, headers=organizer))
    change = {"endpoints": ["96"]}
    await answer(await client.patch(f"{groups}/{group['id']}", json=change, headers=organizer))

    first, second = (await answer(await client.get(PATH, headers=organizer)))["expected"]
    assert first == {"positions": ["X"], "endpoints": ["96"], "group": group["id"]}
    assert second == {"positions": ["Y"], "endpoints": ["62", "64", "66", "67", "68"], "group": "Tây Nguyên"}
    assert (await client.delete(f"{groups}/{group['id']}", headers=organizer)).status == 204
    first = (await answer(await client.get(PATH, headers=organizer)))["expected"][0]
    assert first == {"positions": ["X"], "endpoints": ["38", "01"], "group": None}
    gone = {"expected": [{"positions": ["X"], "group": group["id"]}]}
    await check_problem(await client.put(PATH, json=gone, headers=organizer), 404, "no_group")


@pytest.mark.parametrize(
    ("one", "code"),
    [
        ({"positions": []}, "bad_expected"),
        ({"positions": ["X"], "endpoints": ["03"]}, "unknown_endpoint"),
        ({"positions": "X"}, "invalid_body"),
    ],
)
async def test_lists_that_cannot_be_kept_are_refused(
    client: Client, organizer: dict[str, str], clock: Clock, one: dict[str, Any], code: str
) -> None:
    times = {"starts_at": clock().isoformat(), "ends_at": (clock() + timedelta(hours=2)).isoformat()}
    plan = {"title": "Giao ban", **times, "expected": [one]}

    await check_problem(await client.put(PATH, json={"expected": [one]}, headers=organizer), 422, code)
    await check_problem(await client.post("/api/v1/briefings", json=plan, headers=organizer), 422, code)


async def test_site_reads_whom_it_is_to_send_and_no_other_site_does(
    client: Client, organizer: dict[str, str], planned: Planned
) -> None:
    await answer(await client.patch(planned.path, json={"expected": LISTS}, headers=organizer))
    site = bearer(planned.links["01"])

    found = await answer(await client.get(f"{planned.path}/endpoints/01/expected", headers=site))

    lines = [{"name": "", "positions": [one], "attendance": "present", "reason": ""} for one in LISTS[0]["positions"]]
    assert found == {"positions": ["Chủ tịch", "Chánh Văn phòng"], "delegates": lines}
    await check_problem(await client.get(f"{planned.path}/endpoints/38/expected", headers=site), 403, "forbidden")
    by_staff = await answer(await client.get(f"{planned.path}/endpoints/38/expected", headers=organizer))
    assert by_staff["positions"] == ["X"]


async def test_site_finds_whom_it_has_announced_in_the_lines_of_its_check_in(
    client: Client, organizer: dict[str, str], clock: Clock, planned: Planned
) -> None:
    begin = clock() + timedelta(days=2)
    times = {"starts_at": begin.isoformat(), "ends_at": (begin + timedelta(hours=2)).isoformat()}
    await answer(await client.patch(planned.path, json={"expected": LISTS, **times}, headers=organizer))
    await answer(await client.post(f"{planned.path}/schedule", headers=organizer))
    site, place = bearer(planned.links["01"]), f"{planned.path}/endpoints/01"
    people = [person("Lê Thị Bình", "Kế toán"), person("Nguyễn Văn An", "Chánh Văn phòng", "Ủy viên")]

    given = {"answer": "accepted", "delegates": people}
    await answer(await client.put(f"{place}/invitation", json=given, headers=site))

    found = await answer(await client.get(f"{place}/expected", headers=site))
    assert found["delegates"] == [person("", "Chủ tịch"), people[1], people[0]]

    declined = {"answer": "declined", "reason": "Bão"}
    await answer(await client.put(f"{place}/invitation", json=declined, headers=site))
    found = await answer(await client.get(f"{place}/expected", headers=site))
    assert found["delegates"] == [person("", "Chủ tịch"), person("", "Chánh Văn phòng")]


def person(name: str, *positions: str) -> dict[str, Any]:
    return {"name": name, "positions": list(positions), "attendance": "present", "reason": ""}
