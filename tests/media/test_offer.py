"""Offers: what is taken, what is refused, and that nothing else happens to anybody."""

from pathlib import Path

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
    assert (audio.kind, audio.mid, audio.sends, audio.receives, audio.extensions.level) == (
        "audio",
        "0",
        True,
        False,
        1,
    )
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
        "\r" * 2_000,
        _changed("s=-", "s=-" + "\v" * 2_000),
        _changed("s=-", "s=-" + "\u2028m=audio 9 x 0" * 9),
        _changed("s=-", "s=" + "-" * 2_050),
        _changed("a=rtcp-mux", "\r\n".join(["a=rtcp-mux", *(f"a=ssrc:{number} cname:x" for number in range(129))])),
        _changed("a=rtcp-mux", "\r\n".join(["a=rtcp-mux", *["a=rtcp-fb:* nack"] * 33])),
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


def test_announced_retransmissions_belong_to_their_stream() -> None:
    text = offer("sendonly", _OURS) + "a=ssrc-group:FID 10 11\r\na=ssrc-group:SIM 10 12\r\na=ssrc-group:FID 12\r\n"
    assert parse(text).media[1].rtx_ssrcs == ((10, 11),)


_RTX = "a=rtpmap:97 {name}/90000\r\na=fmtp:97 {parameters}\r\n"


@pytest.mark.parametrize(
    ("name", "parameters", "taken"),
    [
        ("rtx", f"apt={VP8}", 97),
        ("RTX", f"apt={VP8};rtx-time=3000", 97),
        ("rtx", f"rtx-time=3000; apt={VP8}", 97),  # with a space, as some clients write it
        ("rtx", "apt=95", None),
        ("rtx", "rtx-time=3000", None),
        ("red", f"apt={VP8}", None),
    ],
)
def test_retransmissions_are_taken_of_the_codec_they_name(name: str, parameters: str, taken: int | None) -> None:
    text = _video_of(97) + _RTX.format(name=name, parameters=parameters)
    assert [form.rtx for form in parse(text).media[1].formats] == [None, taken]


def test_retransmissions_without_nack_are_of_no_use() -> None:
    text = _video_of(97) + _RTX.format(name="rtx", parameters=f"apt={VP8}")
    assert parse(text.replace(f"a=rtcp-fb:{VP8} nack\r\n", "")).media[1].formats[1].rtx is None


def _video_of(*more: int) -> str:
    return offer("sendonly", _OURS).replace(f"SAVPF {H264} {VP8}", f"SAVPF {H264} {VP8} {' '.join(map(str, more))}")


_RID_ID = "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
_TWO_RIDS = "a=rid:low send\r\na=rid:high send\r\n"


@pytest.mark.parametrize(
    ("lines", "taken"),
    [
        (_RID_ID + _TWO_RIDS + "a=simulcast:send low;high\r\n", ("low", "high")),
        (_RID_ID + _TWO_RIDS + "a=simulcast:recv x send high;~low\r\n", ("high", "low")),
        (_RID_ID + _TWO_RIDS + "a=simulcast:send low,high;high\r\n", ("low", "high")),
        (_RID_ID + _TWO_RIDS + "a=simulcast:send low;low\r\n", ("low",)),
        (_RID_ID + _TWO_RIDS + "a=simulcast:recv low;high\r\n", ()),
        (_RID_ID + _TWO_RIDS, ()),
        (_TWO_RIDS + "a=simulcast:send low;high\r\n", ()),
        (_RID_ID + "a=simulcast:send low;high\r\n", ()),
        (_RID_ID + "a=rid:low send max-width=320\r\na=rid:high send\r\na=simulcast:send low;high\r\n", ("high",)),
        (
            _RID_ID + "".join(f"a=rid:{n} send\r\n" for n in range(5)) + "a=simulcast:send 0;1;2;3;4\r\n",
            ("0", "1", "2"),
        ),
        (_RID_ID + f"a=rid:{'x' * 17} send\r\na=simulcast:send {'x' * 17}\r\n", ()),
    ],
)
def test_simulcast_layers_are_those_that_are_named_and_described(lines: str, taken: tuple[str, ...]) -> None:
    assert parse(offer("sendonly", _OURS) + lines).media[1].rids == taken


@pytest.mark.parametrize(
    ("direction", "number", "taken"),
    [("", 3, 3), ("/sendonly", 3, 3), ("/recvonly", 3, None), ("/inactive", 3, None), ("", 15, None), ("", 0, None)],
)
def test_a_header_extension_counts_in_its_direction(direction: str, number: int, taken: int | None) -> None:
    line = f"a=extmap:{number}{direction} http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time\r\n"
    assert parse(offer("sendonly", _OURS) + line).media[1].extensions.send_time == taken


def test_a_header_extension_number_cannot_mean_two_things() -> None:
    line = "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    with pytest.raises(BadOffer):
        parse(offer("sendonly", _OURS) + _RID_ID + line)


def test_an_m_line_with_port_0_is_refused_unless_it_is_only_bundled() -> None:
    text = offer("sendonly", _OURS).replace("m=video 9", "m=video 0")
    assert parse(text).media[1].formats == ()
    assert parse(text + "a=bundle-only\r\n").media[1].formats != ()


