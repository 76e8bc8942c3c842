import { readFileSync } from "node:fs";

// The rules come from the one table of the architecture; docs/architecture.md is drawn from it too.
const stages = JSON.parse(
  readFileSync(new URL("tools/architecture.json", import.meta.url), "utf8"),
);
const names = Object.keys(stages);
const ENTRIES =
  "^src/(cli/main|build/[a-z]+-worker|project/library|(version|requirement|target)/index)\\.ts$";
const PURE_EFFECTS = "^node:(fs|net|http|https|tls|child_process|worker_threads|dgram|sqlite)";

function importRule(name) {
  const allowed = [name, "base", ...stages[name].imports];
  const forbidden = names.filter((other) => !allowed.includes(other));
  return {
    name: `${name}-imports`,
    comment: `src/${name} may import only: ${allowed.slice(1).join(", ")}.`,
    severity: "error",
    from: { path: `^src/${name}/` },
    to: { path: forbidden.map((other) => `^src/${other}/`) },
  };
}

function doorRule(name) {
  return {
    name: `${name}-door`,
    comment: `From outside, src/${name} is entered through its door, index.ts.`,
    severity: "error",
    from: { path: "^src/", pathNot: `^src/${name}/` },
    to: { path: `^src/${name}/`, pathNot: `^src/${name}/index\\.ts$` },
  };
}

function pureRule(name) {
  return {
    name: `${name}-pure`,
    comment: `src/${name} is pure: time, randomness, files and network come in as arguments.`,
    severity: "error",
    from: { path: `^src/${name}/` },
    to: { path: PURE_EFFECTS },
  };
}

const withFileEffects = names.filter((name) =>
  stages[name].effects.some((effect) => ["fs", "net", "processes", "terminal"].includes(effect)),
);

export default {
  forbidden: [
    ...names.map(importRule),
    ...names.map(doorRule),
    ...names.filter((name) => !withFileEffects.includes(name)).map(pureRule),
    {
      name: "no-cycles",
      comment: "A cycle means two things that are one, or a third that is missing.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "reachable-from-cli",
      comment: "What neither the command line, its worker threads nor the library reaches is dead.",
      severity: "error",
      from: { path: ENTRIES },
      to: { path: "^src/", pathNot: ENTRIES, reachable: false },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    parser: "swc",
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: [".ts", ".js"] },
  },
};
