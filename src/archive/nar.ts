/** What Nix's archive format can hold: files, links and folders, nothing of times or owners. */
export type NarNode =
  | {
      readonly kind: "file";
      readonly executable: boolean;
      /** Read when its turn comes, and not kept. */
      readonly contents: () => Uint8Array;
    }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "folder"; readonly entries: ReadonlyMap<string, NarNode> };

/**
 * A tree in Nix's archive format (NAR), part after part: the same tree gives the same bytes on every
 * machine. Entries are in the order of their names' bytes; names are taken as they are.
 */
export function* narParts(node: NarNode): Generator<Uint8Array> {
  yield text("nix-archive-1");
  yield* nodeParts(node);
}

function* nodeParts(node: NarNode): Generator<Uint8Array> {
  yield text("(", "type");
  if (node.kind === "file") yield* fileParts(node);
  else if (node.kind === "link") yield text("symlink", "target", node.target);
  else yield* folderParts(node.entries);
  yield text(")");
}

function* fileParts(node: NarNode & { readonly kind: "file" }): Generator<Uint8Array> {
  yield node.executable
    ? text("regular", "executable", "", "contents")
    : text("regular", "contents");
  const contents = node.contents();
  yield length(contents.length);
  yield contents;
  yield padding(contents.length);
}

function* folderParts(entries: ReadonlyMap<string, NarNode>): Generator<Uint8Array> {
  yield text("directory");
  const names = [...entries.keys()].map((name) => ({ name, bytes: Buffer.from(name) }));
  names.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  for (const { name } of names) {
    yield text("entry", "(", "name", name, "node");
    yield* nodeParts(entries.get(name) as NarNode);
    yield text(")");
  }
}

function text(...words: readonly string[]): Uint8Array {
  const parts = words.flatMap((word) => {
    const bytes = Buffer.from(word);
    return [length(bytes.length), bytes, padding(bytes.length)];
  });
  return Buffer.concat(parts);
}

/** 64 bits, little-endian. */
function length(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

/** Zeros up to the next multiple of eight. */
function padding(size: number): Uint8Array {
  return Buffer.alloc((8 - (size % 8)) % 8);
}
