"""Runs commands one after another and says what each took.

Reads one JSON document on stdin: a list of {"argv", "env", "cwd"}. Writes a JSON list of
{"seconds", "cpu", "peak_kib", "status", "output"} on stdout. Time, time on processors and peak memory
are of the command and the children it waited for; this process's own start is outside of them.
"""

import json
import os
import sys
import tempfile
import time


def run(job):
    with tempfile.TemporaryFile() as log:
        actions = [
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
            (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
        ]
        os.chdir(job.get("cwd", "/"))
        start = time.perf_counter()
        pid = os.posix_spawnp(job["argv"][0], job["argv"], job["env"], file_actions=actions)
        _, status, usage = os.wait4(pid, 0)
        seconds = time.perf_counter() - start
        log.seek(0)
        output = log.read()[-2000:].decode(errors="replace")
    code = os.waitstatus_to_exitcode(status)
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak_kib": usage.ru_maxrss,
        "status": code,
        "output": output,
    }


json.dump([run(job) for job in json.load(sys.stdin)], sys.stdout)
