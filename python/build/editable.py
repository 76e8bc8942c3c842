"""
An editable wheel (PEP 660) names the source tree by where the build saw it; here it gets the place where
the tree is. Run inside the sandbox.
"""
import base64
import hashlib
import os
import zipfile

# What editable wheels name places in.
_TEXTS = (".pth", ".py", ".json", ".txt", ".egg-link")
_EXTENSIONS = (".so", ".pyd")


def relocate(path, source, place):
    """Writes the wheel anew with `place` for `source` in its texts, and RECORD to match."""
    with zipfile.ZipFile(path) as wheel:
        files = [(info, wheel.read(info)) for info in wheel.infolist()]
    changed = {}
    for index, (info, data) in enumerate(files):
        if info.filename.endswith(_TEXTS) and source.encode() in data:
            data = data.replace(source.encode(), place.encode())
            files[index] = (info, data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            changed[info.filename] = "%s,sha256=%s,%d" % (info.filename, digest, len(data))
    if not changed:
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for info, data in files:
            if info.filename.endswith(".dist-info/RECORD"):
                lines = data.decode("utf-8").splitlines()
                data = "".join(changed.get(line.split(",")[0], line) + "\n" for line in lines).encode("utf-8")
            wheel.writestr(info, data)


def extensions(root):
    """Extension modules in a tree, relative to it."""
    found = set()
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in ("build", "dist", ".git")]
        found.update(os.path.relpath(os.path.join(folder, name), root) for name in files if name.endswith(_EXTENSIONS))
    return found
