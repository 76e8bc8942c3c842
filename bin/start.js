// Loads the command line into this process. Only read by a Node that is new enough.
"use strict";

const fs = require("fs");
const { createRequire } = require("module");
const path = require("path");
const { Script } = require("vm");

/**
 * V8's compiled code of the command line, a file for each command and each of the bundle's two files.
 * Node's own compile cache has only the functions that are compiled when a file is loaded; this one is
 * written at the end of a run, so it has those that the command calls, and the next run compiles next to
 * nothing.
 *
 *     head     16 bytes: magic; sum of all after these 16; runs that had nothing to add; 1 if tuned, else 0
 *     name     the last 64 bytes of the bundle, where its build has put its digest
 *     code     what V8 gave; V8 refuses that of another V8, of other flags, of a text of other length
 */
const MAGIC = 0x31636e6d;
const HEAD = 16;
const NAME = 64;
/**
 * After so many successful runs that added nothing the file stays as it is, for so many milliseconds: they
 * may all have had less to do than the next.
 */
const ENOUGH = 3;
const SETTLED_FOR = 600_000;

function cacheFolder({ MACH_NIX_HOME, XDG_CACHE_HOME, HOME }) {
  if (MACH_NIX_HOME) return path.join(MACH_NIX_HOME, "cache", "code");
  if (XDG_CACHE_HOME) return path.join(XDG_CACHE_HOME, "mach-nix", "code");
  return HOME ? path.join(HOME, ".cache", "mach-nix", "code") : undefined;
}

function cacheFile({ env, argv, version, arch }, part) {
  const folder = env.NODE_DISABLE_COMPILE_CACHE ? undefined : cacheFolder(env);
  const isCommand = /^[a-z]{2,12}$/.test(argv[2] ?? "") && !argv.includes("--help");
  const command = isCommand ? argv[2] : "other";
  return folder && path.join(folder, `${version}-${arch}-${command}${part}.bin`);
}

/** A sum over a word of each 512 bytes: for what a crash leaves of a file. V8 does not look at all. */
function sumOf(bytes) {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + HEAD, (bytes.length - HEAD) >> 2);
  let a = 1;
  let b = bytes.length;
  for (let i = 0; i < words.length; i += 128) {
    a = (a + words[i]) | 0;
    b = (b + a) | 0;
  }
  return a ^ Math.imul(b, 0x9e3779b1);
}

function readCache(file, name) {
  try {
    const bytes = fs.readFileSync(file);
    const head = new Int32Array(bytes.buffer, bytes.byteOffset, HEAD >> 2);
    if (head[0] !== MAGIC || head[1] !== sumOf(bytes)) return undefined;
    if (bytes.toString("latin1", HEAD, HEAD + NAME) !== name) return undefined;
    return { runs: head[2], tuned: head[3] === 1, code: bytes.subarray(HEAD + NAME) };
  } catch {
    return undefined;
  }
}

/** Writes the code under its name at once or not at all. That it cannot be written is no error. */
function writeCache(file, { name, code, runs }) {
  const bytes = Buffer.alloc(HEAD + NAME + ((code.length + 7) & ~7));
  bytes.write(name, HEAD, "latin1");
  code.copy(bytes, HEAD + NAME);
  const head = new Int32Array(bytes.buffer, bytes.byteOffset, HEAD >> 2);
  head[0] = MAGIC;
  head[1] = sumOf(bytes);
  head[2] = runs;
  head[3] = isTuned ? 1 : 0;
  const temporary = `${file}.${process.pid}`;
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(temporary, bytes, { flag: "wx", mode: 0o600 });
    fs.renameSync(temporary, file);
  } catch {
    unlinkIfThere(temporary);
  }
}

/** Whether it is not worth looking for functions that a run adds. */
function isSettled(file, kept) {
  if (kept === undefined || kept.runs < ENOUGH) return false;
  const written = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - written < SETTLED_FOR;
}

function unlinkIfThere(path) {
  try {
    fs.unlinkSync(path);
  } catch {
    // It was never made.
  }
}

/** After a successful run: keeps the code if functions were added to it. */
function keepCode(script, { file, name, kept }) {
  if (isTuned) set(SHORT);
  const code = script.createCachedData();
  const grown = kept === undefined || code.length > kept.code.length * 1.01;
  writeCache(file, { name, code, runs: grown ? 0 : kept.runs + 1 });
}

/**
 * Settings of V8 for work that is over in tenths of a second. As it is, V8 spends a third of such a run
 * on optimizing code that is then hardly used, and takes 10 MB for it; here a function has to be called
 * ten times as often first. Room for new objects does not grow: they are collected more often instead.
 */
const SHORT = {
  "invocation-count-for-maglev": 4000,
  "invocation-count-for-maglev-osr": 1000,
  "invocation-count-for-turbofan": 30000,
  "semi-space-growth-factor": 1,
};
/** What V8 has by itself. */
const USUAL = {
  "invocation-count-for-maglev": 400,
  "invocation-count-for-maglev-osr": 100,
  "invocation-count-for-turbofan": 3000,
  "semi-space-growth-factor": 2,
};
/** Another V8 may not know them, and would say so on standard error. */
const KNOWN_BY = "13.6.";
/** Milliseconds after which a run is no short one. */
const LONGEST = 300;
let isTuned = false;

function set(flags) {
  const { setFlagsFromString } = require("v8");
  for (const [name, value] of Object.entries(flags)) setFlagsFromString(`--${name}=${value}`);
}

/**
 * Sets V8 up for a short run, until it turns out to be a long one. The command line calls it when such
 * work is ahead. Compiled code is only good with the settings that it was kept under, so that the next
 * run of the command has them from its beginning.
 */
function tune() {
  if (isTuned || !process.versions.v8.startsWith(KNOWN_BY)) return;
  isTuned = true;
  set(SHORT);
  setTimeout(set, LONGEST, USUAL).unref();
}

process[Symbol.for("mach-nix.expectShortRun")] = tune;

/** Beside the bundle: what few commands need. */
const REST = "./rest.cjs";

/** Loads a bundle: the text of a function, as Node puts one around a module, so that no copy is made. */
function load(bundle, part) {
  const file = cacheFile(process, part);
  // The build writes nothing but ASCII.
  const text = fs.readFileSync(bundle, "latin1");
  const name = text.slice(-NAME).padStart(NAME);
  const kept = file && readCache(file, name);
  if (kept?.tuned) tune();
  const script = new Script(text, { filename: bundle, cachedData: kept?.code });
  const usable = script.cachedDataRejected ? undefined : kept;
  if (file && !isSettled(file, usable)) {
    process.on("exit", (code) => {
      if (code === 0) keepCode(script, { file, name, kept: usable });
    });
  }
  const module = { exports: {} };
  script
    .runInThisContext()
    .call(
      module.exports,
      module.exports,
      requireBeside(bundle),
      module,
      bundle,
      path.dirname(bundle),
    );
  return module.exports;
}

/** What a bundle requires: Node's modules and libraries, and its second file, loaded as it is itself. */
function requireBeside(bundle) {
  const require = createRequire(bundle);
  let rest;
  return (name) => {
    if (name !== REST) return require(name);
    return (rest ??= load(path.join(path.dirname(bundle), REST), "-rest"));
  };
}

module.exports = (bundle) => load(bundle, "");
