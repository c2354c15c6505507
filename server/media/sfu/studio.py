"""One briefing's media: its publishers, its cohorts, and the wiring between them that `route` decides."""

from collections.abc import Iterable, Mapping

from server.core.ids import HUB, BriefingId, EndpointCode
from server.media.plane import Program
from server.media.recording.recorder import OnStage, Recorder
from server.media.sfu.codec import Kind
from server.media.sfu.cohort import Cohort, Lane, Lanes, Slot
from server.media.sfu.downlink import Share
from server.media.sfu.exchange import Exchange
from server.media.sfu.fanout import Fanout
from server.media.sfu.publisher import Publisher
from server.media.sfu.rates import Rates
from server.media.sfu.relay import Relay
from server.media.sfu.settings import SfuSettings
from server.media.sfu.stage import is_shown, layer, shown
from server.media.sfu.subscriber import Subscriber
from server.media.sfu.track import Track

There = Mapping[bool, Mapping[EndpointCode, Publisher | Relay]]
"""Everything that arrives: cameras and microphones under False, content under True."""


class Studio:
    """Everything of one briefing; nothing here awaits, so a decision holds for the very next packet."""

    def __init__(self, briefing: BriefingId, settings: SfuSettings, fanout: Fanout, exchange: Exchange) -> None:
        """`exchange` has what other units publish in the same briefing."""
        self.briefing = briefing
        self.program = Program()
        self.publishers: dict[EndpointCode, Publisher] = {}  # of cameras and microphones
        self.contents: dict[EndpointCode, Publisher] = {}  # of what is presented
        self.subscribers: list[Subscriber] = []  # in the order they came
        self.recorder: Recorder | None = None
        self._cohorts: list[Cohort] = []
        self._rates = Rates()
        self._settings = settings
        self._fanout = fanout
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
        common = (cohort for cohort in self._cohorts if not cohort.is_narrow)
        cohort = next((cohort for cohort in common if cohort.lanes == lanes and cohort.viewer == viewer), None)
        if cohort is None:
            cohort = Cohort(lanes, viewer, None, self._fanout)
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
        there = self._there()
        for cohort in self._cohorts:
            for lane, stream in cohort.streams.items():
                stream.tune(self._track(there, lane, cohort.viewer, cohort.share), now)
        if self.recorder is not None:
            self.recorder.tune(self._on_stage(there), now)
        published = self.published
        for publisher in published:
            if publisher.ration != self._ration(publisher):
                self.tell(publisher)
        self._exchange.refresh(self.briefing, published, self._shown(published), now)

    def adapt(self, subscriber: Subscriber, now: float) -> None:
        """Send a subscriber what its line carries; from the first time on it has a cohort of its own (ADR 0018)."""
        cohort, share = subscriber.cohort, subscriber.downlink.share
        if not cohort.is_narrow:
            cohort = cohort.fork([subscriber], cohort.viewer)
            cohort.is_narrow = True
            self._cohorts.append(cohort)
        if share is Share.SMALL and cohort.share > share:  # the keyframe of the small layer can't wait behind the large
            for stream in cohort.pictures.values():
                stream.tune(None, now)
        cohort.share = share
        self.rewire(now)

    def window(self, now: float) -> None:
        """Do what falls due ten times a second: measure what is sent, and look after the narrow lines."""
        for cohort in self._cohorts:
            cohort.gauge(now)
        for subscriber in self.subscribers:
            subscriber.refill()
            if subscriber.cohort.is_narrow:
                subscriber.tend(now)

    def second(self, seconds: float) -> None:
        """Measure what the pictures of every share need."""
        there = self._there()
        arriving = (track for publishers in there.values() for one in publishers.values() for track in one.pictures)
        self._rates.read(arriving, seconds)
        for cohort in self._cohorts:
            cohort.needs = {share: self._need(there, cohort, share) for share in Share}

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

    def _track(self, there: There, lane: Lane, viewer: EndpointCode | None, share: Share) -> Track | None:
        """Find what an m-line of a viewer shows."""
        publishers = there[lane.slot is Slot.CONTENT]
        source = shown(lane.slot, self.program, publishers, viewer)
        publisher = publishers.get(source) if source else None
        track = publisher.track(lane.kind) if publisher else None
        if publisher is None or track is None:
            return None
        if lane.kind is Kind.AUDIO:
            is_double = lane.slot is Slot.HUB and shown(Slot.STAGE, self.program, publishers, viewer) == HUB
            return None if is_double and share < Share.ALL else track  # a narrow line has no room for it twice
        return layer(lane.slot, share, publisher.pictures or (track,))

    def _on_stage(self, there: There) -> OnStage:
        """Find what is recorded: all that is shown to everybody, at its best; the hub's sound beside another's."""
        publishers, contents = there[False], there[True]
        source = shown(Slot.STAGE, self.program, publishers, None)
        presenter = shown(Slot.CONTENT, self.program, contents, None)
        stage = publishers.get(source) if source else None
        hub = publishers.get(HUB) if stage is not None and source != HUB else None
        return OnStage(
            stage.track(Kind.AUDIO) if stage else None,
            stage.track(Kind.VIDEO) if stage else None,
            hub.track(Kind.AUDIO) if hub else None,
            contents[presenter].track(Kind.VIDEO) if presenter else None,
        )

    def _need(self, there: There, cohort: Cohort, share: Share) -> int:
        """Tell what a share's pictures need, in bit/s; a layer that is not measured here needs what it may."""
        tracks = (self._track(there, lane, cohort.viewer, share) for lane in cohort.pictures)
        guess = self._settings.off_air_rate if share is Share.SMALL else self._settings.on_air_rate
        rates = (self._rates.of(track) for track in tracks if track is not None)
        return sum(guess if rate is None else rate for rate in rates)

    def _forks(self) -> list[Cohort]:
        """Part the sites that are shown from those who are about to see them."""
        mixed = [cohort for cohort in self._cohorts if cohort.viewer is None]
        return [
            cohort.fork(own, site)
            for site in self._apart()
            for cohort in mixed
            if (own := [member for member in cohort.members if member.viewer == site])
        ]

    def _apart(self) -> set[EndpointCode]:
        """Name the sites that are shown, which must not get themselves back. The hub's viewers are always apart."""
        return {site for site in (self.program.on_air, self.program.presenting) if site not in (None, HUB)}

    def _there(self) -> There:
        return {content: self._publishing(content=content) for content in (False, True)}

    def _publishing(self, *, content: bool) -> dict[EndpointCode, Publisher | Relay]:
        """Find everything of one kind that arrives, here or in another unit."""
        here = self.beside(content=content).items()
        return self._exchange.relays(self.briefing, content=content) | {
            source: found for source, found in here if found.is_published
        }

    def _shown(self, published: Iterable[Publisher]) -> list[Publisher]:
        return [one for one in published if is_shown(self.program, one.source, content=one.content)]
