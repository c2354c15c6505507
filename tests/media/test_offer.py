"""Offers: what is taken, what is refused, and that nothing else happens to anybody."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.media.errors import BadOffer
from server.media.sfu import answer, negotiation
from server.media.sfu.answer import Line, Local, Sent
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.cohort import Lane, Slot
from server.media.sfu.ice import Credentials
from server.media.sfu.offer import MAX_OFFER, Offer, parse
from tests.media.wire import H264, OPUS, VP8, offer

_OURS = Credentials("remote00", "remote-password-of-24-ch")
_LOCAL = Local(Credentials("local000", "p" * 24), "AB:" * 31 + "AB", ("192.0.2.1", "2001:db8::1"), 7000)


def test_an_offer_is_read_into_what_matters() -> None:
    found = parse(offer("sendonly", _OURS))
    assert (found.credentials, found.role, len(found.fingerprints)) == (_OURS, "server", 1)
    audio, video = found.media
    assert (audio.kind, audio.mid, audio.sends, audio.receives, audio.level_id) == ("audio", "0", True, False, 1)
    assert [(form.codec, form.payload_type) for form in audio.formats] == [(Codec.OPUS, OPUS)]
    assert [(form.codec, form.payload_type) for form in video.formats] == [(Codec.H264, H264), (Codec.VP8, VP8)]
    assert video.formats[0].feedback == ("goog-remb", "nack", "nack pli")


@pytest.mark.parametrize(("setup", "role"), [("actpass", "server"), ("active", "server"), ("passive", "client")])
def test_our_role_follows_theirs(setup: str, role: str) -> None:
    assert parse(offer("sendonly", _OURS).replace("setup:active", f"setup:{setup}")).role == role


def _changed(old: str, new: str) -> str:
    text = offer("sendonly", _OURS)
    assert old in text
    return text.replace(old, new)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "v=0\r\n",
        "x" * (MAX_OFFER + 1),
        "\n" * 2_000,
        _changed("a=group:BUNDLE 0 1\r\n", ""),
        _changed("BUNDLE 0 1", "BUNDLE 0"),
        _changed("a=rtcp-mux\r\n", ""),
        _changed("a=setup:active\r\n", ""),
        _changed("setup:active", "setup:holdconn"),
        _changed("sha-256", "sha-1"),
        _changed("a=fingerprint:sha-256 ", "a=fingerprint:sha-256 XY:"),
        _changed("ice-ufrag:remote00", "ice-ufrag:abc"),
        _changed("ice-pwd:remote", "ice-pwd:remo te"),
        _changed("a=ice-pwd:remote-password-of-24-ch\r\n", "a=ice-pwd:short\r\n"),
        _changed("a=mid:1", "a=mid:0"),
        _changed("a=mid:1", "a=mid:\u00e9"),
        _changed("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        _changed("opus/48000/2", "PCMU/8000").replace("H264/90000", "AV1/90000").replace("VP8/90000", "VP9/90000"),
        offer("sendonly", _OURS, pairs=5),
    ],
)
def test_an_offer_that_cannot_be_used_is_refused(text: str) -> None:
    with pytest.raises(BadOffer):
        parse(text)


@pytest.mark.parametrize(
    ("parameters", "taken"),
    [
        ("packetization-mode=1;profile-level-id=42e01f", True),
        ("packetization-mode=1;profile-level-id=42001f", True),
        ("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42c00b", True),
        ("packetization-mode=0;profile-level-id=42e01f", False),
        ("packetization-mode=1;profile-level-id=640c1f", False),
        ("packetization-mode=1;profile-level-id=zz", False),
        ("profile-level-id=42e01f", False),
    ],
)
def test_h264_is_taken_in_baseline_and_packetization_mode_1(parameters: str, taken: bool) -> None:
    text = offer("sendonly", _OURS).replace("packetization-mode=1;profile-level-id=42e01f", parameters)
    codecs = [form.codec for form in parse(text).media[1].formats]
    assert codecs == ([Codec.H264, Codec.VP8] if taken else [Codec.VP8])


def test_of_two_profiles_the_constrained_one_is_chosen() -> None:
    text = offer("sendonly", _OURS).replace(
        f"a=rtpmap:{VP8} VP8/90000",
        f"a=rtpmap:{VP8} H264/90000\r\na=fmtp:{VP8} packetization-mode=1;profile-level-id=42001f",
    )
    assert [form.payload_type for form in parse(text).media[1].formats] == [H264]


def test_retransmission_streams_are_not_media() -> None:
    text = offer("sendonly", _OURS) + "a=ssrc-group:FID 10 11\r\na=ssrc:10 cname:x\r\na=ssrc:11 cname:x\r\n"
    assert parse(text).media[1].ssrcs == (10,)


def test_an_m_line_with_port_0_is_refused_unless_it_is_only_bundled() -> None:
    text = offer("sendonly", _OURS).replace("m=video 9", "m=video 0")
    assert parse(text).media[1].formats == ()
    assert parse(text + "a=bundle-only\r\n").media[1].formats != ()


def test_a_publisher_gives_its_first_audio_and_video() -> None:
    found = negotiation.inlets(parse(offer("sendrecv", _OURS, pairs=2)))
    assert {kind: media.mid for kind, media in found.items()} == {Kind.AUDIO: "0", Kind.VIDEO: "1"}


def test_a_publisher_that_sends_nothing_is_refused() -> None:
    with pytest.raises(BadOffer):
        negotiation.inlets(parse(offer("recvonly", _OURS)))


def test_a_subscribers_first_pair_is_the_stage_its_second_the_hub_and_its_third_video_the_content() -> None:
    found = negotiation.lanes(parse(offer("recvonly", _OURS, pairs=3)))
    assert {media.mid: (lane.slot, lane.kind) for lane, media in found.items()} == {
        "0": (Slot.STAGE, Kind.AUDIO),
        "1": (Slot.STAGE, Kind.VIDEO),
        "2": (Slot.HUB, Kind.AUDIO),
        "3": (Slot.HUB, Kind.VIDEO),
        "5": (Slot.CONTENT, Kind.VIDEO),
    }


def test_equal_offers_have_equal_lanes() -> None:
    one, other = (negotiation.lanes(parse(offer("recvonly", _OURS))) for _ in range(2))
    assert tuple(one) == tuple(other)
    assert next(iter(one)) == Lane(Slot.STAGE, Kind.AUDIO, ((Codec.OPUS, OPUS),), 1)


def test_a_subscriber_that_receives_nothing_is_refused() -> None:
    with pytest.raises(BadOffer):
        negotiation.lanes(parse(offer("sendonly", _OURS)))


def _answered(found: Offer) -> list[str]:
    lanes = negotiation.lanes(found)
    lines = [Line(media, Sent(100 + int(media.mid), lane.slot)) for lane, media in lanes.items()]
    return answer.write(found, lines, _LOCAL).split("\r\n")


def test_an_answer_to_a_subscriber_names_its_streams_and_our_addresses() -> None:
    lines = _answered(parse(offer("recvonly", _OURS, pairs=2)))
    assert lines[:7] == [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=group:BUNDLE 0 1 2 3",
        "a=msid-semantic:WMS *",
    ]
    assert lines[7:24] == [
        f"m=audio 7000 UDP/TLS/RTP/SAVPF {OPUS}",
        "c=IN IP4 192.0.2.1",
        "a=mid:0",
        "a=sendonly",
        "a=rtcp-mux",
        "a=ice-ufrag:local000",
        "a=ice-pwd:" + "p" * 24,
        "a=fingerprint:sha-256 " + "AB:" * 31 + "AB",
        "a=setup:passive",
        "a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host",
        "a=candidate:2 1 udp 2130706175 2001:db8::1 7000 typ host",
        "a=end-of-candidates",
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        f"a=rtpmap:{OPUS} opus/48000/2",
        f"a=fmtp:{OPUS} minptime=10;useinbandfec=1",
        "a=msid:stage stage-audio",
        "a=ssrc:100 cname:giaoban",
    ]
    assert [line for line in lines if line.startswith("a=msid:")] == [
        "a=msid:stage stage-audio",
        "a=msid:stage stage-video",
        "a=msid:hub hub-audio",
        "a=msid:hub hub-video",
    ]


def test_an_answer_refuses_what_it_does_not_take_and_keeps_the_order() -> None:
    application = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:data\r\na=sctp-port:5000\r\n"
    lines = _answered(parse(offer("recvonly", _OURS) + application))
    assert [line for line in lines if line.startswith("m=")] == [
        f"m=audio 7000 UDP/TLS/RTP/SAVPF {OPUS}",
        f"m=video 7000 UDP/TLS/RTP/SAVPF {H264} {VP8}",
        "m=application 0 UDP/DTLS/SCTP webrtc-datachannel",
    ]
    assert "a=group:BUNDLE 0 1" in lines


def test_an_answer_to_a_passive_peer_is_active() -> None:
    lines = _answered(parse(offer("recvonly", _OURS).replace("setup:active", "setup:passive")))
    assert lines.count("a=setup:active") == 2


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with pytest.raises(BadOffer):
        parse(text)


@st.composite
def _damaged(draw: st.DrawFn) -> str:
    """Take a good offer and spoil some of its lines."""
    lines = offer(draw(st.sampled_from(["sendonly", "recvonly"])), _OURS).split("\r\n")
    for _ in range(draw(st.integers(1, 3))):
        position = draw(st.integers(0, len(lines) - 1))
        cut = draw(st.integers(0, len(lines[position])))
        lines[position] = lines[position][:cut] + draw(
            st.sampled_from(["", " ", ":", "0", "-1", "\u0663", "=", "/", "a=mid:0"])
        )
    return "\r\n".join(lines)


@given(_damaged())
@example(offer("sendonly", _OURS).replace("m=video 9", "m=video"))
def test_a_damaged_offer_is_taken_or_refused(text: str) -> None:
    try:
        found = parse(text)
        lanes = negotiation.lanes(found)
    except BadOffer:
        return
    answer.write(found, [Line(media, Sent(1, lane.slot)) for lane, media in lanes.items()], _LOCAL)
