"""Puts a conda package (.conda or .tar.bz2) below a prefix.

    install-conda.py FILE PREFIX SITE-PACKAGES

The place that the package was built for is replaced by PREFIX, in text, and in binaries with the
length kept; scripts get the interpreter that runs this. Packages for any Python (noarch) get their
modules in SITE-PACKAGES (relative to PREFIX) and their entry points in bin.
"""
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

DEFAULT_PLACEHOLDER = "/opt/anaconda1anaconda2anaconda3"


def extract(archive, folder):
    """Members stay below the folder; links may point anywhere inside a prefix."""
    for member in archive:
        path = os.path.normpath(member.name)
        if path.startswith(("/", "..")) or not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
            sys.exit(f"error: {member.name} may not be in a package")
        archive.extract(member, folder, set_attrs=not member.issym())


def unpack(file, folder):
    if file.endswith(".tar.bz2"):
        with tarfile.open(file, "r:bz2") as archive:
            extract(archive, folder)
        return
    with zipfile.ZipFile(file) as outer:
        for name in outer.namelist():
            if not name.endswith(".tar.zst"):
                continue
            data = subprocess.run(["zstd", "-dc"], input=outer.read(name), stdout=subprocess.PIPE, check=True).stdout
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                extract(archive, folder)


def read_json(path, default):
    if not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def placeholders(info):
    """By path: the text to be replaced and whether the file is binary."""
    listed = read_json(os.path.join(info, "paths.json"), {"paths": []})["paths"]
    found = {
        one["_path"]: (one.get("prefix_placeholder", DEFAULT_PLACEHOLDER), one.get("file_mode") == "binary")
        for one in listed
        if one.get("prefix_placeholder")
    }
    old = os.path.join(info, "has_prefix")
    if not found and os.path.exists(old):
        with open(old, encoding="utf-8") as file:
            for line in file.read().splitlines():
                parts = line.replace('"', "").split(" ", 2)
                if len(parts) == 3:
                    found[parts[2]] = (parts[0], parts[1] == "binary")
                else:
                    found[line] = (DEFAULT_PLACEHOLDER, False)
    return found


def relocated(data, placeholder, prefix, binary):
    old, new = placeholder.encode(), prefix.encode()
    if not binary:
        for name in (b"python3.%d" % sys.version_info[1], b"python3", b"python"):
            data = data.replace(b"#!" + old + b"/bin/" + name + b"\n", b"#!" + sys.executable.encode() + b"\n")
        return data.replace(old, new)
    if len(new) > len(old):
        sys.exit(f"error: {prefix} is longer than the place that the package was built for")
    out = bytearray()
    start = 0
    while True:
        at = data.find(old, start)
        if at < 0:
            return bytes(out) + data[start:]
        end = data.index(b"\0", at)
        text = data[at:end].replace(old, new)
        out += data[start:at] + text + b"\0" * (end - at - len(text))
        start = end


def place_of(path, noarch, site):
    if noarch and path.startswith("site-packages/"):
        return site + path[len("site-packages") :]
    if noarch and path.startswith("python-scripts/"):
        return "bin" + path[len("python-scripts") :]
    return path


def install(folder, prefix, site):
    info = os.path.join(folder, "info")
    noarch = read_json(os.path.join(info, "index.json"), {}).get("noarch") == "python"
    replaced = placeholders(info)
    for base, dirs, names in os.walk(folder):
        if base == folder and "info" in dirs:
            dirs.remove("info")
        for name in names + [d for d in dirs if os.path.islink(os.path.join(base, d))]:
            source = os.path.join(base, name)
            path = os.path.relpath(source, folder)
            target = os.path.join(prefix, place_of(path, noarch, site))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            if os.path.islink(source):
                os.symlink(os.readlink(source), target)
                continue
            shutil.copy(source, target)
            os.chmod(target, os.stat(target).st_mode | 0o200)
            if path in replaced:
                placeholder, binary = replaced[path]
                with open(source, "rb") as file:
                    data = file.read()
                with open(target, "wb") as file:
                    file.write(relocated(data, placeholder, prefix, binary))
    os.makedirs(prefix, exist_ok=True)
    if noarch:
        write_entry_points(read_json(os.path.join(info, "link.json"), {}), prefix)


def write_entry_points(link, prefix):
    for line in link.get("noarch", {}).get("entry_points", []):
        name, _, value = line.partition("=")
        module, _, function = value.strip().partition(":")
        path = os.path.join(prefix, "bin", name.strip())
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(
                f"#!{sys.executable}\nimport sys\nfrom {module} import {function.split('.')[0]}\n"
                f"if __name__ == '__main__':\n    sys.exit({function}())\n"
            )
        os.chmod(path, 0o755)


def main():
    file, prefix, site = sys.argv[1:4]
    folder = tempfile.mkdtemp()
    unpack(file, folder)
    install(folder, prefix, site)


main()
