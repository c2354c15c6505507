"""How a stream arrives: loss, jitter, and what is asked for again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.media.sfu.reception import Reception, Window
from server.media.sfu.rtcp import SenderReport, ntp_of


def _received(sequences: list[int]) -> Reception:
    reception = Reception(48_000)
    for position, sequence in enumerate(sequences):
        reception.count(sequence & 0xFFFF, 960 * sequence & 0xFFFFFFFF, 100, 0.02 * position)
    return reception


def test_sequence_numbers_go_on_beyond_the_wrap() -> None:
    reception = Reception(48_000)
    indices = [reception.count(sequence, 0, 1, 0.0) for sequence in (65_534, 65_535, 0, 1, 65_535)]
    assert indices == [131_070, 131_071, 131_072, 131_073, 131_071]


def test_a_window_counts_what_came_and_what_did_not() -> None:
    reception = _received([10, 11, 13, 14])
    assert reception.window() == Window(packets=4, expected=5, octets=400, frames=4)
    assert reception.window().loss == 0.0
    reception.count(16, 0, 100, 1.0)
    assert reception.window().loss == 0.5


def test_duplicates_do_not_make_loss_negative() -> None:
    reception = _received([10, 11, 11, 11])
    assert reception.window().loss == 0.0
    assert reception.report(1, 1.0).fraction_lost == 0


def test_a_report_tells_loss_since_the_last_and_since_the_beginning() -> None:
    reception = _received([0, 1, 3])
    first = reception.report(7, 1.0)
    assert (first.ssrc, first.fraction_lost, first.lost, first.highest) == (7, 64, 1, 65_539)
    second = reception.report(7, 2.0)
    assert (second.fraction_lost, second.lost) == (0, 1)


def test_a_report_tells_the_time_since_the_last_sender_report() -> None:
    reception = _received([0])
    reception.heard(SenderReport(7, ntp_of(1_000.0), 0), 5.0)
    report = reception.report(7, 5.5)
    assert report.delay == 32_768
    assert report.last == ntp_of(1_000.0) >> 16 & 0xFFFFFFFF


def test_an_even_stream_has_no_jitter_and_an_uneven_one_has() -> None:
    even = _received(list(range(50)))
    assert even.jitter == pytest.approx(0.0, abs=1e-6)
    even.count(50, 960 * 50, 100, 0.02 * 50 + 0.1)
    assert even.jitter == pytest.approx(0.1 * 48_000 / 16)


def test_timestamps_are_guessed_from_the_newest_packet() -> None:
    assert _received([0, 1]).timestamp_at(0.03) == 1_440


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=50))
def test_any_sequence_numbers_are_counted(sequences: list[int]) -> None:
    reception = _received(sequences)
    assert 0 <= reception.report(1, 1.0).fraction_lost <= 255
    assert 0.0 <= reception.window().loss <= 1.0
