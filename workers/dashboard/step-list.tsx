// The steps of a run as a waterfall: nested by parent, each with its bar on the run's time, its errors marked and its
// contents behind a click. Long runs are shown a window at a time.
import type { Child } from "hono/jsx";
import { queryString } from "./api-client.ts";
import { StepOverview, WaterfallBar, type Extent } from "./charts/waterfall.tsx";
import { count, duration, plural } from "./format.ts";
import { runPath } from "./links.ts";
import { clipped } from "./safe-text.tsx";
import { StepDetails } from "./step-details.tsx";
import { placeSteps, type PlacedStep } from "./steps-tree.ts";
import { asked, type View } from "./view.ts";
import { FindingChip } from "./finding-card.tsx";
import type { StepFindings } from "./step-findings.ts";
import type { RunView, StepView } from "./read/run.ts";

/** Steps on one page: what a browser lays out without a pause and a person still scrolls. */
const windowSize = 250;
/** Indentation stops here; the depth is then said in words. */
const deepest = 8;

export function isFailed(step: StepView): boolean {
  return step.status === "error" || step.softError;
}

export function StepList({ run, view, findings }: { run: RunView; view: View; findings: StepFindings }): Child {
  const all = placeSteps(run.steps);
  const failed = all.filter(({ step }) => isFailed(step));
  const found = all.filter(({ step }) => findings.of(step.id).length > 0);
  const only = asked(view, "only");
  const onlyFailed = only === "errors";
  const onlyFound = only === "findings";
  const listed = onlyFailed ? failed : onlyFound ? found : all;
  const kept = onlyFailed || onlyFound ? { only: only ?? "" } : {};
  const sought = asked(view, "step");
  const soughtAt = sought === null ? -1 : listed.findIndex(({ step }) => step.id === sought);
  const pages = Math.max(1, Math.ceil(listed.length / windowSize));
  const wanted = soughtAt >= 0 ? Math.floor(soughtAt / windowSize) + 1 : Math.floor(Number(asked(view, "page") ?? 1));
  const page = Math.min(pages, Math.max(1, Number.isFinite(wanted) ? wanted : 1));
  const shown = listed.slice((page - 1) * windowSize, page * windowSize);
  const extent = extentOf(run);
  const link = (query: { page?: string; only?: string; step?: string }): string =>
    `${runPath(run.id)}${queryString({ page: query.page ?? null, only: query.only ?? null, step: query.step ?? null })}#steps`;
  return (
    <section aria-labelledby="steps">
      <div class="section-head">
        <h2 id="steps">
          Steps <span class="tally">{count(all.length)}</span>
        </h2>
        {failed.length + found.length > 0 && (
          <nav class="tabs compact" aria-label="Which steps">
            <a href={link({})} {...(onlyFailed || onlyFound ? {} : { "aria-current": "true" })}>
              All
            </a>
            {failed.length > 0 && (
              <a href={link({ only: "errors" })} {...(onlyFailed ? { "aria-current": "true" } : {})}>
                Failed <span class="tally">{count(failed.length)}</span>
              </a>
            )}
            {found.length > 0 && (
              <a href={link({ only: "findings" })} {...(onlyFound ? { "aria-current": "true" } : {})}>
                With findings <span class="tally">{count(found.length)}</span>
              </a>
            )}
          </nav>
        )}
      </div>
      {all.length === 0 && <p class="faint">No steps were sent with this run.</p>}
      {pages > 1 && (
        <StepOverview
          steps={listed.map(({ step }) => step)}
          shownFrom={(page - 1) * windowSize}
          shownTo={(page - 1) * windowSize + shown.length}
        />
      )}
      {pages > 1 && <Pager page={page} pages={pages} total={listed.length} link={(to) => link({ page: String(to), ...kept })} />}
      <ol class="steps">
        {shown.map((placed) => (
          <StepRow placed={placed} extent={extent} isSought={placed.step.id === sought} run={run} view={view} findings={findings} />
        ))}
      </ol>
      {pages > 1 && <Pager page={page} pages={pages} total={listed.length} link={(to) => link({ page: String(to), ...kept })} />}
    </section>
  );
}

/** The run's own times, widened to what its steps claim. */
function extentOf(run: RunView): Extent | null {
  let fromMs = run.startMs ?? Infinity;
  let toMs = run.endMs ?? -Infinity;
  for (const step of run.steps) {
    if (step.startMs === null) continue;
    fromMs = Math.min(fromMs, step.startMs);
    toMs = Math.max(toMs, step.endMs ?? step.startMs + (step.durationMs ?? 0));
  }
  return Number.isFinite(fromMs) && Number.isFinite(toMs) && toMs > fromMs ? { fromMs, toMs } : null;
}

function StepRow({
  placed: { step, depth, place },
  extent,
  isSought,
  run,
  view,
  findings,
}: {
  placed: PlacedStep;
  extent: Extent | null;
  isSought: boolean;
  run: RunView;
  view: View;
  findings: StepFindings;
}): Child {
  const name = clipped(step.name, 80);
  const [worst, ...others] = findings.of(step.id);
  return (
    <li class={`step t-${step.type}${isFailed(step) ? " failed" : ""}`} {...(isSought ? { id: "step" } : {})}>
      <details open={isSought}>
        <summary data-row>
          <span class={`step-name d${Math.min(depth, deepest)}`}>
            <span class="step-type">{step.type}</span>
            <bdi>{name === "" ? "(unnamed)" : name}</bdi>
            {depth > deepest && <span class="faint small">level {depth}</span>}
            {step.status === "error" && <span class="mark-error">error</span>}
            {step.status !== "error" && step.softError && <span class="mark-error soft">soft error</span>}
          </span>
          <span class="step-time num">{duration(step.durationMs)}</span>
          <WaterfallBar step={step} extent={extent} />
          {worst !== undefined && (
            <span class="step-finding small">
              <span class="visually-hidden">Finding: </span>
              <FindingChip finding={worst} /> <span>{clipped(worst.what, 140)}</span>
              {others.length > 0 && <span class="faint"> and {plural(others.length, "more finding")}</span>}
            </span>
          )}
        </summary>
        <StepDetails step={step} place={place} run={run} extent={extent} view={view} findings={findings} />
      </details>
    </li>
  );
}

function Pager({ page, pages, total, link }: { page: number; pages: number; total: number; link: (page: number) => string }): Child {
  return (
    <nav class="pager" aria-label="Pages of steps">
      <span class="faint num">
        Steps {count((page - 1) * windowSize + 1)}–{count(Math.min(total, page * windowSize))} of {plural(total, "step")}
      </span>
      {page > 1 && (
        <a class="button" href={link(page - 1)} rel="prev">
          Earlier
        </a>
      )}
      {page < pages && (
        <a class="button" href={link(page + 1)} rel="next">
          Later
        </a>
      )}
    </nav>
  );
}
