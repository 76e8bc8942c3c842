"""
A filter of system calls (seccomp(2)). Beside namespaces it takes away what they do not shut in;
beside Landlock it also takes away sockets, and has the supervisor decide what Landlock does not
see: modes and times of files.
"""
import ctypes
import errno
import struct

from kernel import LAST_KNOWN, LIBC, architecture, call

_LOAD_NUMBER, _LOAD_ARCHITECTURE = (0x20, 0, 0, 0), (0x20, 0, 0, 4)
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_ERRNO = 0x00050000
_MODE_FILTER, _NEW_LISTENER, _WAIT_KILLABLE = 1, 1 << 3, 1 << 5

# What no build needs: other processes' insides, the kernel's own administration, memory that no
# process is charged for, new namespaces, unbounded queues.
_REFUSED = """
ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd perf_event_open bpf userfaultfd memfd_secret
shmget shmat shmctl semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink
add_key request_key keyctl mount umount2 pivot_root chroot unshare setns open_tree move_mount fsopen
fsconfig fsmount fspick mount_setattr open_by_handle_at name_to_handle_at fanotify_init quotactl quotactl_fd
kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct
settimeofday clock_settime adjtimex clock_adjtime syslog migrate_pages move_pages process_madvise
process_mrelease vhangup iopl ioperm modify_ldt
""".split()
# Programs ask whether these are there and do without.
_ABSENT = "io_uring_setup io_uring_enter io_uring_register memfd_create clone3".split()

# Beside Landlock: everything of other processes of the same user, and files' attributes.
_REFUSED_ALONE = """
socket inotify_add_watch chown lchown fchown fchownat file_setattr setpriority sched_setscheduler
sched_setparam sched_setattr ioprio_set
""".split()
_ABSENT_ALONE = """
setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr setxattrat removexattrat
utime utimes futimesat pidfd_send_signal
""".split()
# All stay in one process group, which can be ended at once.
_PRETENDED = ["setpgid", "setsid"]
# Calls that set a file's mode, and which argument it is.
_MODES = {"chmod": 1, "fchmod": 1, "fchmodat": 2, "fchmodat2": 2}
_AS_OWNER = 0o6000
DECIDED = list(_MODES) + ["utimensat"]
SIGNALS = ["kill", "tkill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo"]

_NEW_NAMESPACES = 0x7E020000
_FAMILIES = (1, 2, 10, 16)  # unix, inet, inet6, netlink: within the network namespace
_OWNER_COMMANDS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_OWNER_IOCTLS = (0x8901, 0x8902)
_TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI, TIOCLINUX


def _equal(value, yes, no):
    return (0x15, yes, no, value)


def _answer(value):
    return (0x06, 0, 0, value & 0xFFFFFFFF)


def _error(code):
    return _answer(_ERRNO | code)


def _argument(index):
    """Loads the lower half: all machines known here are little-endian."""
    return (0x20, 0, 0, 16 + 8 * index)


class _Filter:
    def __init__(self):
        audit, self.numbers = architecture()
        self.lines = [_LOAD_ARCHITECTURE, _equal(audit, 1, 0), _error(errno.ENOSYS), _LOAD_NUMBER]
        # Greater numbers: x32's calls, and calls that came after this was written.
        self.lines += [(0x25, 0, 1, LAST_KNOWN), _error(errno.ENOSYS)]

    def answer(self, names, verdict):
        for name in names:
            if name in self.numbers:
                self.lines += [_equal(self.numbers[name], 0, 1), verdict]

    def when(self, name, lines):
        """Lines that end in an answer for one call."""
        if name in self.numbers:
            self.lines += [_equal(self.numbers[name], 0, len(lines))] + lines

    def install(self, flags=0):
        self.lines.append(_answer(_ALLOW))
        program = b"".join(struct.pack("HBBI", *line) for line in self.lines)
        buffer = ctypes.create_string_buffer(program, len(program))
        header = struct.pack("HxxxxxxQ", len(self.lines), ctypes.addressof(buffer))
        return call("seccomp", _MODE_FILTER, flags, ctypes.create_string_buffer(header, len(header)))


def _among(index, values, verdict):
    """`verdict` if the argument is one of the values, else allowed."""
    tests = [_equal(value, len(values) - i, 0) for i, value in enumerate(values)]
    return [_argument(index)] + tests + [_answer(_ALLOW), verdict]


def _common(made, modes):
    """`modes` answers calls that set a mode without setuid and setgid, which are refused."""
    made.answer(_REFUSED, _error(errno.EPERM))
    made.answer(_ABSENT, _error(errno.ENOSYS))
    made.when("clone", [_argument(0), (0x45, 1, 0, _NEW_NAMESPACES), _answer(_ALLOW), _error(errno.EPERM)])
    made.when("ioctl", _among(1, _TERMINAL_INPUT + _OWNER_IOCTLS, _error(errno.EPERM)))
    for name, index in _MODES.items():
        made.when(name, [_argument(index), (0x45, 1, 0, _AS_OWNER), modes, _error(errno.EPERM)])
    return made


def install_in_namespaces():
    made = _common(_Filter(), _answer(_ALLOW))
    tests = [_equal(family, len(_FAMILIES) - i, 0) for i, family in enumerate(_FAMILIES)]
    made.when("socket", [_argument(0)] + tests + [_error(errno.EAFNOSUPPORT), _answer(_ALLOW)])
    made.install()


def install_alone(others_share_user, signals_scoped):
    """
    For a process that only Landlock shuts in. Where others run as the same user, gives the handle on
    which the supervisor hears of what it must decide, else None.
    """
    made = _common(_Filter(), _answer(_NOTIFY if others_share_user else _ALLOW))
    made.answer(_REFUSED_ALONE, _error(errno.EACCES))
    made.answer(_ABSENT_ALONE, _error(errno.ENOSYS))
    made.answer(_PRETENDED, _error(0))
    for name in ("prlimit64", "sched_setaffinity"):
        made.when(name, [_argument(0), _equal(0, 0, 1), _answer(_ALLOW), _error(errno.EPERM)])
    if not others_share_user:
        made.install()
        return None
    made.answer(DECIDED, _answer(_NOTIFY))
    if not signals_scoped:
        made.answer(SIGNALS, _answer(_NOTIFY))
        made.when("fcntl", _among(1, _OWNER_COMMANDS, _error(errno.EPERM)))
    try:
        return made.install(_NEW_LISTENER | _WAIT_KILLABLE)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        made.lines.pop()
        return made.install(_NEW_LISTENER)
