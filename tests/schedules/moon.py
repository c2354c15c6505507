"""The lunar calendar of Viet Nam, from the moon and the sun (J. Meeus, Astronomical Algorithms, chapters 25 and 49).

A month begins on the day of the new moon, at UTC+7; the eleventh has the winter solstice; the leap month of a year of
thirteen is the first in which the sun enters no new sign. Good to minutes from 1900 to 2100.
"""

from datetime import date, timedelta
from math import floor, radians, sin

HANOI = 7 / 24
EPOCH = date(2000, 1, 1)  # its noon, UTC, is the Julian day 2451545
LUNATION = 29.530588861
FIRST_NEW_MOON = 2451550.09766  # of the year 2000
DYNAMICAL = 75 / 86400  # seconds that dynamical time is ahead of UTC in these years


def new_moon(number: int) -> date:
    """Return the day, in Hanoi, of a new moon: 0 is the first of the year 2000."""
    centuries = number / 1236.85
    mean = FIRST_NEW_MOON + LUNATION * number + 0.00015437 * centuries**2
    eccentricity = 1 - 0.002516 * centuries
    sun = radians(2.5534 + 29.1053567 * number)
    moon = radians(201.5643 + 385.81693528 * number + 0.0107582 * centuries**2)
    latitude = radians(160.7108 + 390.67050284 * number - 0.0016118 * centuries**2)
    correction = (
        -0.40720 * sin(moon)
        + 0.17241 * eccentricity * sin(sun)
        + 0.01608 * sin(2 * moon)
        + 0.01039 * sin(2 * latitude)
        + 0.00739 * eccentricity * sin(moon - sun)
        - 0.00514 * eccentricity * sin(moon + sun)
        + 0.00208 * sin(2 * sun)
        - 0.00111 * sin(moon - 2 * latitude)
        - 0.00057 * sin(moon + 2 * latitude)
        + 0.00056 * sin(2 * moon + sun)
        - 0.00042 * sin(3 * moon)
    )
    return _day(mean + correction - DYNAMICAL)


def _day(julian: float) -> date:
    return EPOCH + timedelta(days=floor(julian + 0.5 + HANOI) - 2451545)


def sign(day: date) -> int:
    """Return which twelfth of its way the sun is in as a day begins in Hanoi: 9 begins with the winter solstice."""
    centuries = ((day - EPOCH).days - 0.5 - HANOI) / 36525
    anomaly = radians(357.52911 + 35999.05029 * centuries)
    center = (
        (1.914602 - 0.004817 * centuries) * sin(anomaly) + 0.019993 * sin(2 * anomaly) + 0.000289 * sin(3 * anomaly)
    )
    return int((280.46646 + 36000.76983 * centuries + center) % 360 // 30)


def _eleventh(year: int) -> int:
    """Return the number of the new moon with which a year's eleventh lunar month begins."""
    number = round((date(year, 12, 31) - EPOCH).days / LUNATION) + 1
    while new_moon(number) > date(year, 12, 31):
        number -= 1
    return number - (sign(new_moon(number)) >= 9)


def lunar(year: int, month: int, day: int) -> date:
    """Return the day of a lunar date, from the eleventh month of the year before to the tenth; leap months apart."""
    first, last = _eleventh(year - 1), _eleventh(year)
    numbers = list(range(first, last))
    if len(numbers) == 13:
        numbers.remove(next(one for one in numbers[1:] if sign(new_moon(one)) == sign(new_moon(one + 1))))
    return new_moon(numbers[(month - 11) % 12]) + timedelta(days=day - 1)
