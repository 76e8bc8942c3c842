"""Trees that a hostile program left: handed to another user, removed whole."""
import os
import stat


def give(path, user, group):
    """Everything in the tree belongs to the user from now on. No link is followed."""
    os.chown(path, user, group, follow_symlinks=False)
    for _, folders, files, handle in os.fwalk(path, onerror=None, follow_symlinks=False):
        for name in folders + files:
            try:
                os.chown(name, user, group, dir_fd=handle, follow_symlinks=False)
            except OSError:
                pass


def remove(path):
    """
    Removes a tree of any depth and any modes: folders are first moved up, so that no path grows. A
    link is removed, not followed. What is not there is removed already.
    """
    try:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            os.unlink(path)
            return
    except OSError:
        return
    top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fchmod(top, 0o700)
        _empty(top)
    finally:
        os.close(top)
    os.rmdir(path)


def _empty(top):
    waiting, moved = [], 0
    for name in os.listdir(top):
        if not _unlink(name, top):
            waiting.append(name)
    while waiting:
        name = waiting.pop()
        os.chmod(name, 0o700, dir_fd=top)
        folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
        try:
            for below in os.listdir(folder):
                if _unlink(below, folder):
                    continue
                # A folder that may not be written cannot be moved: its `..` changes.
                os.chmod(below, 0o700, dir_fd=folder)
                moved += 1
                place = ".removed-%d-%d" % (os.getpid(), moved)
                os.rename(below, place, src_dir_fd=folder, dst_dir_fd=top)
                waiting.append(place)
        finally:
            os.close(folder)
        os.rmdir(name, dir_fd=top)


def _unlink(name, folder):
    """Whether it was no folder and is gone."""
    if stat.S_ISDIR(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
        return False
    os.unlink(name, dir_fd=folder)
    return True
