"""Runs a command and writes what it and its children used: wall and CPU seconds, peak memory of the largest, exit code.

`python3 usage.py RESULT.json LIMIT_SECONDS COMMAND…`; past the limit its process group is ended and `late` is true.
"""
import json
import os
import resource
import signal
import subprocess
import sys
import time

result, limit, *command = sys.argv[1:]
before = resource.getrusage(resource.RUSAGE_CHILDREN)  # a shim that found this Python may have had children of its own
started = time.monotonic()
child = subprocess.Popen(command, start_new_session=True)
late = False
try:
    code = child.wait(timeout=float(limit))
except subprocess.TimeoutExpired:
    late = True
    os.killpg(child.pid, signal.SIGKILL)  # the session made above
    code = child.wait()
wall = time.monotonic() - started
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(result, "w", encoding="utf-8") as out:
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    json.dump({"wall": wall, "cpu": cpu, "mib": used.ru_maxrss / 1024, "code": code, "late": late}, out)
