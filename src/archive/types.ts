/** Bytes that can be read at any place: a file, or a buffer in memory. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`; throws where the source ends before. */
  read(offset: number, length: number): Uint8Array;
}

/** One file or folder of a zip archive, its name checked to be safe and unique. */
export interface ZipEntry {
  /** Relative, `/`-separated, UTF-8; a folder's ends in `/`. */
  readonly name: string;
  /** Stored or deflate. */
  readonly method: 0 | 8;
  readonly flags: number;
  /** CRC-32 of the unpacked bytes. */
  readonly crc: number;
  readonly compressedSize: number;
  /** Unpacked, as declared; what is unpacked is held to it. */
  readonly size: number;
  /** Unix permission and type bits; 0 where the archive gives none. */
  readonly mode: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Where the next entry, or the directory, begins: the entry must fill all up to here. */
  readonly end: number;
}

/** How much an archive may ask for. */
export interface ZipLimits {
  readonly entries: number;
  /** Bytes of the central directory. */
  readonly directory: number;
  /** Bytes of all entries, unpacked. */
  readonly total: number;
  /** Unpacked to packed, over the whole archive, once it unpacks to more than `ratioFrom` bytes. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export interface ZipOptions {
  /** The file's name or URL, for messages. */
  readonly file?: string;
  readonly limits?: Partial<ZipLimits>;
}

/** Either the entries, or from which offset on the file's bytes are needed to tell. */
export type DirectoryStep =
  | { readonly kind: "entries"; readonly entries: ZipEntry[] }
  | { readonly kind: "need"; readonly from: number };

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}
