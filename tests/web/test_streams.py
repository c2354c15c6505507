"""Streams and media end when what let their caller in no longer works."""

import asyncio

from aiohttp import ClientResponse
from aiortc import RTCPeerConnection, RTCSessionDescription

from server.core.people import Role
from server.web.callers import LOOK_AGAIN
from tests.media.peers import Picture, Sound
from tests.web.support import Client, Clock, Planned, answer, bearer


async def test_revoked_site_is_shown_out_of_its_stream(
    client: Client, tokens: dict[Role, str], planned: Planned
) -> None:
    revoked = await client.get(f"{planned.path}/events", headers=bearer(planned.links["38"]))
    other = await client.get(f"{planned.path}/events", headers=bearer(planned.links["01"]))

    await client.delete(f"{planned.path}/join-links/38", headers=bearer(tokens[Role.ORGANIZER]))

    async with asyncio.timeout(10):
        await end_of(revoked)
        heartbeat = await other.content.readuntil(b"\n:\n\n")  # the other stream goes on
    assert heartbeat.endswith(b"\n:\n\n")
    other.close()


async def test_person_who_is_signed_out_is_shown_out_of_their_stream(
    client: Client, tokens: dict[Role, str], planned: Planned, clock: Clock
) -> None:
    admin = bearer(tokens[Role.ADMIN])
    made = await client.post("/api/v1/tokens", json={"role": "operator", "label": "wall"}, headers=admin)
    token = await made.json()
    watching = await client.get(f"{planned.path}/events", headers=bearer(token["token"]))
    await client.delete(f"/api/v1/tokens/{token['id']}", headers=admin)

    clock.now += LOOK_AGAIN

    async with asyncio.timeout(10):
        await end_of(watching)


async def end_of(response: ClientResponse) -> None:
    """Read a stream until the server ends it."""
    async for _ in response.content:
        pass


async def test_revoked_site_is_taken_off_the_air(client: Client, tokens: dict[Role, str], planned: Planned) -> None:
    organizer = bearer(tokens[Role.ORGANIZER])
    for move in ("schedule", "open"):
        await client.post(f"{planned.path}/{move}", headers=organizer)  # the clock may be first: both are fine
    stream = await client.get(f"{planned.path}/events", headers=organizer)
    peer = RTCPeerConnection()
    peer.addTrack(Sound())
    peer.addTrack(Picture(128))
    try:
        await publish(client, planned, peer)
        async with asyncio.timeout(20):
            await told(stream, b"PublishingStarted")
            await answer(await client.delete(f"{planned.path}/join-links/38", headers=organizer), 204)
            await told(stream, b"PublishingStopped")
    finally:
        await peer.close()
        stream.close()


async def told(stream: ClientResponse, kind: bytes) -> None:
    """Read a stream until it tells of an event of this kind."""
    assert (await stream.content.readuntil(kind)).endswith(kind)


async def publish(client: Client, planned: Planned, peer: RTCPeerConnection) -> None:
    """Publish a peer's tracks as site 38, by WHIP (RFC 9725)."""
    await peer.setLocalDescription(await peer.createOffer())
    headers = {**bearer(planned.links["38"]), "Content-Type": "application/sdp"}
    response = await client.post(f"/whip/{planned.id}", data=peer.localDescription.sdp, headers=headers)
    assert response.status == 201, await response.text()
    await peer.setRemoteDescription(RTCSessionDescription(await response.text(), "answer"))
