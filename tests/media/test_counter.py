"""A player whose offer has no codec of ours is made an offer, and watches when it has answered."""

import asyncio

import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription

from server.core.ids import HUB
from server.media.errors import BadOffer
from server.media.plane import Gone, Unsubscribed
from server.media.sfu import counter
from server.media.sfu.ice import fresh_credentials
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, Viewer, publisher
from tests.media.wire import H264, VP8, offer

FOREIGN = (("opus/48000/2", "PCMU/8000"), ("H264/90000", "AV1/90000"), ("VP8/90000", "VP9/90000"))


def foreign(direction: str = "recvonly") -> str:
    """Write an offer of codecs that nobody here knows."""
    text = offer(direction, fresh_credentials())
    for ours, other in FOREIGN:
        text = text.replace(ours, other)
    return text


async def test_a_player_that_answers_the_counter_offer_watches_the_stage(sfu: Sfu) -> None:
    async with publisher(sfu, HUB, luma=200), asyncio.timeout(20):
        countered = await sfu.subscribe(GIAO_BAN, CA_MAU, foreign())
        pc = RTCPeerConnection()
        await pc.setRemoteDescription(RTCSessionDescription(countered.sdp, "offer"))
        await pc.setLocalDescription(await pc.createAnswer())
        await sfu.patch(countered.media, pc.localDescription.sdp, if_match="*")
        await Viewer(pc, countered.media).sees(200)
        await pc.close()
    assert countered.is_offer


@pytest.mark.parametrize("direction", ["sendonly", "inactive"])
async def test_who_would_receive_nothing_is_made_no_offer(sfu: Sfu, direction: str) -> None:
    with pytest.raises(BadOffer):
        await sfu.subscribe(GIAO_BAN, CA_MAU, foreign(direction))
    assert sfu.counters.peers == 0


async def test_a_counter_offer_that_nobody_answers_is_forgotten() -> None:
    quick = await Sfu.start(host="127.0.0.1", port=0, settings=SfuSettings(handshake_within=0.3))
    async with Diary.of(quick) as diary:
        countered = await quick.subscribe(GIAO_BAN, CA_MAU, foreign())
        ended = await diary.first(Unsubscribed)
        assert (ended.media, ended.reason) == (countered.media, Gone.FAILED)
        await quick.stop()


def test_an_answer_may_take_less_than_was_offered_and_nothing_else() -> None:
    proposed = counter.proposal({"audio", "video"})
    fitting = offer("recvonly", fresh_credentials(), video=(VP8,))
    assert [len(media.formats) for media in counter.accepted(proposed, fitting).media] == [1, 1]
    for other in (
        offer("recvonly", fresh_credentials(), pairs=2),
        fitting.replace(f" {VP8}\r\n", f" {H264 + 1}\r\n").replace(f":{VP8} ", f":{H264 + 1} "),
    ):
        with pytest.raises(BadOffer):
            counter.accepted(proposed, other)
