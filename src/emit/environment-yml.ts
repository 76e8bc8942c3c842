import { type Pin, targetLabel } from "../lock/index.ts";
import { condaPins, onlyTarget } from "./conda-channels.ts";
import { type ExportInput, fileUrl, localPath } from "./export-format.ts";

/**
 * A conda environment.yml of one target with every version and build; what is not of a channel is
 * under `pip:`. Throws UserError `export-one-target`.
 */
export function exportEnvironmentYml({ lock, targets, places }: ExportInput): string {
  const target = onlyTarget(targets, "environment-yml");
  const conda = condaPins(lock, target);
  const own = new Set(conda.map(({ pin }) => pin));
  const pip = target.pins.filter((pin) => !own.has(pin) && pin.provider !== "nixpkgs");
  const addresses = conda.map(({ channel }) => {
    const path = localPath(channel);
    return path === undefined ? channel : fileUrl(places.absolute(path));
  });
  const channels = [...new Set(addresses)];
  const hasPython = conda.some(({ pin }) => pin.name === "python");
  const hasPip = conda.some(({ pin }) => pin.name === "pip");
  return [
    `# mach-nix export --format environment-yml: ${targetLabel(target)} as of ${lock.date}`,
    "channels:",
    ...channels.map((channel) => `  - ${quoted(channel)}`),
    "  - nodefaults",
    "dependencies:",
    ...(hasPython ? [] : [`  - python=${target.python}`]),
    ...conda.map(({ pin }) => `  - ${pin.condaName ?? pin.name}=${pin.version}=${pin.build}`),
    ...(pip.length > 0 && !hasPip ? ["  - pip"] : []),
    ...(pip.length > 0 ? ["  - pip:", ...pip.map((pin) => `      - ${pipLine(pin)}`)] : []),
    "",
  ].join("\n");
}

function pipLine({ name, version, extras = [] }: Pin): string {
  return `${name}${extras.length === 0 ? "" : `[${extras.join(",")}]`}==${version}`;
}

/** Addresses have a colon. */
function quoted(text: string): string {
  return /^[a-z0-9_/.-]+$/i.test(text) ? text : JSON.stringify(text);
}
