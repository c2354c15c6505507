"""What tracks bring, in bit/s: read once a second, quick to rise and slow to fall."""

from collections.abc import Iterable

from server.media.sfu.track import Track

_FADES = 0.8  # of a rate that is no longer reached, for each reading


class Rates:
    """The rates of some tracks."""

    def __init__(self) -> None:
        self._octets: dict[Track, int] = {}  # at the last reading
        self._rates: dict[Track, float] = {}  # bit/s

    def read(self, tracks: Iterable[Track], seconds: float) -> None:
        """Measure what these tracks brought since the last reading, `seconds` ago; others are forgotten."""
        octets = {track: track.reception.octets for track in tracks}
        known = [track for track in octets if track in self._octets]
        brought = {track: 8 * (octets[track] - self._octets[track]) / seconds for track in known}
        self._rates = {track: max(rate, _FADES * self._rates.get(track, 0.0)) for track, rate in brought.items()}
        self._octets = octets

    def of(self, track: Track) -> int | None:
        """Return a track's rate: 0 for one that was not read, None for one of which nothing has come yet."""
        return (round(self._rates.get(track, 0.0)) or None) if track in self._octets else 0
