"""Contacts over HTTP: kept by organizers, and taken over from a file, whole or not at all."""

from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from aiohttp import ClientResponse

from server.core.people import Role
from tests.web.support import Client, answer, bearer
from tests.web.test_problems import check_problem

PATH = "/api/v1/rosters/63/contacts"
LIEN = {"endpoint": "38", "name": "Lê Thị Liên", "email": "lien@thanhhoa.gov.vn"}
WHOLE = {
    **LIEN,
    "position": "Chánh Văn phòng",
    "phone": "0912 345 678",
    "roles": ["liaison", "clerk"],
    "language": "en",
}


@pytest.fixture
def organizer(tokens: dict[Role, str]) -> dict[str, str]:
    return bearer(tokens[Role.ORGANIZER])


async def add(client: Client, organizer: dict[str, str], **said: Any) -> Any:
    return await answer(await client.post(PATH, json={**LIEN, **said}, headers=organizer), 201)


async def listed(client: Client, organizer: dict[str, str], path: str = PATH) -> list[dict[str, Any]]:
    found = await answer(await client.get(path, headers=organizer))
    contacts: list[dict[str, Any]] = found["contacts"]
    return contacts


async def send(client: Client, organizer: dict[str, str], what: str, content: bytes) -> ClientResponse:
    headers = {**organizer, "Content-Type": "text/csv", "Accept-Language": "vi"}
    return await client.post(f"{PATH}/{what}", data=BytesIO(content), headers=headers)


async def test_contact_is_added_changed_and_removed(client: Client, organizer: dict[str, str]) -> None:
    made = await client.post(PATH, json=LIEN, headers=organizer)

    contact = await answer(made, 201)
    assert contact == {**LIEN, "id": contact["id"], "position": "", "phone": "", "roles": ["liaison"], "language": "vi"}
    own = made.headers["Location"]
    assert own == f"{PATH}/{contact['id']}"
    change = {"roles": ["clerk", "liaison"], "phone": "0912 345 678", "position": "Chánh Văn phòng", "language": "en"}
    assert await answer(await client.patch(own, json=change, headers=organizer)) == {"id": contact["id"], **WHOLE}
    assert await listed(client, organizer) == [{"id": contact["id"], **WHOLE}]
    for _ in range(2):
        assert (await client.delete(own, headers=organizer)).status == HTTPStatus.NO_CONTENT
    assert await listed(client, organizer) == []
    await check_problem(await client.patch(own, json=change, headers=organizer), 404, "no_contact")


async def test_contacts_are_listed_with_the_hub_first_and_then_in_roster_order(
    client: Client, organizer: dict[str, str]
) -> None:
    for endpoint in ("96", "01", "hub", "38"):
        await add(client, organizer, endpoint=endpoint)

    assert [one["endpoint"] for one in await listed(client, organizer)] == ["hub", "01", "38", "96"]
    assert await listed(client, organizer, "/api/v1/rosters/34/contacts") == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"email": "liên@thanhhoa.gov.vn"}, 422, "bad_contact_address"),
        ({"name": " "}, 422, "bad_contact_name"),
        ({"roles": []}, 422, "no_contact_role"),
        ({"roles": ["boss"]}, 422, "invalid_body"),
        ({"endpoint": "03"}, 422, "unknown_endpoint"),
        ({"email": "LIEN@thanhhoa.gov.vn"}, 409, "contact_known"),
        ({"name": "Liên\nBcc: all@example.vn", "email": "other@example.vn"}, 422, "invalid_body"),
    ],
)
async def test_contact_that_cannot_be_kept_is_refused(
    client: Client, organizer: dict[str, str], change: dict[str, Any], status: int, code: str
) -> None:
    await add(client, organizer)

    await check_problem(await client.post(PATH, json={**LIEN, **change}, headers=organizer), status, code)

    assert len(await listed(client, organizer)) == 1


async def test_endpoint_has_no_room_for_a_twenty_first_contact(client: Client, organizer: dict[str, str]) -> None:
    for number in range(20):
        await add(client, organizer, email=f"n{number}@thanhhoa.gov.vn")
    other = await add(client, organizer, endpoint="01")

    full = {**LIEN, "email": "one.more@thanhhoa.gov.vn"}
    await check_problem(await client.post(PATH, json=full, headers=organizer), 409, "too_many_contacts")
    moved = await client.patch(f"{PATH}/{other['id']}", json={"endpoint": "38"}, headers=organizer)
    await check_problem(moved, 409, "too_many_contacts")
    again = await client.patch(f"{PATH}/{other['id']}", json={"endpoint": "01", "name": "An"}, headers=organizer)
    assert (await answer(again))["name"] == "An"


