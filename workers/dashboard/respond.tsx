// One request to one response: an asset, the sign-in page, a form's action, or a page in its frame. A page that breaks
// becomes a page that says so, never a blank one.
import { Hono } from "hono";
import { performAct } from "./act.ts";
import { apiClient } from "./api-client.ts";
import { assetResponse } from "./assets.ts";
import { flashOf, forgetFlash, themeOf } from "./cookies.ts";
import { pageHeaders } from "./headers.ts";
import { Shell } from "./layout.tsx";
import { agentPage } from "./pages/agent.tsx";
import { agentsPage } from "./pages/agents.tsx";
import { artifactPage } from "./pages/artifact.tsx";
import { artifactsPage } from "./pages/artifacts.tsx";
import { backfillPage } from "./pages/backfill.tsx";
import { newBackfillPage } from "./pages/backfill-new.tsx";
import { backfillsPage } from "./pages/backfills.tsx";
import { alertPage } from "./pages/alert.tsx";
import { auditPage } from "./pages/audit.tsx";
import { bookPage, booksPage, entryPage } from "./pages/book.tsx";
import { reportPage, reportsPage } from "./pages/reports.tsx";
import { newAlertPage } from "./pages/alert-new.tsx";
import { alertsPage } from "./pages/alerts.tsx";
import { changesPage } from "./pages/changes.tsx";
import { deadLettersPage } from "./pages/dead-letters.tsx";
import { newCasePage } from "./pages/case-new.tsx";
import { evaluationPage } from "./pages/evaluation.tsx";
import { newEvaluationPage } from "./pages/evaluation-new.tsx";
import { evaluationsPage } from "./pages/evaluations.tsx";
import { newEvaluatorPage } from "./pages/evaluator-new.tsx";
import { evaluatorsPage } from "./pages/evaluators.tsx";
import { experimentPage } from "./pages/experiment.tsx";
import { newExperimentPage } from "./pages/experiment-new.tsx";
import { experimentsPage } from "./pages/experiments.tsx";
import { gatePage } from "./pages/gate.tsx";
import { newGatePage } from "./pages/gate-new.tsx";
import { gatesPage } from "./pages/gates.tsx";
import { secretPage } from "./pages/secret.tsx";
import { suitePage } from "./pages/suite.tsx";
import { suitesPage } from "./pages/suites.tsx";
import { dimensionPage } from "./pages/dimension.tsx";
import { inboxPage } from "./pages/inbox.tsx";
import { incidentPage } from "./pages/incident.tsx";
import { loopPage } from "./pages/loop.tsx";
import { optimisationsPage } from "./pages/optimisations.tsx";
import { problemPage } from "./pages/problem.tsx";
import { rawRun } from "./pages/raw-run.ts";
import { runPage } from "./pages/run.tsx";
import { runsPage } from "./pages/runs.tsx";
import { settingsPage } from "./pages/settings.tsx";
import { SignInPage } from "./pages/sign-in.tsx";
import { signalPage } from "./pages/signal.tsx";
import { newSignalPage } from "./pages/signal-new.tsx";
import { signalsPage } from "./pages/signals.tsx";
import { taxonomyPage } from "./pages/taxonomy.tsx";
import { transferPage } from "./pages/transfer.tsx";
import type { PageContext } from "./page-context.ts";
import type { Page, View } from "./view.ts";

const router = new Hono<{ Bindings: { view: View } }>({ strict: false });

