"""Sets the run path of every ELF file below a folder to where its libraries are."""
import argparse
import fnmatch
import os
import subprocess
import sys

# The host's C library serves the interpreter, which is the host's: never patched in.
C_LIBRARY = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "ld-linux")


def is_elf(path):
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        head = file.read(18)
    return head[:4] == b"\x7fELF" and head[16:18] in (b"\x03\x00", b"\x02\x00")


def needed(path):
    ran = subprocess.run(["patchelf", "--print-needed", path], capture_output=True, text=True)
    return ran.stdout.split() if ran.returncode == 0 else []


def walk(folder):
    for base, _, names in os.walk(folder):
        for name in sorted(names):
            yield os.path.join(base, name)


parser = argparse.ArgumentParser()
parser.add_argument("out")
parser.add_argument("--libs", nargs="*", default=[])
parser.add_argument("--search", nargs="*", default=[])
parser.add_argument("--ignore", nargs="*", default=[])
args = parser.parse_args()

known = {}
for folder in [args.out, *args.search]:
    for path in walk(folder):
        if ".so" in os.path.basename(path):
            known.setdefault(os.path.basename(path), os.path.dirname(path))
for folder in args.libs:
    if os.path.isdir(folder):
        for name in os.listdir(folder):
            known.setdefault(name, folder)

missing = []
for path in walk(args.out):
    if not is_elf(path):
        continue
    folders = []
    for name in needed(path):
        if name.startswith(C_LIBRARY):
            continue
        if name in known:
            if known[name] not in folders:
                folders.append(known[name])
        elif not any(p in ("1", name) or fnmatch.fnmatch(name, p) for p in args.ignore):
            missing.append(f"auto-patchelf could not satisfy dependency {name} wanted by {path}")
    if folders:
        os.chmod(path, 0o755)
        subprocess.run(["patchelf", "--force-rpath", "--set-rpath", ":".join(folders), path], check=True)
if missing:
    print("\n".join(missing), file=sys.stderr)
    sys.exit("error: auto-patchelf failed to find all the required dependencies.")
