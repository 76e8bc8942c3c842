# Reads problems from stdin, solves each with py-rattler, writes what it chose, or null, to stdout.
import asyncio, json, sys
from rattler import BuildString, Channel, ChannelPriority, GenericVirtualPackage, PackageName, SparseRepoData, Version
from rattler import solve_with_sparse_repodata
from rattler.exceptions import SolverError

cases = json.load(sys.stdin)
opened = {}


def sparse(channel, subdir, path):
    key = (channel, subdir)
    if key not in opened:
        opened[key] = SparseRepoData(Channel("https://example.org/" + channel), subdir, path)
    return opened[key]


async def solve(case):
    virtual = [
        GenericVirtualPackage(PackageName(name), Version(version), BuildString(build))
        for name, version, build in case["virtual"]
    ]
    try:
        records = await solve_with_sparse_repodata(
            case["specs"],
            [sparse(*folder) for folder in case["folders"]],
            virtual_packages=virtual,
            channel_priority=ChannelPriority.Strict,
        )
    except SolverError:
        return None
    return {record.name.normalized: [str(record.version), str(record.build)] for record in records}


async def main():
    json.dump([await solve(case) for case in cases], sys.stdout)


asyncio.run(main())
