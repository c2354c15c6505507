"""What the running rooms and the media plane show Prometheus, read at each scrape."""

from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from server.core.state import RUNNING
from server.live.rooms import Rooms
from server.media.plane import MediaPlane


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
