import type { Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import type { Place, UserError } from "../base/index.ts";
import { requirementError } from "./errors.ts";
import { requireYaml, type YamlLibrary } from "./libraries.ts";
import { readStatements, type Statement, throwErrors } from "./read-statements.ts";
import { quote } from "./fault.ts";
import { redact } from "./redact.ts";
import { readSelector } from "./selector.ts";
import type { CondaDependency, EnvironmentYml } from "./types-environment.ts";
import type { Marker } from "./types.ts";

export interface EnvironmentYmlOptions {
  readonly path?: string | undefined;
  /** Values for `${NAME}` in the lines under `pip:`. */
  readonly variables?: ReadonlyMap<string, string> | undefined;
}

/**
 * A conda environment.yml as data. Scalars stay as they are written (`python=3.10`, `1.10`). Throws
 * `environment-yml-invalid` and what is wrong with the lines under `pip:`, all as one error.
 */
export function parseEnvironmentYml(
  text: string,
  options: EnvironmentYmlOptions = {},
): EnvironmentYml {
  return readEnvironmentYml(text, options, requireYaml());
}

/** The same, with the library given. */
export function readEnvironmentYml(
  text: string,
  options: EnvironmentYmlOptions,
  library: YamlLibrary,
): EnvironmentYml {
  return new EnvironmentReader(text, options, library).read();
}

const KEYS = ["name", "prefix", "channels", "platforms", "dependencies", "variables"];
const DEPENDENCY = /^(?:([^\s=<>!~[\]]+?)::)?([a-z0-9_.*][a-z0-9_.*-]*)\s*([^]*)$/i;
const MAX_ERRORS = 200;

class EnvironmentReader {
  readonly #options: EnvironmentYmlOptions;
  readonly #yaml: YamlLibrary;
  readonly #errors: UserError[] = [];
  readonly #lineStarts: number[] = [0];
  readonly #resolve: (node: unknown) => unknown;
  readonly #root: unknown;

  constructor(text: string, options: EnvironmentYmlOptions, library: YamlLibrary) {
    this.#options = options;
    this.#yaml = library;
    for (const { index } of text.matchAll(/\n/g)) this.#lineStarts.push(index + 1);
    // With the failsafe schema no scalar is more than its text: 1.10 is not 1.1, `no` is not false.
    const documents = library.parseAllDocuments(text, { schema: "failsafe", prettyErrors: false });
    const [document, second] = Array.isArray(documents) ? documents : [];
    for (const { message, pos } of (document?.errors ?? []).slice(0, MAX_ERRORS))
      this.#fail(message, pos[0]);
    if (second !== undefined) this.#fail("a second YAML document", second.range[0]);
    this.#resolve = (node) =>
      library.isAlias(node) && document !== undefined ? node.resolve(document) : node;
    this.#root = document?.contents;
  }

  read(): EnvironmentYml {
    throwErrors(this.#errors);
    const root = this.#map(this.#root, "the file");
    const name = this.#optionalText(root.get("name"), "name");
    const prefix = this.#optionalText(root.get("prefix"), "prefix");
    const { dependencies, pip } = this.#readDependencies(root.get("dependencies"));
    const environment = {
      ...(name === undefined ? {} : { name }),
      ...(prefix === undefined ? {} : { prefix }),
      channels: this.#texts(root.get("channels"), "channels"),
      platforms: this.#texts(root.get("platforms"), "platforms"),
      dependencies,
      pip,
      variables: this.#readVariables(root.get("variables")),
      ignoredKeys: [...root.keys()].filter((key) => !KEYS.includes(key)),
    };
    throwErrors(this.#errors);
    return environment;
  }

  #readDependencies(node: unknown): { dependencies: CondaDependency[]; pip: Statement[] } {
    const dependencies: CondaDependency[] = [];
    const pip: Statement[] = [];
    for (const item of this.#items(node, "dependencies")) {
      if (this.#yaml.isMap(item)) pip.push(...this.#readNested(item));
      else dependencies.push(...this.#readDependency(item));
    }
    return { dependencies, pip };
  }

  #readDependency(node: unknown): CondaDependency[] {
    const text = this.#textOf(node, "a dependency");
    if (text === undefined) return [];
    const match = DEPENDENCY.exec(text.trim());
    const [, channel, name = "", spec = ""] = match ?? [];
    if (match === null) {
      this.#fail(`${redact(quote(text))} is not a conda match spec`, startOf(node));
      return [];
    }
    const place = this.#place(startOf(node));
    const marker = this.#selector(node);
    const common = {
      text: text.trim(),
      name: name.toLowerCase(),
      spec: spec.trim(),
      ...(marker === undefined ? {} : { marker }),
      place,
    };
    return [channel === undefined ? common : { ...common, channel }];
  }

  #selector(node: unknown): Marker | undefined {
    const { comment } = node as { comment?: string | null };
    if (typeof comment !== "string") return undefined;
    const selector = readSelector(comment.split("\n", 1)[0] ?? "");
    if (selector === undefined || "kind" in selector) return selector;
    this.#fail(`the selector [${selector.unknown}] is not known`, startOf(node));
    return undefined;
  }

  #readNested(map: YAMLMap): Statement[] {
    const statements: Statement[] = [];
    for (const [key, { node, at }] of this.#map(map, "a dependency")) {
      if (key === "pip") {
        for (const item of this.#items({ node, at }, "pip"))
          statements.push(...this.#readPip(item));
      } else {
        this.#fail(`${JSON.stringify(key)}: only pip: can stand among the dependencies`, at);
      }
    }
    return statements;
  }

  #readPip(node: unknown): readonly Statement[] {
    const text = this.#textOf(node, "a line under pip:");
    if (text === undefined) return [];
    // Offsets agree where the scalar is written on one line without escapes, as nearly all are.
    const start = startOf(node) + (isQuoted(node) ? 1 : 0);
    const { variables } = this.#options;
    const place = (index: number): Place => this.#place(start + index);
    const { statements, errors } = readStatements(text, { variables, place, mixed: false });
    for (const error of errors) this.#add(error);
    return statements;
  }

  #readVariables(entry: Entry | undefined): ReadonlyMap<string, string> {
    const variables = new Map<string, string>();
    if (entry === undefined || isNothing(entry.node)) return variables;
    for (const [name, value] of this.#map(entry.node, "variables")) {
      variables.set(name, this.#textOf(value.node, `the variable ${name}`) ?? "");
    }
    return variables;
  }

  #map(node: unknown, shown: string): Map<string, Entry> {
    const entries = new Map<string, Entry>();
    const value = this.#resolve(node);
    if (!this.#yaml.isMap(value)) {
      this.#fail(`${shown} has to be a mapping`, startOf(node));
      return entries;
    }
    for (const pair of value.items as Pair[]) {
      const key = this.#textOf(pair.key, "a key");
      if (key !== undefined) {
        entries.set(key, { node: this.#resolve(pair.value), at: startOf(pair.key) });
      }
    }
    return entries;
  }

  #items(entry: unknown, shown: string): readonly unknown[] {
    const { node, at } = isEntry(entry) ? entry : { node: entry, at: startOf(entry) };
    if (isNothing(node)) return [];
    if (this.#yaml.isSeq(node)) return (node as YAMLSeq).items.map(this.#resolve);
    this.#fail(`${shown} has to be a list`, at);
    return [];
  }

  #texts(entry: Entry | undefined, shown: string): string[] {
    return this.#items(entry, shown).flatMap(
      (item) => this.#textOf(item, `an item of ${shown}`) ?? [],
    );
  }

  #optionalText(entry: Entry | undefined, shown: string): string | undefined {
    if (entry === undefined || isNothing(entry.node)) return undefined;
    return this.#textOf(entry.node, shown);
  }

  #textOf(node: unknown, shown: string): string | undefined {
    const value = this.#resolve(node);
    if (this.#yaml.isScalar(value) && typeof value.value === "string") return value.value;
    this.#fail(`${shown} has to be a text`, startOf(node));
    return undefined;
  }

  #fail(message: string, offset: number): void {
    const place = this.#place(offset);
    this.#add(requirementError("environment-yml-invalid", message, { place }));
  }

  #add(error: UserError): void {
    if (this.#errors.length < MAX_ERRORS) this.#errors.push(error);
  }

  #place(offset: number): Place {
    const { path } = this.#options;
    const index = this.#lineStarts.findLastIndex((start) => start <= offset);
    const start = this.#lineStarts[index] ?? 0;
    return {
      ...(path === undefined ? {} : { file: path }),
      line: index + 1,
      column: offset - start + 1,
    };
  }
}

/** A value of a mapping, and where its key stands. */
interface Entry {
  readonly node: unknown;
  readonly at: number;
}

function isEntry(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && "node" in value && "at" in value;
}

function startOf(node: unknown): number {
  return (node as Node | null | undefined)?.range?.[0] ?? 0;
}

function isQuoted(node: unknown): boolean {
  return (node as Scalar).type?.startsWith("QUOTE") ?? false;
}

/** Nothing after the colon, or YAML's null. */
function isNothing(node: unknown): boolean {
  if (node === null || node === undefined) return true;
  const { value, type } = node as Partial<Scalar>;
  return type === "PLAIN" && (value === "" || value === "~" || value === "null");
}
