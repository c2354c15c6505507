"""Every parser that strangers reach reads what real clients sent, and reads or refuses whatever is made of it."""

import os
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings

from server.core.errors import ProtocolError
from server.core.ids import HUB
from server.media.errors import BadFragment, BadOffer
from server.media.inspection import access_unit
from server.media.inspection.collector import PictureCollector
from server.media.sfu import answer, ice, keyframe, negotiation, resolution, rtcp, rtp
from server.media.sfu import fragment as fragments
from server.media.sfu import offer as offers
from server.media.sfu.answer import Line, Local
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.ice import Credentials
from server.media.sfu.sfu import Sfu
from server.media.sfu.track import Arrival, Track
from tests.fuzz.samples import FOLDER, Name, samples
from tests.fuzz.spoiling import spoiled
from tests.media.peers import CA_MAU, GIAO_BAN
from tests.media.wire import offer

EXAMPLES = int(os.environ.get("GIAOBAN_FUZZ_EXAMPLES", "150"))
"""Of each test; many more when somebody has the time: `make test ARGS=tests/fuzz GIAOBAN_FUZZ_EXAMPLES=100000`."""

_OURS = Credentials("ufrag", "ourPasswordIsLongEnough")
_TRACK = Track(HUB, Kind.VIDEO, {}, lambda _: None)
_LOCAL = Local(_OURS, "AB:CD", ("192.0.2.1", "2001:db8::1"), 7000)


def read_offer(data: bytes) -> None:
    found = offers.parse(data.decode("utf-8", "replace"))
    for choose in (negotiation.inlets, negotiation.lanes):
        with suppress(BadOffer):  # it may publish, or watch, or both
            text = answer.write(found, [Line(media, None) for media in choose(found).values()], _LOCAL)
            assert len(text) < 4 * offers.MAX_OFFER


def read_fragment(data: bytes) -> None:
    fragments.restarts(fragments.parse(data.decode("utf-8", "replace")), _OURS)


def read_stun(data: bytes) -> None:
    ice.parse(data).is_authentic(_OURS)


def read_rtp(data: bytes) -> None:
    packet = rtp.parse(data)
    for identifier, value in rtp.elements(packet.profile, packet.extension):
        assert 0 <= identifier <= 255
        assert len(value) <= 255
    for codec in Codec:
        keyframe.begins_keyframe(codec, packet.payload)
    assert len(keyframe.without_picture_id(packet.payload)) <= len(packet.payload)
    for identifier in range(1, 15):
        rtp.audio_level(packet, identifier), rtp.abs_send_time(packet, identifier), rtp.text(packet, identifier)
    collector = PictureCollector(follow=True)
    for index, codec in enumerate(Codec):
        units = (access_unit.keyframe(codec, [packet.payload] * 2), access_unit.following(codec, [packet.payload] * 2))
        assert all(unit is None or len(unit) < 8 * len(data) for unit in units)
        resolution.picture_height(codec, packet.payload)
        collector.take(_TRACK, Arrival(index, packet.timestamp, packet.marker, codec, None, packet.payload, 0.0))


def read_rtcp(data: bytes) -> None:
    assert len(rtcp.parse(data)) <= len(data)


READERS: dict[Name, Callable[[bytes], None]] = {
    Name.OFFER: read_offer,
    Name.FRAGMENT: read_fragment,
    Name.STUN: read_stun,
    Name.RTP: read_rtp,
    Name.RTCP: read_rtcp,
}


@pytest.mark.parametrize("name", READERS)
def test_what_real_clients_sent_is_read(name: Name) -> None:
    for data in samples(name):
        READERS[name](data)


@pytest.mark.parametrize("name", READERS)
def test_what_is_spoiled_is_read_or_refused(name: Name) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(spoiled(name))
    def read(data: bytes) -> None:
        with suppress(ProtocolError, BadOffer, BadFragment):
            READERS[name](data)

    read()


@pytest.mark.parametrize("kind", [Name.RTP, Name.RTCP])
async def test_a_session_takes_or_refuses_spoiled_packets_of_its_own_peer(sfu: Sfu, kind: Name) -> None:
    publishing = await sfu.publish(GIAO_BAN, HUB, (FOLDER / Name.OFFER / "chromium-00").read_text())
    watching = await sfu.subscribe(GIAO_BAN, CA_MAU, offer("recvonly", _OURS, pairs=2))
    handlers = [sfu._roster.named(answered.media).handler for answered in (publishing, watching)]
    clock = iter(range(1_000_000))

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(spoiled(kind))
    def take(data: bytes) -> None:
        for handler in handlers:
            with suppress(ProtocolError):
                (handler.on_rtp if kind is Name.RTP else handler.on_rtcp)(data, next(clock) / 50)

    take()
