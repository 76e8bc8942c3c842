"""Calls of Linux that Python has no function for. Numbers by architecture."""
import ctypes
import os

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long

# Those after 423 are the same everywhere; `generic` is aarch64's, riscv64's and loongarch64's.
_SINCE_424 = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427,
    "open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433,
    "clone3": 435, "openat2": 437, "pidfd_getfd": 438, "process_madvise": 440, "mount_setattr": 442,
    "quotactl_fd": 443, "landlock_create_ruleset": 444, "landlock_add_rule": 445,
    "landlock_restrict_self": 446, "memfd_secret": 447, "process_mrelease": 448, "fchmodat2": 452,
    "setxattrat": 463, "removexattrat": 466, "file_setattr": 469,
}
_X86_64 = {
    "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "perf_event_open": 298,
    "bpf": 321, "userfaultfd": 323, "memfd_create": 319, "shmget": 29, "shmat": 30, "shmctl": 31,
    "semget": 64, "semop": 65, "semctl": 66, "semtimedop": 220, "msgget": 68, "msgsnd": 69, "msgrcv": 70,
    "msgctl": 71, "mq_open": 240, "mq_unlink": 241, "add_key": 248, "request_key": 249, "keyctl": 250,
    "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161, "unshare": 272, "setns": 308,
    "clone": 56, "open_by_handle_at": 304, "name_to_handle_at": 303, "fanotify_init": 300,
    "inotify_add_watch": 254, "quotactl": 179, "kexec_load": 246, "kexec_file_load": 320,
    "init_module": 175, "finit_module": 313, "delete_module": 176, "reboot": 169, "swapon": 167,
    "swapoff": 168, "acct": 163, "settimeofday": 164, "clock_settime": 227, "adjtimex": 159,
    "clock_adjtime": 305, "syslog": 103, "socket": 41, "setpgid": 109, "setsid": 112, "chmod": 90,
    "fchmod": 91, "fchmodat": 268, "chown": 92, "lchown": 94, "fchown": 93, "fchownat": 260, "utime": 132,
    "utimes": 235, "futimesat": 261, "utimensat": 280, "setxattr": 188, "lsetxattr": 189,
    "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199, "prlimit64": 302,
    "setpriority": 141, "sched_setscheduler": 144, "sched_setparam": 142, "sched_setattr": 314,
    "sched_setaffinity": 203, "ioprio_set": 251, "migrate_pages": 256, "move_pages": 279, "vhangup": 153,
    "kill": 62, "tkill": 200, "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297,
    "fcntl": 72, "ioctl": 16, "seccomp": 317, "modify_ldt": 154, "iopl": 172, "ioperm": 173,
}
_GENERIC = {
    "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kcmp": 272, "perf_event_open": 241,
    "bpf": 280, "userfaultfd": 282, "memfd_create": 279, "shmget": 194, "shmat": 196, "shmctl": 195,
    "semget": 190, "semop": 193, "semctl": 191, "semtimedop": 192, "msgget": 186, "msgsnd": 189,
    "msgrcv": 188, "msgctl": 187, "mq_open": 180, "mq_unlink": 181, "add_key": 217, "request_key": 218,
    "keyctl": 219, "mount": 40, "umount2": 39, "pivot_root": 41, "chroot": 51, "unshare": 97,
    "setns": 268, "clone": 220, "open_by_handle_at": 265, "name_to_handle_at": 264, "fanotify_init": 262,
    "inotify_add_watch": 27, "quotactl": 60, "kexec_load": 104, "kexec_file_load": 294,
    "init_module": 105, "finit_module": 273, "delete_module": 106, "reboot": 142, "swapon": 224,
    "swapoff": 225, "acct": 89, "settimeofday": 170, "clock_settime": 112, "adjtimex": 171,
    "clock_adjtime": 266, "syslog": 116, "socket": 198, "setpgid": 154, "setsid": 157, "fchmod": 52,
    "fchmodat": 53, "fchown": 55, "fchownat": 54, "utimensat": 88, "setxattr": 5, "lsetxattr": 6,
    "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16, "prlimit64": 261,
    "setpriority": 140, "sched_setscheduler": 119, "sched_setparam": 118, "sched_setattr": 274,
    "sched_setaffinity": 122, "ioprio_set": 30, "migrate_pages": 238, "move_pages": 239, "vhangup": 58,
    "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240,
    "fcntl": 25, "ioctl": 29, "seccomp": 277,
}
# Calls that came later are unknown to the filters, so they are answered as if the kernel were older.
LAST_KNOWN = 470

# The kernel's name of an architecture for filters (linux/audit.h), and its calls.
_ARCHITECTURES = {
    "x86_64": (0xC000003E, _X86_64),
    "aarch64": (0xC00000B7, _GENERIC),
    "riscv64": (0xC00000F3, _GENERIC),
    "loongarch64": (0xC0000102, _GENERIC),
}

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_CAPBSET_DROP, PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 24, 36, 38, 47


class Unsupported(Exception):
    """This kernel or machine lacks something that a kind of sandbox needs."""


def architecture():
    """(audit number, numbers by name). Raises Unsupported."""
    machine = os.uname()[4]
    found = _ARCHITECTURES.get(machine)
    if found is None or ctypes.sizeof(ctypes.c_void_p) != 8:
        raise Unsupported("system calls of %s are not known" % machine)
    return found[0], dict(found[1], **_SINCE_424)


def number(name):
    return architecture()[1][name]


def call(name, *arguments):
    """A system call: integers, bytes and ctypes objects. Raises OSError with the call's name."""
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = LIBC.syscall(ctypes.c_long(number(name)), *passed)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, "%s: %s" % (name, os.strerror(code)))
    return result


def prctl(option, *arguments):
    passed = [ctypes.c_ulong(a) for a in (list(arguments) + [0, 0, 0, 0])[:4]]
    if LIBC.prctl(ctypes.c_int(option), *passed) < 0:
        code = ctypes.get_errno()
        raise OSError(code, "prctl %d: %s" % (option, os.strerror(code)))


def die_with_parent():
    prctl(PR_SET_PDEATHSIG, 9)


class _CapHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapData(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def set_capabilities(bits):
    """Exactly these (of the first 32) remain, also after an exec by root's user id."""
    data = (_CapData * 2)()
    data[0].effective = data[0].permitted = data[0].inheritable = bits
    if LIBC.capset(ctypes.byref(_CapHeader(0x20080522, 0)), data) < 0:
        code = ctypes.get_errno()
        raise OSError(code, "capset: %s" % os.strerror(code))


def drop_bounding_set():
    """No exec gives a capability any more. Without CAP_SETPCAP, nothing is to be dropped."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:
            return
