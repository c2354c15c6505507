import random

from endpoints.backoff import Backoff


def test_waits_double_up_to_the_limit_with_jitter() -> None:
    backoff = Backoff(random.Random(1))

    waits = [backoff.wait() for _ in range(8)]

    for wait, whole in zip(waits, (0.5, 1, 2, 4, 8, 10, 10, 10), strict=True):
        assert whole / 2 <= wait <= whole


def test_two_sites_do_not_wait_alike() -> None:
    assert Backoff(random.Random(1)).wait() != Backoff(random.Random(2)).wait()


def test_the_server_may_ask_for_more() -> None:
    assert Backoff(random.Random(1)).wait(at_least=7) == 7


def test_reset_begins_again() -> None:
    backoff = Backoff(random.Random(1))
    for _ in range(5):
        backoff.wait()

    backoff.reset()

    assert backoff.wait() <= 0.5
