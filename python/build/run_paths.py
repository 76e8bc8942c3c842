"""
Extension modules that were linked against the libraries of a conda environment look for them where that was
(DT_RPATH, DT_RUNPATH). Here that becomes a place relative to the module: the `lib` of any environment that it is
in. Run inside the sandbox.
"""
import re
import struct

from wheel_files import rewrite

_PT_DYNAMIC, _DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 2, 5, 15, 29
_PT_LOAD = 1
_DATA = re.compile(r"[^/]+\.data/(?:platlib|purelib)/")


def relocate(path, prefix):
    """In the wheel's libraries, `prefix`/lib becomes the same place relative to each."""
    rewrite(path, lambda name, data: _changed(data, prefix, _library_folder(name)) if ".so" in name else data)


def _library_folder(name):
    """From a file in lib/pythonX.Y/site-packages to lib."""
    below = _DATA.sub("", name, count=1)
    return "/".join(["$ORIGIN", "..", ".."] + [".."] * below.count("/"))


def _changed(data, prefix, relative):
    if data[:5] != b"\x7fELF\x02" or len(data) < 64:
        return data
    try:
        places = list(_places(data))
    except struct.error:
        return data
    changed = bytearray(data)
    for start in places:
        end = data.find(b"\0", start)
        if end < 0:
            continue
        entries = data[start:end].decode("utf-8", "surrogateescape").split(":")
        text = ":".join(_moved(entry, prefix + "/lib", relative) for entry in entries)
        new = text.encode("utf-8", "surrogateescape")
        if len(new) <= end - start:
            changed[start:end] = new.ljust(end - start, b"\0")
    return bytes(changed)


def _moved(entry, library, relative):
    if entry == library or entry.startswith(library + "/"):
        return relative + entry[len(library):]
    return entry


def _places(data):
    """Offsets of the texts of DT_RPATH and DT_RUNPATH (System V ABI, "Dynamic Section")."""
    order = "<" if data[5] == 1 else ">"
    (table,) = struct.unpack_from(order + "Q", data, 32)
    size, count = struct.unpack_from(order + "HH", data, 54)
    segments = [struct.unpack_from(order + "IIQQQQ", data, table + size * at) for at in range(count)]
    loads = [one for one in segments if one[0] == _PT_LOAD]
    for kind, _, offset, _, _, length in segments:
        if kind != _PT_DYNAMIC:
            continue
        entries = [struct.unpack_from(order + "qQ", data, offset + 16 * at) for at in range(length // 16)]
        strings = next((value for tag, value in entries if tag == _DT_STRTAB), None)
        base = next((load[2] + strings - load[3] for load in loads
                     if strings is not None and load[3] <= strings < load[3] + load[5]), None)
        if base is not None:
            for tag, value in entries:
                if tag in (_DT_RPATH, _DT_RUNPATH) and base + value < len(data):
                    yield base + value
