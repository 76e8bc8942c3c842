import { HandedOnList, type LaterRelease } from "../provider/index.ts";

/**
 * A list that keeps what it was once asked for explanations, so that a conflict can be told again when
 * the index that it came from is closed.
 */
export class RememberedList extends HandedOnList {
  private readonly names = new Map<number, readonly string[]>();
  private releases: readonly LaterRelease[] | undefined;

  override later(): readonly LaterRelease[] {
    return (this.releases ??= super.later());
  }

  override fileNames(i: number): readonly string[] {
    let names = this.names.get(i);
    if (names === undefined) this.names.set(i, (names = super.fileNames(i)));
    return names;
  }
}
