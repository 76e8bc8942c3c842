"""nixpkgs' buildEnv: links of all paths into $out, collisions named."""
import filecmp
import os
import sys

out = os.environ["out"]
paths = os.environ.get("paths", "").split()
to_link = os.environ.get("pathsToLink", "/").split()
ignore = os.environ.get("ignoreCollisions", "") not in ("", "0")
places = {}


def same(a, b):
    return os.path.isfile(a) and os.path.isfile(b) and filecmp.cmp(a, b, shallow=False)


def add(source, relative):
    known = places.get(relative)
    if known is None:
        places[relative] = [source]
        return
    if all(os.path.isdir(one) for one in known + [source]):
        known.append(source)
        return
    if known[0] == source or os.path.realpath(known[0]) == os.path.realpath(source):
        return
    if same(known[0], source):
        return
    if ignore:
        print(f"warning: collision between `{source}' and `{known[0]}'", file=sys.stderr)
        return
    sys.exit(f"error: collision between `{source}' and `{known[0]}'")


def wanted(relative):
    return any(
        relative == "" or (relative + "/").startswith(p.rstrip("/") + "/") or p.startswith(relative)
        for p in to_link
    )


seen = set()
todo = list(paths)
while todo:
    path = todo.pop(0)
    if path in seen:
        continue
    seen.add(path)
    extra = os.path.join(path, "nix-support", "propagated-user-env-packages")
    if os.path.exists(extra):
        todo += open(extra).read().split()
    for entry in sorted(os.listdir(path)):
        if entry != "nix-support":
            add(os.path.join(path, entry), entry)
# A place with one owner is one link; a shared directory is real, and its entries are placed in turn.
queue = sorted(places)
os.makedirs(out, exist_ok=True)
while queue:
    relative = queue.pop(0)
    owners = places[relative]
    target = os.path.join(out, relative)
    if not wanted("/" + relative):
        continue
    if len(owners) == 1 and relative not in ("bin", "lib"):
        os.symlink(owners[0], target)
        continue
    if len(owners) == 1 and not os.path.isdir(owners[0]):
        os.symlink(owners[0], target)
        continue
    os.mkdir(target)
    for owner in owners:
        for entry in sorted(os.listdir(owner)):
            inner = f"{relative}/{entry}"
            fresh = inner not in places
            add(os.path.join(owner, entry), inner)
            if fresh:
                queue.append(inner)
