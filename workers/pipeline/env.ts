// What the front door holds beyond the trace path: the secrets of its callers and the pages.
import type { Bindings, Remote } from "../../durable-objects/bindings.ts";
import type { Dashboard } from "../dashboard/index.tsx";

export interface Env extends Bindings {
  DASHBOARD: Pick<Remote<Dashboard>, "page">;
  /** Secret: opens the instance's admin principal. */
  BENTO_ADMIN_KEY: string;
  /** Secret: signs the dashboard's session cookie. */
  BENTO_SESSION_KEY: string;
}
