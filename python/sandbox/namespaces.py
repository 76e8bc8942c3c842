"""Namespaces of its own without another program: network, processes, files, IPC, name."""
import ctypes
import fcntl
import os
import socket
import struct

import confined_tree
import kernel
from kernel import LIBC, call

_NEWNS, _NEWUTS, _NEWIPC, _NEWUSER = 0x00020000, 0x04000000, 0x08000000, 0x10000000
_NEWPID, _NEWNET, _NEWCGROUP = 0x20000000, 0x40000000, 0x02000000
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 2, 4, 8, 4096, 16384, 1 << 18
_ATTR_RDONLY, _ATTR_NOSUID, _ATTR_NODEV = 1, 2, 4
_AT_RECURSIVE, _DETACH = 0x8000, 2


def _mount(source, place, kind, flags, data=None):
    encode = lambda text: None if text is None else os.fsencode(text)
    result = LIBC.mount(encode(source), encode(place), encode(kind), ctypes.c_ulong(flags), encode(data))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, "mount %s: %s" % (place, os.strerror(code)))


def _set_attributes(place, flags):
    attributes = struct.pack("QQQQ", flags, 0, 0, 0)
    call("mount_setattr", -100, os.fsencode(place) + b"\0", _AT_RECURSIVE, attributes, len(attributes))


def _unshare(with_user):
    user, group = os.geteuid(), os.getegid()
    flags = _NEWNS | _NEWUTS | _NEWIPC | _NEWPID | _NEWNET | _NEWCGROUP
    call("unshare", flags | (_NEWUSER if with_user else 0))
    if with_user:
        for name, text in (("setgroups", "deny"), ("uid_map", "%d %d 1" % (user, user)),
                           ("gid_map", "%d %d 1" % (group, group))):
            with open("/proc/self/" + name, "w") as out:
                out.write(text)


def _loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, 0x8914, struct.pack("16sH14x", b"lo", 0x41))


def _make_place(root, kind, source, place):
    path = root + place
    os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
    if kind == "link":
        os.symlink(source, path)
    elif kind == "proc" or os.path.isdir(source):
        os.makedirs(path, 0o755, exist_ok=True)
    else:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))


def _build_root(root, lines):
    """A file system of nothing but these mounts, which becomes the root."""
    _mount(None, "/", None, _MS_REC | _MS_PRIVATE)
    _mount("tmpfs", root, "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=755,size=1m")
    for kind, source, place in lines:
        path = root + place
        _make_place(root, kind, source, place)
        if kind == "proc":
            _mount("proc", path, "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
        elif kind != "link":
            _mount(source, path, None, _MS_BIND | _MS_REC)
            _set_attributes(path, _ATTR_NOSUID | {"read": _ATTR_RDONLY | _ATTR_NODEV,
                                                  "write": _ATTR_NODEV, "device": 0}[kind])
    os.mkdir(root + "/.before")
    call("pivot_root", os.fsencode(root) + b"\0", os.fsencode(root + "/.before") + b"\0")
    os.chdir("/")
    call("umount2", b"/.before\0", _DETACH)
    os.rmdir("/.before")
    attributes = struct.pack("QQQQ", _ATTR_RDONLY, 0, 0, 0)
    call("mount_setattr", -100, b"/\0", 0, attributes, len(attributes))


def enter(root, lines, with_user, tell, become):
    """
    For a process just forked: makes namespaces and runs `become` in them under a first process of
    their own (confined_tree). Never returns.
    """
    kernel.die_with_parent()
    _unshare(with_user)
    first = os.fork()
    if first:
        become.release()
        os.close(tell)
        os.waitpid(first, 0)
        os._exit(0)
    kernel.die_with_parent()
    _loopback_up()
    socket.sethostname("build")
    _build_root(root, lines)
    confined_tree.run_below(become, tell)
