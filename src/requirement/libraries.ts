import { createRequire } from "node:module";
import type * as Toml from "smol-toml";
import type * as Yaml from "yaml";

// Both libraries take longer to load than a requirements file to read, so neither is loaded before
// a text needs it. Inside the program they come by `import()`, which a bundler can follow; the
// synchronous functions of the public door get them here.
export type TomlLibrary = typeof Toml;
export type YamlLibrary = typeof Yaml;

/** The TOML library, loaded at once. */
export function requireToml(): TomlLibrary {
  return createRequire(import.meta.url)("smol-toml") as TomlLibrary;
}

/** The YAML library, loaded at once. */
export function requireYaml(): YamlLibrary {
  return createRequire(import.meta.url)("yaml") as YamlLibrary;
}
