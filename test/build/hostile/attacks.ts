// What a hostile sdist may try, each as the body of its backend's build_wheel. `place` is a folder of the
// test's with what an attack is after; `place.json` tells ports and process ids.

export interface Attack {
  readonly title: string;
  /** Python; raises where it is refused. Knows `place` (a path) and `victim` (ports, pids). */
  readonly code: string;
  /** What stops it where there are namespaces, and with Landlock and seccomp alone. */
  readonly stopped: { readonly namespaces: string; readonly landlock: string };
  /** The limit that ends it, where none of the kernel's comes first. */
  readonly limit?: "time" | "memory" | "disk" | "output";
  /** Where the attack runs on, with the sandbox off it must be ended by the test. */
  readonly endless?: true;
  /** What shows from outside that it was done; else `done()` in its code says so. */
  readonly shows?: Evidence;
}

export type Evidence =
  | "connection"
  | "datagram"
  | "path-connection"
  | "abstract-connection"
  | "secret-printed"
  | "file-made"
  | "home-changed"
  | "mode-changed"
  | "file-gone"
  | "file-emptied"
  | "time-changed"
  | "environment-changed"
  | "victim-dead"
  | "victim-limited"
  | "process-left";

const HIDDEN = "files not shown";
const NO_RIGHT = "Landlock";
const FILTER = "seccomp";

