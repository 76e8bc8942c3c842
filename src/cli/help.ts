import { COMMANDS } from "./commands.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import type { CommandSpec, OptionSpec } from "./types.ts";
import { wrap } from "./wrap.ts";

const WIDTH = 80;

/** The overview: what `mach-nix --help` prints. */
export function overview(): string {
  return lines(
    "mach-nix: locked, reproducible Python environments, with Nix and without it",
    "",
    "Usage: mach-nix COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...columns(COMMANDS.map(({ name, brief }) => [name, brief])),
    "",
    "Options of all commands, before or after the command:",
    ...optionRows(GLOBAL_OPTIONS),
    "",
    "Examples:",
    "  mach-nix env ./env -r requirements.txt",
    "  mach-nix run -p requests -- python -c 'import requests'",
    "",
    "`mach-nix COMMAND --help` says more about a command, and",
    "`mach-nix explain CODE` about an error.",
  );
}

/** What `mach-nix COMMAND --help` prints. */
export function commandHelp(name: string, spec: CommandSpec): string {
  const description = spec.description.flatMap((paragraph) => [...wrap(paragraph, WIDTH), ""]);
  return lines(
    `Usage: ${usage(name, spec)}`,
    "",
    ...description,
    ...(spec.options.length > 0 ? ["Options:", ...optionRows(spec.options), ""] : []),
    "Options of all commands:",
    ...optionRows(GLOBAL_OPTIONS),
    "",
    "Examples:",
    ...spec.examples.flatMap(({ line, says }) => [`  # ${says}`, `  ${line}`]),
  );
}

/** `mach-nix env DIR [OPTIONS]`. */
export function usage(name: string, spec: CommandSpec): string {
  const operands = spec.operands.map(({ name, required, repeat }) => {
    const word = repeat ? `${name}...` : name;
    return required ? word : `[${word}]`;
  });
  const words = spec.passthrough ? ["[OPTIONS]", "[--]", ...operands] : [...operands, "[OPTIONS]"];
  return ["mach-nix", name, ...words].join(" ");
}

function optionRows(options: readonly OptionSpec[]): string[] {
  return columns(options.map((option) => [optionText(option), optionBrief(option)]));
}

function optionText({ name, short, value, valueOptional }: OptionSpec): string {
  const letter = short === undefined ? "    " : `-${short}, `;
  if (value === undefined) return `${letter}--${name}`;
  return `${letter}--${name}${valueOptional ? `[=${value}]` : ` ${value}`}`;
}

function optionBrief({ brief, repeat }: OptionSpec): string {
  return repeat ? `${brief}; can be repeated` : brief;
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const left = Math.min(28, Math.max(...rows.map(([key]) => key.length))) + 2;
  return rows.flatMap(([key, text]) => {
    const wrapped = wrap(text, WIDTH - left - 2).map((line) => " ".repeat(left + 2) + line);
    const first = `  ${key}`;
    if (key.length + 2 > left) return [first, ...wrapped];
    return [first + (wrapped[0] ?? "").slice(first.length), ...wrapped.slice(1)];
  });
}

function lines(...text: readonly (string | readonly string[])[]): string {
  return text.flat().join("\n") + "\n";
}
