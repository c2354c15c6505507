"""A stream ends when what let its caller in no longer works."""

import asyncio

from aiohttp import ClientResponse

from server.core.people import Role
from server.web.callers import LOOK_AGAIN
from tests.web.support import Client, Clock, Planned, bearer


async def test_revoked_site_is_shown_out_of_its_stream(
    client: Client, tokens: dict[Role, str], planned: Planned, clock: Clock
) -> None:
    revoked = await client.get(f"{planned.path}/events", headers=bearer(planned.links["38"]))
    other = await client.get(f"{planned.path}/events", headers=bearer(planned.links["01"]))
    await client.delete(f"{planned.path}/join-links/38", headers=bearer(tokens[Role.ORGANIZER]))

    clock.now += LOOK_AGAIN

    async with asyncio.timeout(10):
        await end_of(revoked)
        heartbeat = await other.content.readuntil(b"\n:\n\n")  # the other stream goes on
    assert heartbeat.endswith(b"\n:\n\n")
    other.close()


async def end_of(response: ClientResponse) -> None:
    """Read a stream until the server ends it."""
    async for _ in response.content:
        pass
