"""Expected delegates over HTTP: what new briefings begin with, and what each endpoint is to send."""

from datetime import timedelta
from typing import Any

import pytest

from server.core.people import Role
from tests.web.support import Client, Clock, Planned, answer, bearer
from tests.web.test_problems import check_problem

PATH = "/api/v1/rosters/63/expected"
LISTS = [{"positions": ["Chủ tịch", "Chánh Văn phòng"], "endpoints": []}, {"positions": ["X"], "endpoints": ["38"]}]


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def test_defaults_are_kept_for_each_roster(client: Client, organizer: dict[str, str]) -> None:
    assert await answer(await client.get(PATH, headers=organizer)) == {"expected": []}

    kept = await answer(await client.put(PATH, json={"expected": LISTS}, headers=organizer))

    assert kept == await answer(await client.get(PATH, headers=organizer)) == {"expected": LISTS}
    other = await answer(await client.get("/api/v1/rosters/34/expected", headers=organizer))
    assert other == {"expected": []}


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

    assert found == {"positions": ["Chủ tịch", "Chánh Văn phòng"]}
    await check_problem(await client.get(f"{planned.path}/endpoints/38/expected", headers=site), 403, "forbidden")
    by_staff = await answer(await client.get(f"{planned.path}/endpoints/38/expected", headers=organizer))
    assert by_staff == {"positions": ["X"]}
