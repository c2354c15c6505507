"""Several measurements of one thing, told honestly: the middle, and how far they lie apart."""

from collections.abc import Sequence
from statistics import median


def spread(values: Sequence[float], *, digits: int = 1) -> str:
    """Write the median, and the least and the greatest."""
    return f"{median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"


def percentile(values: Sequence[float], share: float) -> float:
    """Return the least value that at least this share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -int(-share * len(ordered) // 1)  # rounded up
    return ordered[max(0, rank - 1)]


def quantiles(values: Sequence[float]) -> str:
    """Write a table's cells for latencies: how many, p50, p95, least and greatest, in whole milliseconds."""
    cells = (percentile(values, 0.5), percentile(values, 0.95), min(values), max(values))
    return " | ".join([str(len(values)), *(f"{value:.0f}" for value in cells)])
