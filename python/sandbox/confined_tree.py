"""The first process of a process namespace: its end ends every other one."""
import json
import os
import signal

import kernel


def run_below(become, tell):
    """
    Forks: the child does `become()`, which never returns; this process waits for it and tells the
    supervisor how it ended and how many processes it left. Never returns.
    """
    program = os.fork()
    if program == 0:
        os.close(tell)
        become()
        os._exit(125)
    kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    become.release()
    status = _wait(program)
    os.write(tell, json.dumps(dict(ending(status), left=_others())).encode())
    os._exit(0)


def ending(status):
    if os.WIFSIGNALED(status):
        return {"signal": os.WTERMSIG(status)}
    return {"exit": os.WEXITSTATUS(status)}


def _wait(child):
    while True:
        ended, status = os.wait()
        if ended == child:
            return status


def _others():
    """Processes still running here but this one."""
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open("/proc/%s/stat" % name, "rb") as text:
                    count += text.read().rsplit(b")", 1)[1].split()[0] not in (b"Z", b"X")
            except OSError:
                pass
    return count
