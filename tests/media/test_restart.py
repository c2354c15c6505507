"""ICE restarts and consent: the way to a peer changes, the peer does not; who is not heard of where it is is let go."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.ids import HUB, MediaId
from server.media.errors import BadFragment, StaleMedia, UnknownMedia
from server.media.plane import Gone, Program, Published, Unpublished
from server.media.sfu import fragment
from server.media.sfu.ice import Credentials, fresh_credentials
from server.media.sfu.settings import SfuSettings
from server.media.sfu.sfu import Sfu
from tests.media.diary import Diary
from tests.media.peers import CA_MAU, GIAO_BAN, HA_NOI
from tests.media.wire import DELTA, H264, KEY, OPUS, Wire, offer, publishing, watching

KNOWN = Credentials("known", "k" * 22)


def asking(credentials: Credentials) -> str:
    """Write the fragment of a peer that restarts ICE."""
    return (
        f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=ice-ufrag:{credentials.ufrag}\r\na=ice-pwd:{credentials.pwd}"
    )


async def restarted(sfu: Sfu, wire: Wire) -> str:
    """Restart ICE, and go on with the new credentials; return the old answer."""
    wire.remote = fresh_credentials()
    reply = await sfu.patch(wire.media, asking(wire.remote), if_match="*")
    assert reply is not None
    old, wire.answer = wire.answer, reply.fragment
    return old


async def moved(sfu: Sfu, wire: Wire) -> None:
    """Go on from another port, where nothing was ever heard."""
    wire._transport.close()
    loop = asyncio.get_running_loop()
    wire._transport, _ = await loop.create_datagram_endpoint(lambda: wire, remote_addr=("127.0.0.1", sfu.port))


async def test_a_restart_keeps_the_publisher_and_its_place_on_air(sfu: Sfu, diary: Diary) -> None:
    async with publishing(sfu, HA_NOI) as site, watching(sfu, CA_MAU) as viewer:
        sfu.route(GIAO_BAN, Program(on_air=HA_NOI))
        site.send(H264, KEY, timestamp=0)
        await viewer.receives(KEY)
        await restarted(sfu, site)
        site.send(H264, b"\x41before", timestamp=3000)
        await viewer.receives(b"\x41before")
        await moved(sfu, site)
        site.check(fresh_credentials())
        await site.hears(lambda wire: wire._answered)
        site.send(H264, b"\x41after", timestamp=6000)
        await viewer.receives(b"\x41after")
    assert [event.source for event in diary.all(Published)] == [HA_NOI]
    assert diary.all(Unpublished) == []


async def test_old_credentials_work_until_the_new_ones_are_proved(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub:
        old = await restarted(sfu, hub)
        new, hub.answer = hub.answer, old
        hub.check(fresh_credentials())
        await hub.hears(lambda wire: wire._answered)
        hub.answer = new
        hub.check(fresh_credentials())
        await hub.hears(lambda wire: wire._answered)
        assert sfu.counters.forged == 0

        hub.answer = old
        hub.check(fresh_credentials())
        hub.send(OPUS, b"on", timestamp=0)
        await hub.hears(lambda _: sfu.counters.forged == 1)
        assert not hub._answered


async def test_of_several_restarts_the_last_counts(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub:
        for _ in range(50):
            await restarted(sfu, hub)
        first = await restarted(sfu, hub)
        last, hub.answer = hub.answer, first
        hub.check(fresh_credentials())
        hub.answer = last
        hub.check(fresh_credentials())
        await hub.hears(lambda wire: wire._answered)
        assert (sfu.counters.forged, len(sfu._roster._by_ufrag)) == (1, 1)


async def test_a_restart_is_named_by_a_new_entity_tag_and_late_candidates_are_refused(sfu: Sfu) -> None:
    ours = fresh_credentials()
    answer = await sfu.publish(GIAO_BAN, HUB, offer("sendonly", ours))
    candidates = asking(ours) + "\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=end-of-candidates\r\n"
    assert await sfu.patch(answer.media, candidates, if_match=answer.etag) is None
    assert await sfu.patch(answer.media, candidates, if_match=f'"old", {answer.etag}') is None
    renewed = fresh_credentials()
    reply = await sfu.patch(answer.media, asking(renewed), if_match="*")
    assert reply is not None
    assert reply.etag != answer.etag
    with pytest.raises(StaleMedia):
        await sfu.patch(answer.media, candidates, if_match=answer.etag)
    assert await sfu.patch(answer.media, asking(renewed), if_match=reply.etag) is None
    with pytest.raises(UnknownMedia):
        await sfu.patch(MediaId("nobody"), candidates, if_match="*")


def test_a_restart_is_answered_with_everything_the_peer_needs() -> None:
    async def scenario() -> str:
        sfu = await Sfu.start(host="127.0.0.1", port=0, public_addresses=("192.0.2.1", "192.0.2.2"))
        answer = await sfu.publish(GIAO_BAN, HUB, offer("sendonly", fresh_credentials()))
        reply = await sfu.patch(answer.media, asking(fresh_credentials()), if_match="*")
        await sfu.stop()
        assert reply is not None
        return reply.fragment

    lines = asyncio.run(scenario()).split("\r\n")

    assert lines[:3] == ["a=ice-lite", "a=ice-options:trickle ice2", "a=group:BUNDLE 0 1"]
    assert lines[3].startswith("m=audio ")
    assert lines[4] == "a=mid:0"
    assert [line.split()[4] for line in lines if line.startswith("a=candidate:")] == ["192.0.2.1", "192.0.2.2"]
    assert lines[-2:] == ["a=end-of-candidates", ""]


@pytest.mark.parametrize(
    ("if_match", "wanted"),
    [("*", True), ('"a"', True), ('"b" , "a"', True), ('W/"a"', False), ("a", False), ('"b"', False), ("", False)],
)
def test_only_the_strong_tag_of_the_session_matches(if_match: str, wanted: bool) -> None:
    assert fragment.matches(if_match, '"a"') is wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "a=mid:0",
        "a=ice-ufrag:new",
        f"a=ice-ufrag:ab\r\na=ice-pwd:{'x' * 22}",
        f"a=ice-ufrag:abcd\r\na=ice-pwd:{'x' * 21}",
        f"{asking(KNOWN)}\r\na=ice-ufrag:other",
        f"v=0\r\n{asking(KNOWN)}",
        f"{asking(KNOWN)}\r\na={'x' * 2000}",
        f"{asking(KNOWN)}\r\n" + "a=x\r\n" * 10_000,
    ],
)
def test_what_is_no_fragment_is_refused(text: str) -> None:
    with pytest.raises(BadFragment):
        fragment.parse(text)


@given(st.text(max_size=200))
def test_any_text_is_no_fragment_or_has_credentials(text: str) -> None:
    try:
        found = fragment.parse(text)
    except BadFragment:
        return
    assert len(found.pwd) >= 22


def test_a_restart_changes_both_credentials() -> None:
    assert fragment.restarts(fresh_credentials(), KNOWN)
    assert not fragment.restarts(KNOWN, KNOWN)
    for half in (Credentials("other", KNOWN.pwd), Credentials(KNOWN.ufrag, "o" * 22)):
        with pytest.raises(BadFragment):
            fragment.restarts(half, KNOWN)


async def test_media_is_consent_too_and_silence_is_none() -> None:
    quick = await Sfu.start(host="127.0.0.1", port=0, settings=SfuSettings(lost_after=0.5))
    async with Diary.of(quick) as diary, publishing(quick, HA_NOI) as unasking, publishing(quick, HUB) as silent:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not diary.all(Unpublished) or loop.time() - began < 1:
            unasking.send(OPUS, b"on and on", timestamp=0)
            await asyncio.sleep(0.05)
        assert [(event.media, event.reason) for event in diary.all(Unpublished)] == [(silent.media, Gone.LOST)]
        assert quick.counters.peers == 1
        await quick.stop()


async def test_a_check_from_elsewhere_that_does_not_nominate_is_no_consent(sfu: Sfu) -> None:
    async with publishing(sfu, HUB) as hub, watching(sfu, CA_MAU) as viewer:
        peer = sfu._roster.named(hub.media)
        before, home = peer.heard, hub._transport
        loop = asyncio.get_running_loop()
        hub._transport, _ = await loop.create_datagram_endpoint(lambda: hub, remote_addr=("127.0.0.1", sfu.port))
        hub.check(fresh_credentials(), nominates=False)
        await hub.hears(lambda wire: wire._answered)
        hub._transport.close()
        hub._transport = home
        assert peer.heard == before
        hub.send(H264, DELTA, timestamp=0)
        hub.send(H264, KEY, timestamp=3000)
        await viewer.receives(KEY)
