"""Changes files of a wheel that was just built. Run inside the sandbox."""
import base64
import hashlib
import zipfile


def rewrite(path, change):
    """Writes the wheel anew with what `change(name, data)` gives for each file, and RECORD to match."""
    with zipfile.ZipFile(path) as wheel:
        files = [(info, wheel.read(info)) for info in wheel.infolist()]
    changed = {}
    for index, (info, data) in enumerate(files):
        new = change(info.filename, data)
        if new != data:
            files[index] = (info, new)
            digest = base64.urlsafe_b64encode(hashlib.sha256(new).digest()).rstrip(b"=").decode()
            changed[info.filename] = "%s,sha256=%s,%d" % (info.filename, digest, len(new))
    if not changed:
        return
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for info, data in files:
            if info.filename.endswith(".dist-info/RECORD"):
                lines = data.decode("utf-8").splitlines()
                data = "".join(changed.get(line.split(",")[0], line) + "\n" for line in lines).encode("utf-8")
            wheel.writestr(info, data)
