"""Compiles Python sources for mach-nix: one request a line on standard input, in JSON.

{"compile": {"source": FOLDER, "out": FOLDER, "files": [PATH, ...]}}
    compiles each file of the source folder to the out folder, as PATH's __pycache__ would have it,
    and answers with a line for each as soon as it is done: 1, or 0 where it cannot be compiled.
{"lock": FOLDER}
    claims a folder among all processes and answers 1, or 0 where another has it.
{"unlock": FOLDER}
    gives it back, and answers nothing. Ending gives back all.

Nothing is imported from the folders and nothing of them is run. Needs CPython 3.6 or newer, as
`python -I -S compile_bytecode.py [--idle]`; with --idle only time that nobody else wants is used.
"""

import json
import os
import py_compile
import sys
import warnings

try:
    import fcntl
except ImportError:
    fcntl = None

TAG = sys.implementation.cache_tag

# The store's files never change, so bytecode need not be checked against its source (PEP 552): it
# stays valid when the store is copied without its times. Python 3.6 knows only times, which are fixed.
MODE = {}
if hasattr(py_compile, "PycInvalidationMode"):
    MODE["invalidation_mode"] = py_compile.PycInvalidationMode.UNCHECKED_HASH


def answer(good):
    sys.stdout.write("1\n" if good else "0\n")
    sys.stdout.flush()


def compile_file(source, out, path):
    folder, name = os.path.split(path)
    stem = name[: -len(".py")]
    target = os.path.join(out, folder, "__pycache__", "%s.%s.pyc" % (stem, TAG))
    file = os.path.join(source, path)
    try:
        py_compile.compile(file, cfile=target, dfile=file, doraise=True, **MODE)
    except (py_compile.PyCompileError, OSError, ValueError, RecursionError, MemoryError):
        # Sources that this Python does not understand are part of many distributions.
        return False
    return True


def compile_files(request):
    for path in request["files"]:
        answer(compile_file(request["source"], request["out"], path))


def lock(folder, held):
    if fcntl is None:
        return True
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return False
    except OSError:
        # A file system without locks: two that do the same work do no harm.
        os.close(descriptor)
        return True
    held[folder] = descriptor
    return True


def unlock(folder, held):
    descriptor = held.pop(folder, None)
    if descriptor is not None:
        os.close(descriptor)


def give_way():
    """Runs, and reads and writes, only while nobody else wants to."""
    try:
        os.nice(19)
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    except (AttributeError, OSError):
        pass


def main():
    warnings.simplefilter("ignore")
    if "--idle" in sys.argv[1:]:
        give_way()
    held = {}
    for line in sys.stdin:
        request = json.loads(line)
        if "compile" in request:
            compile_files(request["compile"])
        elif "lock" in request:
            answer(lock(request["lock"], held))
        elif "unlock" in request:
            unlock(request["unlock"], held)


main()
