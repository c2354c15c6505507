"""The embedded forwarding unit: the media plane of `plane` on one UDP port, in this process."""

import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial

import structlog

from server.core.ids import HUB, BriefingId, EndpointCode, MediaId
from server.media.errors import Busy, StaleMedia
from server.media.inspection.inspection import Inspection
from server.media.inspection.inspector import Inspector
from server.media.inspection.metering import Metering
from server.media.plane import (
    Answer,
    Counters,
    Gone,
    MediaEvent,
    Program,
    Published,
    Resource,
    Restarted,
    Standing,
    Unpublished,
    Unsubscribed,
)
from server.media.sfu import answer, counter, negotiation, parties
from server.media.sfu import fragment as fragments
from server.media.sfu import offer as offers
from server.media.sfu.answer import Line, Local, Sent
from server.media.sfu.codec import Kind
from server.media.sfu.demux import Demux
from server.media.sfu.dtls import HandshakeFailed, fingerprint_of, new_certificate
from server.media.sfu.exchange import Exchange
from server.media.sfu.fanout import Fanout
from server.media.sfu.holdoff import HoldOffs
from server.media.sfu.ice import Credentials
from server.media.sfu.outbox import Outbox
from server.media.sfu.peer import Peer
from server.media.sfu.port import Port
from server.media.sfu.publisher import Publisher
from server.media.sfu.recorders import Recorders
from server.media.sfu.roster import Roster
from server.media.sfu.rounds import Rounds
from server.media.sfu.settings import SfuSettings
from server.media.sfu.studio import Studio
from server.media.sfu.subscriber import Subscriber
from server.media.sfu.tasks import Tasks

log = structlog.get_logger(__name__)

_MOST_VIEWS = 8
"""Subscriptions of one site: a few devices and their reloads. So one site cannot take everybody's place."""


def utc_now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


