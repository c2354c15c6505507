"""What happens by the clock: levels ten times a second; reports, health and the search for the lost once a second."""

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from server.core.ids import BriefingId
from server.media.inspection.inspection import Inspection
from server.media.inspection.metering import Metering
from server.media.plane import Gone, Health, Levels
from server.media.sfu.exchange import Exchange
from server.media.sfu.outbox import Outbox
from server.media.sfu.peer import Peer
from server.media.sfu.publisher import Publisher
from server.media.sfu.roster import Roster
from server.media.sfu.settings import SfuSettings
from server.media.sfu.studio import Studio

log = structlog.get_logger(__name__)

WINDOW = 0.1  # seconds between two rounds
_LATE = 1.5  # windows from one round to the next, from which the loop was held up
_ROUNDS_PER_SECOND = 10
_FLOODED = 30  # windows of a flood: three seconds


class Rounds:
    """The timer of the forwarding unit. Each round is short and awaits nothing."""

    def __init__(
        self,
        roster: Roster,
        studios: Mapping[BriefingId, Studio],
        outbox: Outbox,
        *,
        exchange: Exchange,
        settings: SfuSettings,
        clock: Callable[[], datetime],
        end: Callable[[Peer, Gone], None],
        metering: Metering,
        inspection: Inspection | None,
    ) -> None:
        """`end` ends a peer; without `inspection` nobody looks at what publishers send."""
        self._roster = roster
        self._studios = studios
        self._outbox = outbox
        self._exchange = exchange
        self._settings = settings
        self._clock = clock
        self._end = end
        self._metering = metering
        self._inspection = inspection
        self._timer: asyncio.TimerHandle | None = None
        self._count = 0
        self._second_began = self._window_began = time.monotonic()

    def start(self) -> None:
        """Begin."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(WINDOW, self._round, loop.time() + WINDOW)

    def stop(self) -> None:
        """End."""
        if self._timer is not None:
            self._timer.cancel()

    def _round(self, due: float) -> None:
        loop = asyncio.get_running_loop()
        following = max(due + WINDOW, loop.time())  # after a stall: no burst of rounds
        self._timer = loop.call_at(following, self._round, following)
        self._count += 1
        now = time.monotonic()
        self._refill()
        self._exchange.remind(now)
        self._metering.attend((one for studio in self._studios.values() for one in studio.published), now)
        elapsed, self._window_began = now - self._window_began, now
        for studio in self._studios.values():
            self._window(studio, now, WINDOW if elapsed < _LATE * WINDOW else round(elapsed, 3))
            self._report(studio, now)
        self._forget_the_lost(now)
        if self._count % _ROUNDS_PER_SECOND == 0:
            seconds, self._second_began = now - self._second_began, now
            for studio in self._studios.values():
                self._second(studio, now, seconds)

    def _refill(self) -> None:
        """Allow every peer its packets for the next window, in bursts of up to half a second."""
        share = round(self._settings.packets_per_second * WINDOW)
        for peer in self._roster:
            peer.refill(share)

    def _window(self, studio: Studio, now: float, length: float) -> None:
        """Close a window of levels, and ask publishers again for what is missing.

        After a stall it is as long as that was: what came meanwhile was not said in the last 100 ms.
        """
        publishers = studio.published
        for publisher in publishers:
            publisher.remind(now)
        loudest = {publisher: publisher.take_level() for publisher in publishers}
        levels = tuple((found.source, level) for found, level in loudest.items() if level is not None)
        if levels:
            began = self._clock() - timedelta(seconds=length)
            self._outbox.put(Levels(studio.briefing, began, length, levels))
        if self._inspection is not None:
            for publisher, level in loudest.items():
                self._inspection.attend(studio, publisher, level, now)
        studio.window(now)

    def _report(self, studio: Studio, now: float) -> None:
        """Send a tenth of the subscribers their reports: those of all at once would hold packets up."""
        for subscriber in studio.subscribers[self._count % _ROUNDS_PER_SECOND :: _ROUNDS_PER_SECOND]:
            subscriber.report(now)

    def _second(self, studio: Studio, now: float, seconds: float) -> None:
        """Exchange reports with everybody, and sum up."""
        publishers = studio.published
        for publisher in publishers:
            publisher.report(now)
            studio.tell(publisher)
        studio.second(seconds)
        health = Health(  # also of an empty studio: that nobody is there any more must be told until it is stored
            briefing=studio.briefing,
            at=self._clock(),
            publishers=tuple(publisher.health(seconds) for publisher in publishers),
            subscribers=tuple(subscriber.health(seconds) for subscriber in studio.subscribers if subscriber.target),
        )
        self._outbox.put(health)

    def _is_lost(self, peer: Peer, now: float) -> bool:
        """Whether nothing authentic has come from where a peer is for so long that it may not want ours any more.

        People wait for a publisher that is silent; a viewer may take up its session again.
        """
        settings = self._settings
        patience = settings.lost_after if isinstance(peer.handler, Publisher) else settings.viewer_lost_after
        return now - peer.heard > patience

    def _forget_the_lost(self, now: float) -> None:
        """End those who said goodbye, send far too much, fell silent, or never came."""
        for peer in self._roster:
            if peer.is_closed:
                self._end(peer, Gone.CLOSED)
            elif peer.floods >= _FLOODED:
                log.warning("media_peer_floods", media=peer.media[:6])
                self._end(peer, Gone.FLOODED)
            elif peer.is_connected and self._is_lost(peer, now):
                self._end(peer, Gone.LOST)
            elif not peer.is_connected and now - peer.created > self._settings.handshake_within:
                log.warning("media_peer_never_came", media=peer.media[:6])
                self._end(peer, Gone.FAILED)
