"""Rosters over HTTP: one of the house stands beside those that ship, wherever a roster is chosen."""

from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientResponse

from server.core.ids import EndpointCode, RosterName
from server.core.people import Role
from server.core.rosters import Level, OwnRoster, RosterEndpoint
from server.store import rosters as stored
from server.web import own_rosters
from server.web.keys import DATABASE, ROSTERS
from tests.web.support import Client, Clock, answer, bearer
from tests.web.test_problems import check_problem

PATH = "/api/v1/rosters"
XA = "code,name,level,parent,region\n38,Thanh Hóa,province,,Bắc Trung Bộ\n014758,Hạc Thành,commune,38,\n"
TITLE = {"title": "Các xã của Thanh Hóa"}


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def send(
    client: Client, organizer: dict[str, str], what: str = "xa/import", content: str = XA, **said: str
) -> ClientResponse:
    headers = {**organizer, "Content-Type": "text/csv"}
    body = BytesIO(content.encode())
    return await client.post(f"{PATH}/{what}", params={**TITLE, **said}, data=body, headers=headers)


async def listed(client: Client, organizer: dict[str, str]) -> dict[str, Any]:
    found = await answer(await client.get(PATH, headers=organizer))
    return {roster["name"]: roster for roster in found["rosters"]}


async def test_shipped_rosters_say_when_they_are_valid(client: Client, organizer: dict[str, str]) -> None:
    found = await listed(client, organizer)

    assert [(one["name"], one["valid_to"], one["follows"], one["own"]) for one in found.values()] == [
        ("63", "2025-06-30", None, False),
        ("34", None, "63", False),
    ]
    assert found["34"]["valid_from"] == "2025-07-01"


async def test_roster_is_looked_at_taken_over_planned_with_and_given_back(
    client: Client, organizer: dict[str, str], clock: Clock
) -> None:
    counts = {"added": 2, "changed": 0, "unchanged": 0, "gone": 0}
    preview = await answer(await send(client, organizer, "xa/preview"))
    assert {key: preview[key] for key in counts} == counts
    assert "xa" not in await listed(client, organizer)

    assert await answer(await send(client, organizer, follows="34", valid_from="2025-07-01")) == counts
    assert (await listed(client, organizer))["xa"] == {
        **TITLE,
        "name": "xa",
        "own": True,
        "valid_from": "2025-07-01",
        "valid_to": None,
        "follows": "34",
        "basis": "",
        "endpoint_count": 2,
    }
    shown = await answer(await client.get("/api/v1/endpoints?roster=xa&search=hac thanh", headers=organizer))
    assert [(one["code"], one["level"], one["parent"]) for one in shown["endpoints"]] == [("014758", "commune", "38")]
    contact = {"endpoint": "014758", "name": "Lê Thị Liên", "email": "lien@hacthanh.gov.vn"}
    await answer(await client.post(f"{PATH}/xa/contacts", json=contact, headers=organizer), 201)
    at = clock().isoformat()
    plan = {"title": "Giao ban", "starts_at": at, "ends_at": at.replace("T0", "T1"), "roster": "xa"}
    briefing = await answer(await client.post("/api/v1/briefings", json=plan, headers=organizer), 201)
    assert briefing["endpoints"] == ["38", "014758"]

    given = await (await client.get(f"{PATH}/xa.csv", headers=organizer)).text()
    again = await answer(await send(client, organizer, content=given.removeprefix("\ufeff"), follows="34"))
    assert again == {**counts, "added": 0, "unchanged": 2}
    without = XA.splitlines(keepends=True)[:2]
    await check_problem(await send(client, organizer, content="".join(without)), 422, "bad_lines")
    await check_problem(await client.delete(f"{PATH}/xa", headers=organizer), 409, "roster_in_use")


async def test_roster_that_nothing_uses_is_removed(client: Client, organizer: dict[str, str]) -> None:
    await answer(await send(client, organizer))

    assert (await client.delete(f"{PATH}/xa", headers=organizer)).status == HTTPStatus.NO_CONTENT
    assert list(await listed(client, organizer)) == ["63", "34"]
    await check_problem(await client.delete(f"{PATH}/xa", headers=organizer), 404, "no_own_roster")
    await check_problem(await client.delete(f"{PATH}/63", headers=organizer), 409, "roster_ships")


async def test_roster_that_another_node_has_taken_over_is_known_after_a_look(client: Client) -> None:
    app = client.app
    endpoint = RosterEndpoint(EndpointCode("BNV"), "Bộ Nội vụ", "Bộ, ngành", Level.HUB)
    async with app[DATABASE].begin() as session:
        await stored.keep(session, OwnRoster(RosterName("bo"), "Bộ, ngành", (endpoint,)))
    assert "bo" not in app[ROSTERS].names

    await own_rosters.look(app[DATABASE], app[ROSTERS])

    assert app[ROSTERS].called("bo") == {"BNV": "Bộ Nội vụ"}


@pytest.mark.parametrize(
    ("what", "said", "refused"),
    [
        ("63/import", {}, (409, "roster_ships")),
        ("Xa/import", {}, (422, "bad_roster_name")),
        ("xa/import", {"title": " "}, (422, "bad_roster_title")),
        ("xa/import", {"follows": "66"}, (422, "bad_roster_follows")),
        ("xa/import", {"valid_from": "2025-07-01", "valid_to": "2025-06-30"}, (422, "bad_roster_days")),
        ("xa/import", {"valid_from": "01/07/2025"}, (422, "invalid_body")),
        ("khac/import", {}, (409, "roster_title_taken")),
    ],
)
async def test_roster_that_cannot_be_kept_is_refused(
    client: Client, organizer: dict[str, str], what: str, said: dict[str, str], refused: tuple[int, str]
) -> None:
    await answer(await send(client, organizer))

    await check_problem(await send(client, organizer, what, **said), *refused)
