"""What connects two forwarding units on one machine: the stage crosses it once, however many watch on the other side.

Each side offers the other its publishers. What is wanted there, because somebody is tuned to it, and shown by the
program here, crosses packet by packet, decrypted; the unit whose subscribers it is for renumbers and protects it. So
both sides enforce the program: the one sends nothing else, the other shows nothing else.
"""

import socket
import time
from collections.abc import Callable, Collection, Container
from itertools import count

from server.core.errors import ProtocolError
from server.core.ids import BriefingId, MediaId
from server.media.sfu import crossing
from server.media.sfu.crossing import (
    MEDIA,
    VERSION,
    Clocked,
    Hello,
    KeyframeWanted,
    Message,
    Offered,
    Wanted,
    Withdrawn,
)
from server.media.sfu.export import Departure, Export
from server.media.sfu.link import Link, PacketLoop
from server.media.sfu.publisher import Publisher
from server.media.sfu.relay import Relay, RelayedTrack

_MOST_RELAYS = 4096  # publishers of another unit


class Trunk:
    """One of its two ends, which are alike."""

    def __init__(
        self,
        connected: socket.socket,
        *,
        loop: PacketLoop,
        on_changed: Callable[[BriefingId], None],
        on_ended: Callable[["Trunk"], None],
    ) -> None:
        """Take over a connected SOCK_SEQPACKET socket.

        `on_changed` is told of a briefing that has other publishers on the other side now, and `on_ended`, once, of
        the end.
        """
        self._on_changed = on_changed
        self._on_ended = on_ended
        self._numbers = count(1)
        self._exports: dict[MediaId, Export] = {}
        self._departures: dict[int, Departure] = {}  # by the stream's number
        self._relays: dict[int, Relay] = {}  # by the publication's number
        self._arriving: dict[int, RelayedTrack] = {}  # by the stream's number
        self._link = Link(connected, self._receive, loop=loop, on_ended=self._ended)
        self._tell(Hello(VERSION))

    @property
    def dropped(self) -> int:
        """Packets that the other side did not read fast enough."""
        return self._link.dropped

    @property
    def relays(self) -> Collection[Relay]:
        """What is published on the other side, of all briefings."""
        return self._relays.values()

    def refresh(
        self, briefing: BriefingId, publishing: Collection[Publisher], shown: Container[Publisher], now: float
    ) -> None:
        """Offer a briefing's publishers, withdraw those that ended, and stop at once what is no longer shown."""
        for export in [one for one in self._exports.values() if one.publisher.briefing == briefing]:
            if export.publisher not in publishing:
                self._withdraw(export, now)
        for publisher in publishing:
            export = self._exports.get(publisher.media) or Export(publisher, self._numbers, self._link)
            self._exports[publisher.media] = export
            self._offer(export, now)
            export.show(publisher in shown, now)

    def remind(self, now: float) -> None:
        """Ask again for the keyframes that have not come."""
        for relay in self._relays.values():
            relay.remind(now)

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def _offer(self, export: Export, now: float) -> None:
        if export.offer(now):
            self._departures.update(export.departures)

    def _withdraw(self, export: Export, now: float) -> None:
        del self._exports[export.publisher.media]
        export.show(False, now)
        for stream in export.departures:
            del self._departures[stream]
        self._tell(Withdrawn(export.number))

    def _tell(self, message: Message) -> None:
        self._link.send(crossing.write(message))

    def _receive(self, data: bytes, now: float) -> None:
        """Take one message: a packet, most of the time. Raises ProtocolError."""
        if data[0] == MEDIA:
            for stream, arrival in crossing.arrivals(data, now):
                if (track := self._arriving.get(stream)) is not None:
                    track.reception.octets += len(arrival.payload)  # what a line must carry for it
                    track.push(arrival)
        else:
            self._hear(crossing.parse(data), now)

    def _hear(self, message: Message, now: float) -> None:
        match message:
            case Hello(version):
                if version != VERSION:
                    raise ProtocolError("the other end of a trunk speaks another version")
            case Offered():
                self._take_offer(message)
            case Withdrawn(publication):
                self._forget(publication)
            case Wanted() | KeyframeWanted():
                self._serve(message, now)
            case Clocked(stream, timestamp, moment):
                if (track := self._arriving.get(stream)) is not None:
                    track.clock = (moment, timestamp)

    def _serve(self, wish: Wanted | KeyframeWanted, now: float) -> None:
        """Do what the other side wishes of a stream, unless it has been withdrawn meanwhile."""
        departure = self._departures.get(wish.stream)
        if departure is None:
            return
        if isinstance(wish, Wanted):
            departure.want(wish.is_wanted, now)
        else:
            departure.want_keyframe(now)

    def _take_offer(self, offered: Offered) -> None:
        relay = self._relays.get(offered.publication)
        if relay is None:
            if len(self._relays) == _MOST_RELAYS:
                raise ProtocolError("the other end of a trunk has too many publishers")
            relay = self._relays[offered.publication] = Relay(offered, self._tell)
        relay.change(offered)
        self._arriving.update(relay.streams)
        self._on_changed(relay.briefing)

    def _forget(self, publication: int) -> None:
        relay = self._relays.pop(publication, None)
        if relay is None:
            raise ProtocolError("the other end of a trunk withdraws what it did not offer")
        for stream in relay.streams:
            del self._arriving[stream]
        self._on_changed(relay.briefing)

    def _ended(self) -> None:
        """Let go of everything: nothing leaves any more, and what came from the other side is not published."""
        now = time.monotonic()
        for export in self._exports.values():
            export.show(False, now)
        briefings = {relay.briefing for relay in self._relays.values()}
        self._exports.clear()
        self._departures.clear()
        self._relays.clear()
        self._arriving.clear()
        self._on_ended(self)
        for briefing in briefings:
            self._on_changed(briefing)