export const ATTACKS: readonly Attack[] = [
  {
    title: "connect to a server (TCP)",
    code: `socket.create_connection(("127.0.0.1", victim["tcp"]), 2).sendall(b"x")`,
    stopped: { namespaces: "network namespace", landlock: FILTER },
    shows: "connection",
  },
  {
    title: "send a datagram (UDP)",
    code: `socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", victim["udp"]))`,
    stopped: { namespaces: "network namespace", landlock: FILTER },
    shows: "datagram",
  },
  {
    title: "connect to a service's socket file",
    code: `socket.socket(socket.AF_UNIX).connect(place + "/service.sock")`,
    stopped: { namespaces: HIDDEN, landlock: FILTER },
    shows: "path-connection",
  },
  {
    title: "connect to an abstract socket",
    code: `socket.socket(socket.AF_UNIX).connect("\\0" + victim["abstract"])`,
    stopped: { namespaces: "network namespace", landlock: FILTER },
    shows: "abstract-connection",
  },
  {
    title: "read the user's files",
    code: `print(open(place + "/secret.txt").read())`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "secret-printed",
  },
  {
    title: "write outside of its folder",
    code: `open(place + "/new.txt", "w").write("x")`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "file-made",
  },
  {
    title: "change a start-up file in HOME",
    code: `open(place + "/home/.profile", "a").write("x")`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "home-changed",
  },
  {
    title: "open a file's rights to all",
    code: `os.chmod(place + "/secret.txt", 0o666)`,
    stopped: {
      namespaces: HIDDEN,
      landlock: "seccomp, decided by the supervisor, or another user",
    },
    shows: "mode-changed",
  },
  {
    title: "change a file's times",
    code: `os.utime(place + "/secret.txt", (1, 1))`,
    stopped: {
      namespaces: HIDDEN,
      landlock: "seccomp, decided by the supervisor, or another user",
    },
    shows: "time-changed",
  },
  {
    title: "remove a file",
    code: `os.unlink(place + "/home/.profile")`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "file-gone",
  },
  {
    title: "empty a file",
    code: `os.truncate(place + "/home/.profile", 0)`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "file-emptied",
  },
  {
    title: "write through a symbolic link in its own folder",
    code: `os.symlink(place, "link"); open("link/new.txt", "w").write("x")`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "file-made",
  },
  {
    title: "replace a file by a hard link into its own folder",
    code: `
os.link(place + "/home/.profile", "linked")
open("linked", "a").write("x")`,
    stopped: { namespaces: HIDDEN, landlock: NO_RIGHT },
    shows: "home-changed",
  },
  {
    title: "tamper with the build environment",
    code: `open(victim["environment"] + "/tool.py", "a").write("x")`,
    stopped: { namespaces: "shown read-only", landlock: NO_RIGHT },
    shows: "environment-changed",
  },
  {
    title: "read another process's environment",
    code: `print(open("/proc/%d/environ" % victim["pid"]).read())`,
    stopped: { namespaces: "process namespace", landlock: NO_RIGHT },
    shows: "secret-printed",
  },
  {
    title: "attach to another process (ptrace)",
    code: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
assert libc.ptrace(16, victim["pid"], None, None) == 0, os.strerror(ctypes.get_errno())
done()
libc.ptrace(17, victim["pid"], None, None)`,
    stopped: { namespaces: "process namespace, seccomp", landlock: FILTER },
  },
  {
    title: "kill another process",
    code: `os.kill(victim["pid"], 9)`,
    stopped: {
      namespaces: "process namespace",
      landlock: "Landlock's scopes, or seccomp, or another user",
    },
    shows: "victim-dead",
  },
  {
    title: "take away another process's limits",
    code: `
import resource
resource.prlimit(victim["pid"], resource.RLIMIT_NOFILE, (7, 7))`,
    stopped: { namespaces: "process namespace", landlock: FILTER },
    shows: "victim-limited",
  },
  {
    title: "make a namespace to gain rights in",
    code: `
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
assert libc.unshare(0x10000000) == 0, os.strerror(ctypes.get_errno())
done()`,
    stopped: { namespaces: FILTER, landlock: FILTER },
  },
  {
    title: "make a program that runs as its owner (setuid)",
    code: `
open("program", "w").close()
os.chmod("program", 0o4755)
assert os.stat("program").st_mode & 0o4000, "the bit was dropped"
done()`,
    stopped: { namespaces: FILTER, landlock: FILTER },
  },
  {
    title: "fork bomb",
    code: `
for _ in range(150):
    if os.fork() == 0:
        time.sleep(20)
        os._exit(0)
done()
time.sleep(1)`,
    stopped: { namespaces: "limit of processes", landlock: "limit of processes" },
  },
  {
    title: "fork bomb of processes that end at once, each after the next one",
    code: `
end = time.time() + 4
while time.time() < end:
    if os.fork() != 0:
        os._exit(0)
os._exit(0)`,
    stopped: { namespaces: "process namespace", landlock: "process group" },
    endless: true,
    shows: "process-left",
  },
  {
    title: "fill the disk",
    code: `
with open("large", "wb") as out:
    for _ in range(96):
        out.write(bytes(1 << 20))
        out.flush()
done()`,
    stopped: { namespaces: "limit of disk", landlock: "limit of disk" },
  },
  {
    title: "fill the disk with files that have no name any more",
    code: `
kept = []
for number in range(96):
    kept.append(open(str(number), "wb"))
    os.unlink(str(number))
    kept[-1].write(bytes(1 << 20))
    kept[-1].flush()
    time.sleep(0.02)
done()`,
    stopped: { namespaces: "limit of disk", landlock: "limit of disk" },
    limit: "disk",
  },
  {
    title: "take all memory",
    code: `
kept = []
for _ in range(400):
    kept.append(bytearray(b"x") * (1 << 20))
done()`,
    stopped: { namespaces: "limit of memory", landlock: "limit of memory" },
  },
  {
    title: "take all memory by shared memory",
    code: `
import mmap
kept = []
for _ in range(400):
    kept.append(mmap.mmap(-1, 1 << 20))
    kept[-1].write(b"x" * (1 << 20))
    time.sleep(0.002)
done()`,
    stopped: { namespaces: "limit of memory", landlock: "limit of memory" },
    limit: "memory",
  },
  {
    title: "take all memory by nameless files",
    code: `
kept = []
for _ in range(100):
    kept.append(os.memfd_create("x"))
    os.write(kept[-1], bytes(4 << 20))
done()`,
    stopped: { namespaces: FILTER, landlock: FILTER },
  },
  {
    title: "wait for ever",
    code: `
if os.environ.get("OFF"):
    time.sleep(2)
    done()
else:
    time.sleep(600)`,
    stopped: { namespaces: "limit of time", landlock: "limit of time" },
    limit: "time",
    endless: true,
  },
  {
    title: "print without end",
    code: `
for _ in range(1 << 11 if os.environ.get("OFF") else 1 << 30):
    print("x" * 1023)
done()`,
    stopped: { namespaces: "limit of output", landlock: "limit of output" },
    limit: "output",
  },
  {
    title: "leave a daemon behind",
    code: `
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for handle in range(256):
            try: os.close(handle)
            except OSError: pass
        time.sleep(60)
    os._exit(0)
os.wait()`,
    stopped: { namespaces: "process namespace", landlock: "process group" },
    shows: "process-left",
  },
];

/** The attack as a backend. */
export function hostileBackend({ code }: Attack, place: string): string {
  const body = code
    .trim()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  return `
import json, os, socket, sys, time

place = ${JSON.stringify(place)}
victim = json.loads(${JSON.stringify("VICTIM")})

def done():
    print("THE ATTACK WAS DONE", flush=True)

def build_wheel(out, settings=None, metadata=None):
${body}
    return write_wheel(out)
`;
}
