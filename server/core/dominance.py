"""Who dominates the conversation, after Volfin and Cohen, with the tuning of a well-known video bridge.

I. Volfin, I. Cohen, "Dominant Speaker Identification for Multipoint Videoconferencing", Computer Speech and Language
27 (2013).

A source is scored over three intervals: *immediate* (how loud, in sub-bands), *medium* (how many frames are loud) and
*long* (how many blocks of frames are). Another source takes over when it beats the dominant one on all three.

The tuning counts frames of 20 ms, five to a medium block and ten blocks to the long interval, which is one second. The
levels here come per window of 100 ms: five frames at the level of the loudest. So a window is a medium block.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb, log

from server.core.ids import EndpointCode

SUB_BANDS = 13  # N1
FRAMES = 5  # N2, to a medium block
BLOCKS = 10  # N3, to the long interval
THRESHOLDS = (3.0, 2.0, 0.0)
"""C1, C2, C3: by how much the logarithms of a challenger's three scores must exceed the dominant one's."""

LAMBDAS = (0.78, 24.0, 47.0)
"""The rate of the exponential law of a score when there is speech, per interval."""

SUB_BAND = 10
"""dB in one sub-band: the 127 dB of RFC 6464 over 13, rounded up."""

LOUD = 7
"""A frame above this sub-band is an active one."""

LEAST_SCORE = 1e-10


@dataclass(frozen=True, slots=True)
class Activity:
    """The recent past of one source."""

    sub_band: int = 0  # of the latest window, 0..12
    blocks: int = 0  # the last ten windows as bits, the latest lowest; 1 is an active one


SILENT = Activity()


def observe(activity: Activity, loudness: int, least: int) -> Activity:
    """Note one window; what is quieter than `least` counts as silence, so rooms with and without noise are equals."""
    sub_band = loudness // SUB_BAND if loudness >= least else 0
    blocks = activity.blocks << 1 & (1 << BLOCKS) - 1 | (sub_band > LOUD)
    return Activity(sub_band, blocks)


def _score(active: int, parts: int, rate: float) -> float:
    """Return the logarithm of the speech activity score of `active` out of `parts`, equation 14 of the paper."""
    score = log(comb(parts, active)) - parts * log(2) - log(rate) + rate * active
    return log(max(score, LEAST_SCORE))


IMMEDIATE, MEDIUM, LONG = (
    tuple(_score(active, parts, rate) for active in range(parts + 1))
    for parts, rate in zip((SUB_BANDS, FRAMES, BLOCKS), LAMBDAS, strict=True)
)


def scores(activity: Activity) -> tuple[float, float, float]:
    """Return the logarithms of the immediate, medium and long scores."""
    medium = FRAMES if activity.blocks & 1 else 0
    return IMMEDIATE[activity.sub_band], MEDIUM[medium], LONG[activity.blocks.bit_count()]


def decide(dominant: EndpointCode | None, activities: Mapping[EndpointCode, Activity]) -> EndpointCode | None:
    """Return who dominates now; without a challenger that beats it the dominant one stays, even silent.

    Of several challengers the one with the highest medium score wins; between equals, who has spoken longer.
    """
    ruling = scores(activities.get(dominant, SILENT) if dominant is not None else SILENT)
    best = (0.0, 0.0)
    for source, activity in activities.items():
        if activity.blocks & 1 == 0 or source == dominant:
            continue  # without an active frame no medium score beats another
        leads = tuple(own - other for own, other in zip(scores(activity), ruling, strict=True))
        if all(lead > least for lead, least in zip(leads, THRESHOLDS, strict=True)) and leads[1:] > best:
            dominant, best = source, (leads[1], leads[2])
    return dominant
