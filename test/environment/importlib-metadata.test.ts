import { expect, test } from "vitest";
import type { FoundInterpreter } from "../../src/environment/index.ts";
import { APP, inspect, makeEnvironment, python, pythons } from "./fixture.ts";

const SUPPORTED = pythons().filter(
  ({ implementation, version }) =>
    implementation === "cpython" && /^3\.(?:[6-9]|1\d)/.test(version),
);

const QUESTION = `
import json, sys
try:
    import importlib.metadata as m
except ImportError:
    print(json.dumps(None)); sys.exit()
points = m.entry_points()
plugins = points.select(group="app.plugins") if hasattr(points, "select") else points["app.plugins"]
distributions = m.packages_distributions() if hasattr(m, "packages_distributions") else None
print(json.dumps({
    "version": m.version("my_app"),
    "requires": m.requires("my-app"),
    "plugins": [p.load().__name__ for p in plugins],
    "files": sorted(str(f) for f in m.files("my-app") if not "bin/" in str(f)),
    "located": all(f.locate().exists() for f in m.files("my-app") if str(f).startswith("app/")),
    "installer": m.distribution("my-app").read_text("INSTALLER"),
    "names": sorted(d.metadata["Name"] for d in m.distributions()),
    "packages": None if distributions is None else {k: sorted(distributions.get(k)) for k in ("app", "single", "ns")},
    "path": [p for p in sys.path if "dist-packages" in p],
}))
`;

test.each(SUPPORTED)("importlib.metadata answers as in a venv: $version $path", async (found) => {
  const { path } = found as FoundInterpreter;
  const made = await makeEnvironment(
    [
      { ...APP, requires: ["ns-a >= 1"] },
      { name: "ns-a", files: { "ns/a.py": "", "ns/x/y.py": "" } },
      { name: "ns-b", files: { "ns/b.py": "", "extra.pth": "import sys; sys.by_pth = True\n" } },
    ],
    { interpreter: await inspect(path) },
  );
  expect(python(made, "import ns.a, ns.b, app.cli, sys; print(sys.by_pth, sys.prefix)")).toBe(
    `True ${made.directory}`,
  );
  const answer = JSON.parse(python(made, QUESTION)) as Record<string, unknown> | null;
  const expected = {
    version: "1.0",
    requires: ["ns-a >= 1"],
    plugins: ["app.cli"],
    located: true,
    installer: "mach-nix\n",
    names: ["my-app", "ns-a", "ns-b"],
    path: [],
    packages: expect.toSatisfy(
      (value) =>
        value === null ||
        JSON.stringify(value) === '{"app":["my-app"],"single":["my-app"],"ns":["ns-a","ns-b"]}',
    ) as unknown,
  };
  expect(answer ?? expected).toMatchObject(expected);
  const files = (answer?.["files"] ?? ["app/__init__.py"]) as string[];
  expect(files).toContain("app/__init__.py");
});
