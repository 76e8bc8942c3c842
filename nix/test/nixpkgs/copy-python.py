"""Copies an interpreter with its standard library and all libraries it loads below a prefix."""
import glob
import os
import re
import shutil
import subprocess
import sys

executable, prefix = sys.argv[1:3]
name = os.path.basename(executable)
home = os.path.dirname(os.path.dirname(os.path.realpath(executable)))
library = os.path.join(prefix, "lib", name)
skip = shutil.ignore_patterns("test", "tests", "__pycache__", "config-*", "site-packages", "idlelib", "lib2to3", "ensurepip", "*.a")
shutil.copytree(os.path.join(home, "lib", name), library, ignore=skip, dirs_exist_ok=True)
shutil.copy(os.path.realpath(executable), os.path.join(prefix, "bin", name))
own = os.path.join(prefix, "lib", "host")
os.makedirs(own)


def loaded(path):
    text = subprocess.run(["ldd", path], capture_output=True, text=True).stdout
    return re.findall(r"(/\S+)", text)


def patch(path, *words):
    os.chmod(path, 0o755)
    subprocess.run(["patchelf", "--force-rpath", "--set-rpath", own, *words, path], check=True)


binary = os.path.join(prefix, "bin", name)
modules = glob.glob(os.path.join(library, "lib-dynload", "*.so"))
for source in {one for path in [binary, *modules] for one in loaded(path)}:
    if os.path.exists(source):
        shutil.copy(os.path.realpath(source), os.path.join(own, os.path.basename(source)))
loader = glob.glob(os.path.join(own, "ld-linux*"))[0]
patch(binary, "--set-interpreter", loader)
for path in modules:
    patch(path)
for path in glob.glob(os.path.join(own, "*")):
    if path != loader:
        patch(path)
