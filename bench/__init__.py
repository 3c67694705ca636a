"""credkit measured against named peers, as ratios in one run: `python -m bench`."""

from datetime import date

SEED = 20_260_302
#: The day the forms came in, and the day the reports judge.
RECEIVED = date(2025, 12, 1)
JUDGED = date(2026, 3, 2)
