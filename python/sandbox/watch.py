"""How much a tree of processes and the folders that it may write take up."""
import os
import stat

_DEEPEST = 200
_PAGE = 4096


def _numbers(path):
    try:
        with open(path) as text:
            return [int(word) for word in text.read().split()]
    except (OSError, ValueError):
        return []


def children(process):
    """Direct children, whichever thread started them."""
    try:
        threads = os.listdir("/proc/%d/task" % process)
    except OSError:
        return []
    found = []
    for thread in threads:
        found += _numbers("/proc/%d/task/%s/children" % (process, thread))
    return found


def descendants(root):
    found, waiting = [], [root]
    while waiting:
        for child in children(waiting.pop()):
            found.append(child)
            waiting.append(child)
    return found


def _fields(process):
    """Of /proc/N/status: state, threads, bytes of memory that are its own or shared, not files'."""
    state, threads, memory = "Z", 0, 0
    try:
        with open("/proc/%d/status" % process, "rb") as text:
            for line in text:
                if line.startswith(b"State:"):
                    state = line.split()[1].decode()
                elif line.startswith((b"RssAnon:", b"RssShmem:", b"VmSwap:")):
                    memory += int(line.split()[1]) * 1024
                elif line.startswith(b"Threads:"):
                    threads = int(line.split()[1])
    except OSError:
        pass
    return state, threads, memory


def usage(root):
    """(processes and threads, bytes of memory) of all descendants."""
    count = total = 0
    for process in descendants(root):
        _, threads, memory = _fields(process)
        count += max(threads, 1)
        total += memory
    return count, total


def threads_of_user(user):
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                if os.stat("/proc/" + name).st_uid == user:
                    count += _fields(int(name))[1]
            except OSError:
                pass
    return count


class TooDeep(Exception):
    """A folder that cannot be measured: nested too deep, or closed to us."""


def disk(paths):
    """Bytes that the trees take up; no link is followed, no other file system entered by name."""
    return sum(_tree(path) for path in paths)


def _tree(path):
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return 0
    return _folder(handle, 0)


def _folder(handle, depth):
    total = 0
    try:
        if depth > _DEEPEST:
            raise TooDeep("folders are nested more than %d deep" % _DEEPEST)
        for name in os.listdir(handle):
            try:
                info = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except OSError:
                continue
            total += info.st_blocks * 512 + 256
            if stat.S_ISDIR(info.st_mode):
                total += _below(handle, name, depth)
    finally:
        os.close(handle)
    return total


def _below(handle, name, depth):
    try:
        below = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
    except FileNotFoundError:
        return 0
    except NotADirectoryError:
        return 0
    except OSError as error:
        raise TooDeep("folder %s cannot be measured: %s" % (ascii(name), error.strerror))
    return _folder(below, depth + 1)


def removed_files(root):
    """Bytes of files that have no name any more but are still open."""
    total, seen = 0, set()
    for process in descendants(root):
        try:
            handles = os.listdir("/proc/%d/fd" % process)
        except OSError:
            continue
        for handle in handles:
            try:
                info = os.stat("/proc/%d/fd/%s" % (process, handle))
            except OSError:
                continue
            key = (info.st_dev, info.st_ino)
            if info.st_nlink == 0 and stat.S_ISREG(info.st_mode) and key not in seen:
                seen.add(key)
                total += info.st_blocks * 512
    return total
