"""Tokens of programs: shown once, good for their time and their briefing, revoked at once."""

from datetime import timedelta

import pytest

from server.core.ids import BriefingId
from server.core.people import Role
from server.live.rooms import NoSuchBriefing
from server.web.keys import DATABASE
from server.web.tokens import SiteNeedsLink, create_token
from tests.web.support import Client, Clock, Planned, answer, bearer
from tests.web.test_problems import check_problem


async def test_token_works_until_its_end(client: Client, tokens: dict[Role, str], clock: Clock) -> None:
    wanted = {"role": "operator", "label": "Màn hình tường", "expires_at": (clock() + timedelta(hours=1)).isoformat()}
    made = await answer(await client.post("/api/v1/tokens", json=wanted, headers=bearer(tokens[Role.ADMIN])), 201)
    headers = bearer(made["token"])

    assert (await answer(await client.get("/api/v1/me", headers=headers)))["name"] == "Màn hình tường"
    clock.pass_(minutes=59, seconds=59)
    assert (await client.get("/api/v1/me", headers=headers)).status == 200
    clock.pass_(seconds=1)
    await check_problem(await client.get("/api/v1/me", headers=headers), 401, "unauthenticated")


async def test_list_shows_every_token_and_no_secret(client: Client, tokens: dict[Role, str], planned: Planned) -> None:
    response = await client.get("/api/v1/tokens", headers=bearer(tokens[Role.ADMIN]))

    text = await response.text()
    listed = (await answer(response))["tokens"]
    assert {token["role"] for token in listed} == {"admin", "organizer", "chair", "secretary", "operator", "hub"}
    assert not any(secret in text for secret in (*tokens.values(), *planned.links.values()))


async def test_revoked_token_stops_working_and_stays_listed(client: Client, tokens: dict[Role, str]) -> None:
    admin = bearer(tokens[Role.ADMIN])
    made = await answer(
        await client.post("/api/v1/tokens", json={"role": "hub", "label": "Camera"}, headers=admin), 201
    )

    for _ in range(2):  # again is no error
        assert (await client.delete(f"/api/v1/tokens/{made['id']}", headers=admin)).status == 204

    await check_problem(await client.get("/api/v1/me", headers=bearer(made["token"])), 401, "unauthenticated")
    listed = (await answer(await client.get("/api/v1/tokens", headers=admin)))["tokens"]
    assert [token["id"] for token in listed if token["revoked_at"]] == [made["id"]]


async def test_tokens_that_cannot_be_made(client: Client, tokens: dict[Role, str]) -> None:
    for wanted, status, code in (
        ({"role": "site", "label": "x"}, 422, "invalid_body"),
        ({"role": "hub", "label": ""}, 422, "invalid_body"),
        ({"role": "hub", "label": "x", "expires_at": "soon"}, 422, "invalid_body"),
        ({"role": "hub", "label": "x", "briefing": "none"}, 404, "no_such_briefing"),
    ):
        refused = await client.post("/api/v1/tokens", json=wanted, headers=bearer(tokens[Role.ADMIN]))
        await check_problem(refused, status, code)


async def test_command_line_makes_tokens_by_the_same_rules(client: Client) -> None:
    database = client.app[DATABASE]
    with pytest.raises(SiteNeedsLink):
        await create_token(database, role=Role.SITE, label="x")
    with pytest.raises(NoSuchBriefing):
        await create_token(database, role=Role.HUB, label="x", briefing=BriefingId("none"))
