import { normalizeName, type PackageName } from "../../base/index.ts";

/**
 * The key of a project as it is spelled: its normal form, and behind a space the spelling where that
 * is another. So all spellings of a name stand together, and none is lost.
 */
export function tableKey(spelled: string): string {
  const name = normalizeName(spelled);
  return name === spelled ? name : `${name} ${spelled}`;
}

/** How the project of a key is spelled. */
export function spelledName(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

/** Whether a key is that of a name, in whatever spelling. */
export function isKeyOf(key: string, name: PackageName): boolean {
  return key.startsWith(name) && (key.length === name.length || key[name.length] === " ");
}

/** The normal form in a key. */
export function keyName(key: string): string {
  const space = key.indexOf(" ");
  return space < 0 ? key : key.slice(0, space);
}
