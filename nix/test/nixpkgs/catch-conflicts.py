"""Two distributions of one name in a closure are an error, as nixpkgs' catchConflicts has it."""
import glob
import os
import re
import sys

out, site = sys.argv[1:3]
seen = {}
todo = [out]
done = set()
bad = False
while todo:
    path = todo.pop()
    if path in done:
        continue
    done.add(path)
    for info in glob.glob(os.path.join(path, site, "*.dist-info")):
        name = re.sub("[-_.]+", "-", os.path.basename(info)[: -len(".dist-info")].rsplit("-", 1)[0]).lower()
        if name in seen and seen[name] != info:
            print(f"Found duplicated packages in closure for dependency '{name}':\n  {info}\n  {seen[name]}")
            bad = True
        seen.setdefault(name, info)
    listed = os.path.join(path, "nix-support", "propagated-build-inputs")
    if os.path.exists(listed):
        todo += open(listed).read().split()
if bad:
    sys.exit("Package duplicates found in closure, see above.")
