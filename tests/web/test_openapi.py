"""The contract that programs read is the one that is served."""

from server.web.openapi import is_contract
from server.web.routing import DECLARED
from tests.web.support import Client, answer


async def test_contract_describes_every_route_of_the_interface(client: Client) -> None:
    contract = await answer(await client.get("/api/v1/openapi.json"))

    described = {(method.upper(), path) for path, methods in contract["paths"].items() for method in methods}
    declared = {(one.method, one.path) for one in client.app[DECLARED].values() if is_contract(one)}
    assert described == declared
    assert contract["openapi"] == "3.1.0"
