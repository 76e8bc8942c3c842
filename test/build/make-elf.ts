/** How an ELF file is to be made. */
export interface MadeElf {
  readonly wide?: boolean;
  readonly little?: boolean;
  readonly rpath?: string;
  readonly runpath?: string;
}

const ADDRESS = 0x10000;

/** A shared library of headers alone: enough for what asks for its run paths. */
export function makeElf({ wide = true, little = true, rpath, runpath }: MadeElf): Buffer {
  const word = wide ? 8 : 4;
  const headerSize = wide ? 64 : 52;
  const segmentSize = wide ? 56 : 32;
  const strings = Buffer.from(`\0${rpath ?? ""}\0${runpath ?? ""}\0`, "utf8");
  const dynamicAt = headerSize + 2 * segmentSize;
  const tags: [number, number][] = [[5, 0]];
  if (rpath !== undefined) tags.push([15, 1]);
  if (runpath !== undefined) tags.push([29, 2 + Buffer.byteLength(rpath ?? "")]);
  tags.push([0, 0]);
  const stringsAt = dynamicAt + tags.length * 2 * word;
  (tags[0] as [number, number])[1] = ADDRESS + stringsAt;
  const file = Buffer.alloc(stringsAt + strings.length);
  const put = (at: number, size: number, value: number): void => {
    const view = new DataView(file.buffer, file.byteOffset);
    if (size === 8) view.setBigUint64(at, BigInt(value), little);
    else if (size === 4) view.setUint32(at, value, little);
    else view.setUint16(at, value, little);
  };
  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1]);
  put(wide ? 32 : 28, word, headerSize);
  put(wide ? 54 : 42, 2, segmentSize);
  put(wide ? 56 : 44, 2, 2);
  const segments: [number, number, number, number][] = [
    [1, 0, ADDRESS, file.length],
    [2, dynamicAt, ADDRESS + dynamicAt, stringsAt - dynamicAt],
  ];
  segments.forEach(([type, offset, address, size], i) => {
    const at = headerSize + i * segmentSize;
    put(at, 4, type);
    put(at + word, word, offset);
    put(at + 2 * word, word, address);
    put(at + 4 * word, word, size);
  });
  tags.forEach(([tag, value], i) => {
    put(dynamicAt + 2 * i * word, word, tag);
    put(dynamicAt + (2 * i + 1) * word, word, value);
  });
  file.set(strings, stringsAt);
  return file;
}
