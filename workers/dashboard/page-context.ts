// What the front door hands to a page: who is signed in, the time, and the public API as that person. Plain data and one
// callback, because it crosses a service binding; a page gets no key, no binding and no query.
import type { Scope } from "../../domain/project/principal.ts";

export interface Session {
  projectId: string;
  projectName: string;
  /** IANA name; every time on a page is shown in it. */
  timezone: string;
  owner: string | null;
  kind: "person" | "machine";
  scopes: readonly Scope[];
  isInstanceAdmin: boolean;
  /** The projects that this session may open. */
  projects: { id: string; name: string }[];
}

export interface PageContext {
  /** The public API as the signed-in principal, its project already fixed. */
  api: (request: Request) => Promise<Response>;
  session: Session | null;
  nowMs: number;
  csrfToken: string;
}
