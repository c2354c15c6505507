"""Join links: unguessable, printed again without changing, renewed and revoked one by one."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.people import Role, TokenId
from server.store import people
from server.web.join_links import drawn, secret_of
from server.web.keys import DATABASE
from tests.web.support import Client, Clock, Planned, answer, bearer, links_in
from tests.web.test_problems import check_problem


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def links(client: Client, planned: Planned, organizer: dict[str, str]) -> dict[str, str]:
    return links_in(await answer(await client.get(f"{planned.path}/join-links", headers=organizer)))


async def renew(client: Client, planned: Planned, organizer: dict[str, str], endpoints: object) -> dict[str, str]:
    body = {"endpoints": endpoints}
    return links_in(await answer(await client.post(f"{planned.path}/join-links", json=body, headers=organizer), 201))


async def is_let_in(client: Client, secret: str) -> bool:
    return (await client.get("/api/v1/me", headers=bearer(secret))).status == 200


async def test_links_can_be_shown_again_unchanged(client: Client, planned: Planned, organizer: dict[str, str]) -> None:
    shown = await answer(await client.get(f"{planned.path}/join-links", headers=organizer))

    assert links_in(shown) == planned.links
    assert [one["name"] for one in shown["links"]] == ["Hà Nội", "Thanh Hóa"]
    assert all(one["url"].startswith(str(client.make_url("/join/"))) for one in shown["links"])


@pytest.mark.parametrize("base_url", ["https://giaoban.example"])
async def test_link_begins_with_the_configured_address(
    client: Client, planned: Planned, organizer: dict[str, str]
) -> None:
    shown = await answer(await client.get(f"{planned.path}/join-links", headers=organizer))

    assert all(one["url"].startswith("https://giaoban.example/join/") for one in shown["links"])


async def test_new_link_replaces_the_old_one_of_its_endpoint_alone(
    client: Client, planned: Planned, organizer: dict[str, str]
) -> None:
    made = await renew(client, planned, organizer, ["38"])

    assert list(made) == ["38"]
    assert await links(client, planned, organizer) == {**planned.links, **made}
    assert [await is_let_in(client, secret) for secret in (planned.links["38"], planned.links["01"], made["38"])] == [
        False,
        True,
        True,
    ]


async def test_revoked_link_is_missing_and_only_missing_ones_are_made(
    client: Client, planned: Planned, organizer: dict[str, str]
) -> None:
    assert (await client.delete(f"{planned.path}/join-links/01", headers=organizer)).status == 204
    assert not await is_let_in(client, planned.links["01"])
    assert list(await links(client, planned, organizer)) == ["38"]

    made = await renew(client, planned, organizer, "missing")

    assert list(made) == ["01"]
    assert await renew(client, planned, organizer, "missing") == {}
    assert await links(client, planned, organizer) == {"38": planned.links["38"], **made}


async def test_strangers_get_no_link(client: Client, planned: Planned, organizer: dict[str, str]) -> None:
    for endpoints, status, code in (
        (["96"], 404, "not_invited"),
        (["01", "none"], 404, "not_invited"),
        ("some", 422, "invalid_body"),
        (None, 422, "invalid_body"),
    ):
        refused = await client.post(f"{planned.path}/join-links", json={"endpoints": endpoints}, headers=organizer)
        await check_problem(refused, status, code)
    assert await links(client, planned, organizer) == planned.links


async def test_link_lasts_as_long_as_its_briefing_and_half_a_day(
    client: Client, planned: Planned, organizer: dict[str, str], clock: Clock
) -> None:
    clock.pass_(days=1)
    assert await is_let_in(client, planned.links["38"])  # it may have been put off

    await answer(await client.post(f"{planned.path}/cancel", json={}, headers=organizer))
    clock.pass_(hours=11, minutes=59)
    assert await is_let_in(client, planned.links["38"])
    clock.pass_(minutes=1)

    refused = await client.get("/api/v1/me", headers=bearer(planned.links["38"]))
    await check_problem(refused, 401, "link_expired")


async def test_database_keeps_nothing_a_link_could_be_made_from_alone(client: Client, planned: Planned) -> None:
    async with client.app[DATABASE].read() as session:
        kept = repr([replace(token) for token in await people.join_tokens(session, planned.id)])  # type: ignore[arg-type]

    assert not any(secret in kept for secret in planned.links.values())


async def test_qr_code_is_a_picture_of_the_link(client: Client, planned: Planned, organizer: dict[str, str]) -> None:
    response = await client.get(f"{planned.path}/join-links/38/qr", headers=organizer)

    assert (response.status, response.content_type) == (200, "image/svg+xml")
    assert await response.read() == drawn(str(client.make_url(f"/join/{planned.links['38']}")))
    await client.delete(f"{planned.path}/join-links/38", headers=organizer)
    await check_problem(await client.get(f"{planned.path}/join-links/38/qr", headers=organizer), 404, "no_link")


@given(st.binary(min_size=32), st.text("abcXYZ019-_", min_size=16, max_size=16))
def test_secret_depends_on_key_and_token_and_is_safe_in_an_address(key: bytes, token: str) -> None:
    secret = secret_of(key, TokenId(token))

    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", secret)
    assert secret == secret_of(key, TokenId(token))
    assert secret != secret_of(key + b"x", TokenId(token))
    assert secret != secret_of(key, TokenId(token + "x"))
