import type { LineOption } from "./line-options.ts";
import { addFormats, type FormatControl } from "./format-control.ts";
import { Fault } from "./fault.ts";
import type { RequirementOptions } from "./types.ts";

/** Collects the options of all files of a run, in the order they are met. */
export class OptionsBuilder {
  #indexUrl: string | undefined;
  readonly #extraIndexUrls: string[] = [];
  readonly #findLinks: string[] = [];
  readonly #trustedHosts: string[] = [];
  #noIndex = false;
  #pre = false;
  #preferBinary = false;
  #requireHashes = false;
  #formats: FormatControl = { noBinary: new Set(), onlyBinary: new Set() };

  /** Adds one; relative `--find-links` are resolved by `locate`. Throws Fault. */
  add(option: LineOption, locate: (path: string) => string): void {
    const { name, value, at } = option;
    switch (name) {
      case "--index-url":
        this.#indexUrl = indexUrl(value, at);
        return;
      case "--extra-index-url":
        this.#extraIndexUrls.push(indexUrl(value, at));
        return;
      case "--find-links":
        this.#findLinks.push(locate(value));
        return;
      case "--trusted-host":
        this.#trustedHosts.push(value);
        return;
      case "--no-binary":
      case "--only-binary":
        this.#addFormats(option);
        return;
      case "--all-releases":
        if (value !== ":all:") throw unsupported(name, at);
        this.#pre = true;
        return;
      case "--no-index":
        this.#noIndex = true;
        return;
      case "--pre":
        this.#pre = true;
        return;
      case "--prefer-binary":
        this.#preferBinary = true;
        return;
      case "--require-hashes":
        this.#requireHashes = true;
        return;
      case "--use-feature":
        return;
      default:
        throw unsupported(name, at);
    }
  }

  #addFormats({ name, value, at }: LineOption): void {
    if (value.startsWith("-")) throw new Fault(`${name} needs a value`, at);
    const list = name === "--no-binary" ? "noBinary" : "onlyBinary";
    this.#formats = addFormats(this.#formats, list, value);
  }

  build(): RequirementOptions {
    return {
      ...(this.#indexUrl === undefined || this.#noIndex ? {} : { indexUrl: this.#indexUrl }),
      extraIndexUrls: this.#noIndex ? [] : unique(this.#extraIndexUrls),
      findLinks: unique(this.#findLinks),
      noIndex: this.#noIndex,
      pre: this.#pre,
      noBinary: [...this.#formats.noBinary].toSorted(),
      onlyBinary: [...this.#formats.onlyBinary].toSorted(),
      requireHashes: this.#requireHashes,
      trustedHosts: unique(this.#trustedHosts),
      preferBinary: this.#preferBinary,
    };
  }
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}

function indexUrl(value: string, at: number): string {
  if (/^(?:https?:\/\/[^/?#]|file:\/\/)/i.test(value)) return value;
  throw new Fault(`${JSON.stringify(value)} is not the URL of an index`, at, {
    hint: "an index has an http, https or file URL; for a folder of files there is --find-links",
  });
}

function unsupported(name: string, at: number): Fault {
  return new Fault(`${name} is not supported`, at, { code: "requirements-option" });
}
