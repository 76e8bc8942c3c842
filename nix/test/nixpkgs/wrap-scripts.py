"""Scripts find their packages wherever they are started from: sys.path is told to them."""
import os
import sys

out, own, path = sys.argv[1:4]
paths = [own] + [p for p in path.split(":") if p and p != own]
for name in sorted(os.listdir(os.path.join(out, "bin"))):
    script = os.path.join(out, "bin", name)
    if os.path.islink(script) or not os.path.isfile(script):
        continue
    with open(script, "rb") as file:
        data = file.read()
    first, _, rest = data.partition(b"\n")
    if not (first.startswith(b"#!") and b"python" in first):
        continue
    told = f"import sys;import site;[site.addsitedir(p) for p in {paths!r}]\n".encode()
    with open(script, "wb") as file:
        file.write(b"#!" + sys.executable.encode() + b"\n" + told + rest)
    os.chmod(script, 0o755)
