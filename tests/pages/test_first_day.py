"""What a service shows before anything was planned."""

from server.core.people import Role
from server.web.keys import DATABASE
from server.web.tokens import create_token
from tests.web.support import Client


async def listed(empty: Client, role: Role) -> str:
    token = await create_token(empty.app[DATABASE], role=role, label="test")
    answer = await empty.get("/", headers={"Authorization": f"Bearer {token}", "Accept": "text/html"})
    assert answer.status == 200
    return await answer.text()


async def test_an_organizer_is_shown_the_first_step(empty: Client) -> None:
    text = await listed(empty, Role.ORGANIZER)
    assert ("Chưa có hội nghị nào" in text, 'href="/briefings/new"' in text) == (True, True)


async def test_an_operator_is_not_offered_what_is_not_theirs(empty: Client) -> None:
    text = await listed(empty, Role.OPERATOR)
    assert ("Chưa có hội nghị nào" in text, 'href="/briefings/new"' in text) == (True, False)
