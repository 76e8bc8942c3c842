"""Installs one wheel below a prefix, as pypa's installer does: data, entry points, RECORD."""
import base64
import configparser
import hashlib
import os
import stat
import sys
import zipfile

wheel, prefix, site = sys.argv[1:4]
target = os.path.join(prefix, site)
archive = zipfile.ZipFile(wheel)
infos = [n for n in archive.namelist() if n.split("/")[0].endswith(".dist-info")]
info = infos[0].split("/")[0]
data = info[: -len(".dist-info")] + ".data"
schemes = {
    "purelib": target,
    "platlib": target,
    "scripts": os.path.join(prefix, "bin"),
    "data": prefix,
    "headers": os.path.join(prefix, "include", "python", info.split("-")[0]),
}
written = []


def put(path, content, executable=False):
    root = os.path.realpath(prefix)
    if not os.path.realpath(os.path.dirname(path)).startswith(root):
        sys.exit(f"error: {path} leaves {prefix}")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o755 if executable else 0o644)
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    written.append((os.path.relpath(path, target), "sha256=" + digest, len(content)))


for member in archive.infolist():
    name = member.filename
    if name.endswith("/") or name == info + "/RECORD":
        continue
    content = archive.read(member)
    executable = bool((member.external_attr >> 16) & stat.S_IXUSR)
    if name.startswith(data + "/"):
        _, scheme, rest = name.split("/", 2)
        if scheme == "scripts":
            executable = True
            if content.startswith(b"#!python"):
                content = b"#!" + sys.executable.encode() + content[content.index(b"\n") :]
        put(os.path.join(schemes[scheme], rest), content, executable)
    else:
        put(os.path.join(target, name), content, executable)

entry_points = os.path.join(target, info, "entry_points.txt")
if os.path.exists(entry_points):
    parser = configparser.ConfigParser(delimiters=["="], strict=False)
    parser.optionxform = str
    parser.read(entry_points, encoding="utf-8")
    for section in ("console_scripts", "gui_scripts"):
        for name, value in parser.items(section) if parser.has_section(section) else []:
            module, _, function = value.split("[")[0].strip().partition(":")
            text = (
                f"#!{sys.executable}\nimport sys\nfrom {module} import {function.split('.')[0]}\n"
                f"if __name__ == '__main__':\n    sys.exit({function}())\n"
            )
            put(os.path.join(prefix, "bin", name), text.encode(), True)
put(os.path.join(target, info, "INSTALLER"), b"nixpkgs-double\n")
record = "".join(f"{path},{digest},{size}\n" for path, digest, size in sorted(written))
put(os.path.join(target, info, "RECORD"), (record + f"{info}/RECORD,,\n").encode())
