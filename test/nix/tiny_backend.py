"""A PEP 517 backend for tests: packages what lies in the folder, without any other package.

The project is what the file `project.json` says: {"name", "version", "requires": [...],
"extras": {name: [...]}, "scripts": {name: "module:function"}}; all modules of the folder are in it.
"""
import base64
import hashlib
import json
import os
import sys
import zipfile


def _project():
    with open("project.json") as file:
        return json.load(file)


def _metadata(project):
    lines = ["Metadata-Version: 2.1", "Name: " + project["name"], "Version: " + project["version"]]
    lines += ["Requires-Dist: " + line for line in project.get("requires", [])]
    for extra, requires in project.get("extras", {}).items():
        lines.append("Provides-Extra: " + extra)
        lines += [f"Requires-Dist: {line} ; extra == '{extra}'" for line in requires]
    return "\n".join(lines) + "\n"


def _files(project):
    info = f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    for folder, dirs, names in os.walk("."):
        dirs[:] = sorted(d for d in dirs if d not in ("dist", "home"))
        for name in sorted(names):
            if name.endswith(".py") and name != "setup.py":
                path = os.path.join(folder, name)[2:]
                with open(path, "rb") as file:
                    yield path, file.read()
    yield info + "/METADATA", _metadata(project).encode()
    yield info + "/WHEEL", b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    scripts = project.get("scripts", {})
    if scripts:
        text = "[console_scripts]\n" + "".join(f"{k} = {v}\n" for k, v in scripts.items())
        yield info + "/entry_points.txt", text.encode()


def build_wheel(folder, config_settings=None, metadata_directory=None):
    # As setuptools does.
    sys.argv = [*sys.argv[:1], "bdist_wheel"]
    project = _project()
    base = project["name"].replace("-", "_")
    name = f"{base}-{project['version']}-py3-none-any.whl"
    record = []
    with zipfile.ZipFile(os.path.join(folder, name), "w") as wheel:
        for path, data in _files(project):
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            record.append(f"{path},sha256={digest},{len(data)}\n")
            wheel.writestr(path, data)
        place = f"{base}-{project['version']}.dist-info/RECORD"
        wheel.writestr(place, "".join(record) + place + ",,\n")
    return name
