"""Signing in and out: what counts, what is kept, and how long."""

import pytest

from server.core.people import Role
from server.store import people
from server.web.callers import hashed
from server.web.keys import DATABASE
from tests.web.support import PASSWORD, Client, Clock, Planned, answer, bearer, make_account, signed_in
from tests.web.test_problems import check_problem


async def test_sign_in_gives_a_cookie_that_scripts_cannot_read(client: Client) -> None:
    await signed_in(client, Role.CHAIR)

    response = await client.post("/api/v1/session", json={"name": "  Chair ", "password": PASSWORD})

    cookie = response.cookies["giaoban"]
    assert await answer(response) == {
        "role": "chair",
        "name": "Chair",
        "briefing": None,
        "endpoint": None,
        "endpoint_name": None,
    }
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", "43200")
    assert not cookie["secure"]  # this test speaks plain HTTP
    assert len(cookie.value) == 43


@pytest.mark.parametrize("base_url", ["https://giaoban.example"])
async def test_cookie_is_bound_to_the_host_over_https(client: Client) -> None:
    await make_account(client, Role.CHAIR)

    response = await client.post("/api/v1/session", json={"name": "chair", "password": PASSWORD})

    cookie = response.cookies["__Host-giaoban"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert response.headers["Strict-Transport-Security"] == "max-age=31536000"
    me = await client.get("/api/v1/me", headers={"Cookie": f"__Host-giaoban={cookie.value}"})
    assert me.status == 200
    assert (await client.get("/api/v1/me", headers={"Cookie": f"giaoban={cookie.value}"})).status == 401


async def test_strangers_word_about_https_is_not_believed(client: Client) -> None:
    await make_account(client, Role.CHAIR)

    response = await client.post(
        "/api/v1/session", json={"name": "chair", "password": PASSWORD}, headers={"X-Forwarded-Proto": "https"}
    )

    assert list(response.cookies) == ["giaoban"]


async def test_database_keeps_only_the_hash_of_a_session(client: Client, clock: Clock) -> None:
    secret = (await signed_in(client, Role.CHAIR))["Cookie"].partition("=")[2]

    async with client.app[DATABASE].read() as session:
        user = await people.signed_in(session, hashed(secret), clock())
        stranger = await people.signed_in(session, secret, clock())

    assert user is not None
    assert (user.name, stranger) == ("chair", None)


async def test_sign_out_ends_the_session(client: Client) -> None:
    cookie = {**await signed_in(client, Role.CHAIR), "Sec-Fetch-Site": "same-origin"}

    out = await client.delete("/api/v1/session", headers=cookie)

    assert out.status == 204
    assert out.cookies["giaoban"]["max-age"] == "0"
    await check_problem(await client.get("/api/v1/me", headers=cookie), 401, "unauthenticated")
    assert (await client.delete("/api/v1/session", headers=cookie)).status == 204


async def test_wrong_name_and_wrong_password_look_the_same(client: Client) -> None:
    await signed_in(client, Role.CHAIR)

    known = await client.post("/api/v1/session", json={"name": "chair", "password": "not the password"})
    unknown = await client.post("/api/v1/session", json={"name": "nobody", "password": "not the password"})

    assert await known.json() == await unknown.json()
    await check_problem(unknown, 401, "wrong_password")


async def test_disabled_person_cannot_sign_in(client: Client, clock: Clock) -> None:
    await signed_in(client, Role.CHAIR)
    async with client.app[DATABASE].begin() as session:
        for user in await people.users(session):
            await people.update_user(session, user.id, disabled_at=clock())

    response = await client.post("/api/v1/session", json={"name": "chair", "password": PASSWORD})

    await check_problem(response, 401, "wrong_password")


async def test_guessing_one_name_is_slowed_down_for_that_name_only(client: Client) -> None:
    await signed_in(client, Role.CHAIR)
    await signed_in(client, Role.OPERATOR)

    answers = [
        await client.post("/api/v1/session", json={"name": "chair", "password": f"guess number {n}"}) for n in range(11)
    ]

    assert [response.status for response in answers] == [401] * 10 + [429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 30
    other = await client.post("/api/v1/session", json={"name": "operator", "password": PASSWORD})
    assert other.status == 200


async def test_guessing_many_names_from_one_address_is_slowed_down(client: Client) -> None:
    statuses = [
        (await client.post("/api/v1/session", json={"name": f"name{n}", "password": "the same guess"})).status
        for n in range(32)
    ]

    assert statuses[:30] == [401] * 30
    assert 429 in statuses[30:]


async def test_signing_in_rightly_never_slows_anybody_down(client: Client) -> None:
    await signed_in(client, Role.CHAIR)

    statuses = {
        (
            await client.post(
                "/api/v1/session",
                json={"name": "chair", "password": PASSWORD},
                headers={"Sec-Fetch-Site": "same-origin"},
            )
        ).status
        for _ in range(40)
    }

    assert statuses == {200}


async def test_guessing_tokens_is_slowed_down_but_not_for_those_who_know_one(
    client: Client, tokens: dict[Role, str]
) -> None:
    statuses = [(await client.get("/api/v1/me", headers=bearer(f"{n:043}"))).status for n in range(70)]

    assert statuses[:60] == [401] * 60
    assert 429 in statuses[60:]
    assert (await client.get("/api/v1/me", headers=bearer(tokens[Role.OPERATOR]))).status == 200


async def test_me_of_a_site_names_its_endpoint(client: Client, planned: Planned) -> None:
    me = await answer(await client.get("/api/v1/me", headers=bearer(planned.links["38"])))

    assert me == {
        "role": "site",
        "name": "join 38",
        "briefing": planned.id,
        "endpoint": "38",
        "endpoint_name": "Thanh Hóa",
    }
