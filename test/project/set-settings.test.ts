import { expect, test } from "vitest";
import { formatSettings, parseSettings, updateSettings } from "../../src/project/settings.ts";

const PATH = "/project/mach-nix.toml";

test("sets: files are beside the settings", async () => {
  const text = `set = "cpu"
[sets]
cpu = { extras = ["cpu"], packages = ["lib<2"] }
gpu = { groups = ["cuda"], files = ["gpu.txt", "/elsewhere/x.txt"] }
plain = {}
`;
  expect(await parseSettings(text, PATH)).toEqual({
    set: "cpu",
    sets: {
      cpu: { extras: ["cpu"], packages: ["lib<2"] },
      gpu: { groups: ["cuda"], files: ["/project/gpu.txt", "/elsewhere/x.txt"] },
      plain: {},
    },
  });
  expect(await parseSettings('set = "cpu"', PATH)).toEqual({ set: "cpu" });
});

test.each([
  ["set = 1", '"set" should be the name of a set'],
  ['set = "tpu"\nsets = { cpu = {} }', '"set": there is no set "tpu"'],
  ['set = "toString"\nsets = { cpu = {} }', '"set": there is no set "toString"'],
  ["sets = []", '"sets" should be a table such as cpu = { extras = ["cpu"] }'],
  ["sets = {}", '"sets" should be a table such as cpu = { extras = ["cpu"] }'],
  ["sets.cpu = 1", '"sets.cpu" should be a table such as { extras = ["cpu"] }'],
  ["sets.cpu = { extra = [] }", 'unknown key "extra" in sets.cpu'],
  ["sets.cpu = { extras = 'cpu' }", '"sets.cpu.extras" should be a list of texts'],
  ["sets.'a b' = {}", '"sets": "a b" is no name of letters, digits, dots and dashes'],
  ["sets.__proto__ = {}", '"sets": "__proto__" is no name of letters, digits, dots and dashes'],
])("%s: refused", async (text, message) => {
  await expect(parseSettings(text, PATH)).rejects.toMatchObject({
    code: "project-settings",
    message,
  });
});

test("the usual set is written only where one was named", () => {
  const chosen = { python: "3.11", platforms: ["linux-x86_64"] };
  expect(formatSettings(chosen)).not.toMatch(/^set/m);
  expect(formatSettings({ ...chosen, set: "cpu" })).toContain('\nset = "cpu"\n');
  const text = `set = "cpu" # mine\n${formatSettings(chosen)}[sets]\ncpu = {}\n`;
  expect(updateSettings(text, chosen)).toBe(text);
  expect(updateSettings(text, { ...chosen, set: "gpu" })).toBe(
    text.replace('set = "cpu" # mine', 'set = "gpu"'),
  );
});
