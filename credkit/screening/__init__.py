"""People held against exclusion lists: names, keys, an index over the rows it is given, a score and the verdict. Pure values."""

import os

# Nothing here multiplies matrices; the threads that numpy would start for it cost a third of its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
