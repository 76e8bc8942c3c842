"""What the supervisor may do: root's capabilities, and which other user a program can be run as."""
import os

_NEEDED = {"chown": 0, "kill": 5, "setgid": 6, "setuid": 7}
_SYS_ADMIN = 21
# (first, how many): users that nobody has; the second where only the first 65,536 are mapped.
_FREE_USERS = ((0x70000000, 1 << 22), (20000, 40000))


def _capabilities():
    try:
        with open("/proc/self/status") as text:
            for line in text:
                if line.startswith("CapEff:"):
                    return int(line.split()[1], 16)
    except OSError:
        pass
    return 0


def may_administer():
    """Whether namespaces can be made without one for users."""
    return os.geteuid() == 0 and bool(_capabilities() >> _SYS_ADMIN & 1)


def free_user():
    """
    A user's number that no other process has, for root to run a program as: limits on the number of
    processes do not bind root. None for others, and where root may not.
    """
    if os.geteuid() != 0:
        return None
    held = _capabilities()
    if not all(held >> bit & 1 for bit in _NEEDED.values()):
        return None
    with open("/proc/self/uid_map") as text:
        mapped = [[int(word) for word in line.split()] for line in text]
    for first, count in _FREE_USERS:
        user = first + os.getpid() % count
        if any(start <= user < start + length for start, _, length in mapped):
            return user
    return None
