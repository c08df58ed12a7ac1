// Who is signed in at the dashboard: a signed cookie that names a key by id, never the key. The key is looked up with every
// request, so that revoking it ends its sessions. The instance's admin may look into any project; the cookie says which.
import * as z from "zod";
import { findKeyById } from "../../d1/keys.ts";
import { readProject } from "../../d1/project.ts";
import { defaultProjectId, type Principal } from "../../domain/project/principal.ts";
import { adminPrincipal } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { fromBase64Url, isSigned, sign, toBase64Url } from "./signature.ts";

const cookieName = "bento_session";
const sessionSeconds = 7 * 24 * 60 * 60;

const sessionSchema = z.object({ key_id: z.string(), project_id: z.string(), until_ms: z.number() });
type SessionRecord = z.infer<typeof sessionSchema>;

export interface SignedIn {
  principal: Principal;
  /** The cookie's text, from which the form token is made. */
  cookie: string;
}

/** null for no session, an altered or expired one, a revoked key or a deleted project. */
export async function readSession(request: Request, env: Env, nowMs: number): Promise<SignedIn | null> {
  const cookie = cookieOf(request);
  const record = cookie === null ? null : await openCookie(env, cookie);
  if (cookie === null || record === null || record.until_ms <= nowMs) return null;
  const principal = await principalOf(env, record);
  return principal === null ? null : { principal, cookie };
}

/** The value of a Set-Cookie header that signs `principal` in, looking into `projectId`. */
export async function sessionCookie(env: Env, { keyId }: Principal, projectId: string, isHttps: boolean, nowMs: number): Promise<string> {
  const record: SessionRecord = { key_id: keyId, project_id: projectId, until_ms: nowMs + sessionSeconds * 1000 };
  const payload = toBase64Url(new TextEncoder().encode(JSON.stringify(record)));
  const value = `${payload}.${await sign(env.BENTO_SESSION_KEY, payload)}`;
  return `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Lax; Max-Age=${sessionSeconds}${isHttps ? "; Secure" : ""}`;
}

export const endedCookie = `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;

/** What a form must carry to be believed: another site cannot read it. */
export function csrfToken(env: Env, cookie: string): Promise<string> {
  return sign(env.BENTO_SESSION_KEY, `form ${cookie}`);
}

async function principalOf(env: Env, { key_id, project_id }: SessionRecord): Promise<Principal | null> {
  if (key_id !== adminPrincipal.keyId) return findKeyById(env.INDEX, project_id, key_id);
  const exists = project_id === defaultProjectId || (await readProject(env.INDEX, project_id)) !== null;
  return { ...adminPrincipal, projectId: exists ? project_id : defaultProjectId };
}

async function openCookie(env: Env, cookie: string): Promise<SessionRecord | null> {
  const [payload = "", signature = ""] = cookie.split(".");
  if (!(await isSigned(env.BENTO_SESSION_KEY, payload, signature))) return null;
  const bytes = fromBase64Url(payload);
  const parsed = bytes === null ? null : sessionSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  return parsed?.success ? parsed.data : null;
}

function cookieOf(request: Request): string | null {
  for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
    const [name, value] = pair.trim().split("=");
    if (name === cookieName && value !== undefined && value !== "") return value;
  }
  return null;
}
