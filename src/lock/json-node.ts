/** A value of the document, and where it stands: under a key of the node around it. */
export interface JsonNode {
  readonly value: unknown;
  readonly key: string | number;
  readonly around: JsonNode | undefined;
}

/** The way to a node from the root. */
function pathOf(node: JsonNode): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at = node; at.around !== undefined; at = at.around) path.push(at.key);
  return path.toReversed();
}

/** The document itself. */
export function root(value: unknown): JsonNode {
  return { value, key: "", around: undefined };
}

/** A refusal that knows its place in the document; `readLock` turns it into line and column. */
export class BadNode extends Error {
  readonly path: readonly (string | number)[];
  readonly code: "lock-invalid" | "lock-unsafe";

  constructor(code: "lock-invalid" | "lock-unsafe", node: JsonNode, predicate: string) {
    const path = pathOf(node);
    super(`${pathText(path)} ${predicate}`);
    this.code = code;
    this.path = path;
  }
}

/** The refusal of a value of the wrong kind. */
export function invalid(node: JsonNode, expected: string): BadNode {
  return new BadNode("lock-invalid", node, `must be ${expected}, not ${excerpt(node.value)}`);
}

/** The refusal of a value that could do harm. */
export function unsafe(node: JsonNode, expected: string): BadNode {
  return new BadNode("lock-unsafe", node, `must be ${expected}, not ${excerpt(node.value)}`);
}

/** `targets[0].pins[3].name`; a key that is no word is quoted. */
export function pathText(path: readonly (string | number)[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/^[A-Za-z_]+$/.test(step)) text += text === "" ? step : `.${step}`;
    else text += `[${excerpt(step)}]`;
  }
  return text === "" ? "the lock" : text;
}

/** A value as JSON, short, and safe to print to a terminal. */
function excerpt(value: unknown): string {
  if (value === undefined) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (value !== null && typeof value === "object") return "an object";
  const text = typeof value === "string" && value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The members of an object that has exactly these keys, those with `?` being optional. */
export function members<K extends string>(
  node: JsonNode,
  keys: Readonly<Record<K, "required" | "optional">>,
): Record<K, JsonNode> {
  const value = record(node);
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(keys, key)) {
      throw new BadNode("lock-invalid", at(node, key), "is a key that locks do not have");
    }
  }
  const result = Object.create(null) as Record<K, JsonNode>;
  for (const key of Object.keys(keys) as K[]) {
    if (!Object.hasOwn(value, key) && keys[key] === "required") {
      throw new BadNode("lock-invalid", node, `lacks the key "${key}"`);
    }
    result[key] = at(node, key);
  }
  return result;
}

/** The object a node must be. */
export function record(node: JsonNode): Readonly<Record<string, unknown>> {
  const { value } = node;
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw invalid(node, "an object");
  }
  return value as Record<string, unknown>;
}

/** The items of the list a node must be. */
export function items(node: JsonNode): JsonNode[] {
  if (!Array.isArray(node.value)) throw invalid(node, "a list");
  return node.value.map((value, index) => ({ value, key: index, around: node }));
}

/** A member by key; its value is undefined where the object lacks it. */
export function at(node: JsonNode, key: string): JsonNode {
  const value = record(node);
  return { value: Object.hasOwn(value, key) ? value[key] : undefined, key, around: node };
}

/** A key of an object, as a node: for what must hold for the key itself. */
export function keyNode(node: JsonNode, key: string): JsonNode {
  return { value: key, key, around: node };
}

/** The text a node must be. Nothing is known of its characters yet. */
export function rawText(node: JsonNode): string {
  const { value } = node;
  if (typeof value !== "string") throw invalid(node, "a text");
  if (value.length > 16_384) throw unsafe(node, "shorter");
  return value;
}

/** The text a node must be, without control or invisible characters. */
export function text(node: JsonNode): string {
  const value = rawText(node);
  if (/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/.test(value)) {
    throw unsafe(node, "free of control characters");
  }
  return value;
}
