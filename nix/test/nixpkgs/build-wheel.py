"""The front end of PEP 517: builds the source tree in the working folder into a wheel."""
import importlib
import os
import sys

try:
    import tomllib
except ImportError:
    tomllib = None

out = os.path.abspath(sys.argv[1])
system = {}
if os.path.exists("pyproject.toml"):
    if tomllib is not None:
        with open("pyproject.toml", "rb") as file:
            system = tomllib.load(file).get("build-system", {})
    else:
        import tomli

        with open("pyproject.toml", "rb") as file:
            system = tomli.load(file).get("build-system", {})
backend = system.get("build-backend", "setuptools.build_meta:__legacy__")
sys.path[:0] = [os.path.abspath(p) for p in system.get("backend-path", [])]
if sys.path and os.path.dirname(os.path.abspath(__file__)) in sys.path:
    sys.path.remove(os.path.dirname(os.path.abspath(__file__)))
module, _, attribute = backend.partition(":")
hooks = importlib.import_module(module)
for part in filter(None, attribute.split(".")):
    hooks = getattr(hooks, part)
print("built", hooks.build_wheel(out))
