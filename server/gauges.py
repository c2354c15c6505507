"""What the running rooms and the media plane show Prometheus, read at each scrape."""

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.core.mail import Census, MailState
from server.core.state import RUNNING
from server.live.rooms import Rooms
from server.media.plane import MediaPlane


class MailGauges(Collector):
    """A collector over the outbox, as it was last counted."""

    def __init__(self, census: Callable[[], Census], now: Callable[[], datetime]) -> None:
        self._census = census
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """Say how many mails are where, and how long the oldest has waited."""
        census = self._census()
        mails = GaugeMetricFamily("giaoban_mails", "Mails in the outbox.", labels=("state",))
        counts = {MailState.WAITING: census.waiting, MailState.DEAD: census.dead, MailState.BOUNCED: census.bounced}
        for state, count in counts.items():
            mails.add_metric((state.value,), count)
        yield mails
        age = (self._now() - census.oldest).total_seconds() if census.oldest else 0
        yield GaugeMetricFamily("giaoban_mail_oldest_seconds", "How long the oldest mail has waited.", max(0, age))


class Gauges(Collector):
    """A collector over the rooms and the plane of one application."""

    def __init__(self, rooms: Rooms, plane: MediaPlane) -> None:
        self._rooms = rooms
        self._plane = plane

    def collect(self) -> Iterator[Metric]:
        """Read everything once."""
        yield from self._of_rooms()
        yield from self._of_media()

    def _of_rooms(self) -> Iterator[Metric]:
        running = [room for room in self._rooms if room.state.phase in RUNNING]
        counts = [room.status().counts for room in running]
        yield GaugeMetricFamily("giaoban_briefings_running", "Briefings that are open or live.", len(running))
        yield GaugeMetricFamily("giaoban_sites_present", "Sites that are present.", sum(one.present for one in counts))
        publishing = sum(one.publishing for one in counts)
        yield GaugeMetricFamily("giaoban_sites_publishing", "Sites whose media arrives.", publishing)
        streams = sum(len(room.feed.listeners) for room in self._rooms)
        yield GaugeMetricFamily("giaoban_event_streams", "Event streams that are open.", streams)

    def _of_media(self) -> Iterator[Metric]:
        seen = self._plane.counters
        yield GaugeMetricFamily("giaoban_media_peers", "Media sessions: publishers and subscribers.", seen.peers)
        yield CounterMetricFamily("giaoban_media_strangers", "Datagrams from addresses of nobody.", seen.strangers)
        yield CounterMetricFamily("giaoban_media_forged", "STUN that was malformed or not authentic.", seen.forged)
        yield CounterMetricFamily("giaoban_media_refused", "Packets of known peers that were refused.", seen.refused)
        yield CounterMetricFamily("giaoban_media_unsent", "Packets the kernel did not take.", seen.unsent)
        lost = "Helper processes that did not survive what they decoded, or were killed."
        yield CounterMetricFamily("giaoban_media_helpers_lost", lost, seen.helpers_lost)
