const USER_INFO = /(:\/\/)[^/@\s"']*@/g;
const PLAIN_SSH_USER = /^[\w.-]+@$/;

/** A text for people: what stands before `@` in a URL's authority is shown as `****`. */
export function redact(text: string): string {
  return text.replace(USER_INFO, "$1****@");
}

/**
 * A URL that can be written into a file: without user and password. Only the user of an SSH
 * address stays (`ssh://git@host`), since it is part of the address and no secret.
 */
export function withoutCredentials(url: string): string {
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*@)/i.exec(url);
  if (match === null) return url;
  const [whole, scheme = "", userInfo = ""] = match;
  if (/(?:^|\+)ssh$/i.test(scheme) && PLAIN_SSH_USER.test(userInfo)) return url;
  return `${scheme}://${url.slice(whole.length)}`;
}
