"""A docker archive (one layer, uncompressed) of the closure given by exportReferencesGraph files."""
import hashlib
import io
import json
import os
import sys
import tarfile


def closure(files):
    found = set()
    for file in files:
        lines = open(file).read().splitlines()
        while lines:
            found.add(lines.pop(0))
            lines.pop(0)
            count = int(lines.pop(0))
            del lines[:count]
    return sorted(found)


def clean(info):
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mtime = 1
    return info


def add_bytes(tar, name, data):
    info = clean(tarfile.TarInfo(name))
    info.size = len(data)
    info.mode = 0o644
    tar.addfile(info, io.BytesIO(data))


def link_contents(layer, contents):
    """The contents' top-level trees at /, as links into the store."""
    known = set()
    for content in contents:
        for folder, dirs, files in os.walk(content):
            place = os.path.relpath(folder, content)
            for name in sorted(files + [d for d in dirs if os.path.islink(os.path.join(folder, d))]):
                target = os.path.normpath(os.path.join(place, name))
                if target in known or target.startswith("nix-support"):
                    continue
                known.add(target)
                info = clean(tarfile.TarInfo(target))
                info.type = tarfile.SYMTYPE
                info.linkname = os.path.join(folder, name)
                layer.addfile(info)


out = os.environ["out"]
layer_path = "layer.tar"
with tarfile.open(layer_path, "w", format=tarfile.PAX_FORMAT) as layer:
    for path in closure(sys.argv[1:]):
        layer.add(path, arcname=path.lstrip("/"), filter=clean)
    link_contents(layer, os.environ.get("contents", "").split())
digest = hashlib.sha256(open(layer_path, "rb").read()).hexdigest()
config = json.dumps(
    {
        "architecture": "amd64",
        "os": "linux",
        "config": json.loads(os.environ["imageConfig"]),
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]},
    }
).encode()
config_name = hashlib.sha256(config).hexdigest() + ".json"
manifest = [
    {
        "Config": config_name,
        "RepoTags": [f"{os.environ['imageName']}:{os.environ['imageTag']}"],
        "Layers": ["layer.tar"],
    }
]
with tarfile.open(out, "w", format=tarfile.PAX_FORMAT) as tar:
    add_bytes(tar, config_name, config)
    add_bytes(tar, "manifest.json", json.dumps(manifest).encode())
    tar.add(layer_path, filter=clean)
