import type { PackageName, Report } from "../base/index.ts";
import type { FileIndex, FileRecord } from "../index/index.ts";
import type { ResolvedPin } from "../resolve/index.ts";

/** Where what is known of the pins of a resolution came from. */
export class FactSources {
  private readonly file: FileIndex;
  private readonly addresses = new Map<PackageName, string>();

  constructor(file: FileIndex) {
    this.file = file;
  }

  /** Notes where the address and hash of a name's file were found. */
  address(name: PackageName, source: string): void {
    this.addresses.set(name, source);
  }

  /** Tells of a pin: which releases there are, what it needs, and where its file is, says whom. */
  tell(
    report: Report,
    { pin, sought }: { readonly pin: ResolvedPin; readonly sought: FileRecord | undefined },
  ): void {
    const { name, version, file } = pin;
    if (file === undefined) return;
    const own = this.file.project(name);
    const releases = own?.source ?? "the live index";
    const needs = this.knowsNeeds(pin, sought) ? releases : "the live index";
    const isLocated = file.sha256 !== undefined;
    const address = !isLocated ? "nowhere" : (this.addresses.get(name) ?? "the live index");
    const parts = [`releases from ${releases}`, `needs from ${needs}`, `address from ${address}`];
    report({
      kind: "note",
      level: "info",
      code: "fact-sources",
      message: `${name} ${version}: ${parts.join(", ")}`,
      facts: { name, version, releases, needs, address },
    });
  }

  private knowsNeeds({ name }: ResolvedPin, sought: FileRecord | undefined): boolean {
    if (sought === undefined || this.file.project(name) === undefined) return false;
    if (sought.kind !== "wheel") return sought.url.startsWith("index-file:");
    return !("failure" in this.file.metadata(name, sought));
  }
}
