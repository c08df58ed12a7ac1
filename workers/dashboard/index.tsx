// The Worker of the pages. The pipeline calls `page` over its service binding; nothing is served to anyone who comes
// to this Worker directly, because whom a request belongs to is decided at the front door alone.
import { WorkerEntrypoint } from "cloudflare:workers";
import { respond } from "./respond.tsx";
import type { PageContext } from "./page-context.ts";

export type { PageContext, Session } from "./page-context.ts";

export class Dashboard extends WorkerEntrypoint {
  /** Answers every path that is a page, an asset or a form's `/act/…`. Never throws: a failure is a page too. */
  async page(request: Request, context: PageContext): Promise<Response> {
    return respond(request, context);
  }
}

export default {
  fetch(): Response {
    return new Response("not found\n", { status: 404 });
  },
} satisfies ExportedHandler;
