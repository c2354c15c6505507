"""A narrow line, from the publisher's packets to the viewer's reports: what is sent on it, and how its sound fares.

Everything is the forwarding unit's but the time and the line, so a minute takes a second. The viewer estimates its line
as aiortc does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import cast

from aiortc.rate import RemoteBitrateEstimator
from pylibsrtp import Policy, Session

from server.core.ids import MediaId
from server.media.plane import Picture
from server.media.sfu import negotiation, offer, rtcp, rtp
from server.media.sfu.codec import Kind
from server.media.sfu.exchange import Exchange
from server.media.sfu.fanout import Fanout, Target, Targets
from server.media.sfu.ice import Address, Credentials
from server.media.sfu.link import PacketLoop
from server.media.sfu.settings import SfuSettings
from server.media.sfu.srtp import Context
from server.media.sfu.studio import Studio
from server.media.sfu.subscriber import Subscriber
from tests.media import layers, wire
from tests.media.layers import Source, key
from tests.media.peers import CA_MAU, GIAO_BAN, THANH_HOA
from tests.media.wire import OPUS, TIME_ID, VP8

WIDE = 20e6  # bit/s
STEP = 0.02  # seconds
LOW, HIGH = 180, 720
HEIGHTS, NAMES = {2: LOW, 3: HIGH}, {2: b"low", 3: b"high"}  # of layers, by SSRC
OVERHEAD = 28 + 16  # bytes of IP, UDP and SRTP
_ANY = Policy.SSRC_ANY_OUTBOUND
_CONTEXT = Context(
    Session(
        Policy(key=bytes(44), ssrc_type=Policy.SSRC_ANY_OUTBOUND, srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
    ),
    b"SRTP_AEAD_AES_256_GCM",
)


class Air(Fanout):
    """Carries packets to their lines as they are, without a key."""

    def __init__(self) -> None:
        self.after_reading = lambda work: work()
        self.sent: dict[Address, list[bytes]] = {}

    def send(self, kind: Kind, run: Sequence[bytes], targets: Targets) -> None:  # noqa: ARG002 - as the fan-out does
        for _, address in chain.from_iterable(targets.values()):
            self.sent.setdefault(address, []).extend(run)


@dataclass
class Camera:
    """The hub: Opus, and VP8 in one or two layers of 25 pictures a second with a keyframe when one is asked for."""

    source: Source
    sizes: dict[int, int]  # bytes of a picture, by SSRC
    sent: dict[int, int] = field(default_factory=dict)  # packets, by SSRC

    def play(self, now: float) -> None:
        """Send what is due in a step."""
        self._send(1, b"o" * 80, OPUS, now, rtp.level_extension(1, 30))
        if round(now / STEP) % 2:
            return
        wanted = {one.ssrc for one in self.source.reports() if isinstance(one, rtcp.KeyframeRequest)}
        for ssrc, size in self.sizes.items():
            is_key = ssrc in wanted or ssrc not in self.sent
            begins = key(HEIGHTS[ssrc]) if is_key else layers.DELTA
            for start in range(0, size, 1_000):
                part = (begins if start == 0 else b"\x00").ljust(min(1_000, size - start), b"\x01")
                last = 0x80 if start + 1_000 >= size else 0
                self._send(ssrc, part, VP8 | last, now, layers.extension(rid=NAMES[ssrc]))

    def _send(self, ssrc: int, payload: bytes, number: int, now: float, extension: bytes) -> None:
        count = self.sent[ssrc] = self.sent.get(ssrc, 0) + 1
        clock = 48_000 if number == OPUS else 90_000
        timestamp = round(now * clock) & 0xFFFFFFFF
        header = rtp.HEADER.pack(0x90, number, count & 0xFFFF, timestamp, ssrc)
        self.source.publisher.on_rtp(header + extension + payload, now)


@dataclass
class Stream:
    """What arrives of one stream, for its reports."""

    sequences: list[int] = field(default_factory=list)
    heights: list[int] = field(default_factory=list)  # of keyframes
    reported: tuple[int, int] = (0, 0)  # highest, packets
    sender_report: tuple[int, float] = (0, 0.0)

    def take(self, packet: rtp.Packet) -> None:
        before = self.sequences[-1] if self.sequences else packet.sequence - 1
        self.sequences.append(before + ((packet.sequence - before + 0x8000) & 0xFFFF) - 0x8000)
        if packet.payload[:3] == b"\x10\x00\x00":
            self.heights.append(int.from_bytes(packet.payload[9:11], "little"))

    def block(self, ssrc: int, now: float) -> rtcp.ReceiverReport:
        highest, packets = self.sequences[-1], len(self.sequences)
        expected = highest - self.reported[0] if self.reported[1] else packets
        lost = max(0, expected - (packets - self.reported[1]))
        self.reported = (highest, packets)
        last, at = self.sender_report
        fraction = min(255, 256 * lost // expected) if expected else 0
        return rtcp.ReceiverReport(ssrc, fraction, lost, highest, 0, last, round((now - at) * 65536))

    @property
    def missing(self) -> int:
        return self.sequences[-1] - self.sequences[0] + 1 - len(self.sequences)


class Viewer:
    """A subscriber behind a line, with aiortc's estimator."""

    def __init__(self, studio: Studio, air: Air, number: int) -> None:
        self.rate, self.queue = WIDE, 0.3
        self.streams: dict[int, Stream] = {}
        self.pictures: list[Picture] = []  # of each second
        self._inbox = air.sent
        self._address = ("192.0.2.1", number)
        self._estimator = RemoteBitrateEstimator()
        self._free_at = 0.0  # when the line has sent all it has
        self._under_way: list[tuple[float, bytes]] = []
        self._studio = studio
        self.subscriber = Subscriber(
            GIAO_BAN,
            CA_MAU if number else THANH_HOA,
            MediaId(str(number)),
            self,
            on_line_changed=studio.adapt,
            epoch=0.0,
        )

    @property
    def target(self) -> Target | None:
        return _CONTEXT, self._address

    def send_rtcp(self, packet: bytes) -> None:
        self._carry(packet, self._now)

    send_rtp = send_rtcp

    def join(self, now: float) -> None:
        text = wire.offer("recvonly", Credentials("remote00", "remote-password-of-24-ch"), pairs=2, rtx=True)
        self._now = now
        self._studio.seat(self.subscriber, tuple(negotiation.lanes(offer.parse(text))), now)
        self.subscriber.on_connected(now)

    def play(self, now: float) -> None:
        """Let a step pass."""
        self._now = now
        for packet in self._inbox.pop(self._address, []):
            self._carry(packet, now)
        while self._under_way and self._under_way[0][0] <= now:
            at, packet = self._under_way.pop(0)
            self._take(packet, at)

    def report(self, now: float) -> None:
        """Say how everything arrives."""
        blocks = [stream.block(ssrc, now) for ssrc, stream in self.streams.items() if stream.sequences]
        self.subscriber.on_rtcp(rtcp.receiver_report(9, blocks), now)
        self.pictures.append(self.subscriber.health(1.0).picture)

    def _carry(self, packet: bytes, now: float) -> None:
        starts = max(now, self._free_at)
        if starts - now <= self.queue:
            self._free_at = starts + 8 * (len(packet) + OVERHEAD) / self.rate
            self._under_way.append((self._free_at, packet))

    def _take(self, packet: bytes, at: float) -> None:
        if rtcp.is_rtcp(packet):
            for report in rtcp.parse(packet):
                if isinstance(report, rtcp.SenderReport):
                    self._of(report.ssrc).sender_report = (rtcp.middle(report.ntp), at)
            return
        found = rtp.parse(packet)
        self._of(found.ssrc).take(found)
        sent = dict(rtp.elements(found.profile, found.extension)).get(TIME_ID)
        if sent is not None:
            size = len(packet) - 20
            estimate = self._estimator.add(int.from_bytes(sent), round(1000 * at), size, found.ssrc)
            if estimate is not None:
                rate, ssrcs = estimate
                self.subscriber.on_rtcp(rtcp.rate_limit(9, list(ssrcs), int(rate)), self._now)

    def _of(self, ssrc: int) -> Stream:
        return self.streams.setdefault(ssrc, Stream())

    def of(self, kind: Kind) -> Stream:
        """Return the stage's sound or picture."""
        lanes = self.subscriber.cohort.streams
        return self.streams[next(stream.ssrc for lane, stream in lanes.items() if lane.kind is kind)]


