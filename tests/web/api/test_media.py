"""WHIP and WHEP over HTTP: what is refused, and who may touch what."""

from typing import Any

import pytest
from aiortc import RTCPeerConnection
from aiortc.mediastreams import AudioStreamTrack, MediaStreamTrack

from tests.service import Answer, Service, read, site

SDP = "application/sdp"


async def offer_sdp(*, send: bool, track: type[MediaStreamTrack] = AudioStreamTrack) -> str:
    """Make a real offer of one line, which receives audio if it does not send this track."""
    pc = RTCPeerConnection()
    if send:
        pc.addTrack(track())
    else:
        pc.addTransceiver("audio", direction="recvonly")
    await pc.setLocalDescription(await pc.createOffer())
    sdp = str(pc.localDescription.sdp)
    await pc.close()
    return sdp


async def post(served: Service, path: str, who: str, body: str | bytes, media_type: str = SDP) -> Answer:
    headers = {**served.bearer(who), "Content-Type": media_type}
    async with served.http.post(path, data=body, headers=headers) as answer:
        return await read(answer)


def whip(path: str) -> str:
    return f"/whip/{path.rsplit('/', 1)[1]}"


def whep(path: str) -> str:
    return f"/whep/{path.rsplit('/', 1)[1]}"


async def test_offer_is_answered_and_its_owner_ends_it(served: Service) -> None:
    path = await served.briefing()

    created = await post(served, whip(path), site(path, "38"), await offer_sdp(send=True))
    location = created.headers["Location"]
    foreign = await served.call("DELETE", location, site(path, "96"))
    forged = await served.call("DELETE", location[:-3] + "abc", site(path, "38"))
    ended = await served.call("DELETE", location, site(path, "38"))
    again = await served.call("DELETE", location, site(path, "38"))

    assert (created.status, created.headers["Content-Type"]) == (201, "application/sdp; charset=utf-8")
    assert "a=recvonly" in created.text
    assert "a=ice-lite" in created.text
    assert created.headers["ETag"].startswith('"')
    assert (foreign.status, foreign.code) == (403, "not_your_media")
    assert forged.status == 403
    assert ended.status == 200
    assert (again.status, again.code) == (404, "unknown_media")


async def test_viewer_is_answered_sendonly(served: Service) -> None:
    path = await served.briefing()

    created = await post(served, whep(path), "operator", await offer_sdp(send=False))

    assert created.status == 201
    assert "a=sendonly" in created.text


@pytest.mark.parametrize(
    ("body", "media_type", "status", "code"),
    [
        ("v=0\r\n", "text/plain", 415, "unsupported_media_type"),
        ("", SDP, 422, "bad_offer"),
        ("not an offer", SDP, 422, "bad_offer"),
        ("v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", SDP, 422, "bad_offer"),
        ("v=0\r\n" * 20_000, SDP, 413, "too_large"),
        (b"\xff\xfe", SDP, 400, "malformed_body"),
    ],
)
async def test_offer_that_is_none_is_refused(
    served: Service, body: Any, media_type: str, status: int, code: str
) -> None:
    path = await served.briefing()

    for target in (whip(path), whep(path)):
        refused = await post(served, target, "hub", body, media_type)
        assert (refused.status, refused.headers["Content-Type"]) == (status, "application/problem+json")
        assert refused.code == code


async def test_media_waits_for_the_lobby(served: Service) -> None:
    path = await served.briefing(until="draft")

    refused = await post(served, whep(path), "operator", await offer_sdp(send=False))

    assert (refused.status, refused.code) == (409, "nothing_live")
    assert int(refused.headers["Retry-After"]) > 0


async def test_operator_cannot_publish(served: Service) -> None:
    path = await served.briefing()

    assert (await post(served, whip(path), "operator", await offer_sdp(send=True))).status == 403
