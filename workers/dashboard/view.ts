// What every page is given: the API, the person, the clock, and where we are. Made once a request.
import type { Child } from "hono/jsx";
import type { ApiClient, Detail } from "./api-client.ts";
import type { Session } from "./page-context.ts";
import type { Clock } from "./time-format.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

export interface Flash {
  tone: "done" | "failed";
  text: string;
}

/** The fields of a form. */
export interface Form {
  field: (name: string) => string;
  /** All values of a field that may be chosen several times. */
  all: (name: string) => string[];
}

/** A form that was refused, or only asked what it would do: shown again on its page as it was filled in, each complaint at its field. */
export interface Again extends Form {
  /** Path of the page that has the form. */
  at: string;
  /** null where nothing was refused. */
  message: string | null;
  details: readonly Detail[];
  status: 200 | 400 | 403 | 404 | 409 | 422 | 502;
  /** What the API answered where it only said what would be done. */
  answer?: unknown;
}

/** A secret that the API tells once: on a page of its own, because a cookie or an address would keep it. */
export interface Secret {
  secret: string;
  /** What it signs. */
  of: string;
  /** Where to go on. */
  next: string;
}

export interface View {
  api: ApiClient;
  session: Session;
  clock: Clock;
  csrfToken: string;
  url: URL;
  theme: Theme;
  flash: Flash | null;
  /** On the page of a form that was just sent and comes back. */
  again: Again | null;
}

/** A finished page: its title, what stands between header and footer, and the section of the navigation it belongs to. */
export interface Page {
  title: string;
  section:
    | "inbox"
    | "agents"
    | "signals"
    | "runs"
    | "changes"
    | "backfills"
    | "experiments"
    | "artifacts"
    | "book"
    | "reports"
    | "alerts"
    | "audit"
    | "settings"
    | null;
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
