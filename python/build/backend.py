"""
Calls one hook of a build backend (PEP 517, PEP 660). Run in the source tree, by the Python of the build
environment, in the sandbox. Arguments: the request's file, the answer's. Any Python from 3.6 on.
"""
import importlib
import json
import os
import sys
import traceback

import editable

# This script's own folder is not the backend's business.
sys.path = [path for path in sys.path if os.path.abspath(path or ".") != os.path.dirname(os.path.abspath(__file__))]
del sys.modules["editable"]

_LEFT_OUT = object()


def _load(request):
    """The backend object; one that `backend-path` names must come from there."""
    inside = [os.path.abspath(path) for path in request["backendPath"]]
    sys.path[:0] = inside
    module, _, attributes = request["backend"].partition(":")
    backend = importlib.import_module(module)
    if inside:
        place = os.path.abspath(getattr(backend, "__file__", None) or "")
        if not any(os.path.commonpath([path, place]) == path for path in inside):
            raise ImportError("%s does not come from backend-path" % module)
    for name in attributes.split(".") if attributes else []:
        backend = getattr(backend, name)
    return backend


def _call(backend, request):
    name, settings, out = request["hook"], request["configSettings"], request.get("out")
    hook = getattr(backend, name, None)
    if hook is None:
        return [] if name.startswith("get_requires_for_") else _LEFT_OUT
    if name.startswith("get_requires_for_"):
        return [str(line) for line in hook(settings)]
    if name.startswith("prepare_metadata_for_"):
        return hook(out, settings)
    return hook(out, settings, request.get("metadata"))


def _answer(request):
    backend = _load(request)
    if request["hook"] != "build_editable":
        value = _call(backend, request)
        return {"missing": True} if value is _LEFT_OUT else {"value": value}
    before = editable.extensions(request["source"])
    value = _call(backend, request)
    if value is _LEFT_OUT:
        return {"missing": True}
    editable.relocate(os.path.join(request["out"], os.path.basename(value)), request["source"], request["place"])
    return {"value": value, "made": sorted(editable.extensions(request["source"]) - before)}


def main(argv):
    with open(argv[1], encoding="utf-8") as text:
        request = json.load(text)
    try:
        answer = _answer(request)
    except BaseException as error:
        traceback.print_exc()
        message = str(error).strip().split("\n")[0][:500]
        answer = {"error": type(error).__name__ + (": " + message if message else "")}
    sys.stdout.flush()
    with open(argv[2], "w", encoding="utf-8") as out:
        json.dump(answer, out)
    sys.exit(1 if "error" in answer else 0)


if __name__ == "__main__":
    main(sys.argv)
