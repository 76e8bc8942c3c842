"""
Answers for system calls that the filter hands up (seccomp_unotify(2)): modes and times of files that
may be written, by any path or handle; signals within the build. Done here, so that nothing can be
swapped between the check and the deed.
"""
import errno
import fcntl
import os
import struct

import kernel
import seccomp

_RECEIVE, _SEND, _VALID = 0xC0502100, 0xC0182101, 0x40082102
_HERE = -100
_EMPTY_PATH, _NO_FOLLOW = 0x1000, 0x100
_NOW, _OMIT = (1 << 30) - 1, (1 << 30) - 2


class Decider:
    def __init__(self, listener, writable, group):
        self.listener = listener
        self.roots = [os.path.realpath(path) for path in writable]
        self.group = group
        numbers = kernel.architecture()[1]
        self.names = {numbers[name]: name for name in seccomp.DECIDED + seccomp.SIGNALS if name in numbers}

    def answer(self):
        """Receives one call and answers it."""
        buffer = bytearray(80)
        try:
            fcntl.ioctl(self.listener, _RECEIVE, buffer)
        except OSError:
            return
        ident, process, _, number = struct.unpack_from("QIIi", buffer)
        arguments = struct.unpack_from("6Q", buffer, 32)
        try:
            self._perform(ident, process, self.names[number], arguments)
            code = 0
        except OSError as error:
            code = -(error.errno or errno.EPERM)
        except Exception:
            code = -errno.EPERM
        try:
            fcntl.ioctl(self.listener, _SEND, struct.pack("QqiI", ident, 0, code, 0))
        except OSError:
            pass

    def _perform(self, ident, process, name, arguments):
        if name in seccomp.SIGNALS:
            return self._signal(name, arguments)
        base, path, flags = self._which(process, name, arguments)
        times = self._times(process, arguments) if name == "utimensat" else None
        handle = self._open(process, base, path, flags)
        try:
            fcntl.ioctl(self.listener, _VALID, struct.pack("Q", ident))
            self._check(handle)
            place = "/proc/self/fd/%d" % handle
            if times is not None:
                os.utime(place, ns=_settle(times, os.stat(place)))
            else:
                os.chmod(place, (arguments[1] if name in ("chmod", "fchmod") else arguments[2]) & 0o777)
        finally:
            os.close(handle)

    def _which(self, process, name, arguments):
        """(folder's handle, path or None for that handle itself, flags)"""
        if name == "chmod":
            return _HERE, self._text(process, arguments[0]), 0
        if name == "fchmod":
            return _signed(arguments[0]), None, 0
        flags = 0 if name == "fchmodat" else arguments[3] & 0xFFFFFFFF
        base = _signed(arguments[0])
        if arguments[1] == 0:
            return base, None, flags
        path = self._text(process, arguments[1])
        if path == b"" and flags & _EMPTY_PATH:
            return base, None, flags
        return base, path, flags

    def _memory(self, process, address, length):
        handle = os.open("/proc/%d/mem" % process, os.O_RDONLY)
        try:
            return os.pread(handle, length, address)
        finally:
            os.close(handle)

    def _text(self, process, address):
        # A page at a time: the next one may not be there.
        text = b""
        while b"\0" not in text and len(text) <= 4096:
            length = 4096 - (address + len(text)) % 4096
            text += self._memory(process, address + len(text), length)
        path = text.split(b"\0")[0]
        if len(path) > 4095:
            raise OSError(errno.ENAMETOOLONG, "")
        return path

    def _times(self, process, arguments):
        if arguments[2] == 0:
            return [(0, _NOW), (0, _NOW)]
        numbers = struct.unpack("qqqq", self._memory(process, arguments[2], 32))
        return [numbers[0:2], numbers[2:4]]

    def _open(self, process, base, path, flags):
        place = "/proc/%d/%s" % (process, "cwd" if base == _HERE else "fd/%d" % base)
        if path is None:
            return os.open(place, os.O_PATH)
        if path == b"":
            raise OSError(errno.ENOENT, "")
        if path.startswith(b"/proc/self/") or path.startswith(b"/dev/fd/"):
            rest = path[len(b"/dev/"):] if path.startswith(b"/dev/") else path[len(b"/proc/self/"):]
            path = b"/proc/%d/" % process + rest
        follow = os.O_NOFOLLOW if flags & _NO_FOLLOW else 0
        if path.startswith(b"/"):
            return os.open(path, os.O_PATH | follow)
        folder = os.open(place, os.O_PATH)
        try:
            return os.open(path, os.O_PATH | follow, dir_fd=folder)
        finally:
            os.close(folder)

    def _check(self, handle):
        """Only what lies in a folder that may be written; a link itself has no mode."""
        place = os.readlink("/proc/self/fd/%d" % handle)
        if not any(place == root or place.startswith(root + "/") for root in self.roots):
            raise OSError(errno.EPERM, "")

    def _signal(self, name, arguments):
        target = _signed(arguments[0])
        thread = _signed(arguments[1]) if name == "tgkill" else target
        number = arguments[2] if name == "tgkill" else arguments[1]
        if name.startswith("rt_"):
            raise OSError(errno.EPERM, "")
        if target <= 0:
            target = thread = -self.group if target in (0, -1, -self.group) else None
        if target is None or (target > 0 and os.getpgid(target) != self.group):
            raise OSError(errno.EPERM, "")
        if name == "kill":
            os.kill(target, number)
        else:
            kernel.call("tgkill", target if name == "tgkill" else os.getpgid(target), thread, number)


def _signed(value):
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value & (1 << 31) else value


def _settle(times, before):
    """Nanoseconds of both times."""
    import time

    kept = [before.st_atime_ns, before.st_mtime_ns]
    settled = []
    for (seconds, nanoseconds), old in zip(times, kept):
        if nanoseconds == _NOW:
            settled.append(int(time.time() * 1e9))
        else:
            settled.append(old if nanoseconds == _OMIT else seconds * 10**9 + nanoseconds)
    return tuple(settled)
