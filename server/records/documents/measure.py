"""How wide words are in Times New Roman Bold: the rules under a letterhead are as long as its text."""

import unicodedata

_WIDTHS = {
    **dict.fromkeys("il;:,.'", 278),
    **dict.fromkeys("fjt()-r[]!", 333),
    **dict.fromkeys("IsJ", 389),
    **dict.fromkeys("cez", 444),
    **dict.fromkeys("agovxyk0123456789", 500),
    **dict.fromkeys("bdhnpquSđ", 556),
    **dict.fromkeys("FP", 611),
    **dict.fromkeys("BELTZ", 667),
    **dict.fromkeys("wACDNRUVXYĐ", 722),
    **dict.fromkeys("GHOKQ", 778),
    **dict.fromkeys("m", 833),
    **dict.fromkeys("M", 944),
    **dict.fromkeys("W", 1000),
    " ": 250,
}
"""Thousandths of the size, after the metrics that Adobe published for Times Bold; accents add nothing."""

_OTHER = 600


def width(text: str, size: float) -> float:
    """Return the width of a line, in the unit of its size."""
    letters = (one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))
    return sum(_WIDTHS.get(one, _OTHER) for one in letters) * size / 1000
