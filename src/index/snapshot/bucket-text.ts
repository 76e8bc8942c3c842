/** A project's entry of a bucket file, with what stands before it. */
export function bucketEntry(name: string, value: unknown, isFirst: boolean): string {
  const json = JSON.stringify(value, undefined, 2).replaceAll("\n", "\n  ");
  return `${isFirst ? "{" : ","}\n  ${JSON.stringify(name)}: ${json}`;
}

export const BUCKET_END = "\n}";

/** A whole bucket file; "" where it would hold nothing. Values are of JSON, entries in their order. */
export function bucketText(entries: Iterable<readonly [string, unknown]>): string {
  let text = "";
  for (const [name, value] of entries) text += bucketEntry(name, value, text === "");
  return text === "" ? "" : text + BUCKET_END;
}
