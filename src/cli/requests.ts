import type {
  CompileMode,
  GlobalOptions,
  LockRequest,
  RequestedSteering,
} from "../project/index.ts";
import { cliError } from "./errors.ts";
import type { Given } from "./types.ts";

/** An option's last value. */
export function valueOf(given: Given, name: string): string | undefined {
  return given.options.get(name)?.at(-1);
}

/** All values of an option that can be repeated. */
export function valuesOf(given: Given, name: string): readonly string[] {
  return given.options.get(name) ?? [];
}

/** Whether a switch was given. */
export function isGiven(given: Given, name: string): boolean {
  return given.options.has(name);
}

/** The options that every operation knows. */
export function globalOptions(given: Given): GlobalOptions {
  return {
    ...present({
      cacheDirectory: valueOf(given, "cache-dir"),
      indexUrl: valueOf(given, "index-url"),
      indexFile: valueOf(given, "index"),
    }),
    extraIndexUrls: valuesOf(given, "extra-index-url"),
    findLinks: valuesOf(given, "find-links"),
    noIndex: isGiven(given, "no-index"),
    indexLive: isGiven(given, "live"),
    offline: isGiven(given, "offline"),
    unsafeNoSandbox: isGiven(given, "unsafe-no-sandbox"),
    ...present({ sandbox: valueOf(given, "sandbox") as GlobalOptions["sandbox"] }),
  };
}

/** What is to be resolved, out of the options of a command that resolves. */
export function lockRequest(given: Given): LockRequest {
  const upgrades = valuesOf(given, "upgrade");
  return {
    inputs: valuesOf(given, "requirement"),
    packages: valuesOf(given, "package"),
    constraints: valuesOf(given, "constraint"),
    ...lists({
      pythons: valuesOf(given, "python"),
      platforms: valuesOf(given, "platform"),
      extras: valuesOf(given, "extra"),
      groups: valuesOf(given, "group"),
      fromLocks: valuesOf(given, "from-lock"),
    }),
    ...present({
      date: valueOf(given, "date"),
      set: valueOf(given, "set"),
      providers: providers(given),
      steering: steering(given),
      nixpkgsPackages: valueOf(given, "nixpkgs-packages"),
    }),
    ...(upgrades.length === 0 ? {} : { upgrade: upgrades.includes("") ? true : upgrades }),
    ...(valuesOf(given, "pre").includes("") ? { pre: true } : {}),
  };
}

/** Whose scripts of linking are to be run: `--link-scripts` for all, `--link-scripts=NAME` for one. */
export function linkScripts(given: Given): { readonly linkScripts?: "all" | readonly string[] } {
  const names = valuesOf(given, "link-scripts");
  if (names.length === 0) return {};
  return { linkScripts: names.includes("") ? "all" : names };
}

/** When bytecode is to be compiled. */
export function compileMode(given: Given): CompileMode {
  return (valueOf(given, "compile") ?? "background") as CompileMode;
}

/** The lists of `--providers` and `--provider`. Throws UserError `usage-choice`. */
function providers(given: Given): Record<string, readonly string[]> | undefined {
  const lists = [
    ...valuesOf(given, "providers").map((value) => providerList(value, "providers")),
    ...valuesOf(given, "provider").map((value) => providerList(value, "provider")),
  ];
  if (lists.length === 0) return undefined;
  const result = Object.create(null) as Record<string, readonly string[]>;
  for (const { name, list } of lists) result[name] = list;
  return result;
}

/** `wheel,sdist` for all packages, `numpy=sdist` for one. */
function providerList(
  value: string,
  option: "providers" | "provider",
): { readonly name: string; readonly list: readonly string[] } {
  const equals = value.indexOf("=");
  const name = equals < 0 ? "_default" : value.slice(0, equals).trim();
  const list = value
    .slice(equals + 1)
    .split(",")
    .map((word) => word.trim());
  if (name !== "" && !list.includes("") && (option === "providers" || equals >= 0)) {
    return { name, list };
  }
  throw cliError("usage-choice", `--${option} cannot be "${value}"`, {
    hint: "write --providers wheel,sdist for all packages, --provider numpy=sdist for one",
  });
}

/** How the resolution is to be steered, as far as options say. */
function steering(given: Given): RequestedSteering | undefined {
  const found = {
    ...present({
      prefer: valueOf(given, "prefer") as RequestedSteering["prefer"],
      order: valueOf(given, "resolution") as RequestedSteering["order"],
    }),
    ...lists({
      minimumAge: valuesOf(given, "min-age"),
      prereleases: valuesOf(given, "pre").filter((name) => name !== ""),
    }),
  };
  return Object.keys(found).length === 0 ? undefined : found;
}

function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function lists<T extends Record<string, readonly string[]>>(values: T): Partial<T> {
  const entries = Object.entries(values).filter(([, value]) => value.length > 0);
  return Object.fromEntries(entries) as Partial<T>;
}
