"""Streams and media end when what let their caller in no longer works."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import ClientResponse
from aiortc import RTCPeerConnection, RTCSessionDescription

from server.core.ids import MediaId
from server.core.people import Role
from server.live.warming import LASTS
from server.web.admissions import ADMISSIONS, Admissions
from server.web.callers import LOOK_AGAIN
from server.web.keys import PLANE
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


@pytest.mark.parametrize("restarted", [False, True])
async def test_media_of_a_revoked_token_ends(
    client: Client, tokens: dict[Role, str], planned: Planned, clock: Clock, *, restarted: bool
) -> None:
    admin = bearer(tokens[Role.ADMIN])
    await open_(client, planned, tokens)
    made = await (await client.post("/api/v1/tokens", json={"role": "hub", "label": "camera"}, headers=admin)).json()
    peer = RTCPeerConnection()
    peer.addTrack(Sound())
    try:
        answered = await offer(client, f"/whip/{planned.id}", made["token"], peer)
        media = media_in(answered)
        admissions = Admissions(client.app, client.app[PLANE]) if restarted else client.app[ADMISSIONS]
        await admissions.look_again()
        await client.delete(f"/api/v1/tokens/{made['id']}", headers=admin)
        before = client.app[PLANE].lasts(media)

        clock.now += LOOK_AGAIN
        await admissions.look_again()
        await admissions.look_again()
    finally:
        await peer.close()

    assert before
    assert not client.app[PLANE].lasts(media)
    assert len(admissions) == 0


async def test_media_of_a_line_check_before_the_lobby_ends_with_its_time(
    client: Client, tokens: dict[Role, str], planned: Planned, clock: Clock
) -> None:
    organizer, start = bearer(tokens[Role.ORGANIZER]), clock() + timedelta(days=1)
    times = {"starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=2)).isoformat()}
    await answer(await client.patch(planned.path, json=times, headers=organizer))
    await answer(await client.post(f"{planned.path}/schedule", headers=organizer))
    site, admissions = bearer(planned.links["38"]), client.app[ADMISSIONS]
    await answer(await client.post(f"{planned.path}/line-checks/begin", headers=site))
    peer = RTCPeerConnection()
    peer.addTrack(Sound())
    try:
        media = media_in(await offer(client, f"/whip/{planned.id}", planned.links["38"], peer))
        clock.now += LASTS - timedelta(seconds=1)
        await admissions.look_again()
        before = client.app[PLANE].lasts(media)

        clock.now += timedelta(seconds=1)
        await admissions.look_again()
    finally:
        await peer.close()

    assert before
    assert not client.app[PLANE].lasts(media)


async def test_offer_that_comes_in_slowly_is_judged_when_it_is_there(
    client: Client, tokens: dict[Role, str], planned: Planned
) -> None:
    await open_(client, planned, tokens)
    organizer = bearer(tokens[Role.ORGANIZER])
    peer = RTCPeerConnection()
    peer.addTransceiver("audio", direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    sdp = peer.localDescription.sdp.encode()
    await peer.close()

    async def slowly() -> AsyncIterator[bytes]:
        yield sdp[:100]
        await answer(await client.delete(f"{planned.path}/join-links/38", headers=organizer), 204)
        yield sdp[100:]

    headers = {**bearer(planned.links["38"]), "Content-Type": "application/sdp"}
    refused = await client.post(f"/whep/{planned.id}", data=slowly(), headers=headers)

    assert refused.status == 401
    assert client.app[PLANE].counters.peers == 0


async def test_site_that_is_taken_off_the_list_sees_nothing_more(
    client: Client, tokens: dict[Role, str], planned: Planned
) -> None:
    await open_(client, planned, tokens)
    organizer = bearer(tokens[Role.ORGANIZER])
    peer, again = RTCPeerConnection(), RTCPeerConnection()
    for one in (peer, again):
        one.addTransceiver("audio", direction="recvonly")
    try:
        answered = await offer(client, f"/whep/{planned.id}", planned.links["38"], peer)
        await answer(await client.patch(planned.path, json={"endpoints": ["01"]}, headers=organizer))
        refused = await offer(client, f"/whep/{planned.id}", planned.links["38"], again)
    finally:
        await peer.close()
        await again.close()

    assert not client.app[PLANE].lasts(media_in(answered))
    assert (refused.status, (await refused.json(content_type=None))["code"]) == (404, "not_invited")


async def test_stream_of_a_site_that_is_taken_off_the_list_ends(
    client: Client, tokens: dict[Role, str], planned: Planned
) -> None:
    organizer = bearer(tokens[Role.ORGANIZER])
    stream = await client.get(f"{planned.path}/events", headers=bearer(planned.links["38"]))

    await answer(await client.patch(planned.path, json={"endpoints": ["01"]}, headers=organizer))

    async with asyncio.timeout(10):
        await end_of(stream)


async def open_(client: Client, planned: Planned, tokens: dict[Role, str]) -> None:
    """Open the lobby; the clock may be first."""
    for move in ("schedule", "open"):
        await client.post(f"{planned.path}/{move}", headers=bearer(tokens[Role.ORGANIZER]))


async def offer(client: Client, path: str, secret: str, peer: RTCPeerConnection) -> ClientResponse:
    """Make a peer's offer."""
    await peer.setLocalDescription(await peer.createOffer())
    headers = {**bearer(secret), "Content-Type": "application/sdp"}
    return await client.post(path, data=peer.localDescription.sdp, headers=headers)


def media_in(created: ClientResponse) -> MediaId:
    """Return the media session an answer is about."""
    return MediaId(created.headers["Location"].rsplit("/", 1)[1].rpartition(".")[0])


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
