import pytest
from aiortc.sdp import SessionDescription

from endpoints import sdp

FINGERPRINT = ":".join(["AB"] * 32)
OURS = sdp.Credentials("ours", "a-password-of-our-own-xx")

ANSWER = f"""v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=ice-lite
a=group:BUNDLE 0 1
m=audio 7000 UDP/TLS/RTP/SAVPF 111
c=IN IP4 192.0.2.1
a=mid:0
a=sendonly
a=rtcp-mux
a=ice-ufrag:theirs
a=ice-pwd:a-password-of-their-own
a=fingerprint:sha-256 {FINGERPRINT}
a=setup:passive
a=candidate:1 1 udp 100 192.0.2.2 7000 typ host
a=candidate:2 1 udp 200 192.0.2.1 7000 typ host
a=candidate:3 1 tcp 900 192.0.2.3 9 typ host tcptype active
a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=rtpmap:111 opus/48000/2
a=ssrc:1001 cname:giaoban
a=ssrc:1001 msid:stage stage-audio
m=video 7000 UDP/TLS/RTP/SAVPF 102
a=mid:1
a=rtpmap:102 H264/90000
a=ssrc:1002 cname:giaoban
"""


def test_answer_is_read_with_its_best_candidate_first() -> None:
    assert sdp.read_answer(ANSWER.replace("\n", "\r\n")) == sdp.Answer(
        ufrag="theirs",
        password="a-password-of-their-own",
        fingerprints=(("sha-256", FINGERPRINT),),
        setup="passive",
        candidates=(("192.0.2.1", 7000), ("192.0.2.2", 7000)),
        sections=(
            sdp.Section("audio", "0", 111, (1001,), 4),
            sdp.Section("video", "1", 102, (1002,), None),
        ),
    )


@pytest.mark.parametrize(
    "line", ["a=ice-ufrag:theirs", "a=ice-pwd:a-password-of-their-own", "a=setup:passive", "a=mid:1"]
)
def test_answer_without_its_transport_is_refused(line: str) -> None:
    with pytest.raises(sdp.BadAnswer):
        sdp.read_answer(ANSWER.replace(line + "\n", ""))


def test_answer_without_candidates_or_media_is_refused() -> None:
    with pytest.raises(sdp.BadAnswer):
        sdp.read_answer("\n".join(line for line in ANSWER.splitlines() if "candidate" not in line) + "\n")
    with pytest.raises(sdp.BadAnswer):
        sdp.read_answer("v=0\n")


def test_answer_that_answers_no_role_is_refused() -> None:
    with pytest.raises(sdp.BadAnswer, match="actpass"):
        sdp.read_answer(ANSWER.replace("setup:passive", "setup:actpass"))


def test_another_implementation_reads_a_publishing_offer() -> None:
    offer = SessionDescription.parse(sdp.publishing(OURS, FINGERPRINT, audio=11, video=22, cname="site"))

    audio, video = offer.media
    assert [item for group in offer.group for item in group.items] == ["0", "1"]
    assert (audio.direction, video.direction) == ("sendonly", "sendonly")
    assert (audio.ssrc[0].ssrc, video.ssrc[0].ssrc) == (11, 22)
    assert audio.rtcp_mux
    assert audio.ice is not None
    assert audio.ice.usernameFragment == "ours"
    assert audio.dtls is not None
    assert audio.dtls.fingerprints[0].value == FINGERPRINT
    assert [extension.uri for extension in audio.rtp.headerExtensions] == [
        "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    ]
    assert video.rtp.codecs[0].mimeType == "video/H264"
    assert [str(f"{one.type} {one.parameter or ''}").strip() for one in video.rtp.codecs[0].rtcpFeedback] == [
        "nack",
        "nack pli",
        "ccm fir",
        "goog-remb",
    ]


def test_subscribing_offers_two_pairs_to_receive() -> None:
    offer = SessionDescription.parse(sdp.subscribing(OURS, FINGERPRINT))

    assert [(media.kind, media.direction) for media in offer.media] == [
        ("audio", "recvonly"),
        ("video", "recvonly"),
        ("audio", "recvonly"),
        ("video", "recvonly"),
    ]


def test_credentials_are_fresh_and_long_enough() -> None:
    one, other = sdp.Credentials(), sdp.Credentials()

    assert one != other
    assert len(one.ufrag) >= 4
    assert len(one.password) >= 22
