// mkDockerImage: an image that runs with nothing of this machine, by skopeo, umoci and bubblewrap.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { hasCommand, runProgram, scratch } from "../e2e/program.ts";
import { writeMadeLock } from "./made-lock.ts";
import { hasPythons, nixPlace, PYTHON } from "./nix-place.ts";
import { newestNix } from "./real-nix.ts";

const tools = ["skopeo", "umoci", "bwrap", "patchelf", "ldd"].every(hasCommand);
const ready = newestNix() !== undefined && hasPythons(PYTHON) && tools && process.arch === "x64";
if (!ready) console.warn("no Nix, skopeo, umoci or bwrap: images are not run");

interface Configuration {
  readonly process: { readonly args: readonly string[] };
}

describe.skipIf(!ready)("an image", () => {
  test("has its own name and command, and runs without files of the host", async () => {
    const nix = newestNix() as NonNullable<ReturnType<typeof newestNix>>;
    const place = nixPlace(nix, { selfContained: true });
    const lock = writeMadeLock(scratch("nix-image"), [
      { name: "alpha", files: { "alpha.py": "print('alpha in an image')\n" } },
    ]);
    const archive = await place.build(`
      (mach.mkDockerImage { lock = ${lock}; }).override (old: {
        name = "alpha";
        config.Cmd = old.config.Cmd ++ [ "-c" "import alpha, sys; print(sys.prefix)" ];
      })`);
    const layout = join(place.folder, "layout");
    const copy = [
      "--insecure-policy",
      "copy",
      "-q",
      `docker-archive:${archive}`,
      `oci:${layout}:latest`,
    ];
    const copied = runProgram("skopeo", copy, { env: place.env });
    expect(copied.status, copied.stderr).toBe(0);
    const bundle = join(place.folder, "bundle");
    const words = ["unpack", "--rootless", "--image", `${layout}:latest`, bundle];
    const unpacked = runProgram("umoci", words, { env: place.env });
    expect(unpacked.status, unpacked.stderr).toBe(0);
    const configuration = JSON.parse(
      readFileSync(join(bundle, "config.json"), "utf8"),
    ) as Configuration;
    const command = configuration.process.args;
    const root = join(bundle, "rootfs");
    expect(existsSync(join(root, "usr", "lib"))).toBe(false);
    const shut = ["--unshare-all", "--bind", root, "/", "--proc", "/proc", "--dev", "/dev"];
    const ran = runProgram("bwrap", [...shut, ...command], { env: { PATH: "/bin" } });
    const path = process.env["PATH"] ?? "";
    const again =
      ran.status === 0 ? ran : runProgram("bwrap", [...shut, ...command], { env: { PATH: path } });
    expect(again, again.stderr).toMatchObject({ status: 0 });
    expect(again.stdout).toMatch(/^alpha in an image\n\/.*python3-.*-env\n$/);
  });
});
