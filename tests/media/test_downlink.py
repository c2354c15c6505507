"""What a line is sent, by what its receiver says: the situations, and what holds in all of them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.media.plane import Picture
from server.media.sfu.downlink import Downlink, Share
from server.media.sfu.holes import Delivery
from tests.media.lines import Line, Trial, needs

SOUND, SMALL, STAGE, ALL = Share
ONE_LAYER = needs(small=1_200_000)
BOTH = pytest.mark.parametrize("estimates", [True, False], ids=["estimates", "reports alone"])


@BOTH
@pytest.mark.parametrize("loss", [0.0, 0.01, 0.05, 0.1, 0.2])
def test_loss_on_a_wide_line_costs_no_picture(loss: float, *, estimates: bool) -> None:
    trial = Trial(needs(), Line(loss=loss), estimates)
    assert set(trial.run(60)) == {ALL}


@BOTH
@pytest.mark.parametrize(("loss", "quiet"), [(0.0, 60), (0.2, 60), (0.0, 3)])
def test_a_picture_that_grows_is_no_narrow_line(loss: float, quiet: float, *, estimates: bool) -> None:
    trial = Trial(needs(100_000, 50_000, 100_000), Line(loss=loss), estimates)
    trial.run(quiet)
    trial.needs = needs(2_000_000, 150_000, 2_000_000)
    assert set(trial.run(30)) == {ALL}


@BOTH
@pytest.mark.parametrize(
    ("rate", "wanted", "found"),
    [
        (2_000_000, needs(), STAGE),
        (1_000_000, needs(), SMALL),
        (1_000_000, ONE_LAYER, SOUND),
        (256_000, needs(), SMALL),
        (256_000, ONE_LAYER, SOUND),
        (128_000, needs(), SOUND),
    ],
)
@pytest.mark.parametrize("queue", [0.1, 0.3, 2.0])
def test_a_narrow_line_gets_what_it_carries_within_seconds_and_for_good(
    rate: float, wanted: dict[Share, int], found: Share, queue: float, *, estimates: bool
) -> None:
    trial = Trial(wanted, Line(), estimates)
    trial.run(10)
    trial.line.rate, trial.line.queue = rate, queue
    trial.run(12)
    assert set(trial.run(120)) == {found}


@BOTH
@pytest.mark.parametrize("narrow", [5, 30, 120])
def test_a_line_that_is_wide_again_gets_everything_back(narrow: float, *, estimates: bool) -> None:
    trial = Trial(ONE_LAYER, Line(), estimates)
    trial.run(10)
    trial.line.rate = 256_000
    trial.run(narrow)
    trial.line.rate = float("inf")
    back = trial.run(60)
    assert back.index(STAGE) < 40
    assert back[-1] is ALL


def test_a_line_that_stays_narrow_is_tried_ever_more_seldom() -> None:
    trial = Trial(ONE_LAYER, Line(rate=256_000))
    trial.run(30)
    tries = []
    for _ in range(300):
        trial.run(1)
        tries.append(trial.downlink.padding(trial.needs, 0, trial.now) > 0)
    began = [second for second, (before, after) in enumerate(pairwise(tries)) if after > before]
    assert len(began) <= 12
    assert trial.downlink.share is SOUND


@BOTH
@pytest.mark.parametrize("seconds", [2, 3, 4, 10, 25])
def test_an_outage_is_no_narrow_line(seconds: float, *, estimates: bool) -> None:
    trial = Trial(needs(), Line(), estimates)
    trial.run(10)
    trial.line.loss = 1.0
    trial.run(seconds)
    trial.line.loss = 0.0
    assert set(trial.run(30)) == {ALL}


def test_what_a_receiver_says_first_after_an_outage_is_of_the_outage() -> None:
    downlink, wide = Downlink(), needs()
    for second in range(30):
        now = 1_000.0 + second + (10 if second >= 10 else 0)
        lost = 90 if second in (10, 11) else 0
        downlink.evidence.take_estimate(400_000 if second in (10, 11) else 3_000_000, [7], 2_400_000, now)
        downlink.evidence.take_delivery(7, Delivery(100, lost), now)
        assert downlink.judge(wide, 2_400_000, now) is ALL


@pytest.mark.parametrize("jump", [0.3, 0.6, 0.9])
def test_a_way_that_becomes_longer_is_soon_told_from_a_queue(jump: float) -> None:
    trial = Trial(needs())
    trial.run(30)
    trial.round_trip += jump
    trial.receiver.estimate = 0.55 * needs()[ALL]
    log = trial.run(30)
    assert SOUND not in log
    assert sum(share < ALL for share in log) <= 6
    assert log[-1] is ALL


def test_a_queue_that_grows_is_a_narrow_line_before_anything_is_lost() -> None:
    trial = Trial(needs(), Line(queue=5.0))
    trial.run(10)
    trial.line.rate = 2_200_000
    trial.run(8)
    assert trial.downlink.share is STAGE
    assert max(trial.delays) < 1


def test_a_speaker_far_too_large_for_a_line_that_is_known_to_be_narrow_is_not_tried_out_on_it() -> None:
    trial = Trial(needs(), Line(rate=300_000))
    trial.run(40)
    assert trial.downlink.share is SMALL
    trial.needs = needs(stage=2_000_000, small=2_000_000)
    trial.run(0.1)
    assert trial.downlink.share is SOUND


def test_a_speaker_with_one_small_layer_is_seen_in_full_on_a_narrow_line() -> None:
    trial = Trial(needs(), Line(rate=300_000))
    trial.run(40)
    trial.needs = needs(stage=150_000, hub=0)
    trial.run(1)
    assert (trial.downlink.share, trial.downlink.picture) == (ALL, Picture.FULL)


def test_a_line_of_which_nothing_is_heard_is_left_alone() -> None:
    downlink = Downlink()
    assert {downlink.judge(needs(), 2_400_000, now) for now in range(100)} == {ALL}
    assert downlink.estimate is None


def test_estimates_of_several_receivers_are_added_and_those_of_one_replaced() -> None:
    evidence = Downlink().evidence
    evidence.take_estimate(300_000, [1], 0, 1.0)
    evidence.take_estimate(200_000, [2], 0, 1.0)
    assert evidence.estimate == 500_000
    evidence.take_estimate(400_000, [1, 2], 0, 2.0)
    assert evidence.estimate == 400_000
    evidence.take_estimate(1 << 80, [1], 0, 3.0)
    assert evidence.estimate == 100_000_000


_rates = st.sampled_from([64_000.0, 150_000.0, 256_000.0, 500_000.0, 1_000_000.0, 2_000_000.0, 5_000_000.0])
_lines = st.tuples(_rates, st.sampled_from([0.05, 0.3, 1.0]), st.sampled_from([0.0, 0.05, 0.2]))


@settings(max_examples=40, deadline=None)
@given(st.lists(_lines, min_size=1, max_size=3), st.booleans())
def test_a_line_that_stays_the_same_is_not_sent_now_this_now_that(
    lines: list[tuple[float, float, float]], estimates: bool
) -> None:
    trial = Trial(needs(), Line(), estimates)
    for rate, queue, loss in lines:
        trial.line.rate, trial.line.queue, trial.line.loss = rate, queue, loss
        trial.run(60)
        log = trial.run(120)
        falls = sum(after < before for before, after in pairwise(log))
        assert falls <= 3
        if rate < 150_000:
            assert max(log) is SOUND
        if rate == 5_000_000:
            assert log[-1] is ALL


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["estimate", "report", "round trip", "time"]),
            st.integers(0, 1 << 40),
            st.integers(0, 255),
        ),
        max_size=80,
    )
)
def test_whatever_a_receiver_says_padding_is_bounded_by_what_is_needed(said: list[tuple[str, int, int]]) -> None:
    downlink, wanted, now = Downlink(), needs(), 0.0
    for kind, number, fraction in said:
        now += fraction / 50
        if kind == "estimate":
            downlink.evidence.take_estimate(number, [fraction % 3], 1_000_000, now)
        elif kind == "report":
            sent = number & 0xFFFF
            downlink.evidence.take_delivery(fraction % 3, Delivery(sent, sent * fraction / 256), now)
        elif kind == "round trip":
            downlink.evidence.take_round_trip(number / 2**38, now)
        share = downlink.judge(wanted, number % 3_000_000, now)
        assert wanted[share] + downlink.padding(wanted, wanted[share], now) <= 1.15 * wanted[ALL]
