import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../base/index.ts";
import type { ExportInput } from "./export-format.ts";
import { pageData } from "./page-data.ts";

/** The folder of the browser's code, from here and from the bundle. */
const PAGE = join(import.meta.dirname, "../../page");
/** In the order in which they use each other. */
const SCRIPTS = ["facts", "camera", "focus", "picture", "panel", "main"] as const;

/**
 * The graph as one page for a browser: searchable, without any request to anywhere (its content
 * security policy forbids them), the lock's names as data and never as markup.
 */
export function exportHtml({ lock, targets }: ExportInput): string {
  const style = readPage("graph.css");
  const script = joinModules(SCRIPTS.map((name) => readPage(`${name}.js`)));
  const policy = [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const parts: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}" />`,
    style: `<style>${style}</style>`,
    data: `<script type="application/json" id="data">${asData(pageData(lock, targets))}</script>`,
    script: `<script>${script}</script>`,
  };
  return readPage("graph.html").replaceAll(
    /<!--(\w+)-->/g,
    (all, name: string) => parts[name] ?? all,
  );
}

function readPage(name: string): string {
  return readFileSync(join(PAGE, name), "utf8");
}

/** ES modules as one script: a page of one file has nothing to import from. */
function joinModules(modules: readonly string[]): string {
  const bodies = modules.map((text) =>
    text.replaceAll(/^import [^;]*;\n/gm, "").replaceAll(/^export (?=function|const|class)/gm, ""),
  );
  return `"use strict";\n{\n${bodies.join("\n")}}\n`;
}

/** A source of a content security policy: the hash of what may be executed. */
function digest(text: string): string {
  return `sha256-${Buffer.from(sha256(text), "hex").toString("base64")}`;
}

/** JSON inside a script element, in which no text can end the element or open a comment. */
function asData(value: unknown): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
