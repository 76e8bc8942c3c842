"""Landlock (landlock(7)): which files a process may touch from here on, and everything it starts."""
import os
import struct
import stat

from kernel import Unsupported, call, LIBC, number
import ctypes

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REFER, TRUNCATE, IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FIRST = (1 << 13) - 1  # version 1: read, write, execute, make and remove of each kind
_OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
_NO_TCP = 3
_SCOPE_ABSTRACT_SOCKETS, _SCOPE_SIGNALS = 1, 2

READ = EXECUTE | READ_FILE | READ_DIR
# Without truncation (3) a file that may not be written could still be emptied.
OLDEST = 3
SCOPES_SINCE = 6


def version():
    """The kernel's Landlock version; 0 where it has none or it is off."""
    result = LIBC.syscall(ctypes.c_long(number("landlock_create_ruleset")), None, ctypes.c_long(0), ctypes.c_long(1))
    return max(result, 0)


def _rights(abi):
    rights = _FIRST
    if abi >= 2:
        rights |= REFER
    if abi >= 3:
        rights |= TRUNCATE
    if abi >= 5:
        rights |= IOCTL_DEV
    return rights


def restrict(readable, writable, devices):
    """
    From here on only these paths can be opened: files and folders with all that is in them. What is
    not there is passed over. Needs no_new_privs. Raises Unsupported.
    """
    abi = version()
    if abi < 1:
        raise Unsupported("the kernel has no Landlock, or it is not in its list of security modules")
    everything = _rights(abi)
    attributes = struct.pack(
        "QQQ", everything, _NO_TCP, _SCOPE_ABSTRACT_SOCKETS | _SCOPE_SIGNALS
    )[: 24 if abi >= SCOPES_SINCE else 16 if abi >= 4 else 8]
    ruleset = call("landlock_create_ruleset", attributes, len(attributes), 0)
    rules = [(path, READ) for path in readable]
    rules += [(path, READ_FILE | WRITE_FILE) for path in devices]
    rules += [(path, everything & ~IOCTL_DEV) for path in writable]
    for path, rights in rules:
        _allow(ruleset, path, rights & everything)
    call("landlock_restrict_self", ruleset, 0)
    os.close(ruleset)


def _allow(ruleset, path, rights):
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(handle).st_mode):
            rights &= _OF_FILES
        call("landlock_add_rule", ruleset, 1, struct.pack("=Qi", rights, handle), 0)
    finally:
        os.close(handle)