async def test_unknown_roster_has_no_contacts(client: Client, organizer: dict[str, str]) -> None:
    await check_problem(await client.get("/api/v1/rosters/99/contacts", headers=organizer), 422, "unknown_roster")


async def test_export_comes_back_as_a_file_that_changes_nothing(client: Client, organizer: dict[str, str]) -> None:
    await add(client, organizer, **WHOLE)
    await add(client, organizer, endpoint="hub", phone="+84 24 1234 5678")

    exported = await client.get(f"{PATH}.csv", headers={**organizer, "Accept-Language": "vi"})

    content = await exported.read()
    lines = content.decode("utf-8-sig").splitlines()
    assert exported.headers["Content-Disposition"] == 'attachment; filename="contacts-63.csv"'
    assert lines[:3] == [
        "Mã điểm cầu,Điểm cầu,Họ và tên,Chức vụ,Thư điện tử,Điện thoại,Vai trò,Ngôn ngữ",
        "hub,Điểm cầu trung tâm,Lê Thị Liên,,lien@thanhhoa.gov.vn,'+84 24 1234 5678,đầu mối,vi",
        "01,Hà Nội,,,,,,",
    ]
    assert len(lines) == 1 + 1 + 63
    previewed = await answer(await send(client, organizer, "preview", content))
    assert (previewed["added"], previewed["changed"], previewed["unchanged"]) == (0, 0, 2)
    assert previewed["faults"] == []


FILE = """\ufeffMã điểm cầu;Điểm cầu;Họ và tên;Chức vụ;Thư điện tử;Vai trò\r
38;Thanh Hóa;Lê Thị Liên;"Chánh Văn phòng; người phát ngôn";lien@thanhhoa.gov.vn;Đầu mối, văn thư\r
1;;Nguyễn Văn An;;an@hanoi.gov.vn;\r
""".encode()


async def test_file_is_previewed_without_writing_and_taken_over_at_once(
    client: Client, organizer: dict[str, str]
) -> None:
    kept = await add(client, organizer, phone="0912 345 678", language="en")

    previewed = await answer(await send(client, organizer, "preview", FILE))

    assert [(one["line"], one["what"]) for one in previewed["steps"]] == [(2, "changed"), (3, "added")]
    assert await listed(client, organizer) == [kept]
    done = await answer(await send(client, organizer, "import", FILE))
    assert done == {"added": 1, "changed": 1, "unchanged": 0}
    changed = {
        **kept,
        "position": "Chánh Văn phòng; người phát ngôn",
        "roles": ["liaison", "clerk"],
    }
    new, old = await listed(client, organizer)
    assert (new["endpoint"], new["email"], old) == ("01", "an@hanoi.gov.vn", changed)
    assert await answer(await send(client, organizer, "import", FILE)) == {"added": 0, "changed": 0, "unchanged": 2}


async def test_file_with_a_bad_line_is_not_taken_over_at_all(client: Client, organizer: dict[str, str]) -> None:
    bad = FILE + "03;;Trần Bình;;bình@example.vn;trưởng phòng\r\n".encode()

    previewed = await answer(await send(client, organizer, "preview", bad))

    assert [(one["line"], one["column"], one["cell"]) for one in previewed["faults"]] == [
        (4, "Mã điểm cầu", "03"),
        (4, "Thư điện tử", "bình@example.vn"),
        (4, "Vai trò", "trưởng phòng"),
    ]
    assert previewed["faults"][0]["message"].startswith("Danh sách không có điểm cầu")
    refused = await send(client, organizer, "import", bad)
    errors = (await refused.json())["errors"]
    await check_problem(refused, 422, "bad_lines")
    assert [error["field"] for error in errors] == ["4.endpoint", "4.email", "4.roles"]
    assert await listed(client, organizer) == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (FILE.decode("utf-8-sig").encode("utf-16"), 422, "not_unicode"),
        (b"x" * (1024 * 1024 + 1), 413, "too_large"),
    ],
)
async def test_file_that_is_no_table_is_refused(
    client: Client, organizer: dict[str, str], content: bytes, status: int, code: str
) -> None:
    await check_problem(await send(client, organizer, "preview", content), status, code)
