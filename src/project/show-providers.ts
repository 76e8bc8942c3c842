import { resolve } from "node:path";
import type { Preference } from "../provider/index.ts";
import { planChannels } from "./channels.ts";
import { checkProviders } from "./check-providers.ts";
import { readSettings } from "./read-settings.ts";
import type { Session } from "./session.ts";
import { type ProviderRule, providerRules, steeringOf } from "./steer.ts";
import type { LockRequest } from "./types.ts";

export interface ShownProviders {
  /** `_default` first, then packages by name. */
  readonly rules: readonly ProviderRule[];
  readonly prefer: Preference;
}

/**
 * The provider order that counts for a directory and a request, and who says so. Throws UserError
 * `project-settings` and `project-provider`.
 */
export async function showProviders(
  session: Session,
  request: Pick<LockRequest, "providers" | "steering"> & { readonly directory: string },
): Promise<ShownProviders> {
  const base = resolve(session.cwd, request.directory);
  const settings = await readSettings(base);
  const given = providerRules(settings, request);
  const { rules, words, known } = await planChannels(session, {
    rules: given,
    input: { requirements: [] },
    settings,
    base,
  });
  const hasNixpkgs = settings.nixpkgsPackages !== undefined;
  checkProviders(rules, { channels: [...words.keys()], meant: known, hasNixpkgs });
  return { rules, prefer: steeringOf(settings, request).prefer ?? "provider" };
}
