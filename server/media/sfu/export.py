"""A publisher of this unit, as another unit is offered it: what is wanted there and shown here crosses."""

from collections.abc import Iterator
from itertools import count

from server.media.sfu import crossing
from server.media.sfu.codec import Kind
from server.media.sfu.crossing import Clocked, Layer, Offered
from server.media.sfu.link import Link
from server.media.sfu.publisher import Publisher
from server.media.sfu.track import Arrival, Track

_CLOCK_INTERVAL = 1.0  # seconds between two messages that tell a stream's clock, as between two sender reports


class Departure:
    """A track on its way to another unit: an outlet of it while it is wanted there and shown here."""

    def __init__(self, number: int, track: Track, link: Link) -> None:
        """`number` is what the stream is called on the trunk."""
        self.number = number
        self.track = track
        self._link = link
        self._is_wanted = self._is_shown = self._is_attached = False
        self._clock_due = float("-inf")

    def want(self, is_wanted: bool, now: float) -> None:
        """Take note of whether anybody there receives it."""
        self._is_wanted = is_wanted
        self._settle(now)

    def show(self, is_shown: bool, now: float) -> None:
        """Take note of whether the program here shows it: from this moment on nothing else crosses."""
        self._is_shown = is_shown
        self._settle(now)

    def want_keyframe(self, now: float) -> None:
        """Pass on a request of the other unit, which knows what may wait, if it receives the track at all."""
        if self._is_attached:
            self.track.want_keyframe(now, in_a_hurry=True)

    def take(self, track: Track, arrival: Arrival) -> None:
        """Send one packet across; the first of them, and one each second, with the track's clock before it."""
        if arrival.at >= self._clock_due:
            self._clock_due = arrival.at + _CLOCK_INTERVAL
            timestamp = track.timestamp_at(arrival.at) & 0xFFFFFFFF
            self._link.send(crossing.write(Clocked(self.number, timestamp, arrival.at)))
        self._link.pass_on(crossing.packet(self.number, arrival))

    def _settle(self, now: float) -> None:
        attaches = self._is_wanted and self._is_shown
        if attaches == self._is_attached:
            return
        self._is_attached = attaches
        if attaches:
            self.track.attach(self)
            self.track.want_keyframe(now, in_a_hurry=True)
        else:
            self.track.detach(self)


class Export:
    """One publisher and its departures."""

    def __init__(self, publisher: Publisher, numbers: "count[int]", link: Link) -> None:
        """`numbers` are those that the trunk has not used yet, for publications and streams alike."""
        self.publisher = publisher
        self.number = next(numbers)
        self._numbers = numbers
        self._link = link
        self._is_shown = False
        self._offered: tuple[tuple[Track, ...], tuple[Track, ...]] | None = None  # what the other unit knows
        self._departures: dict[Track, Departure] = {}

    @property
    def departures(self) -> dict[int, Departure]:
        """Its tracks on their way, by the numbers of their streams."""
        return {departure.number: departure for departure in self._departures.values()}

    def offer(self, now: float) -> bool:
        """Offer the tracks, and say which of them arrive now; return False when there is nothing new to say."""
        one = self.publisher
        if (tracks := (one.tracks, one.pictures)) == self._offered:
            return False
        self._offered = tracks
        layers = tuple(Layer(self._number_of(track, now), track.kind, arrives) for track, arrives in _layers(one))
        offered = Offered(self.number, one.since, one.briefing, one.source, one.content, layers)
        self._link.send(crossing.write(offered))
        return True

    def show(self, is_shown: bool, now: float) -> None:
        """Take note of whether the program shows the publisher."""
        self._is_shown = is_shown
        for departure in self._departures.values():
            departure.show(is_shown, now)

    def _number_of(self, track: Track, now: float) -> int:
        departure = self._departures.get(track)
        if departure is None:
            departure = self._departures[track] = Departure(next(self._numbers), track, self._link)
            departure.show(self._is_shown, now)
        return departure.number


def _layers(publisher: Publisher) -> Iterator[tuple[Track, bool]]:
    """List the tracks, and whether they arrive: the pictures that do in their order, before those that do not."""
    pictures = publisher.pictures
    yield from ((track, True) for track in pictures)
    yield from ((track, track.kind is Kind.AUDIO) for track in publisher.tracks if track not in pictures)
