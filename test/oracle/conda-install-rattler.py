# Installs sets of conda packages with py-rattler, and tells what is then in each prefix.
import asyncio, hashlib, json, os, pathlib, sys, tempfile
from rattler import PackageRecord, RepoDataRecord, install

async def installed(job, scratch):
    records = []
    for number, package in enumerate(job["packages"]):
        index = pathlib.Path(scratch) / ("index%d.json" % number)
        index.write_text(json.dumps(package["index"]))
        record = PackageRecord.from_index_json(index)
        url = pathlib.Path(package["path"]).as_uri()
        records.append(RepoDataRecord(record, os.path.basename(package["path"]), url, "file:///channel"))
    prefix = job["prefix"]
    await install(records, prefix, cache_dir=pathlib.Path(scratch) / "cache", show_progress=False,
                  alternative_target_prefix=job["as"], execute_link_scripts=False)
    found = {}
    for folder, folders, files in os.walk(prefix):
        for name in files + [f for f in folders if os.path.islink(os.path.join(folder, f))]:
            path = os.path.join(folder, name)
            place = os.path.relpath(path, prefix)
            if os.path.islink(path) and not os.path.exists(path): found[place] = "dangling"
            elif os.path.isdir(path): found[place] = "folder"
            else:
                mode = "x" if os.stat(path).st_mode & 0o100 else "-"
                found[place] = mode + hashlib.sha256(open(path, "rb").read()).hexdigest()
    return found

async def main():
    out = []
    for job in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as scratch:
            try: out.append(await installed(job, scratch))
            except Exception as error: out.append({"error": str(error)})
    print(json.dumps(out))

asyncio.run(main())
