"""A cohort: subscribers that negotiated the same numbers and receive the very same packets.

What differs between its members is only the key, so a packet is rewritten once and protected once for each. Packets
that arrive together leave together: a picture's packets are one call into the kernel for each member. The site
on air must not get its own picture back: it leaves for a cohort of its own, which continues the numbers it has seen. So
does a subscriber whose line does not carry what the others get.
"""

import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Protocol

from server.core.ids import EndpointCode
from server.media.sfu.codec import Codec, Kind
from server.media.sfu.downlink import Needs, Share
from server.media.sfu.fanout import Fanout, Target, Targets, by_overhead
from server.media.sfu.runs import runs
from server.media.sfu.stream import Deliver, Stream

_GAUGED = 11
"""Readings of what was sent: the last second's, when there are ten in one."""


class Slot(StrEnum):
    """What an m-line of a subscriber shows."""

    STAGE = "stage"
    HUB = "hub"
    CONTENT = "content"  # video only


@dataclass(frozen=True, slots=True)
class Lane:
    """One m-line as a subscriber negotiated it; equal lanes make a cohort."""

    slot: Slot
    kind: Kind
    payload_types: tuple[tuple[Codec, int], ...]
    level_id: int | None
    time_id: int | None = None  # of abs-send-time
    rtx: tuple[tuple[int, int], ...] = ()  # payload types, and those of their retransmissions (RFC 4588)


Lanes = tuple[Lane, ...]


class Member(Protocol):
    """One subscriber in a cohort. It receives nothing before its keys and its address are known."""

    viewer: EndpointCode | None
    cohort: "Cohort"

    @property
    def target(self) -> Target | None:
        """How to protect a packet for this member, and where it goes."""


class Cohort:
    """The streams of some subscribers, and the loop that sends every packet to each of them."""

    def __init__(
        self, lanes: Lanes, viewer: EndpointCode | None, streams: Mapping[Lane, Stream] | None, fanout: Fanout
    ) -> None:
        """`viewer` is the source that no stream here may show; `streams` are continued ones, None makes new ones."""
        self.lanes = lanes
        self.viewer = viewer
        self.members: list[Member] = []
        self.octets = 0  # sent to each member so far, before protection
        self.share = Share.ALL  # what of the pictures is sent
        self.is_narrow = False  # made for one line; nobody else joins
        self.needs: Needs = dict.fromkeys(Share, 0)
        self.rate = 0  # bit/s of pictures and padding, of the last second
        self._gauged: deque[tuple[float, int]] = deque(maxlen=_GAUGED)  # when, octets of pictures and padding
        self._fanout = fanout
        self._targets: Targets = {}
        self._leaving: dict[Lane, list[bytes]] = {  # what came together and has not been sent, sound first
            lane: [] for lane in sorted(lanes, key=lambda lane: lane.kind is not Kind.AUDIO)
        }
        self._is_sending = False
        self.streams: dict[Lane, Stream] = (
            {lane: self._new(lane) for lane in lanes}
            if streams is None
            else {lane: stream.fork(self._door(lane)) for lane, stream in streams.items()}
        )

    def _deliver(self, leaving: list[bytes], packet: bytes) -> None:
        """Send one packet to every member, with those that came with it."""
        self.octets += len(packet)
        leaving.append(packet)
        if not self._is_sending:
            self._is_sending = True
            self._fanout.after_reading(self._send)

    def _send(self) -> None:
        """Send what is leaving to every member; sound does not wait for pictures."""
        self._is_sending = False
        for lane, packets in self._leaving.items():
            parted = runs(packets)
            packets.clear()
            for run in parted:
                self._fanout.send(lane.kind, run, self._targets)

    def refresh(self) -> None:
        """Take note that a member joined, left, moved, or has its keys now."""
        self._send()  # to those whose it is
        self._targets = by_overhead(target for member in self.members if (target := member.target) is not None)

    def join(self, member: Member) -> None:
        """Send to this member too, as soon as it has keys."""
        member.cohort = self
        self.members.append(member)
        self.refresh()

    def leave(self, member: Member) -> None:
        """Send nothing to this member any more, after what was its."""
        self.members.remove(member)
        self.refresh()

    def fork(self, members: Iterable[Member], viewer: EndpointCode | None) -> "Cohort":
        """Move some members into a cohort of their own that never shows `viewer` and continues what they have seen."""
        twin = Cohort(self.lanes, viewer, self.streams, self._fanout)
        twin.octets, twin.rate, twin.needs = self.octets, self.rate, self.needs
        twin.share, twin.is_narrow = self.share, self.is_narrow
        twin._gauged.extend(self._gauged)
        for member in list(members):
            self.leave(member)
            twin.join(member)
        return twin

    @property
    def pictures(self) -> dict[Lane, Stream]:
        """Its streams that carry pictures."""
        return {lane: stream for lane, stream in self.streams.items() if lane.kind is Kind.VIDEO}

    def gauge(self, now: float) -> None:
        """Measure the rate of the last second; called ten times in one."""
        octets = sum(stream.octets + stream.padded for stream in self.pictures.values())
        self._gauged.append((now, octets))
        began, before = self._gauged[0]
        self.rate = round(8 * (octets - before) / (now - began)) if now > began else 0

    def end(self, now: float) -> None:
        """Let go of every track."""
        for stream in self.streams.values():
            stream.tune(None, now)

    def _door(self, lane: Lane) -> Deliver:
        """Return what a stream hands its packets to."""
        return partial(self._deliver, self._leaving[lane])

    def _new(self, lane: Lane) -> Stream:
        first = secrets.randbelow(0x4000) + 1  # far from the wrap, which SRTP could mistake (RFC 3711, section 3.3.1)
        ssrc = secrets.randbelow(0xFFFFFFFF) + 1
        return Stream(
            lane.kind,
            ssrc,
            payload_types=dict(lane.payload_types),
            level_id=lane.level_id,
            time_id=lane.time_id,
            rtx=dict(lane.rtx),
            deliver=self._door(lane),
            first=first,
        )
