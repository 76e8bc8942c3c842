// Writes docs/reference/errors.md from the stages' error catalogues and docs/reference/cli.md from the
// help texts; with --check says whether they are up to date.
import { readFileSync, writeFileSync } from "node:fs";
import { COMMANDS } from "../src/cli/commands.ts";
import { CLI_ERRORS } from "../src/cli/errors.ts";
import { commandHelp, overview } from "../src/cli/help.ts";
import { errorCatalogue } from "../src/project/index.ts";

const REFERENCE = new URL("../docs/reference/", import.meta.url);

/** The page of all errors: one section a code. */
export async function errorsPage(): Promise<string> {
  const entries = Object.entries({ ...(await errorCatalogue()), ...CLI_ERRORS });
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = entries.map(
    ([code, { title, exit, explain }]) =>
      `## ${code}\n\n**${title}.** [Exit code ${exit}](exit-codes.md).\n\n${explain}\n`,
  );
  const intro =
    "Every error has a code, which stays the same for ever: the word in brackets in a message, and\n" +
    "`error.code` with `--json`. `mach-nix explain CODE` prints what stands here.\n";
  return [
    "<!-- Made by `node tools/reference.ts` from the stages' errors.ts; do not edit. -->\n",
    "# Errors\n",
    intro,
    ...sections,
  ].join("\n");
}

/** The page of the command line: the help texts. */
export async function commandsPage(): Promise<string> {
  const sections: string[] = [];
  for (const { name, load } of COMMANDS) {
    const { command } = await load();
    sections.push(`## mach-nix ${name}\n\n${fenced(commandHelp(name, command.spec))}`);
  }
  return [
    "<!-- Made by `node tools/reference.ts` from the help texts; do not edit. -->\n",
    "# Command line\n",
    fenced(overview()),
    ...sections,
  ].join("\n");
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\`\`\`\n`;
}

function write(name: string, page: string): void {
  const file = new URL(name, REFERENCE);
  if (!process.argv.includes("--check")) {
    writeFileSync(file, page);
  } else if (readFileSync(file, "utf8") !== page) {
    console.error(`docs/reference/${name} is out of date: run \`node tools/reference.ts\``);
    process.exitCode = 1;
  }
}

if (import.meta.main) {
  write("errors.md", await errorsPage());
  write("cli.md", await commandsPage());
}
