// What every page is given: the API, the person, the clock, and where we are. Made once a request.
import type { Child } from "hono/jsx";
import type { ApiClient } from "./api-client.ts";
import type { Session } from "./page-context.ts";
import type { Clock } from "./time-format.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export interface Flash {
  tone: "done" | "failed";
  text: string;
}

export interface View {
  api: ApiClient;
  session: Session;
  clock: Clock;
  csrfToken: string;
  url: URL;
  theme: Theme;
  flash: Flash | null;
}

/** A finished page: its title, what stands between header and footer, and the section of the navigation it belongs to. */
export interface Page {
  title: string;
  section: "inbox" | "agents" | "signals" | "runs" | "changes" | "backfills" | "alerts" | "settings" | null;
  body: Child;
  status?: 200 | 400 | 403 | 404 | 409 | 422 | 502;
  /** The page shows something that moves on: it is asked for again after so long. */
  refreshSeconds?: number;
}

/** A query parameter, or null where it is absent or empty. */
export function asked(view: View, name: string): string | null {
  const value = view.url.searchParams.get(name);
  return value === null || value === "" ? null : value;
}

export function mayWrite(view: View): boolean {
  return view.session.scopes.includes("write") || view.session.scopes.includes("admin");
}
