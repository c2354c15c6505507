"""The accounts, which the admin keeps."""

import pytest

from server.core.people import Role
from server.web.keys import DATABASE, PASSWORDS
from server.web.passwords import WeakPassword
from server.web.users import NotAPersonsRole, create_user
from tests.web.support import PASSWORD, Client, answer, bearer, signed_in
from tests.web.test_problems import check_problem

LAN = {"name": "Lan", "display_name": "Nguyễn Thị Lan", "role": "organizer", "password": PASSWORD}


@pytest.fixture
def admin(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ADMIN])


@pytest.fixture
async def first_admin(client: Client) -> dict[str, str]:
    """A first admin with an account: one must always remain."""
    return await signed_in(client, Role.ADMIN)


async def test_new_account_can_sign_in(client: Client, admin: dict[str, str]) -> None:
    made = await client.post("/api/v1/users", json=LAN, headers=admin)

    user = await answer(made, 201)
    assert made.headers["Location"] == f"/api/v1/users/{user['id']}"
    assert {**user, "id": ""} == {
        "id": "",
        "name": "lan",
        "display_name": "Nguyễn Thị Lan",
        "role": "organizer",
        "email": "",
        "disabled_at": None,
    }
    assert (await client.post("/api/v1/session", json={"name": "LAN", "password": PASSWORD})).status == 200
    assert await answer(await client.get("/api/v1/users", headers=admin)) == {"users": [user]}


async def test_accounts_that_cannot_be_made(client: Client, admin: dict[str, str]) -> None:
    await answer(await client.post("/api/v1/users", json=LAN, headers=admin), 201)
    for change, status, code in (
        ({}, 409, "name_taken"),
        ({"name": "LAN"}, 409, "name_taken"),
        ({"name": "x", "password": "too short"}, 422, "weak_password"),
        ({"name": "x", "password": "x" * 1001}, 422, "invalid_body"),
        ({"name": "chị lan"}, 422, "invalid_body"),
        ({"name": ""}, 422, "invalid_body"),
        ({"name": "x", "role": "site"}, 422, "invalid_body"),
        ({"name": "x", "role": "hub"}, 422, "invalid_body"),
        ({"name": "x", "display_name": " "}, 422, "invalid_body"),
    ):
        await check_problem(await client.post("/api/v1/users", json={**LAN, **change}, headers=admin), status, code)


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ({"display_name": "Lan"}, True),
        ({"role": "organizer"}, True),
        ({"disabled": False}, True),
        ({"role": "chair"}, False),
        ({"password": "another long password"}, False),
        ({"disabled": True}, False),
    ],
)
@pytest.mark.usefixtures("first_admin")
async def test_change_that_matters_ends_the_sessions(
    client: Client, admin: dict[str, str], change: dict[str, object], stays: bool
) -> None:
    cookie = await signed_in(client, Role.ORGANIZER)
    listed = await answer(await client.get("/api/v1/users", headers=admin))
    user = next(one for one in listed["users"] if one["name"] == "organizer")

    changed = await answer(await client.patch(f"/api/v1/users/{user['id']}", json=change, headers=admin))

    assert {name: changed[name] for name in change if name in changed} == {
        name: value for name, value in change.items() if name in changed
    }
    assert (changed["disabled_at"] is not None) is bool(change.get("disabled"))
    assert (await client.get("/api/v1/me", headers=cookie)).status == (200 if stays else 401)


@pytest.mark.usefixtures("first_admin")
async def test_last_admin_stays(client: Client, admin: dict[str, str]) -> None:
    (user,) = (await answer(await client.get("/api/v1/users", headers=admin)))["users"]

    for change in ({"disabled": True}, {"role": "chair"}):
        refused = await client.patch(f"/api/v1/users/{user['id']}", json=change, headers=admin)
        await check_problem(refused, 409, "last_admin")

    assert (await answer(await client.get("/api/v1/users", headers=admin)))["users"] == [user]


async def test_without_any_admin_account_others_can_still_be_changed(client: Client, admin: dict[str, str]) -> None:
    made = await answer(await client.post("/api/v1/users", json=LAN, headers=admin), 201)

    changed = await client.patch(f"/api/v1/users/{made['id']}", json={"disabled": True}, headers=admin)

    assert (await answer(changed))["disabled_at"] is not None


async def test_account_that_does_not_exist(client: Client, admin: dict[str, str]) -> None:
    await check_problem(await client.patch("/api/v1/users/nobody", json={}, headers=admin), 404, "not_found")


async def test_command_line_makes_accounts_by_the_same_rules(client: Client) -> None:
    database, passwords = client.app[DATABASE], client.app[PASSWORDS]
    with pytest.raises(WeakPassword):
        await create_user(database, name="a", display_name="A", role=Role.ADMIN, password="short", passwords=passwords)
    with pytest.raises(NotAPersonsRole):
        await create_user(database, name="a", display_name="A", role=Role.SITE, password=PASSWORD, passwords=passwords)
