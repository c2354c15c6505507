"""Token buckets, with time passed in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.web.limits import Buckets, Places, network_of


def test_bucket_gives_its_burst_and_then_says_how_long_to_wait() -> None:
    buckets = Buckets(burst=2, rate=0.5)

    waits = [buckets.take("a", now=0), buckets.take("a", now=0), buckets.take("a", now=0)]

    assert waits == [0, 0, 2]


def test_bucket_fills_with_time_up_to_its_burst() -> None:
    buckets = Buckets(burst=2, rate=0.5)
    for _ in range(2):
        buckets.take("a", now=0)

    assert [buckets.take("a", now=1000) for _ in range(3)] == [0, 0, 2]


def test_attempt_that_was_right_costs_nothing() -> None:
    buckets = Buckets(burst=1, rate=0.001)

    for _ in range(5):
        assert buckets.take("a", now=0) == 0
        buckets.give_back("a", now=0)


def test_keys_do_not_share_a_bucket() -> None:
    buckets = Buckets(burst=1, rate=1)
    buckets.take("a", now=0)

    assert buckets.take("b", now=0) == 0


def test_least_recently_used_bucket_is_forgotten_first() -> None:
    buckets = Buckets(burst=1, rate=0.001, most=2)
    for key in ("a", "b", "a", "c"):
        buckets.take(key, now=0)

    assert len(buckets) == 2
    assert buckets.take("a", now=0) > 0


@given(st.lists(st.floats(0, 10), max_size=200))
def test_no_more_than_burst_and_rate_allow_ever_pass(steps: list[float]) -> None:
    buckets, now, passed = Buckets(burst=3, rate=0.5), 0.0, 0
    for step in steps:
        now += step
        passed += buckets.take("a", now=now) == 0

    assert passed <= 3 + now * 0.5 + 1e-6


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("", ""),
        ("a socket", "a socket"),
    ],
)
def test_network_an_address_counts_for(address: str, network: str) -> None:
    assert network_of(address) == network


def test_each_has_so_many_places_at_once_and_those_that_are_free_again_are_forgotten() -> None:
    places = Places(most=2)

    with places.one("a") as first, places.one("a") as second, places.one("a") as third, places.one("b") as other:
        assert (first, second, third, other, len(places)) == (True, True, False, True, 2)
    with places.one("a") as again:
        assert again
    assert len(places) == 0
