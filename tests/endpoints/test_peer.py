import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from endpoints import peer, places, sdp
from endpoints.api import Api, Resource
from endpoints.clips import Library
from endpoints.encoding import LOW
from endpoints.peer import Ground, Peer
from endpoints.publication import Publication
from endpoints.secure import Certificate
from endpoints.sender import Sender
from endpoints.subscription import Subscription
from endpoints.wheel import Wheel
from endpoints.wire import Wire
from server.core.ids import BriefingId, EndpointCode
from server.media.plane import Program
from server.media.sfu.sfu import Sfu
from tests.endpoints.hall import eventually
from tests.endpoints.relay import Relay, relay_to

BRIEFING, SITE = BriefingId("b"), EndpointCode("38")


@dataclass
class Door:
    """The forwarding unit without HTTP before it; a publisher reaches it through the relay."""

    sfu: Sfu
    relay: Relay

    async def whip(self, offer: str) -> Resource:
        answer = await self.sfu.publish(BRIEFING, SITE, offer)
        return Resource("", answer.sdp.replace(f" {self.sfu.port} typ", f" {self.relay.address[1]} typ"))

    async def whep(self, offer: str) -> Resource:
        return Resource("", (await self.sfu.subscribe(BRIEFING, None, offer)).sdp)


class Deaf:
    """Media that nobody listens to."""

    def rtp(self, packet: bytes, now: float) -> None: ...

    def rtcp(self, packet: bytes, now: float) -> None: ...


@pytest.fixture
async def ground() -> AsyncIterator[Ground]:
    async with Wire() as wire, asyncio.TaskGroup() as group:
        wheel = Wheel()
        turning = group.create_task(wheel.run())
        yield Ground(wire, wheel, Certificate())
        turning.cancel()


@pytest.fixture
async def sfu() -> AsyncIterator[Sfu]:
    unit = await Sfu.start(host="127.0.0.1", port=0)
    yield unit
    await unit.stop()


@pytest.fixture
async def relay(sfu: Sfu) -> AsyncIterator[Relay]:
    async with relay_to(("127.0.0.1", sfu.port)) as opened:
        yield opened


def sender(directory: Path) -> Sender:
    library = Library(directory)
    return Sender(library.silence(), library.picture(places.card_of(places.place_of("38")), LOW))


async def published(ground: Ground, sfu: Sfu, relay: Relay, directory: Path) -> Publication:
    publication = Publication(ground, sender(directory), lambda: None)
    await publication.open(cast("Api", Door(sfu, relay)))
    return publication


async def test_round_trip_is_measured(ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path) -> None:
    publication = await published(ground, sfu, relay, clips_dir)

    assert publication.peer.round_trip is not None
    assert 0 < publication.peer.round_trip < 2
    await publication.close()


async def test_packets_the_network_lost_are_sent_again(ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path) -> None:
    sfu.route(BRIEFING, Program(on_air=SITE))
    counted = [0]

    def every_fifth_picture(datagram: bytes) -> bool:
        """Lose one video packet of five; sound, handshakes and RTCP pass."""
        picture = 127 < datagram[0] < 192 and datagram[1] & 0x7F == sdp.H264
        counted[0] += picture
        return picture and counted[0] % 5 == 0

    publication = await published(ground, sfu, relay, clips_dir)
    subscription = Subscription(ground)
    await subscription.open(cast("Api", Door(sfu, relay)))
    await eventually(lambda: pictures(subscription) > 10)
    relay.loses = every_fifth_picture
    await eventually(lambda: counted[0] > 50)
    relay.loses = lambda _datagram: False
    lost_at = pictures(subscription)
    await eventually(lambda: pictures(subscription) > lost_at + 20)

    lost = sum(block.lost for block in subscription.reception.blocks(0.0))

    assert lost == 0
    await subscription.close()
    await publication.close()


def pictures(subscription: Subscription) -> int:
    stream = subscription.reception.streams.get(("stage", "video"))
    return stream.packets if stream else 0


async def test_a_server_that_vanishes_without_a_word_is_noticed(
    ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "SILENCE", 1.5)
    monkeypatch.setattr(peer, "CONSENT_EVERY", 0.3)
    publication = await published(ground, sfu, relay, clips_dir)

    relay.cut = True

    await asyncio.wait_for(publication.peer.ended.wait(), 10)
    await publication.close()


async def test_a_closed_port_is_noticed_soon(ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path) -> None:
    publication = await published(ground, sfu, relay, clips_dir)

    relay.close()

    await asyncio.wait_for(publication.peer.ended.wait(), peer.SILENCE)
    await publication.close()


async def test_doubt_passes_when_the_server_answers(
    ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peer, "DOUBT", 1.0)
    publication = await published(ground, sfu, relay, clips_dir)

    publication.peer.doubt()
    await eventually(lambda: publication.peer._doubted_at is None)

    assert not publication.peer.ended.is_set()
    await publication.close()


async def test_the_servers_goodbye_ends_the_connection(ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path) -> None:
    publication = await published(ground, sfu, relay, clips_dir)

    await sfu.close_briefing(BRIEFING)

    await asyncio.wait_for(publication.peer.ended.wait(), 5)
    await publication.close()


async def test_a_server_that_never_answers_is_given_up(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peer, "HANDSHAKE", 0.3)
    answer = sdp.Answer("ufrag", "password", (("sha-256", "AB"),), "passive", (("127.0.0.1", 9),), ())
    lonely = Peer(ground, sdp.Credentials(), Deaf())

    with pytest.raises(TimeoutError):
        await lonely.connect(answer)

    assert lonely.ended.is_set()


async def test_garbage_changes_nothing(ground: Ground, sfu: Sfu, relay: Relay, clips_dir: Path) -> None:
    publication = await published(ground, sfu, relay, clips_dir)

    for garbage in (b"", b"\x00", b"\x80", b"\x80\xc8", bytes(40), b"\x16" + bytes(30), b"\xff" * 100, b"\x90" * 64):
        publication.peer._datagram(garbage)

    assert not publication.peer.ended.is_set()
    await publication.close()
