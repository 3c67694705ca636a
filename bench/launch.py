"""One process run and measured: `python -S bench/launch.py USAGE PROGRAM ARGUMENT...` writes its figures to USAGE.

Linux counts the launching process's own memory into the peak of what it starts, so what launches is as small as can be.
"""

import os
import sys
import time

started = time.perf_counter()
pid = os.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
_, status, usage = os.wait4(pid, 0)
seconds = time.perf_counter() - started
with open(sys.argv[1], "w") as file:  # noqa: PTH123 - pathlib and codecs would make it larger
    file.write(f"{seconds} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss}")
sys.exit(os.waitstatus_to_exitcode(status))
