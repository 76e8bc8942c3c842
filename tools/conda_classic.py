"""Conda, which conda-lock has in it, without the rest of conda-lock and what that needs."""
import importlib
import importlib.abc
import importlib.util
import sys
import types

WHERE = "conda_lock._vendor.conda"


class Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """`conda`, as a few of its modules still call it."""

    def find_spec(self, name, path, target=None):
        if name == "conda" or name.startswith("conda."):
            return importlib.util.spec_from_loader(name, self)

    def create_module(self, spec):
        return importlib.import_module(WHERE + spec.name[len("conda"):])

    def exec_module(self, module):
        pass


package = types.ModuleType("conda_lock")
package.__path__ = list(importlib.util.find_spec("conda_lock").submodule_search_locations)
sys.modules["conda_lock"] = package
sys.meta_path.insert(0, Alias())
sys.exit(importlib.import_module(WHERE + ".cli.main").main(*sys.argv[1:]))
