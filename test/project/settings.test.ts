import { expect, test } from "vitest";
import { parseSettings, updateSettings } from "../../src/project/settings.ts";

const PATH = "/project/mach-nix.toml";

test("all that can be set", async () => {
  const text = `python = "3.11"
platforms = ["linux", "macos-arm64"]
[providers]
_default = "wheel"
PyYAML = ["wheel"]
[indexes]
Our_Package = "https://packages.example.org/simple/"
`;
  expect(await parseSettings(text, PATH)).toEqual({
    python: "3.11",
    platforms: ["linux-x86_64", "macos-arm64"],
    providers: { _default: ["wheel"], pyyaml: ["wheel"] },
    indexes: { "our-package": "https://packages.example.org/simple/" },
  });
});

test.each([
  ['python = ">=3.10"', '"python": ">=3.10" is not a Python version'],
  ["python = 3.11", '"python" should be a text such as "3.11"'],
  ['platforms = "linux"', '"platforms" should be a list of platform names'],
  ['platforms = ["lunix"]', '"platforms": no platform is called "lunix"'],
  ["pythons = []", 'unknown key "pythons"'],
  ["providers = 1", '"providers" should be a table'],
  ["providers._default = 1", '"providers._default" should be a list such as "wheel"'],
  ['indexes.six = "ftp://x"', '"indexes.six" should be the URL of an index'],
  ["indexes = []", '"indexes" should be a table of package = "URL"'],
])("%s: refused, with the file", async (text, message) => {
  await expect(parseSettings(text, PATH)).rejects.toMatchObject({
    code: "project-settings",
    message,
    place: { file: PATH },
  });
});

test("broken TOML is told with line and column", async () => {
  await expect(parseSettings('python = "3.11"\nplatforms = [', PATH)).rejects.toMatchObject({
    code: "project-settings",
    place: { file: PATH, line: 2 },
  });
});

test("an update changes the two keys, everything else stays", () => {
  const text = '# mine\npython = "3.10" # old\n\n[indexes]\nsix = "https://x.example/"\n';
  const updated = updateSettings(text, { python: "3.11", platforms: ["linux-x86_64"] });
  expect(updated).toContain('python = "3.11"');
  expect(updated).toContain('platforms = ["linux-x86_64"]');
  expect(updated).toContain("# mine\n");
  expect(updated).toContain('[indexes]\nsix = "https://x.example/"\n');
});
