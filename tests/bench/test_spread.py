"""How measurements are told."""

from tests.bench.spread import percentile, quantiles, spread


def test_spread_tells_the_middle_and_the_ends() -> None:
    assert spread([3.0, 1.0, 2.04]) == "2.0 (1.0 to 3.0)"


def test_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 21)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile(values, 1)) == (10.0, 19.0, 20.0)
    assert percentile([7.0], 0.5) == 7.0


def test_quantiles_tell_how_many_there_were() -> None:
    assert quantiles([10.0, 30.0, 20.0]) == "3 | 20 | 30 | 10 | 30"
