"""
Runs one program shut in, watches it, ends all that it started, and says how it ended. Any Python from
3.6 on. On standard input one line of JSON; while it stays open the program may go on. On standard
output one line of JSON.
"""
import json
import os
import select
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import confine  # noqa: E402
import confined_tree  # noqa: E402
import kernel  # noqa: E402
import landlock  # noqa: E402
import plan  # noqa: E402
import privileges  # noqa: E402
import tree  # noqa: E402
import watch  # noqa: E402

TICK = 0.05
TAIL = 16384
_GIVE_UP = 20.0
_SPARE_DISK = 64 * 1024 * 1024
MOUNTING = ("bubblewrap", "namespaces")


class Run:
    def __init__(self, job):
        self.job = job
        self.kind = job["kind"]
        self.limits = job["limits"]
        self.user = None
        self.with_user = False
        self.decider = None
        self.tail = b""
        self.written = 0
        self.failure = b""
        self.peak = {"processes": 0, "memoryBytes": 0, "diskBytes": 0}
        self.next_disk = 0.0
        self.outcome = {}

    def run(self):
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        self._choose_user()
        self.roots = [self.job["work"], self.job["temporary"], self.job["shared"]] + self.job["writable"]
        self.roots += self.job["mounted"].values()
        if self.user is not None:
            self._give(self.user, self.user)
        started = time.monotonic()
        try:
            self._start()
            self._watch(started)
        finally:
            left = self._end_all()
            if self.user is not None:
                self._give(os.geteuid(), os.getegid())
        self.outcome.setdefault("left", left)
        self.outcome.update(self.peak, seconds=time.monotonic() - started, tail=self.tail.decode("utf-8", "replace"))
        if self.failure:
            return {"refused": self.failure.decode("utf-8", "replace")}
        return self.outcome

    def _choose_user(self):
        if self.kind == "none":
            return
        if self.kind == "landlock" and self.job.get("automatic") and landlock.version() < landlock.OLDEST:
            raise kernel.Unsupported("the kernel's Landlock is older than %d" % landlock.OLDEST)
        if self.kind in MOUNTING and not privileges.may_administer():
            self.with_user = True
        else:
            self.user = privileges.free_user()

    def _give(self, user, group):
        for path in self.roots:
            tree.give(path, user, group)

    def _start(self):
        channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        output, their_output = os.pipe()
        tell, their_tell = os.pipe()
        self.channel, self.output, self.tell = channel, output, tell
        self.log = os.open(self.job["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        wake, their_wake = os.pipe()
        for handle in (wake, their_wake):
            os.set_blocking(handle, False)
        self.wake = wake
        signal.set_wakeup_fd(their_wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self.program = os.fork()
        if self.program == 0:
            self._become(theirs, their_output, their_tell)
        theirs.close()
        os.close(their_output)
        os.close(their_tell)
        if self.kind == "bubblewrap":
            channel.sendall(json.dumps(self._inner_job()).encode())
        channel.shutdown(socket.SHUT_WR)

    def _become(self, channel, output, tell):
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            nothing = os.open("/dev/null", os.O_RDONLY)
            os.dup2(nothing, 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            os.close(output)
            become = confine.Become(self._inner_job(), channel)
            if self.kind == "namespaces":
                import namespaces

                lines = plan.mounts(self.job, self.job["shared"])
                namespaces.enter(self.job["root"], lines, self.with_user, tell, become)
            elif self.kind == "bubblewrap":
                self._become_bubblewrap(channel, tell)
            else:
                become()
        except BaseException as error:
            channel.sendall(("%s: %s" % (type(error).__name__, error)).encode("utf-8", "replace"))
        os._exit(125)

    def _become_bubblewrap(self, channel, tell):
        for handle in (channel.fileno(), tell):
            os.set_inheritable(handle, True)
        arguments = [self.job["bubblewrap"], "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts",
                     "--unshare-cgroup-try", "--hostname", "build", "--die-with-parent", "--as-pid-1"]
        if self.with_user:
            arguments += ["--unshare-user"]
        for capability in ("SETUID", "SETGID", "SETPCAP", "KILL") if self.user is not None else ():
            arguments += ["--cap-add", "CAP_" + capability]
        arguments += plan.bubblewrap_arguments(plan.mounts(self.job, self.job["shared"]))
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inside.py")
        kept = getattr(sys, "pycache_prefix", None)
        arguments += ["--", os.path.realpath(sys.executable), "-I", "-S", "-B"]
        arguments += ["-X", "pycache_prefix=" + kept] if kept else []
        arguments += [script, str(channel.fileno()), str(tell)]
        os.execv(arguments[0], arguments)

    def _inner_job(self):
        job = self.job
        env = dict(job["env"])
        env["TMPDIR"] = "/tmp" if self.kind in MOUNTING else job["temporary"]
        inner = {"argv": job["argv"], "cwd": job["cwd"], "env": env, "user": self.user, "filter": None,
                 "limits": dict(self.limits), "dropCapabilities": self.kind != "none" and os.geteuid() == 0}
        others = 8 if self.kind in MOUNTING or self.user is not None else watch.threads_of_user(os.getuid())
        inner["limits"]["userProcesses"] = self.limits["processes"] + others
        if self.kind in MOUNTING:
            inner["filter"] = "namespaces"
        elif self.kind == "landlock":
            inner.update(
                filter="alone",
                othersShareUser=self.user is None,
                signalsScoped=landlock.version() >= landlock.SCOPES_SINCE,
                landlock={"readable": plan.readable(job) + plan.MACHINE, "devices": plan.DEVICES,
                          "writable": [job["work"], job["temporary"]] + job["writable"]},
            )
        return inner

    def _watch(self, started):
        poller = select.poll()
        for handle in (0, self.output, self.channel.fileno(), self.wake):
            poller.register(handle, select.POLLIN)
        next_check = started
        while "exit" not in self.outcome and "signal" not in self.outcome:
            for handle, _ in poller.poll(TICK * 1000):
                self._hear(handle, poller)
            now = time.monotonic()
            if now >= next_check:
                before = time.process_time()
                self._check(now - started)
                # Watching takes at most a thirtieth of a processor.
                next_check = time.monotonic() + max(TICK, 30 * (time.process_time() - before))
            if "limit" in self.outcome or "stopped" in self.outcome:
                return
            self._look_for_end()
        self._drain()

    def _hear(self, handle, poller):
        if handle == 0:
            if not os.read(0, 4096):
                self.outcome["stopped"] = True
        elif handle == self.output:
            if not self._read_output():
                poller.unregister(self.output)
        elif handle == self.wake:
            os.read(self.wake, 4096)
        elif self.decider is not None and handle == self.decider.listener:
            self.decider.answer()
        elif not self._hear_channel(poller):
            poller.unregister(self.channel.fileno())

    def _hear_channel(self, poller):
        try:
            data, extra, _, _ = self.channel.recvmsg(4096, socket.CMSG_SPACE(4))
        except ConnectionResetError:
            # It ended before it read what it is to do; its output says why.
            return False
        for level, kind, content in extra:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                import array

                import decide

                listener = array.array("i", content[:4])[0]
                self.decider = decide.Decider(listener, self.roots, self.program)
                poller.register(listener, select.POLLIN)
                return True
        self.failure += data
        return bool(data)

    def _read_output(self):
        data = os.read(self.output, 65536)
        room = self.limits["outputBytes"] - self.written
        os.write(self.log, data[: max(room, 0)])
        self.written += len(data)
        self.tail = (self.tail + data)[-TAIL:]
        if self.written > self.limits["outputBytes"]:
            self._exceeded("output", "more than %d bytes of output" % self.limits["outputBytes"])
        return bool(data)

    def _drain(self):
        """What was written before the end; what goes on writing is not waited for."""
        os.set_blocking(self.output, False)
        try:
            while "limit" not in self.outcome and self._read_output():
                pass
        except BlockingIOError:
            pass
        self.channel.setblocking(False)
        try:
            self.failure += self.channel.recv(4096)
        except OSError:
            pass

    def _exceeded(self, limit, detail):
        self.outcome.setdefault("limit", limit)
        self.outcome.setdefault("detail", detail)

    def _check(self, seconds):
        limits, peak = self.limits, self.peak
        if seconds > limits["seconds"]:
            return self._exceeded("time", "more than %g seconds" % limits["seconds"])
        processes, memory = watch.usage(os.getpid())
        peak["processes"] = max(peak["processes"], processes)
        peak["memoryBytes"] = max(peak["memoryBytes"], memory)
        if processes > limits["processes"]:
            return self._exceeded("processes", "more than %d processes and threads" % limits["processes"])
        if memory > limits["memoryBytes"]:
            return self._exceeded("memory", "more than %d bytes of memory" % limits["memoryBytes"])
        if seconds >= self.next_disk:
            self._check_disk(seconds)

    def _check_disk(self, seconds):
        before = time.monotonic()
        try:
            used = watch.disk(self.roots) + watch.removed_files(os.getpid())
        except watch.TooDeep as error:
            return self._exceeded("disk", str(error))
        # Measuring takes at most a twentieth of the time.
        self.next_disk = seconds + max(4 * TICK, 20 * (time.monotonic() - before))
        self.peak["diskBytes"] = max(self.peak["diskBytes"], used)
        room = os.statvfs(self.job["work"])
        if used > self.limits["diskBytes"]:
            self._exceeded("disk", "more than %d bytes of disk" % self.limits["diskBytes"])
        elif room.f_bavail * room.f_frsize < min(_SPARE_DISK, self.limits["diskBytes"]):
            self._exceeded("disk", "the disk is full")

    def _look_for_end(self):
        try:
            ended, status = os.waitpid(self.program, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            return
        told = b""
        if self.kind in MOUNTING:
            told = os.read(self.tell, 4096)
            self.outcome["begun"] = bool(told)
        self.outcome.update(json.loads(told.decode()) if told else confined_tree.ending(status))

    def _end_all(self):
        """Ends every process below this one; gives how many there were."""
        me, deadline, first = os.getpid(), time.monotonic() + _GIVE_UP, None
        program = getattr(self, "program", None)
        while program is not None and time.monotonic() < deadline:
            below = [one for one in watch.descendants(me) if watch._fields(one)[0] not in "ZX"]
            if first is None:
                first = len(below)
            if self.kind == "landlock" and below:
                _signal_group(program)
            for one in below:
                _kill(one)
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
                time.sleep(0.002)
            except ChildProcessError:
                return first or 0
        return first or 0


def _kill(process):
    try:
        os.kill(process, signal.SIGKILL)
    except OSError:
        pass


def _signal_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass


def _keep_bytecode():
    """
    Fills the folder that Python was told to look for bytecode in, if it was: with that of these scripts and of
    all that they import, since Python looks nowhere else then.
    """
    prefix = getattr(sys, "pycache_prefix", None)
    if not prefix:
        return
    import subprocess

    scripts = os.path.dirname(os.path.abspath(__file__))
    names = sorted(name[:-3] for name in os.listdir(scripts) if name.endswith(".py") and name != "inside.py")
    code = "import sys; sys.path.insert(0, %r); import array, %s" % (scripts, ", ".join(names))
    subprocess.call([sys.executable, "-I", "-S", "-X", "pycache_prefix=" + prefix, "-c", code])


def main():
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 1 << 20)
        if not part:
            break
        line += part
    job = json.loads(line.decode("utf-8"))
    answer = {}
    if "keepBytecode" in job:
        _keep_bytecode()
    elif "remove" in job:
        for path in job["remove"]:
            tree.remove(path)
    else:
        try:
            answer = Run(job).run()
        except kernel.Unsupported as error:
            answer = {"refused": str(error)}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
