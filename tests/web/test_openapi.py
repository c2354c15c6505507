"""The contract that programs read is the one that is served."""

import asyncio
import re
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from server.core.people import Role
from server.web.openapi import is_contract
from server.web.routing import DECLARED
from tests.web.support import Client, Planned, answer, bearer

CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ENDLESS = re.compile(r"/events$")

OF_EACH = settings(
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@schemathesis.serializer("application/sdp", "application/trickle-ice-sdpfrag")
def write_text(_context: Any, value: Any) -> bytes:
    """Send text as it is."""
    return str(value).encode(errors="replace")


async def test_contract_describes_every_route_of_the_interface(client: Client) -> None:
    contract = await answer(await client.get("/api/v1/openapi.json"))

    described = {(method.upper(), path) for path, methods in contract["paths"].items() for method in methods}
    declared = {(one.method, one.path) for one in client.app[DECLARED].values() if is_contract(one)}
    assert described == declared
    assert contract["openapi"] == "3.1.0"


async def test_contract_says_who_may_call_and_how_refusals_look(client: Client) -> None:
    contract = await answer(await client.get("/api/v1/openapi.json"))

    grant = contract["paths"]["/api/v1/briefings/{briefing_id}/floor/grant"]["post"]
    assert grant["x-roles"] == ["admin", "chair"]
    assert set(grant["responses"]) == {"204", "default"}
    assert grant["responses"]["default"]["content"] == {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}
    }
    assert contract["paths"]["/healthz"]["get"]["security"] == []


@pytest.mark.slow
@pytest.mark.parametrize("calls", [5, pytest.param(50, marks=[pytest.mark.soak, pytest.mark.timeout(600)])])
async def test_whatever_the_contract_allows_is_answered_as_it_says(
    client: Client, tokens: dict[Role, str], planned: Planned, calls: int
) -> None:
    contract = await answer(await client.get("/api/v1/openapi.json"))
    url = str(client.make_url("")).rstrip("/")

    await asyncio.to_thread(fuzz, contract, url, bearer(tokens[Role.ADMIN]), planned, calls)


def fuzz(contract: dict[str, Any], url: str, headers: dict[str, str], planned: Planned, calls: int) -> None:
    """Call every operation so often with made-up values, as an admin, and check the answers against the contract."""
    schema = schemathesis.openapi.from_dict(contract)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if ENDLESS.search(operation.path):
            continue

        @settings(OF_EACH, max_examples=calls)
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            if "briefing_id" in case.path_parameters:
                case.path_parameters["briefing_id"] = planned.id
            response = case.call(base_url=url, headers=headers, timeout=10)
            case.validate_response(response, checks=CHECKS)

        check()
