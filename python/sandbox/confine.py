"""The last step before the program: a process shuts itself in, then becomes the program."""
import json
import os
import resource
import socket

import confined_tree
import kernel
import seccomp

_READ_SEARCH = 2  # CAP_DAC_READ_SEARCH


def confine(job, channel):
    """
    `job`: argv, cwd, env, limits, and of user, landlock, seccomp what is wanted. What fails is written
    to `channel` (a socket that an exec closes) as text; never returns.
    """
    try:
        _shut_in(job, channel)
        os.execve(job["argv"][0], job["argv"], job["env"])
    except BaseException as error:
        channel.sendall(("%s: %s" % (type(error).__name__, error)).encode("utf-8", "replace"))
    os._exit(125)


def _shut_in(job, channel):
    os.umask(0o022)
    _go_first()
    _limit(job["limits"])
    os.chdir(job["cwd"])
    alone = job.get("landlock")
    # Before the user changes: afterwards the bounding set cannot be changed.
    if job.get("dropCapabilities"):
        if alone is None or job.get("user") is None:
            kernel.drop_bounding_set()
    if job.get("user") is not None:
        _become(job["user"], keep_search=alone is not None and not _all_reachable(job))
    elif job.get("dropCapabilities"):
        kernel.set_capabilities(0)
    kernel.die_with_parent()
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    if alone is not None:
        import landlock

        landlock.restrict(alone["readable"], alone["writable"], alone["devices"])
    if job["filter"] == "namespaces":
        seccomp.install_in_namespaces()
    elif job["filter"] == "alone":
        listener = seccomp.install_alone(job["othersShareUser"], job["signalsScoped"])
        if listener is not None:
            import array

            sent = array.array("i", [listener])
            channel.sendmsg([b"L"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, sent)])
            os.close(listener)


def _go_first():
    """Where the machine runs out of memory, the build is ended before what watches it."""
    try:
        with open("/proc/self/oom_score_adj", "w") as score:
            score.write("500")
    except OSError:
        pass


def _limit(limits):
    for name, value in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_MSGQUEUE", 0),
        ("RLIMIT_NOFILE", 4096),
        ("RLIMIT_DATA", limits.get("memoryBytes")),
        ("RLIMIT_FSIZE", limits.get("diskBytes")),
        ("RLIMIT_NPROC", limits.get("userProcesses")),
    ):
        kind = getattr(resource, name, None)
        if kind is None or value is None:
            continue
        hard = resource.getrlimit(kind)[1]
        wanted = int(value) if hard == resource.RLIM_INFINITY else min(int(value), hard)
        resource.setrlimit(kind, (wanted, wanted))


def _all_reachable(job):
    """Whether a user that owns nothing gets to the files: the folders above may be closed to it."""
    for path in job["landlock"]["readable"] + job["landlock"]["writable"]:
        if not os.path.exists(path):
            continue
        above = os.path.dirname(path)
        while above not in ("", "/"):
            if not os.stat(above).st_mode & 0o001:
                return False
            above = os.path.dirname(above)
    return True


def _become(user, keep_search):
    """
    Another user without capabilities; with `keep_search` it can still go through folders that are
    closed to it, which Landlock then limits to those allowed.
    """
    if keep_search:
        kernel.prctl(kernel.PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    if keep_search:
        kernel.set_capabilities(1 << _READ_SEARCH)
        kernel.prctl(kernel.PR_CAP_AMBIENT, 2, _READ_SEARCH)


class Become:
    """The program, to be started by whoever forks last."""

    def __init__(self, job, channel):
        self.job, self.channel = job, channel

    def __call__(self):
        confine(self.job, self.channel)

    def release(self):
        """What a process that only waits must not hold: the supervisor reads until all let go."""
        self.channel.close()
        nothing = os.open("/dev/null", os.O_RDWR)
        for handle in (0, 1, 2):
            os.dup2(nothing, handle)


def main(argv):
    """As a program (bubblewrap's first process): handles of the channel, which brings the job, and of `tell`."""
    channel, tell = socket.socket(fileno=int(argv[1])), int(argv[2])
    channel.set_inheritable(False)
    os.set_inheritable(tell, False)
    parts = []
    while True:
        part = channel.recv(65536)
        if not part:
            break
        parts.append(part)
    confined_tree.run_below(Become(json.loads(b"".join(parts).decode("utf-8")), channel), tell)