class Sfu:
    """A `MediaPlane`. Make one with `start`, end it with `stop`."""

    def __init__(
        self, port: Port, addresses: tuple[str, ...], clock: Callable[[], datetime], settings: SfuSettings
    ) -> None:
        """Use `start`: the port must be listened to as well."""
        self._port = port
        self._fanout = Fanout(port)
        self._addresses = addresses
        self._settings = settings
        self._clock = clock
        self._certificate = new_certificate()
        self._fingerprint = fingerprint_of(self._certificate)
        self.standing = Standing(clock())
        self._epoch = clock().timestamp() - time.monotonic()
        self._roster = Roster()
        self._studios: dict[BriefingId, Studio] = {}
        self._refused = 0  # packets, of peers that have ended
        self._outbox = Outbox()
        self._hold_offs = HoldOffs()
        self._tasks = Tasks()
        self._recorders = Recorders(self._outbox, self._tasks, loop=port, clock=clock, settings=settings)
        self._demux = Demux(self._roster, port, self._arrived)
        self.inspector = Inspector()
        self.meter = Inspector(niceness=0)  # of its own: no still delays a level
        self._exchange = Exchange(loop=port, on_changed=self._changed_elsewhere)
        self._rounds = Rounds(
            self._roster,
            self._studios,
            self._outbox,
            exchange=self._exchange,
            settings=settings,
            clock=clock,
            end=self._end,
            metering=Metering(self.meter.submit, settings.max_meters),
            inspection=self._inspection(clock),
        )

    @classmethod
    async def start(
        cls,
        *,
        host: str = "0.0.0.0",  # noqa: S104 - a server's port is for everybody
        port: int = 7000,
        public_addresses: tuple[str, ...] = ("127.0.0.1",),
        clock: Callable[[], datetime] = utc_now,
        settings: SfuSettings | None = None,
    ) -> "Sfu":
        """Open the port (0: any free one) and begin to serve; `public_addresses` are written into answers.

        Raises OSError when the port is taken.
        """
        sfu = cls(Port(host, port), public_addresses, clock, settings or SfuSettings())
        sfu._port.listen(sfu._demux.receive)
        sfu._rounds.start()
        sfu._tasks.start(sfu.inspector.run(), name="inspector")
        sfu._tasks.start(sfu.meter.run(), name="meter")
        return sfu

    @property
    def port(self) -> int:
        """The UDP port."""
        return self._port.number

    @property
    def counters(self) -> Counters:
        """What was refused and lost so far."""
        return Counters(
            peers=len(self._roster),
            strangers=self._demux.strangers,
            forged=self._demux.forged,
            refused=self._refused + sum(peer.refused for peer in self._roster),
            unsent=self._port.unsent + self._exchange.dropped,
            helpers_lost=self.inspector.restarts + self.meter.restarts,
        )

    @property
    def resources(self) -> Collection[Resource]:
        """Everything that has not ended; see `MediaPlane`."""
        return [parties.described(peer) for peer in self._roster]

    def described(self, media: MediaId) -> Resource:
        """Describe one resource. Raises UnknownMedia."""
        return parties.described(self._roster.named(media))

    async def publish(
        self, briefing: BriefingId, source: EndpointCode, offer: str, *, content: bool = False, ticket: str = ""
    ) -> Answer:
        """Take a WHIP offer; see `MediaPlane`."""
        self._hold_offs.require((briefing, source), time.monotonic())
        parsed = offers.parse(offer)
        lines = negotiation.inlets(parsed, {Kind.VIDEO}) if content else negotiation.inlets(parsed)
        peer = self._new_peer(briefing, parsed, ticket)
        publisher = Publisher(
            briefing,
            source,
            peer.media,
            lines,
            send=peer.send_rtcp,
            on_published=self._published,
            on_pictures=partial(self._rewire, briefing),
            on_left=partial(self._end, peer, Gone.CLOSED),
            epoch=self._epoch,
            since=peer.created,
            content=content,
        )
        peer.handler = publisher
        studio = self._studio(briefing)
        if (replaced := studio.beside(content=content).get(source)) is not None:
            self._end(self._roster.named(replaced.media), Gone.REPLACED)
        studio.enter(publisher)
        self._roster.add(peer)
        return self._answer(peer, [Line(media, None) for media in lines.values()])

    async def subscribe(
        self, briefing: BriefingId, viewer: EndpointCode | None, offer: str, *, ticket: str = ""
    ) -> Answer:
        """Take a WHEP offer; see `MediaPlane`."""
        self._hold_offs.require((briefing, viewer or ticket), time.monotonic())
        try:
            return self._answer(*self._seated(briefing, viewer, offers.parse(offer), ticket))
        except offers.NoCommonCodec as refused:
            proposed = counter.proposal(refused.wanted)
        peer, lines = self._seated(briefing, viewer, proposed, ticket)
        peer.is_asked = True
        return Answer(
            peer.media, counter.write(proposed, lines, self._local(peer.credentials)), peer.etag, is_offer=True
        )

    def _seated(
        self, briefing: BriefingId, viewer: EndpointCode | None, offer: offers.Offer, ticket: str
    ) -> tuple[Peer, list[Line]]:
        """Give a viewer its place; return it, and what it will be sent."""
        lanes = negotiation.lanes(offer)
        self._make_room(briefing, viewer)
        peer = self._new_peer(briefing, offer, ticket)
        studio = self._studio(briefing)
        subscriber = Subscriber(briefing, viewer, peer.media, peer, on_line_changed=studio.adapt, epoch=self._epoch)
        peer.handler = subscriber
        cohort = studio.seat(subscriber, tuple(lanes), time.monotonic())
        self._roster.add(peer)
        sent = [
            Line(media, Sent(cohort.streams[lane].ssrc, lane.slot, cohort.streams[lane].rtx_ssrc))
            for lane, media in lanes.items()
        ]
        return peer, sent

    async def patch(self, media: MediaId, fragment: str, *, if_match: str) -> Restarted | None:
        """Take candidates, or restart ICE; see `MediaPlane`."""
        peer = self._roster.named(media)
        if peer.is_asked:
            self._hear_answer(peer, fragment)
            return None
        offered = fragments.parse(fragment)
        if not fragments.matches(if_match, peer.etag):
            raise StaleMedia
        if not fragments.restarts(offered, peer.remote):
            return None
        local = self._local(self._roster.restart(peer, offered))
        log.info("media_restarted", media=media[:6])
        return Restarted(fragments.write(peer.accepted, local), peer.etag)

    async def close(self, media: MediaId) -> None:
        """End one resource; see `MediaPlane`."""
        self._end(self._roster.named(media), Gone.CLOSED)

    def lasts(self, media: MediaId) -> bool:
        """Whether a resource has not ended; see `MediaPlane`."""
        return media in self._roster

    async def expel(self, briefing: BriefingId, site: EndpointCode) -> None:
        """End everything of one site; see `MediaPlane`."""
        for peer in self._roster:
            if peer.briefing == briefing and parties.belongs(peer, site):
                self._end(peer, Gone.CLOSED)

    async def close_briefing(self, briefing: BriefingId) -> None:
        """End every resource of one briefing; see `MediaPlane`."""
        for peer in self._roster:
            if peer.briefing == briefing:
                self._end(peer, Gone.CLOSED)
        if (studio := self._studios.pop(briefing, None)) is not None:
            self._recorders.want(studio, wanted=False)

    def route(self, briefing: BriefingId, program: Program) -> None:
        """Put a source on air, at once; see `MediaPlane`."""
        studio = self._studio(briefing)
        self._recorders.want(studio, wanted=program.recording)
        studio.route(program, time.monotonic())
        for publisher in studio.uninvited:
            self._end(self._roster.named(publisher.media), Gone.CLOSED)

    def connect(self, trunk: socket.socket, on_ended: Callable[[], None]) -> None:
        """Share every briefing with another unit on this machine, over a connected SOCK_SEQPACKET socket.

        The unit owns the socket from now on; `on_ended` is called once when the other end is gone.
        """
        self._exchange.connect(trunk, on_ended)
        for studio in self._studios.values():
            studio.rewire(time.monotonic())

    def events(self) -> AsyncIterator[Sequence[MediaEvent]]:
        """Everything that happens, in order; ends after `stop`."""
        return self._outbox.read()

    async def leave(self) -> None:
        """End as `stop` does: this plane does not live on without its process."""
        await self.stop()

    async def stop(self) -> None:
        """Say goodbye to every peer and free the port."""
        self._rounds.stop()
        for peer in self._roster:
            self._end(peer, Gone.CLOSED)
        for studio in self._studios.values():
            self._recorders.want(studio, wanted=False)
        self.inspector.stop()
        self.meter.stop()
        self._exchange.close()
        await self._tasks.close()
        self._port.close()
        self._outbox.close()

    def _inspection(self, clock: Callable[[], datetime]) -> Inspection | None:
        if not self._settings.stills_every:
            return None
        return Inspection(self.inspector, self._outbox, clock, self._settings)

    def _studio(self, briefing: BriefingId) -> Studio:
        if briefing not in self._studios:
            self._studios[briefing] = Studio(briefing, self._settings, self._fanout, self._exchange)
        return self._studios[briefing]

    def recorder(self, briefing: BriefingId) -> int | None:
        """Name the process that records a briefing; None while none does."""
        studio = self._studios.get(briefing)
        return studio.recorder.pid if studio is not None and studio.recorder is not None else None

    def _make_room(self, briefing: BriefingId, viewer: EndpointCode | None) -> None:
        """End the oldest subscriptions of a site that has as many as it may: a player that restarts for ever, say."""
        if viewer in (None, HUB):
            return  # the staff's
        own = [peer for peer in self._roster if peer.briefing == briefing and parties.watches(peer, viewer)]
        for peer in own[: max(0, len(own) + 1 - _MOST_VIEWS)]:
            self._end(peer, Gone.REPLACED)

    def _new_peer(self, briefing: BriefingId, offer: offers.Offer, ticket: str) -> Peer:
        if len(self._roster) >= self._settings.max_peers:
            raise Busy
        media = MediaId(secrets.token_urlsafe(18))
        now = time.monotonic()
        return Peer(briefing, media, offer, ticket=ticket, certificate=self._certificate, port=self._port, now=now)

    def _answer(self, peer: Peer, lines: list[Line]) -> Answer:
        accepted = {line.media.mid for line in lines}
        peer.accepted = tuple(media for media in peer.offer.media if media.mid in accepted)
        return Answer(peer.media, answer.write(peer.offer, lines, self._local(peer.credentials)), peer.etag)

    def _local(self, credentials: Credentials) -> Local:
        return Local(credentials, self._fingerprint, self._addresses, self._port.number)

    def _hear_answer(self, peer: Peer, text: str) -> None:
        """Take the answer to a counter-offer: the viewer moves to those who chose the same."""
        answered = counter.accepted(peer.offer, text)
        lanes, studio, now = negotiation.lanes(answered), self._studio(peer.briefing), time.monotonic()
        peer.hear_answer(answered)
        if isinstance(peer.handler, Subscriber):
            studio.leave(peer.handler, now)
            studio.seat(peer.handler, tuple(lanes), now)
        if peer.address is not None:
            self._arrived(peer)

    def _arrived(self, peer: Peer) -> None:
        if peer.is_asked:
            return  # it was quicker than its answer
        self._tasks.start(self._shake_hands(peer), name="handshake")

    async def _shake_hands(self, peer: Peer) -> None:
        """Agree on keys with a peer whose address is proved; the rounds end one that takes too long."""
        try:
            await peer.dtls.handshake()
        except HandshakeFailed:
            if peer.is_closed:
                return
            log.warning(
                "media_handshake_failed",
                media=peer.media[:6],
                hint="FFmpeg makes a secp224r1 certificate, which is refused: give it cert_file and key_file (P-256)",
            )
            self._end(peer, Gone.FAILED)
            return
        if not peer.is_closed:
            peer.connect(time.monotonic())

    def _published(self, publisher: Publisher) -> None:
        log.info("published", briefing=publisher.briefing, source=publisher.source, content=publisher.content)
        self._outbox.put(Published(publisher.briefing, publisher.source, publisher.media, publisher.content))
        self._rewire(publisher.briefing)

    def _rewire(self, briefing: BriefingId) -> None:
        self._studio(briefing).rewire(time.monotonic())

    def _changed_elsewhere(self, briefing: BriefingId) -> None:
        """Agree with another unit on who publishes: the newest publisher of a source has replaced the others."""
        studio = self._studios.get(briefing)
        if studio is None:
            return
        for one in studio.replaced_elsewhere:
            self._end(self._roster.named(one.media), Gone.REPLACED)
        studio.rewire(time.monotonic())

    def _end(self, peer: Peer, reason: Gone) -> None:
        """Forget a peer, at once; the goodbye follows. Nothing happens the second time."""
        peer.is_closed = True
        if not self._roster.remove(peer):
            return
        self._demux.forget(peer)
        self._refused += peer.refused
        studio, handler, now = self._studio(peer.briefing), peer.handler, time.monotonic()
        if isinstance(handler, Publisher):
            studio.exit(handler, now)
            self._outbox.put(Unpublished(peer.briefing, handler.source, peer.media, reason, handler.content))
        elif isinstance(handler, Subscriber):
            studio.leave(handler, now)
            self._outbox.put(Unsubscribed(peer.briefing, handler.viewer, peer.media, reason))
        if reason is Gone.FLOODED:
            self._hold_offs.cut((peer.briefing, parties.described(peer).party or peer.ticket), now)
        log.info("media_ended", media=peer.media[:6], reason=reason)
        self._tasks.start(peer.dtls.close(), name="goodbye")
