"""Asks the build backend of the source in the working folder what the project is and needs.

Writes {"name", "version", "requires": [...], "extras": {name: [...]}} to the file named.
"""
import email
import glob
import importlib
import json
import os
import re
import sys
import tempfile
import zipfile

TOML_KEY = re.compile(r'^\s*(build-backend|backend-path)\s*=\s*(.+?)\s*(?:#.*)?$', re.M)


def build_system():
    """The backend and where it is, of pyproject.toml; also for Pythons without tomllib."""
    if not os.path.exists("pyproject.toml"):
        return {}
    try:
        import tomllib
    except ImportError:
        with open("pyproject.toml", encoding="utf-8") as file:
            section = re.search(r"^\[build-system\]\s*$(.*?)(?=^\[|\Z)", file.read(), re.M | re.S)
        found = TOML_KEY.findall(section.group(1)) if section else []
        return {key: json.loads(value.replace("'", '"')) for key, value in found}
    with open("pyproject.toml", "rb") as file:
        return tomllib.load(file).get("build-system", {})


def backend():
    system = build_system()
    name = system.get("build-backend", "setuptools.build_meta:__legacy__")
    sys.path[:0] = [os.path.abspath(path) for path in system.get("backend-path", [])]
    module, _, attribute = name.partition(":")
    found = importlib.import_module(module)
    for part in filter(None, attribute.split(".")):
        found = getattr(found, part)
    return found


def core_metadata(hooks):
    folder = tempfile.mkdtemp()
    if hasattr(hooks, "prepare_metadata_for_build_wheel"):
        info = hooks.prepare_metadata_for_build_wheel(folder)
        with open(os.path.join(folder, info, "METADATA"), encoding="utf-8") as file:
            return email.message_from_string(file.read())
    hooks.build_wheel(folder)
    with zipfile.ZipFile(glob.glob(folder + "/*.whl")[0]) as wheel:
        name = [n for n in wheel.namelist() if n.endswith(".dist-info/METADATA")][0]
        return email.message_from_string(wheel.read(name).decode())


def sort_requirements(lines, extras):
    """Lines that hold always, and those of each extra with the extra's part made true."""
    always, optional = [], {extra: [] for extra in extras}
    for line in lines:
        named = re.findall(r"""extra\s*==\s*(['"])(.*?)\1""", line)
        if not named:
            always.append(line)
        for _, extra in named:
            rest = re.sub(r"""extra\s*==\s*(['"])%s\1""" % re.escape(extra), "python_version >= '0'", line)
            optional.setdefault(extra, []).append(rest)
    return always, optional


def main():
    # Backends of setuptools' kind put words of their own in its place.
    target = os.path.abspath(sys.argv[1])
    metadata = core_metadata(backend())
    lines = [" ".join(line.split()) for line in metadata.get_all("Requires-Dist", [])]
    requires, extras = sort_requirements(lines, metadata.get_all("Provides-Extra", []))
    answer = {
        "name": metadata["Name"],
        "version": metadata["Version"],
        "requires": requires,
        "extras": extras,
    }
    with open(target, "w", encoding="utf-8") as file:
        json.dump(answer, file, sort_keys=True)


main()
