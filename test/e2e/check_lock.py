"""An independent check of a lock, with `packaging` and nothing of ours.

    check_lock.py LOCK TARGET REQUIREMENTS

Every requirement of the input and of every pin must be met by a pin, no pin may be there that nobody
needs, and every pin must be the newest release that the other pins admit. Metadata is read from the
wheels themselves by range requests. Prints JSON: {"pins", "problems"}.
"""

import http.client
import io
import json
import socket
import ssl
import sys
import time
import urllib.error
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache

from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.tags import compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import InvalidVersion, Version

JSON_TYPE = "application/vnd.pypi.simple.v1+json"

# Hundreds of requests go to two hosts: each name is looked up once.
socket.getaddrinfo = lru_cache(socket.getaddrinfo)


def fetch(url, headers):
    """The body of an answer; what the network fails at is tried six times, for half a minute in all."""
    request = urllib.request.Request(url, headers=headers)
    for wait in (1, 2, 4, 8, 16, None):
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError, http.client.HTTPException) as error:
            refused = isinstance(error, urllib.error.HTTPError) and error.code < 500
            if wait is None or refused:
                raise
            time.sleep(wait)


class Remote(io.RawIOBase):
    """A file on a server, read by ranges; the first request takes its end."""

    def __init__(self, url, size):
        self.url, self.size, self.at, self.parts = url, size, 0, []

    def seekable(self):
        return True

    def readable(self):
        return True

    def tell(self):
        return self.at

    def seek(self, offset, whence=0):
        self.at = offset + {0: 0, 1: self.at, 2: self.size}[whence]
        return self.at

    def read(self, count=-1):
        end = self.size if count < 0 else min(self.size, self.at + count)
        start, self.at = self.at, end
        for begin, data in self.parts:
            if begin <= start and end <= begin + len(data):
                return data[start - begin : end - begin]
        begin = max(0, min(start, self.size - 65536 if end > self.size - 65536 else start))
        stop = max(end, min(self.size, begin + 65536))
        data = fetch(self.url, {"Range": f"bytes={begin}-{stop - 1}"})
        self.parts.append((begin, data))
        return data[start - begin : end - begin]


def read_metadata(artifact):
    remote = Remote(artifact["url"], artifact["size"])
    with zipfile.ZipFile(remote) as wheel:
        name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA") and n.count("/") == 1)
        raw, _ = parse_email(wheel.read(name))
    return raw


def listing(index, name):
    return json.loads(fetch(f"{index.rstrip('/')}/{name}/", {"Accept": JSON_TYPE}))["files"]


def environment(python):
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "platform_python_implementation": "CPython",
        "python_version": python,
        "sys_platform": "linux",
    }


def platforms():
    names = [f"manylinux_2_{minor}_x86_64" for minor in range(28, 4, -1)]
    return names + ["manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64", "linux_x86_64"]


class Check:
    def __init__(self, lock, target, requirements):
        self.python = target["python"]
        version = tuple(int(part) for part in self.python.split("."))
        self.tags = set(cpython_tags(version, platforms=platforms()))
        self.tags |= set(compatible_tags(version, f"cp{version[0]}{version[1]}", platforms()))
        self.date = datetime.fromisoformat(lock["date"].replace("Z", "+00:00"))
        self.index = lock["indexes"][-1]
        self.environment = environment(self.python)
        self.pins = {pin["name"]: pin for pin in target["pins"]}
        self.artifacts = lock["artifacts"]
        self.requirements = requirements
        self.metadata = {}
        self.problems = []

    def demands(self, raw, extras):
        """The requirements of a distribution with the extras, for the target."""
        for line in raw.get("requires_dist", []):
            try:
                requirement = Requirement(line)
            except ValueError:
                continue
            marker = requirement.marker
            if marker is None or any(
                marker.evaluate({**self.environment, "extra": extra}) for extra in ["", *extras]
            ):
                yield requirement

    def meets(self, requirement):
        pin = self.pins.get(canonicalize_name(requirement.name))
        if pin is None:
            return False
        missing = {canonicalize_name(e) for e in requirement.extras} - set(pin.get("extras", []))
        return not missing and requirement.specifier.contains(pin["version"], prereleases=True)

    def all_demands(self):
        yield from (("input", requirement) for requirement in self.requirements)
        for name, pin in self.pins.items():
            raw = self.metadata[name]
            yield from ((name, item) for item in self.demands(raw, pin.get("extras", [])))

    def newer(self, name):
        """Files of releases that are newer than the pin and fit the target, newest first."""
        best = {}
        for file in listing(self.index, name):
            if not file["filename"].endswith(".whl") or file.get("yanked"):
                continue
            try:
                _, version, _, tags = parse_wheel_filename(file["filename"])
                fits = SpecifierSet(file.get("requires-python") or "").contains(f"{self.python}.0")
            except (ValueError, InvalidVersion, InvalidSpecifier):
                continue
            uploaded = datetime.fromisoformat(file["upload-time"].replace("Z", "+00:00"))
            pinned = Version(self.pins[name]["version"])
            if version.is_prerelease or version <= pinned or not fits or uploaded > self.date:
                continue
            if self.tags & tags:
                best[version] = {"url": file["url"], "size": file["size"]}
        return sorted(best.items(), reverse=True)

    def admits(self, name, version, artifact, asked):
        """Whether a release could stand in the pin's place with all other pins as they are."""
        if not all(item.specifier.contains(version, prereleases=True) for item in asked):
            return False
        raw = read_metadata(artifact)
        python = raw.get("requires_python")
        if python and not SpecifierSet(python).contains(f"{self.python}.0"):
            return False
        return all(map(self.meets, self.demands(raw, self.pins[name].get("extras", []))))

    def run(self):
        with ThreadPoolExecutor(16) as pool:
            names = list(self.pins)
            artifacts = [self.artifacts[self.pins[name]["artifact"]] for name in names]
            self.metadata = dict(zip(names, pool.map(read_metadata, artifacts)))
            asked = {}
            for who, requirement in self.all_demands():
                if not self.meets(requirement):
                    self.problems.append(f"{who} needs {requirement}, which is not met")
                asked.setdefault(canonicalize_name(requirement.name), []).append(requirement)
            self.problems += [f"nobody needs {name}" for name in names if name not in asked]
            for found in pool.map(lambda name: self.newest(name, asked.get(name, [])), names):
                self.problems += found
        return {"pins": len(self.pins), "problems": self.problems}

    def newest(self, name, asked):
        pinned = self.pins[name]["version"]
        for version, artifact in self.newer(name):
            if self.admits(name, version, artifact, asked):
                return [f"{name} {version} would do as well as {pinned}"]
        return []


def main():
    lock_path, target_name, requirements_path = sys.argv[1:]
    with open(lock_path) as file:
        lock = json.load(file)
    with open(requirements_path) as file:
        lines = [line.split(" #")[0].strip() for line in file]
    target = next(item for item in lock["targets"] if item["name"] == target_name)
    requirements = [Requirement(line) for line in lines if line and not line.startswith("#")]
    ssl._create_default_https_context = ssl.create_default_context
    json.dump(Check(lock, target, requirements).run(), sys.stdout)


main()
