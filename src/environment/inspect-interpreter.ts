import { readFileSync, statSync } from "node:fs";
import { canonicalJson, type Json, writeFileAtomic } from "../base/index.ts";
import { environmentError } from "./errors.ts";
import type { EnvironmentVariables } from "./interpreter-places.ts";
import type { Interpreter } from "./types.ts";

/** Raised when the facts asked for change. */
const CACHE_VERSION = 1;
const TIMEOUT_MS = 10_000;

/** Runs under every Python since 2.7, without site-packages and the user's settings. */
const QUESTION = `
import json, os, platform, struct, sys, sysconfig
def confstr():
    try: return (os.confstr("CS_GNU_LIBC_VERSION") or "").split()
    except (AttributeError, ValueError, OSError): return []
def musl():
    try:
        with open("/proc/self/maps") as maps: text = maps.read()
    except (IOError, OSError): return None
    if "ld-musl-" not in text: return None
    import subprocess
    loader = [word for word in text.split() if "ld-musl-" in word][0]
    out = subprocess.Popen([loader], stderr=subprocess.PIPE, universal_newlines=True).communicate()[1]
    found = [line.split()[-1] for line in out.splitlines() if line.startswith("Version ")]
    return ["musl", found[0] if found else ""]
scheme = "posix_prefix"
names = sysconfig.get_scheme_names()
for name in ("venv", "posix_venv", "pypy" if sys.version_info < (3, 8) else "posix_prefix"):
    if name in names:
        scheme = name
        break
libc = confstr() if sys.platform.startswith("linux") else None
if libc is not None and len(libc) != 2: libc = musl()
implementation = getattr(sys, "implementation", None)
print(json.dumps({
    "version": platform.python_version(),
    "implementation": getattr(implementation, "name", "cpython"),
    "abiflags": getattr(sys, "abiflags", ""),
    "platform": sysconfig.get_platform(),
    "machine": platform.machine(),
    "libc": {"name": libc[0], "version": libc[1]} if libc else None,
    "prefix": sys.prefix,
    "basePrefix": getattr(sys, "base_prefix", sys.prefix),
    "libdir": sysconfig.get_config_var("LIBDIR") or "",
    "soabi": sysconfig.get_config_var("SOABI") or "",
    "cacheTag": getattr(implementation, "cache_tag", "") or "",
    "sitePackages": sysconfig.get_path("purelib", scheme, {"base": "", "platbase": ""}).strip("/"),
    "bits": struct.calcsize("P") * 8,
}))
`;

interface Remembered {
  readonly mtime: number;
  readonly size: number;
  readonly facts: Interpreter;
}

type Cache = Map<string, Remembered>;

function readCache(path: string | undefined): Cache {
  if (path === undefined) return new Map();
  try {
    const data = JSON.parse(readFileSync(path, "utf8")) as { version: number; known: object };
    return data.version === CACHE_VERSION ? new Map(Object.entries(data.known)) : new Map();
  } catch {
    return new Map();
  }
}

function writeCache(path: string, cache: Cache): void {
  const known = Object.fromEntries(cache) as unknown as Json;
  try {
    writeFileAtomic(path, canonicalJson({ version: CACHE_VERSION, known }));
  } catch {
    // Only a cache: without it the interpreter is asked again.
  }
}

async function ask(path: string, env: EnvironmentVariables): Promise<Interpreter> {
  // Loaded here: most runs know the answer already.
  const { execFile } = await import("node:child_process");
  const { promisify } = await import("node:util");
  try {
    const answer = await promisify(execFile)(path, ["-E", "-s", "-S", "-c", QUESTION], {
      timeout: TIMEOUT_MS,
      env: env as NodeJS.ProcessEnv,
      cwd: "/",
    });
    const line = answer.stdout.trim().split("\n").at(-1) ?? "";
    return { path, ...(JSON.parse(line) as Omit<Interpreter, "path">) };
  } catch (error) {
    throw environmentError("python-broken", `The interpreter ${path} does not start or answer`, {
      hint: `Run it to see why, or choose another with --python.`,
      place: { file: path },
      cause: error,
    });
  }
}

/**
 * What an interpreter says of itself. It is started once; the answer is kept in `cacheFile` for as long
 * as the binary's time and size stay. Throws `python-broken`.
 */
export async function inspectInterpreter(
  path: string,
  { cacheFile, env }: { readonly cacheFile?: string; readonly env: EnvironmentVariables },
): Promise<Interpreter> {
  const stat = statSync(path, { throwIfNoEntry: false });
  const remembered = readCache(cacheFile).get(path);
  if (remembered?.mtime === stat?.mtimeMs && remembered?.size === stat?.size && remembered)
    return remembered.facts;
  const facts = await ask(path, env);
  if (cacheFile !== undefined && stat !== undefined) {
    const cache = readCache(cacheFile);
    writeCache(cacheFile, cache.set(path, { mtime: stat.mtimeMs, size: stat.size, facts }));
  }
  return facts;
}
