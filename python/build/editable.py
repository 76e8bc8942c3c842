"""
An editable wheel (PEP 660) names the source tree by where the build saw it; here it gets the place where
the tree is. Run inside the sandbox.
"""
import os

from wheel_files import rewrite

# What editable wheels name places in.
_TEXTS = (".pth", ".py", ".json", ".txt", ".egg-link")
_EXTENSIONS = (".so", ".pyd")


def relocate(path, source, place):
    """Writes the wheel anew with `place` for `source` in its texts, and RECORD to match."""
    old, new = source.encode(), place.encode()
    rewrite(path, lambda name, data: data.replace(old, new) if name.endswith(_TEXTS) else data)


def extensions(root):
    """Extension modules in a tree, relative to it."""
    found = set()
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in ("build", "dist", ".git")]
        found.update(os.path.relpath(os.path.join(folder, name), root) for name in files if name.endswith(_EXTENSIONS))
    return found