def test_a_publisher_gives_its_audio_and_video() -> None:
    found = negotiation.inlets(parse(offer("sendrecv", _OURS)))
    assert {kind: media.mid for kind, media in found.items()} == {Kind.AUDIO: "0", Kind.VIDEO: "1"}


@pytest.mark.parametrize(("direction", "pairs"), [("recvonly", 1), ("inactive", 1), ("sendonly", 2)])
def test_a_publisher_that_sends_nothing_or_two_of_a_kind_is_refused(direction: str, pairs: int) -> None:
    with pytest.raises(BadOffer):
        negotiation.inlets(parse(offer(direction, _OURS, pairs=pairs)))


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
    assert lines[:8] == [
        "v=0",
        "o=- 1 1 IN IP4 0.0.0.0",
        "s=-",
        "t=0 0",
        "a=ice-lite",
        "a=ice-options:trickle ice2",
        "a=group:BUNDLE 0 1 2 3",
        "a=msid-semantic:WMS *",
    ]
    assert lines[8:26] == [
        f"m=audio 7000 UDP/TLS/RTP/SAVPF {OPUS}",
        "c=IN IP4 192.0.2.1",
        "a=mid:0",
        "a=sendonly",
        "a=rtcp-mux",
        "a=rtcp-mux-only",
        "a=fingerprint:sha-256 " + "AB:" * 31 + "AB",
        "a=setup:passive",
        "a=ice-ufrag:local000",
        "a=ice-pwd:" + "p" * 24,
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


_CHROMIUM = (Path(__file__).parent / "offers" / "chromium.sdp").read_text()
_FIREFOX = (Path(__file__).parent / "offers" / "firefox.sdp").read_text()


def _published(text: str) -> list[list[str]]:
    """Answer a publisher; return the lines of each m-line."""
    found = parse(text)
    lines = [Line(media, None) for media in negotiation.inlets(found).values()]
    return [part.splitlines() for part in answer.write(found, lines, _LOCAL).split("m=")[1:]]


def _attributes(lines: list[str], *names: str) -> list[str]:
    return [line for line in lines if line.startswith(tuple(f"a={name}:" for name in names))]


def test_a_browser_that_offers_all_of_it_is_answered_with_what_is_used() -> None:
    audio, video = _published(_CHROMIUM)
    assert (audio[0], video[0]) == (
        "audio 7000 UDP/TLS/RTP/SAVPF 111",
        "video 7000 UDP/TLS/RTP/SAVPF 108 109 96 97",
    )
    assert _attributes(audio, "extmap", "rid", "simulcast") == [
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
    ]
    assert _attributes(video, "extmap", "fmtp", "rid", "simulcast") == [
        "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
        "a=fmtp:109 apt=108",
        "a=fmtp:97 apt=96",
        "a=rid:low recv",
        "a=rid:high recv",
        "a=simulcast:recv low;high",
    ]


def test_firefox_is_answered_in_its_own_directions() -> None:
    audio, video = _published(_FIREFOX)
    assert (audio[0], video[0]) == ("audio 7000 UDP/TLS/RTP/SAVPF 109", "video 7000 UDP/TLS/RTP/SAVPF 120 124")
    assert _attributes(audio, "extmap") == [
        "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level",
        "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
    ]
    assert _attributes(video, "extmap", "rid", "simulcast") == [
        "a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
        "a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid",
        "a=extmap:9/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
        "a=extmap:10/recvonly urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
        "a=rid:low recv",
        "a=rid:high recv",
        "a=simulcast:recv low;high",
    ]
    assert [pair for media in parse(_FIREFOX).media for pair in media.rtx_ssrcs] == [
        (1329208222, 1818285040),
        (2907114580, 3191285438),
    ]


def test_a_client_that_offers_none_of_it_is_answered_without() -> None:
    _, video = _published(offer("sendonly", _OURS))
    assert _attributes(video, "extmap", "rid", "simulcast", "ssrc") == []
    assert video[0] == f"video 7000 UDP/TLS/RTP/SAVPF {H264} {VP8}"


def test_a_direction_of_an_extension_is_answered_with_its_counterpart() -> None:
    line = "a=extmap:3/sendonly urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
    _, video = _published(offer("sendonly", _OURS) + line)
    assert _attributes(video, "extmap") == ["a=extmap:3/recvonly urn:ietf:params:rtp-hdrext:sdes:mid"]


def test_what_is_sent_with_retransmissions_announces_a_stream_of_them() -> None:
    text = _video_of(97).replace("sendonly", "recvonly") + _RTX.format(name="rtx", parameters=f"apt={VP8}")
    found = parse(text)
    lines = [
        Line(media, Sent(1, lane.slot, 2)) for lane, media in negotiation.lanes(found).items() if lane.kind == "video"
    ]
    video = answer.write(found, lines, _LOCAL).split("m=")[2].splitlines()
    assert video[0] == f"video 7000 UDP/TLS/RTP/SAVPF {H264} {VP8} 97"
    assert _attributes(video, "ssrc-group", "ssrc") == [
        "a=ssrc-group:FID 1 2",
        "a=ssrc:1 cname:giaoban",
        "a=ssrc:1 msid:stage stage-video",
        "a=ssrc:2 cname:giaoban",
        "a=ssrc:2 msid:stage stage-video",
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
