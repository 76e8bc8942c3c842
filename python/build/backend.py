"""
Calls hooks of a build backend (PEP 517, PEP 660), each in a process of its own, forked when the backend
was imported: one start of Python for all of them, and still none sees what another did to it. Run in the
source tree, by the Python of the build environment, in the sandbox. Arguments: the request's file, the
answers'. Any Python from 3.6 on.
"""
import importlib
import json
import os
import re
import sys
import traceback

_OWN = os.path.dirname(os.path.abspath(__file__))
# This script's own folder is not the backend's business.
sys.path = [path for path in sys.path if os.path.abspath(path or ".") != _OWN]


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


def _call(backend, request, call):
    """What the hook answers; {"missing": True} where the backend has none of that name."""
    name, settings, out = call["hook"], request["configSettings"], call.get("out")
    hook = getattr(backend, name, None)
    if name.startswith("get_requires_for_"):
        return {"value": [] if hook is None else [str(line) for line in hook(settings)]}
    if hook is None:
        return {"missing": True}
    if name.startswith("prepare_metadata_for_"):
        return {"value": hook(out, settings)}
    if name == "build_editable":
        return _editable(lambda: hook(out, settings, None), call)
    value = hook(out, settings, None)
    if "prefix" in request:
        _own("run_paths").relocate(os.path.join(out, os.path.basename(value)), request["prefix"])
    return {"value": value}


def _own(name):
    """A module beside this script, which nothing else gets to see."""
    sys.path.insert(0, _OWN)
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(_OWN)
        for seen in (name, "wheel_files"):
            sys.modules.pop(seen, None)


def _editable(build, call):
    editable = _own("editable")
    before = editable.extensions(call["source"])
    value = build()
    editable.relocate(os.path.join(call["out"], os.path.basename(value)), call["source"], call["place"])
    return {"value": value, "made": sorted(editable.extensions(call["source"]) - before)}


def _failure(error):
    traceback.print_exc()
    message = str(error).strip().split("\n")[0][:500]
    return {"error": type(error).__name__ + (": " + message if message else "")}


def _attempt(backend, request, call):
    try:
        return _call(backend, request, call)
    except BaseException as error:
        return _failure(error)
    finally:
        sys.stdout.flush()


def _write(path, value):
    with open(path, "w", encoding="utf-8") as out:
        json.dump(value, out)


def _apart(path, backend, request, call):
    """The answer of a child, which ends as any program does. `path` is a file for it."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        _write(path, _attempt(backend, request, call))
        sys.exit(0)
    status = os.waitpid(child, 0)[1]
    try:
        with open(path, encoding="utf-8") as text:
            return json.load(text)
    except (OSError, ValueError):
        if os.WIFSIGNALED(status):
            return {"error": "it was ended by signal %d" % os.WTERMSIG(status)}
        return {"error": "its backend ended with %d" % os.WEXITSTATUS(status)}


def _is_due(call, answers):
    return call.get("after") != "missing" or answers[-1].get("missing", False)


def _renew(tree):
    """Puts the tree as it was in the place of the one in use, which hooks may have changed."""
    os.rename(tree["place"], tree["used"])
    os.rename(tree["fresh"], tree["place"])
    os.chdir(tree["cwd"])


def _state(root):
    """What tells whether anything in a tree was changed."""
    found = {}
    for folder, folders, files in os.walk(root):
        for name in ["."] + files:
            path = os.path.join(folder, name)
            info = os.lstat(path)
            found[path] = (info.st_mtime_ns, info.st_ctime_ns, info.st_size, info.st_mode, info.st_ino)
    return found


def _ends(call, answer):
    """Whether nothing further can be done: something failed, or more is needed than is there."""
    if "error" in answer:
        return True
    if "given" not in call:
        return False
    given = set(call["given"])
    return not all(line in given or re.sub("[-_.]+", "-", line.strip()).lower() in given for line in answer["value"])


def main(argv):
    with open(argv[1], encoding="utf-8") as text:
        request = json.load(text)
    answers, calls = [], request["calls"]
    try:
        backend = _load(request)
    except BaseException as error:
        _write(argv[2], [dict(_failure(error), hook=calls[0]["hook"])])
        sys.exit(1)
    guarded = [call["unchanged"] for call in calls if "unchanged" in call]
    before = [_state(root) for root in guarded]
    for at, call in enumerate(calls):
        if not _is_due(call, answers):
            continue
        if "unchanged" in call and [_state(root) for root in guarded] != before:
            break
        if "tree" in call:
            _renew(call["tree"])
        if at == len(calls) - 1:
            answer = _attempt(backend, request, call)
        else:
            answer = _apart("%s.%d" % (argv[2], at), backend, request, call)
        answers.append(dict(answer, hook=call["hook"]))
        _write(argv[2], answers)
        if _ends(call, answer):
            break
    sys.exit(1 if "error" in answers[-1] else 0)


if __name__ == "__main__":
    main(sys.argv)
