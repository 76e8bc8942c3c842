"""One solve over a channel by py-rattler, as a whole process: the channel's folder, then the specs."""

import asyncio
import os
import sys

from rattler import BuildString, Channel, GenericVirtualPackage, PackageName, SparseRepoData, Version
from rattler import solve_with_sparse_repodata
from rattler.exceptions import SolverError


async def main(folder, specs):
    channel = Channel("https://example.org/channel")
    repodata = [
        SparseRepoData(channel, subdir, f"{folder}/{subdir}/repodata.json")
        for subdir in ("linux-64", "noarch")
    ]
    virtual = [("__glibc", "2.28", "0"), ("__linux", "5.10", "0"), ("__unix", "0", "0")]
    virtual.append(("__archspec", "1", "x86_64"))
    packages = [
        GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
        for name, version, build in virtual
    ]
    try:
        records = await solve_with_sparse_repodata(specs, repodata, virtual_packages=packages)
        print(f"{len(records)} packages")
    except SolverError:
        print("no answer")


asyncio.run(main(sys.argv[1], sys.argv[2:]))
sys.stdout.flush()
# Now and then it crashes while Python ends.
os._exit(0)
