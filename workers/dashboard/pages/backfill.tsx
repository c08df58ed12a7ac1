// One backfill: where it stands, what it may do next, and what history adds: since when, how often, and how much nobody knew of.
import type { Child } from "hono/jsx";
import { BackfillProgress, etaText, targetName } from "../backfill-parts.tsx";
import { StatusChip } from "../chips.tsx";
import { count, dash, money, percent } from "../format.ts";
import { agentPath, backfillPath, dimensionPath, segment, signalPath } from "../links.ts";
import { readBackfill, type BackfillView } from "../read/backfill.ts";
import { cleanText, Name } from "../safe-text.tsx";
import { signalNames } from "../signal-names.ts";
import { SignalTrend } from "../signal-trend.tsx";
import { intervalText } from "../signal-words.ts";
import { Moment } from "../time.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { problemPage } from "./problem.tsx";

const dayMs = 86_400_000;
/** A page of history takes about so long. */
const refreshSeconds = 4;

export async function backfillPage(view: View, id: string): Promise<Page> {
  const answer = await view.api.get(`/v1/backfills/${segment(id)}`);
  if (!answer.ok) return { ...problemPage(answer), section: "backfills" };
  const job = readBackfill(answer.data);
  if (job === null) return { ...problemPage({ status: 404, message: "The API's answer holds no backfill." }), section: "backfills" };
  const signals = await signalNames(view.api, job.target.kind === "signal_id" ? [job.target.ref] : []);
  const name = targetName(job.target, signals);
  const isMoving = job.status === "running" || job.status === "queued";
  const isHeld = asked(view, "hold") !== null;
  return {
    title: `Backfill: ${name}`,
    section: "backfills",
    ...(isMoving && !isHeld ? { refreshSeconds } : {}),
    body: (
      <>
        <Head job={job} name={name} view={view} />
        <section aria-labelledby="progress">
          <h2 id="progress">Progress</h2>
          <BackfillProgress job={job} />
          {isMoving && (
            <p class="faint small">
              {isHeld ? "This page stands still. " : "This page renews itself. "}
              <a href={isHeld ? backfillPath(job.id) : `${backfillPath(job.id)}?hold=1`}>{isHeld ? "Renew it" : "Hold it still"}</a>
            </p>
          )}
          {job.error !== null && (
            <p class="notice" role="alert">
              <b>It stopped.</b> {cleanText(job.error).slice(0, 500)}
            </p>
          )}
          {job.plan.text !== null && <p class="lede">{cleanText(job.plan.text).slice(0, 1_000)}</p>}
        </section>
        <Report job={job} view={view} />
      </>
    ),
  };
}

function Head({ job, name, view }: { job: BackfillView; name: string; view: View }): Child {
  const { kind, ref } = job.target;
  const to = kind === "signal_id" ? signalPath(ref) : kind === "dimension" ? dimensionPath(job.agent, ref) : null;
  return (
    <div class="page-head with-tools">
      <div>
        <p class="crumb">
          <a href="/backfills">Backfills</a>
          <a href={agentPath(job.agent)}>
            <Name value={job.agent} most={50} />
          </a>
        </p>
        <h1>
          <Name value={name} most={140} />
        </h1>
        <p class="chips">
          <StatusChip status={job.status} />
          <span class="faint small num">{etaText(job)}</span>
          {job.target.version !== null && (
            <span class="chip">
              <Name value={`definition ${job.target.version}`} most={40} />
            </span>
          )}
          {to !== null && <a href={to}>{kind === "dimension" ? "The dimension" : "The signal"}</a>}
        </p>
      </div>
      {mayWrite(view) && <Buttons job={job} view={view} />}
    </div>
  );
}

function Buttons({ job, view }: { job: BackfillView; view: View }): Child {
  const action = (verb: string): string => `/act/backfills/${segment(job.id)}/${verb}`;
  const isMoving = job.status === "running" || job.status === "queued";
  if (!isMoving && job.status !== "paused") return null;
  return (
    <form method="post" class="buttons">
      <input type="hidden" name="csrf" value={view.csrfToken} />
      <input type="hidden" name="next" value={backfillPath(job.id)} />
      {isMoving ? (
        <button type="submit" formaction={action("pause")}>
          Pause
        </button>
      ) : (
        <button type="submit" formaction={action("resume")} class="primary">
          Resume
        </button>
      )}
      <button type="submit" formaction={action("cancel")} class="danger">
        Cancel it
      </button>
    </form>
  );
}

function Report({ job, view }: { job: BackfillView; view: View }): Child {
  const { report } = job;
  const isEnded = job.status === "done" || job.status === "cancelled" || job.status === "failed";
  const [first] = report.series;
  const last = report.series.at(-1);
  const figures = [
    { name: "Found in", value: job.matched === null ? dash : count(job.matched), under: "runs" },
    { name: "Nobody knew of", value: count(report.recovered), under: "runs that history adds" },
    { name: "Known before", value: count(report.overlap), under: "runs" },
    {
      name: "Rate",
      value: percent(report.rate.rate),
      under: report.rate.rate === null ? "no runs read" : `95 %: ${intervalText(report.rate)}`,
    },
    { name: "Could not be read", value: count(job.errors), under: "runs" },
    { name: "Cost", value: money(job.costUsd), under: "of models" },
  ];
  return (
    <section aria-labelledby="report">
      <h2 id="report">{isEnded ? "What history adds" : "What history adds so far"}</h2>
      <dl class="figures">
        <div class="figure">
          <dt>First seen</dt>
          <dd>
            <b>
              <Moment at={report.firstMs} clock={view.clock} show="absolute" />
            </b>
            <span class="faint">
              {report.firstMs === null ? "not seen" : <Moment at={report.firstMs} clock={view.clock} show="relative" />}
            </span>
          </dd>
        </div>
        {figures.map(({ name, value, under }) => (
          <div class="figure">
            <dt>{name}</dt>
            <dd>
              <b class="num">{value}</b>
              <span class="faint num">{under}</span>
            </dd>
          </div>
        ))}
      </dl>
      {first !== undefined && last !== undefined && (
        <SignalTrend
          name={job.target.kind === "dimension" ? job.target.ref : "Rate in history"}
          total={report.rate}
          trend={report.series}
          changes={[]}
          drifts={[]}
          window={{ fromMs: first.atMs, toMs: last.atMs + dayMs }}
          clock={view.clock}
        />
      )}
    </section>
  );
}
