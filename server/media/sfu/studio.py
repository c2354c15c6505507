"""One briefing's media: its publishers, its cohorts, and the wiring between them that `route` decides."""

from collections.abc import Iterable

from server.core.ids import HUB, BriefingId, EndpointCode
from server.media.plane import Program
from server.media.sfu.cohort import Cohort, Lanes, Slot
from server.media.sfu.exchange import Exchange
from server.media.sfu.fanout import Sender
from server.media.sfu.publisher import Publisher
from server.media.sfu.relay import Relay
from server.media.sfu.settings import SfuSettings
from server.media.sfu.stage import is_shown, shown
from server.media.sfu.subscriber import Subscriber


class Studio:
    """Everything of one briefing; nothing here awaits, so a decision holds for the very next packet."""

    def __init__(self, briefing: BriefingId, settings: SfuSettings, sender: Sender, exchange: Exchange) -> None:
        """`exchange` has what other units publish in the same briefing."""
        self.briefing = briefing
        self.program = Program()
        self.publishers: dict[EndpointCode, Publisher] = {}  # of cameras and microphones
        self.contents: dict[EndpointCode, Publisher] = {}  # of what is presented
        self.subscribers: list[Subscriber] = []  # in the order they came
        self._cohorts: list[Cohort] = []
        self._settings = settings
        self._sender = sender
        self._exchange = exchange

    def route(self, program: Program, now: float) -> None:
        """Put the program on air."""
        self.program = program
        self.rewire(now)

    @property
    def published(self) -> list[Publisher]:
        """Every publisher that has sent something, of either kind."""
        return [found for found in (*self.publishers.values(), *self.contents.values()) if found.is_published]

    @property
    def uninvited(self) -> list[Publisher]:
        """Those that send content and are not to present."""
        return [found for source, found in self.contents.items() if source != self.program.presenting]

    @property
    def replaced_elsewhere(self) -> list[Publisher]:
        """Those whose source has published again in another unit since."""
        return [
            one
            for content in (False, True)
            for source, relay in self._exchange.relays(self.briefing, content=content).items()
            if (one := self.beside(content=content).get(source)) is not None and one.since < relay.since
        ]

    def beside(self, *, content: bool) -> dict[EndpointCode, Publisher]:
        """Return the publishers of one kind: a source may have one of each."""
        return self.contents if content else self.publishers

    def enter(self, publisher: Publisher) -> None:
        """Take a publisher in; it is shown from its first packet on."""
        self.beside(content=publisher.content)[publisher.source] = publisher

    def exit(self, publisher: Publisher, now: float) -> None:
        """Let a publisher go, unless a newer one has taken its place."""
        others = self.beside(content=publisher.content)
        if others.get(publisher.source) is publisher:
            del others[publisher.source]
        self.rewire(now)

    def seat(self, subscriber: Subscriber, lanes: Lanes, now: float) -> Cohort:
        """Find or make the cohort for a new subscriber."""
        viewer = subscriber.viewer if subscriber.viewer in (HUB, *self._apart()) else None
        fitting = (cohort for cohort in self._cohorts if cohort.lanes == lanes and cohort.viewer == viewer)
        cohort = next(fitting, None)
        if cohort is None:
            cohort = Cohort(lanes, viewer, None, self._sender)
            self._cohorts.append(cohort)
        cohort.join(subscriber)
        self.subscribers.append(subscriber)
        self.rewire(now)
        return cohort

    def leave(self, subscriber: Subscriber, now: float) -> None:
        """Let a subscriber go, and its cohort with the last of them."""
        self.subscribers.remove(subscriber)
        subscriber.cohort.leave(subscriber)
        self.rewire(now)

    def rewire(self, now: float) -> None:
        """Tune every stream to what the program says it shows, and tell publishers their rates."""
        self._cohorts.extend(self._forks())
        for cohort in [cohort for cohort in self._cohorts if not cohort.members]:
            cohort.end(now)
            self._cohorts.remove(cohort)
        cameras, contents = self._publishing(content=False), self._publishing(content=True)
        for cohort in self._cohorts:
            for lane, stream in cohort.streams.items():
                publishing = contents if lane.slot is Slot.CONTENT else cameras
                source = shown(lane.slot, self.program, publishing, cohort.viewer)
                publisher = publishing.get(source) if source else None
                stream.tune(publisher.track(lane.kind) if publisher else None, now)
        published = self.published
        for publisher in published:
            if publisher.ration != self._ration(publisher):
                self.tell(publisher)
        self._exchange.refresh(self.briefing, published, self._shown(published), now)

    def tell(self, publisher: Publisher) -> None:
        """Tell a publisher what it may send now; the line of one that is shown, or is about to be, is watched."""
        publisher.tell(self._ration(publisher), watch=self._rate(publisher) > self._settings.off_air_rate)

    def _ration(self, publisher: Publisher) -> int:
        """Say what a publisher may send, in bit/s.

        One with layers saves by itself: off air it sends its smallest. Told less, its browser would need twenty
        seconds on air to believe that there is room for the largest.
        """
        return self._settings.on_air_rate if publisher.is_layered else self._rate(publisher)

    def _rate(self, publisher: Publisher) -> int:
        """Say what its part in the program is worth, in bit/s."""
        if publisher.content:
            return self._settings.content_rate
        if publisher.source in (HUB, self.program.on_air):
            return self._settings.on_air_rate
        return self._settings.on_deck_rate if publisher.source in self.program.on_deck else self._settings.off_air_rate

    def _forks(self) -> list[Cohort]:
        """Part the sites that are shown from those who are about to see them."""
        mixed = [cohort for cohort in self._cohorts if cohort.viewer is None]
        return [
            cohort.fork(site)
            for site in self._apart()
            for cohort in mixed
            if any(member.viewer == site for member in cohort.members)
        ]

    def _apart(self) -> set[EndpointCode]:
        """Name the sites that are shown, which must not get themselves back. The hub's viewers are always apart."""
        return {site for site in (self.program.on_air, self.program.presenting) if site not in (None, HUB)}

    def _publishing(self, *, content: bool) -> dict[EndpointCode, Publisher | Relay]:
        """Find everything of one kind that arrives, here or in another unit."""
        here = self.beside(content=content).items()
        return self._exchange.relays(self.briefing, content=content) | {
            source: found for source, found in here if found.is_published
        }

    def _shown(self, published: Iterable[Publisher]) -> list[Publisher]:
        return [one for one in published if is_shown(self.program, one.source, content=one.content)]
