import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { tryParseSpecifiers } from "../version/index.ts";
import { projectError } from "./errors.ts";
import { checkKeys, type Fail, isTextList, type Table } from "./settings-values.ts";

/** `crawl.toml` beside the data: what a crawl does each time. */
export interface CrawlSettings {
  /** The Pythons that setup.py is run under. */
  readonly python?: readonly string[];
  /** Which setuptools it is run with: version specifiers. */
  readonly setuptools?: string;
  readonly workers?: number;
  readonly maxRequests?: number;
  /** Requests a second. */
  readonly rate?: number;
  /** Minutes for all. */
  readonly timeLimit?: number;
  /** Seconds for one run of a setup.py. */
  readonly setupTimeLimit?: number;
  readonly prune?: boolean;
  /** Build what only a build tells. */
  readonly build?: boolean;
}

export const CRAWL_FILE = "crawl.toml";

const NUMBERS = {
  workers: "workers",
  "max-requests": "maxRequests",
  rate: "rate",
  "time-limit": "timeLimit",
  "setup-time-limit": "setupTimeLimit",
} as const;

/** The crawl.toml of a folder; empty settings where there is none. Throws `project-settings`. */
export async function readCrawlSettings(folder: string): Promise<CrawlSettings> {
  const path = join(folder, CRAWL_FILE);
  if (!existsSync(path)) return {};
  const fail: Fail = (message, hint) =>
    projectError("project-settings", message, {
      place: { file: path },
      ...(hint === undefined ? {} : { hint }),
    });
  const table = await parseToml(readFileSync(path, "utf8"), path);
  const known = ["python", "setuptools", "prune", "build", ...Object.keys(NUMBERS)];
  checkKeys(table, { of: CRAWL_FILE, known, fail });
  return {
    ...readPythons(table["python"], fail),
    ...readSetuptools(table["setuptools"], fail),
    ...readSwitch(table, "prune", fail),
    ...readSwitch(table, "build", fail),
    ...readNumbers(table, fail),
  };
}

async function parseToml(text: string, file: string): Promise<Table> {
  const { parse, TomlError } = await import("smol-toml");
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw projectError("project-settings", error.message.split("\n")[0] ?? "not TOML", {
      place: { file, line: error.line, column: error.column },
    });
  }
}

function readPythons(value: unknown, fail: Fail): Pick<CrawlSettings, "python"> {
  if (value === undefined) return {};
  if (!isTextList(value)) throw fail(`"python" should be a list such as ["3.9", "3.13"]`);
  return { python: value };
}

function readSetuptools(value: unknown, fail: Fail): Pick<CrawlSettings, "setuptools"> {
  if (value === undefined) return {};
  if (typeof value !== "string" || tryParseSpecifiers(value) === undefined) {
    throw fail(`"setuptools" should be a version specifier such as "<82"`);
  }
  return { setuptools: value };
}

function readSwitch(table: Table, key: "prune" | "build", fail: Fail): CrawlSettings {
  const value = table[key];
  if (value === undefined) return {};
  if (typeof value !== "boolean") throw fail(`"${key}" should be true or false`);
  return { [key]: value };
}

function readNumbers(table: Table, fail: Fail): CrawlSettings {
  const found: Record<string, number> = {};
  for (const [key, field] of Object.entries(NUMBERS)) {
    const value = table[key];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value > 0))
      throw fail(`"${key}" should be a number above 0`);
    found[field] = value;
  }
  return found;
}