router.get("/", async (c) => shown(c.env.view, await inboxPage(c.env.view)));
router.get("/incidents/:id", async (c) => shown(c.env.view, await incidentPage(c.env.view, c.req.param("id"))));
router.get("/agents", async (c) => shown(c.env.view, await agentsPage(c.env.view)));
router.get("/agents/:agent", async (c) => shown(c.env.view, await agentPage(c.env.view, c.req.param("agent"))));
router.get("/agents/:agent/dimensions/:dimension", async (c) =>
  shown(c.env.view, await dimensionPage(c.env.view, c.req.param("agent"), c.req.param("dimension"))),
);
router.get("/agents/:agent/taxonomy", async (c) => shown(c.env.view, await taxonomyPage(c.env.view, c.req.param("agent"))));
router.get("/signals", async (c) => shown(c.env.view, await signalsPage(c.env.view)));
router.get("/signals/new", async (c) => shown(c.env.view, await newSignalPage(c.env.view)));
router.get("/signals/:id", async (c) => shown(c.env.view, await signalPage(c.env.view, c.req.param("id"))));
router.get("/backfills", async (c) => shown(c.env.view, await backfillsPage(c.env.view)));
router.get("/backfills/new", async (c) => shown(c.env.view, await newBackfillPage(c.env.view)));
router.get("/backfills/:id", async (c) => shown(c.env.view, await backfillPage(c.env.view, c.req.param("id"))));
router.get("/runs", async (c) => shown(c.env.view, await runsPage(c.env.view)));
router.get("/runs/:id", async (c) => shown(c.env.view, await runPage(c.env.view, c.req.param("id"))));
router.get("/runs/:id/raw", (c) => rawRun(c.env.view, c.req.param("id")));
router.get("/agents/:agent/book", async (c) => shown(c.env.view, await bookPage(c.env.view, c.req.param("agent"))));
router.get("/agents/:agent/loop", async (c) => shown(c.env.view, await loopPage(c.env.view, c.req.param("agent"))));
router.get("/agents/:agent/transfer", async (c) => shown(c.env.view, await transferPage(c.env.view, c.req.param("agent"))));
router.get("/book", async (c) => shown(c.env.view, await booksPage(c.env.view)));
router.get("/book/:id", async (c) => shown(c.env.view, await entryPage(c.env.view, c.req.param("id"))));
router.get("/reports", async (c) => shown(c.env.view, await reportsPage(c.env.view)));
router.get("/reports/:id", async (c) => shown(c.env.view, await reportPage(c.env.view, c.req.param("id"))));
router.get("/audit", async (c) => shown(c.env.view, await auditPage(c.env.view)));
router.get("/changes", async (c) => shown(c.env.view, await changesPage(c.env.view)));
router.get("/experiments", async (c) => shown(c.env.view, await experimentsPage(c.env.view)));
router.get("/experiments/new", async (c) => shown(c.env.view, await newExperimentPage(c.env.view)));
router.get("/experiments/:id", async (c) => shown(c.env.view, await experimentPage(c.env.view, c.req.param("id"))));
router.get("/suites", async (c) => shown(c.env.view, await suitesPage(c.env.view)));
router.get("/suites/:id", async (c) => shown(c.env.view, await suitePage(c.env.view, c.req.param("id"))));
router.get("/cases/new", async (c) => shown(c.env.view, await newCasePage(c.env.view)));
router.get("/evaluators", async (c) => shown(c.env.view, await evaluatorsPage(c.env.view)));
router.get("/evaluators/new", async (c) => shown(c.env.view, await newEvaluatorPage(c.env.view)));
router.get("/evaluations", async (c) => shown(c.env.view, await evaluationsPage(c.env.view)));
router.get("/evaluations/new", async (c) => shown(c.env.view, await newEvaluationPage(c.env.view)));
router.get("/evaluations/:id", async (c) => shown(c.env.view, await evaluationPage(c.env.view, c.req.param("id"))));
router.get("/gates", async (c) => shown(c.env.view, await gatesPage(c.env.view)));
router.get("/gates/new", async (c) => shown(c.env.view, await newGatePage(c.env.view)));
router.get("/gates/:id", async (c) => shown(c.env.view, await gatePage(c.env.view, c.req.param("id"))));
router.get("/artifacts", async (c) => shown(c.env.view, await artifactsPage(c.env.view)));
router.get("/artifacts/:id", async (c) => shown(c.env.view, await artifactPage(c.env.view, c.req.param("id"))));
router.get("/optimisations", async (c) => shown(c.env.view, await optimisationsPage(c.env.view)));
router.get("/alerts", async (c) => shown(c.env.view, await alertsPage(c.env.view)));
router.get("/alerts/new", async (c) => shown(c.env.view, await newAlertPage(c.env.view)));
router.get("/alerts/:id", async (c) => shown(c.env.view, await alertPage(c.env.view, c.req.param("id"))));
router.get("/dead-letters", async (c) => shown(c.env.view, await deadLettersPage(c.env.view)));
router.get("/settings", async (c) => shown(c.env.view, await settingsPage(c.env.view)));
router.notFound((c) => shown(c.env.view, problemPage({ status: 404, message: "There is no such page." })));
router.onError((error, c) => {
  // The trace text on a page may be in the message, so only its kind is logged.
  console.error("page failed", error.name, new URL(c.req.url).pathname);
  return shown(
    c.env.view,
    problemPage({ status: 502, message: "This page could not be made. The data behind it is unharmed; try again, or look at the API." }),
  );
});

/** @param request whose path is a page, an asset or `/act/…`; @param context from the front door */
export async function respond(request: Request, context: PageContext): Promise<Response> {
  const url = new URL(request.url);
  const asset = request.method === "GET" || request.method === "HEAD" ? assetResponse(url.pathname) : null;
  if (asset !== null) return asset;
  const theme = themeOf(request);
  const done = request.method === "POST" && url.pathname.startsWith("/act/") ? await performAct(request, context) : null;
  if (done instanceof Response) return done;
  if (context.session === null)
    return documentResponse(
      <SignInPage theme={theme} url={url} csrfToken={context.csrfToken} flash={flashOf(request)} />,
      url.pathname === "/sign-in" || url.pathname === "/" ? 200 : 401,
      url,
    );
  const view: View = {
    api: apiClient(context.api, url.origin),
    session: context.session,
    clock: { nowMs: context.nowMs, zone: context.session.timezone },
    csrfToken: context.csrfToken,
    url,
    theme,
    flash: flashOf(request),
    again: null,
  };
  if (done !== null && "secret" in done) return shown(view, secretPage(done));
  if (done !== null) {
    const at = new URL(done.at, url);
    return router.fetch(new Request(at), { view: { ...view, url: at, again: done } });
  }
  if (url.pathname === "/sign-in") return Response.redirect(new URL("/", url).href, 303);
  return router.fetch(request, { view });
}

function shown(view: View, page: Page): Promise<Response> {
  return documentResponse(<Shell view={view} page={page} />, page.status ?? 200, view.url, view.flash !== null);
}

/** hono renders an element by its own `toString`, which is a promise where a component is asynchronous. */
async function documentResponse(
  element: { toString: () => string | Promise<string> },
  status: number,
  url: URL,
  hasFlash = true,
): Promise<Response> {
  const html = await Promise.resolve(element.toString());
  const headers = new Headers(pageHeaders);
  if (hasFlash) headers.append("set-cookie", forgetFlash(url.protocol === "https:"));
  return new Response(`<!doctype html>${html}`, { status, headers });
}
