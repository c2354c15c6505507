"""The SDP a site writes, and what it needs to know of the answer (RFC 8829 in small: BUNDLE, rtcp-mux, ICE-lite)."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field

from endpoints.rtp import LEVEL_ID, LEVEL_URI

OPUS = 111
H264 = 102

_AUDIO = f"""\
a=rtpmap:{OPUS} opus/48000/2
a=fmtp:{OPUS} minptime=10;useinbandfec=1
a=extmap:{LEVEL_ID} {LEVEL_URI}
"""
_VIDEO = f"""\
a=rtpmap:{H264} H264/90000
a=fmtp:{H264} level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
a=rtcp-fb:{H264} nack
a=rtcp-fb:{H264} nack pli
a=rtcp-fb:{H264} ccm fir
a=rtcp-fb:{H264} goog-remb
"""


class BadAnswer(ValueError):
    """The server's answer is not one we can use."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Our half of the ICE connection (RFC 8445, section 5.3): fresh for every offer."""

    ufrag: str = field(default_factory=lambda: secrets.token_urlsafe(6))
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24))


@dataclass(frozen=True, slots=True)
class Section:
    """One m-line of the answer."""

    kind: str
    mid: str
    payload_type: int
    ssrcs: tuple[int, ...]  # those the server announces, if it does
    level_id: int | None  # its number for the audio level extension


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said about its transport and its streams."""

    ufrag: str
    password: str
    fingerprints: tuple[tuple[str, str], ...]
    setup: str  # active: the server opens the DTLS handshake; passive: we do
    candidates: tuple[tuple[str, int], ...]  # UDP addresses, best first
    sections: tuple[Section, ...]


def publishing(credentials: Credentials, fingerprint: str, *, audio: int, video: int | None, cname: str) -> str:
    """Write the offer of a publisher; `audio` and `video` (None: it has no camera) are its SSRCs."""
    streams = [
        (kind, f"a=sendonly\na=msid:{cname} {kind}\na=ssrc:{ssrc} cname:{cname}\n")
        for kind, ssrc in (("audio", audio), ("video", video))
        if ssrc is not None
    ]
    return _offer(credentials, fingerprint, streams)


def subscribing(credentials: Credentials, fingerprint: str, *, pairs: int = 2) -> str:
    """Write the offer of a subscriber: one pair of m-lines for the stage, a second one for the hub."""
    return _offer(credentials, fingerprint, [("audio", "a=recvonly\n"), ("video", "a=recvonly\n")] * pairs)


def _offer(credentials: Credentials, fingerprint: str, streams: list[tuple[str, str]]) -> str:
    mids = " ".join(str(number) for number in range(len(streams)))
    head = (
        f"v=0\no=- {secrets.randbits(62)} 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n"
        f"a=group:BUNDLE {mids}\na=extmap-allow-mixed\na=msid-semantic: WMS *\n"
    )
    transport = (
        f"a=ice-ufrag:{credentials.ufrag}\na=ice-pwd:{credentials.password}\na=fingerprint:sha-256 {fingerprint}\n"
        "a=setup:actpass\na=rtcp-mux\na=rtcp-rsize\n"
    )
    body = "".join(
        f"m={kind} 9 UDP/TLS/RTP/SAVPF {OPUS if kind == 'audio' else H264}\nc=IN IP4 0.0.0.0\n"
        f"a=mid:{mid}\n{transport}{_AUDIO if kind == 'audio' else _VIDEO}{more}"
        for mid, (kind, more) in enumerate(streams)
    )
    return (head + body).replace("\n", "\r\n")


def read_answer(text: str) -> Answer:
    """Read the server's answer. Raises BadAnswer when a transport cannot be built on it."""
    session, *media = re.split(r"(?m)^(?=m=)", text.replace("\r\n", "\n"))
    if not media:
        raise BadAnswer("an answer without media")
    shared = session + media[0]  # BUNDLE: the first section's transport is everybody's
    setup = _one("setup", shared)
    if setup not in ("active", "passive"):
        raise BadAnswer(f"setup {setup!r} answers nothing")
    candidates = tuple(_candidates(text))
    if not candidates:
        raise BadAnswer("an answer without a UDP candidate")
    return Answer(
        ufrag=_one("ice-ufrag", shared),
        password=_one("ice-pwd", shared),
        fingerprints=tuple(re.findall(r"(?m)^a=fingerprint:(\S+) (\S+)", shared)),
        setup=setup,
        candidates=candidates,
        sections=tuple(_section(part) for part in media),
    )


def _one(name: str, text: str) -> str:
    found = re.search(rf"(?m)^a={name}:(\S+)", text)
    if found is None:
        raise BadAnswer(f"an answer without {name}")
    return found[1]


def _candidates(text: str) -> Iterator[tuple[str, int]]:
    """Yield the addresses of RTP candidates over UDP by falling priority, each once."""
    found = re.findall(r"(?mi)^a=candidate:\S+ 1 udp (\d+) (\S+) (\d+) typ", text)
    ordered = sorted(found, key=lambda candidate: -int(candidate[0]))
    yield from dict.fromkeys((address, int(port)) for _, address, port in ordered)


def _section(text: str) -> Section:
    head = re.match(r"m=(\w+) \d+ \S+ (\d+)", text)
    if head is None:
        raise BadAnswer("a media section without a payload type")
    ssrcs = dict.fromkeys(int(ssrc) for ssrc in re.findall(r"(?m)^a=ssrc:(\d+)", text))
    level = re.search(rf"(?m)^a=extmap:(\d+)\S* {re.escape(LEVEL_URI)}", text)
    return Section(head[1], _one("mid", text), int(head[2]), tuple(ssrcs), int(level[1]) if level else None)
