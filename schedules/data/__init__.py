"""Days that are no ordinary days, as CSV: the public holidays of Viet Nam from 2023 to 2035.

The days are those of the Labour Code of 2019, article 112: 1 January, five days at Tết, the death anniversary of the
Hùng Kings (the tenth of the third lunar month), 30 April, 1 May, and two days at National Day. Which five days at Tết,
which day beside 2 September, and which working days are exchanged, is decided anew for each year: `basis` is `decided`
for 2023 to 2026, where it was written down as announced. From 2027 on it is `law`: only the days that no decision can
take away are there (at Tết the last day of the old year and the first three of the new). Lunar dates are those of the
time zone of Hà Nội; a test computes them from the moon and the sun. Days off in place of a holiday on a Saturday or
Sunday (article 111) are not written down but worked out (`working_days.py`). Holidays made by later laws, and decisions
of later years, are an office's to add, in a file of the same form.
"""
