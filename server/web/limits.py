"""How fast one address or one name may try: token buckets in memory, bounded in number."""

from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address

MOST_BUCKETS = 10_000


@dataclass(slots=True)
class Bucket:
    """Tokens left, and the moment at which that was true."""

    tokens: float
    at: float  # seconds of a monotonic clock


@dataclass(slots=True)
class Buckets:
    """One bucket per key; the least recently used is forgotten when there are too many.

    `burst` tokens at most, refilled by `rate` tokens per second.
    """

    burst: float
    rate: float
    most: int = MOST_BUCKETS
    _buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str, *, now: float) -> float:
        """Take a token; return 0, or the seconds to wait until there is one (then none was taken)."""
        bucket = self._filled(key, now)
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / self.rate
        bucket.tokens -= 1
        return 0

    def give_back(self, key: str, *, now: float) -> None:
        """Return a token: the attempt was a good one."""
        bucket = self._filled(key, now)
        bucket.tokens = min(self.burst, bucket.tokens + 1)

    def _filled(self, key: str, now: float) -> Bucket:
        bucket = self._buckets.setdefault(key, Bucket(self.burst, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self.most:
            self._buckets.popitem(last=False)
        bucket.tokens = min(self.burst, bucket.tokens + max(0.0, now - bucket.at) * self.rate)
        bucket.at = now
        return bucket


@dataclass(slots=True)
class Places:
    """How much each key may have under way at once."""

    most: int
    _taken: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self._taken)

    @contextmanager
    def one(self, key: str) -> Iterator[bool]:
        """Take a place until the end; False where there is none left."""
        if self._taken[key] >= self.most:
            yield False
            return
        self._taken[key] += 1
        try:
            yield True
        finally:
            self._taken[key] -= 1
            if not self._taken[key]:
                del self._taken[key]


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the service. Of attempts to get in only those that fail use up tokens."""

    sign_in_by_name: Buckets = field(default_factory=lambda: Buckets(burst=10, rate=1 / 30))
    sign_in_by_address: Buckets = field(default_factory=lambda: Buckets(burst=30, rate=1 / 4))
    bad_tokens_by_address: Buckets = field(default_factory=lambda: Buckets(burst=60, rate=1))
    files_by_caller: Buckets = field(default_factory=lambda: Buckets(burst=100, rate=1))
    files_at_once: Places = field(default_factory=lambda: Places(most=4))
    media_by_caller: Buckets = field(default_factory=lambda: Buckets(burst=240, rate=20))
    moves_by_site: Buckets = field(default_factory=lambda: Buckets(burst=120, rate=1))


def network_of(address: str) -> str:
    """Return what a limit counts by: an IPv4 address, or the /64 that one IPv6 subscriber has (RFC 6177)."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> 64 << 64))
