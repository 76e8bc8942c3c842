"""What a sandbox sees of the file system: a list of mounts, the same for each kind that has mounts."""
import os
import sys

# Programs, compilers and libraries of the system. Of /etc only what the loader and compilers read.
SYSTEM = [
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc/ld.so.cache", "/etc/ld.so.conf",
    "/etc/ld.so.conf.d", "/etc/alternatives", "/etc/os-release", "/etc/localtime", "/nix/store", "/gnu/store",
]
DEVICES = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"]
# Where there is no /proc of its own: what tells of the machine, nothing of other processes.
MACHINE = ["/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/filesystems",
           "/proc/sys/kernel", "/proc/sys/vm", "/sys/devices/system/cpu"]


def own_places():
    """This Python and these scripts: needed inside, too."""
    kept = getattr(sys, "pycache_prefix", None)
    return [os.path.dirname(os.path.abspath(__file__)), sys.base_prefix, sys.base_exec_prefix,
            os.path.dirname(os.path.realpath(sys.executable))] + ([kept] if kept else [])


def readable(job):
    return [path for path in SYSTEM + own_places() + job["readable"] if os.path.exists(path)]


def mounts(job, shared):
    """
    Lines (kind, source, place): "read", "write", "device" bind; "link" makes a symbolic link; "proc".
    Parents first. `shared` is the folder that /dev/shm stands for, so that it counts as disk.
    """
    lines = {}
    for path in readable(job):
        if os.path.islink(path) and os.path.dirname(path) == "/":
            lines[path] = ("link", os.readlink(path), path)
        else:
            lines[path] = ("read", os.path.realpath(path), path)
            real = os.path.realpath(path)
            lines.setdefault(real, ("read", real, real))
    for path in DEVICES:
        lines[path] = ("device", path, path)
    for name, target in (("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
                         ("stderr", "/proc/self/fd/2")):
        lines["/dev/" + name] = ("link", target, "/dev/" + name)
    lines["/proc"] = ("proc", "proc", "/proc")
    lines["/dev/shm"] = ("write", shared, "/dev/shm")
    lines["/tmp"] = ("write", job["temporary"], "/tmp")
    for path, source in job["shown"].items():
        lines[path] = ("read", os.path.realpath(source), path)
    for path in job["writable"]:
        lines[path] = ("write", os.path.realpath(path), path)
    for path, source in job["mounted"].items():
        lines[path] = ("write", os.path.realpath(source), path)
    lines[job["inside"]] = ("write", os.path.realpath(job["work"]), job["inside"])
    return _without_nested([lines[path] for path in sorted(lines, key=lambda path: path.split("/"))])


def _without_nested(lines):
    """What a folder above already shows in the same way needs no mount of its own."""
    kept, places = [], {}
    for kind, source, place in lines:
        above = os.path.dirname(place)
        while above != "/" and above not in places:
            above = os.path.dirname(above)
        covering = places.get(above)
        if kind == "read" and covering is not None and covering[0] == "read":
            if os.path.realpath(os.path.join(covering[1], os.path.relpath(place, above))) == source:
                continue
        if covering is not None and covering[0] == "link":
            continue
        places[place] = (kind, source)
        kept.append((kind, source, place))
    return kept


def bubblewrap_arguments(lines):
    flags = {"read": "--ro-bind", "write": "--bind", "device": "--dev-bind", "link": "--symlink"}
    arguments, made = [], set()
    for kind, source, place in lines:
        for above in _above(place):
            if above not in made:
                made.add(above)
                # Its own way of making them closes them to other users.
                arguments += ["--perms", "0755", "--dir", above]
        made.add(place)
        arguments += ["--proc", place] if kind == "proc" else [flags[kind], source, place]
    return arguments + ["--remount-ro", "/"]


def _above(place):
    parts = place.split("/")[1:-1]
    return ["/" + "/".join(parts[: i + 1]) for i in range(len(parts))]