class Scene:
    """The hub, a viewer on a line that changes, and one on a wide line."""

    def __init__(self, *, low: int = 0, high: int) -> None:
        """`low` and `high` are the bit/s of layers; without `low` there is one."""
        self.now = 100.0
        self.air = Air()
        exchange = Exchange(loop=cast("PacketLoop", self.air), on_changed=lambda _: None)  # there is no trunk
        self.studio = Studio(GIAO_BAN, SfuSettings(), self.air, exchange)
        source = Source(layers.NAMED + layers.TWO_LAYERS if low else layers.NAMED)
        sizes = {2: low // 8 // 25, 3: high // 8 // 25} if low else {3: high // 8 // 25}
        self.camera = Camera(source, sizes)
        self.studio.enter(source.publisher)
        source.publisher._on_pictures = lambda: self.studio.rewire(self.now)
        source.publisher._on_published = lambda _: self.studio.rewire(self.now)
        self.narrow, self.wide = Viewer(self.studio, self.air, 0), Viewer(self.studio, self.air, 1)
        for viewer in (self.narrow, self.wide):
            viewer.join(self.now)

    def run(self, seconds: float) -> list[Picture]:
        """Let time pass; return what the line carried in each second."""
        before = len(self.narrow.pictures)
        for _ in range(round(seconds / STEP)):
            self._step()
        return self.narrow.pictures[before:]

    def until(self, picture: Picture) -> int:
        """Let time pass until the line carries this; return the seconds it took."""
        for second in range(1, 61):
            if self.run(1) == [picture]:
                return second
        raise AssertionError(f"{picture} never came: {self.narrow.pictures}")

    def _step(self) -> None:
        self.now += STEP
        number = round(self.now / STEP)
        self.camera.play(self.now)
        if number % 5 == 0:
            self.camera.source.publisher.remind(self.now)
            self.studio.window(self.now)
        if number % 50 == 0:
            self.studio.second(1.0)
        for viewer in (self.narrow, self.wide):
            viewer.play(self.now)
            if number % 50 == 0:
                viewer.subscriber.report(self.now)
            if number % 50 == 25:
                viewer.report(self.now)


def test_a_line_that_becomes_narrow_keeps_its_sound_and_gets_its_picture_back() -> None:
    scene = Scene(high=500_000)
    assert set(scene.run(6)) == {Picture.FULL}
    scene.narrow.rate = 256_000
    assert scene.until(Picture.STILL) <= 6
    sound = scene.narrow.of(Kind.AUDIO)
    lost_at_first = sound.missing
    assert set(scene.run(3)) == {Picture.STILL}
    scene.narrow.rate = WIDE
    assert scene.until(Picture.FULL) <= 20
    scene.run(2)
    assert lost_at_first < 3 * 50  # it stands in the same queue; from then on none is lost
    assert (sound.missing, scene.narrow.of(Kind.VIDEO).heights[-1]) == (lost_at_first, HIGH)
    assert scene.wide.of(Kind.AUDIO).missing == scene.wide.of(Kind.VIDEO).missing == 0
    assert set(scene.wide.pictures) == {Picture.FULL}


def test_a_line_that_carries_the_small_layer_shows_it() -> None:
    scene = Scene(low=100_000, high=500_000)
    scene.run(6)
    scene.narrow.rate = 300_000
    assert scene.until(Picture.REDUCED) <= 5
    assert set(scene.run(3)) == {Picture.REDUCED}
    assert scene.narrow.of(Kind.VIDEO).heights[-1] == LOW
    scene.narrow.rate = WIDE
    assert scene.until(Picture.FULL) <= 20
    scene.run(2)
    assert scene.narrow.of(Kind.VIDEO).heights[-1] == HIGH


def test_what_a_full_line_has_lost_is_sent_again_in_measure() -> None:
    scene = Scene(high=2_000_000)
    scene.run(3)
    video, cohort = scene.wide.of(Kind.VIDEO), scene.wide.subscriber.cohort
    ssrc = next(stream.ssrc for stream in cohort.pictures.values())
    scene.wide.subscriber.health(1.0)
    scene.run(1)
    usual = scene.wide.subscriber.health(1.0).bitrate
    for _ in range(10):
        scene.run(0.1)
        lost = [number & 0xFFFF for number in video.sequences[-100:]]
        scene.wide.subscriber.on_rtcp(rtcp.nack(9, ssrc, lost), scene.now)
    assert 1.2 < scene.wide.subscriber.health(1.0).bitrate / usual < 1.6


def test_a_viewer_that_comes_right_after_a_keyframe_starts_with_it() -> None:
    scene = Scene(high=500_000)
    scene.run(0.2)
    keyframes = len(scene.wide.of(Kind.VIDEO).heights)
    late = Viewer(scene.studio, scene.air, 2)
    late.join(scene.now)
    for viewer in (late, scene.wide):
        viewer.play(scene.now + STEP)
    stream = late.of(Kind.VIDEO)
    assert stream.heights == [HIGH]
    assert (stream.sequences[-1], stream.missing) == (scene.wide.of(Kind.VIDEO).sequences[-1], 0)
    scene.run(0.2)
    assert len(scene.wide.of(Kind.VIDEO).heights) == keyframes
