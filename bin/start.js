// Loads the command line into this process. Only read by a Node that is new enough.
"use strict";

const { enableCompileCache } = require("node:module");
const path = require("node:path");

/** Where V8's compiled code is kept: it saves a third of the start. A folder not writable is no error. */
function codeCache({ MACH_NIX_HOME, XDG_CACHE_HOME, HOME }) {
  if (MACH_NIX_HOME) return path.join(MACH_NIX_HOME, "cache", "code");
  if (XDG_CACHE_HOME) return path.join(XDG_CACHE_HOME, "mach-nix", "code");
  return HOME ? path.join(HOME, ".cache", "mach-nix", "code") : undefined;
}

module.exports = function start(bundle) {
  const folder = codeCache(process.env);
  if (folder !== undefined) enableCompileCache(folder);
  require(bundle);
};
