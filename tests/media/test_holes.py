"""What receivers report as lost, less what never left here."""

from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.holes import Deliveries, Delivery, Holes
from server.media.sfu.rtcp import ReceiverReport


def report(highest: int, fraction: int) -> ReceiverReport:
    return ReceiverReport(7, fraction, 0, highest, 0, 0, 0)


def test_holes_younger_than_a_report_are_not_in_it() -> None:
    holes = Holes()
    holes.note(105, 4)
    holes.note(120, 10)
    assert [holes.until(number) for number in (100, 105, 119, 120, 130)] == [0, 4, 4, 14, 14]
    holes.note(121, -1)
    assert (holes.until(120), holes.until(121)) == (14, 13)


def test_what_never_left_here_is_not_lost_on_the_way() -> None:
    deliveries = Deliveries()
    assert deliveries.take(report(1_000, 255), 50) == Delivery(0, 0.0)
    assert deliveries.take(report(1_100, 128), 100) == Delivery(50, 0.0)
    assert deliveries.take(report(1_200, 128), 125) == Delivery(75, 25.0)


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.integers(0, 255), st.integers(0, 1 << 40)), max_size=20))
def test_whatever_is_reported_no_more_is_lost_than_was_sent(said: list[tuple[int, int, int]]) -> None:
    deliveries = Deliveries()
    for highest, fraction, unsent in said:
        delivery = deliveries.take(report(highest, fraction), unsent)
        assert delivery.sent >= 0
        assert 0 <= delivery.loss <= 1
