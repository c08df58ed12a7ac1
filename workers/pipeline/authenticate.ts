// Who asks? A key of one project, or the instance's admin key. Unknown, revoked and missing keys are refused alike with 401;
// a good key without the scope is refused with 403. A key is looked up by its hash; a good answer is believed for a few
// seconds, so that a busy exporter costs no query a request and a revoked key dies soon in every isolate.
import { findKey } from "../../d1/keys.ts";
import { allows, defaultProjectId, scopes, type Principal, type Scope } from "../../domain/project/principal.ts";
import { credentialOf } from "./credential.ts";
import type { Env } from "./env.ts";
import { Refusal } from "./refusal.ts";

/** How long a revoked key may still work in an isolate that did not revoke it. */
const believedMs = 5_000;
/** Keys an isolate remembers; the one remembered first goes first. */
const mostRemembered = 1_000;
/** Longer than any key we make and than any admin key a person would set: not worth hashing. */
const longestKey = 512;

const remembered = new Map<string, { principal: Principal; untilMs: number }>();

/** SHA-256 hex of a key: what is stored, and under what it is looked up. */
export async function hashKey(key: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes the same time wherever two hashes of equal length differ. */
function isSameHash(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** Throws Refusal 401. */
export async function authenticate(request: Request, env: Env): Promise<Principal> {
  const key = credentialOf(request.headers);
  if (key === null)
    throw new Refusal(
      401,
      "No key. Send `Authorization: Bearer KEY` or `x-api-key: KEY`; Langfuse clients send Basic with the key as secret.",
    );
  const principal = key.length > longestKey ? null : await principalOf(env, await hashKey(key));
  if (principal === null) throw new Refusal(401, "This key is not known here, or it was revoked. Make one with POST /v1/keys.");
  return principal;
}

/** Throws Refusal 403. */
export function requireScope(principal: Principal, scope: Scope): void {
  if (!allows(principal, scope)) throw new Refusal(403, `This key may not do that: it needs the scope "${scope}".`);
}

/** To be called where a key or a project is revoked, so that this isolate stops believing at once. */
export function forgetKeys(matches: (principal: Principal) => boolean): void {
  for (const [hash, { principal }] of remembered) if (matches(principal)) remembered.delete(hash);
}

async function principalOf(env: Env, hash: string): Promise<Principal | null> {
  if (env.BENTO_ADMIN_KEY && isSameHash(hash, await hashKey(env.BENTO_ADMIN_KEY))) return adminPrincipal;
  const known = remembered.get(hash);
  if (known !== undefined && known.untilMs > Date.now()) return known.principal;
  remembered.delete(hash);
  const principal = await findKey(env.INDEX, hash);
  if (principal !== null) remember(hash, principal);
  return principal;
}

function remember(hash: string, principal: Principal): void {
  const [oldest] = remembered.keys();
  if (remembered.size >= mostRemembered && oldest !== undefined) remembered.delete(oldest);
  remembered.set(hash, { principal, untilMs: Date.now() + believedMs });
}

export const adminPrincipal: Principal = {
  projectId: defaultProjectId,
  keyId: "key_admin",
  scopes,
  kind: "person",
  owner: "admin",
  isInstanceAdmin: true,
};
