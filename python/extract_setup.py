"""Runs the setup.py in the current folder and writes down what it says of its dependencies.

    python -S extract_setup.py RESULT [FOLDER ...]

FOLDERs are put on the module path first: that is where setuptools comes from, with which distutils'
setup() is observed too, as pip builds such projects. Nothing is built: the first call of setup() ends
the run. RESULT gets one JSON object: {"setup": {...}} with the fields of pypi-deps-db, or {"error": text}.
Runs under Python 2.7 and 3.5 or later, without site-packages.
"""

import io
import json
import os
import sys
import traceback
import types

LISTS = ("install_requires", "setup_requires", "tests_require")
LONGEST = 64 * 1024


def lines(value):
    """Requirements as setuptools takes them: a text with a line each, or any iterable of texts."""
    if value is None:
        return []
    if isinstance(value, bytes) and not isinstance(value, str):
        value = value.decode("utf-8", "replace")
    if isinstance(value, (str, type(u""))):
        parts = value.splitlines()
    else:
        parts = [str(part) if not isinstance(part, type(u"")) else part for part in value]
    stripped = [part.strip() for part in parts]
    return [part for part in stripped if part and not part.startswith("#")]


def extras(value):
    return dict((str(key), lines(value[key])) for key in value or {})


def text_of(value):
    return None if value is None else str(value)


def described(source, attrs):
    """The fields out of a Distribution, or where it has nothing in one, out of setup()'s arguments."""

    def field(name):
        return getattr(source, name, None) or attrs.get(name)

    result = dict((name, lines(field(name))) for name in LISTS)
    result["extras_require"] = extras(field("extras_require"))
    python = field("python_requires")
    result["python_requires"] = [] if python is None or str(python) == "" else [str(python)]
    metadata = getattr(source, "metadata", None)
    for name in ("name", "version"):
        result[name] = text_of(getattr(metadata, name, None) or attrs.get(name))
    return result


class Observer(object):
    def __init__(self, result):
        self.result = result

    def write(self, answer):
        data = json.dumps(answer, sort_keys=True)
        with io.open(self.result, "w", encoding="utf-8") as file:
            file.write(data if isinstance(data, type(u"")) else data.decode("ascii"))

    def end(self, answer):
        self.write(answer)
        sys.stdout.flush()
        os._exit(0)

    def setup(self, **attrs):
        """In place of setup(): makes the Distribution, which reads setup.cfg, and goes no further."""
        given = dict(attrs)
        try:
            answer = {"setup": described(self.distribution(attrs), given)}
        except BaseException:
            answer = {"error": failure()}
        self.end(answer)

    def distribution(self, attrs):
        try:
            from setuptools import Distribution
        except ImportError:
            from distutils.core import Distribution
        make = attrs.pop("distclass", None) or Distribution
        attrs.setdefault("script_name", "setup.py")
        attrs.setdefault("script_args", sys.argv[1:])
        made = make(attrs)
        made.parse_config_files()
        return made


def failure():
    """The traceback without this file's own part."""
    kind, error, trace = sys.exc_info()
    if kind is SystemExit:
        return "SystemExit: setup.py ended before it called setup(): %s" % (error,)
    own = os.path.abspath(__file__)
    while trace is not None and os.path.abspath(trace.tb_frame.f_code.co_filename) == own:
        trace = trace.tb_next
    return "".join(traceback.format_exception(kind, error, trace))[-LONGEST:]


def observe(observer):
    """Puts the observer in the place of every setup() that setup.py could import."""
    try:
        import setuptools

        setuptools.setup = observer.setup
        # setup_requires are not to be fetched, whatever asks for them.
        setuptools.dist.Distribution.fetch_build_eggs = lambda self, requires: []
    except ImportError:
        pass
    try:
        import distutils.core

        distutils.core.setup = observer.setup
    except ImportError:
        pass


def leave(code=None):
    raise SystemExit(code)


def run(path):
    """Runs a file as python does, in a __main__ of its own."""
    with open(path, "rb") as file:
        source = file.read().replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    module = types.ModuleType("__main__")
    module.__file__ = path
    sys.modules["__main__"] = module
    exec(compile(source, path, "exec", 0, True), module.__dict__)


def main():
    result, folders = os.path.abspath(sys.argv[1]), sys.argv[2:]
    # The script's own folder comes first otherwise.
    sys.path[:1] = [os.getcwd()] + folders
    sys.argv[:] = ["setup.py", "egg_info"]
    try:
        import builtins
    except ImportError:
        import __builtin__ as builtins
    # What the site module adds.
    builtins.exit = builtins.quit = leave
    observer = Observer(result)
    try:
        observe(observer)
        run("setup.py")
        answer = {"error": "setup.py did not call setup()"}
    except BaseException:
        answer = {"error": failure()}
    observer.end(answer)


OWN_MODULE = sys.modules["__main__"]
main()
