"""The dominant speaker over traces of discussions with noise and overlaps, beside "the loudest wins"."""

import pytest

from tests.bench import switches
from tests.bench.traces import Trace, read, write

TRACES = tuple(switches.recorded())


def test_a_trace_comes_out_as_it_went_in() -> None:
    trace = Trace({"hub": [127, 30, 0], "38": [65, 64, 127]}, {"hub": [(0.1, 0.24)], "38": []}, 0.1)

    assert read(write(trace)) == trace


@pytest.mark.parametrize("trace", TRACES)
def test_the_conference_hardly_ever_turns_to_somebody_who_does_not_speak(trace: Trace) -> None:
    ours, loudest = (switches.judged([trace], decide) for decide in (switches.ours, switches.loudest))

    assert ours.all >= 10
    assert (ours.false, ours.astray) <= (1, 0.01)
    assert loudest.false >= 8 * max(1, ours.false)
