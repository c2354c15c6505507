from server.core.people import Role
from tests.web.support import Client, Planned, answer, bearer


async def test_a_link_can_be_shown_again_unchanged(client: Client, tokens: dict[Role, str], planned: Planned) -> None:
    links = await answer(await client.get(f"{planned.path}/join-links", headers=bearer(tokens[Role.ORGANIZER])))

    assert {one["endpoint"]: one["url"].rsplit("/", 1)[1] for one in links["links"]} == planned.links
    assert [one["name"] for one in links["links"]] == ["Hà Nội", "Thanh Hóa"]
