// A new backfill in two steps: what it looks for and how far, with what that reads and costs; then the button that begins it. The address
// holds the first step, so that a plan can be shared.
import type { Child } from "hono/jsx";
import { listing } from "../api-client.ts";
import { backfillBody, backfillFields, targets, type Field } from "../backfill-form.ts";
import { bytes, count, money, percent } from "../format.ts";
import { isRecord, text } from "../json.ts";
import { segment } from "../links.ts";
import { readBackfillPreview, type BackfillPreview } from "../read/backfill.ts";
import { readSignal, type SignalView } from "../read/signal.ts";
import { cleanText, clipped } from "../safe-text.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem, problemPage } from "./problem.tsx";

export async function newBackfillPage(view: View): Promise<Page> {
  if (!mayWrite(view))
    return { ...problemPage({ status: 403, message: "This key reads only: it cannot begin a backfill." }), section: "backfills" };
  const given = asked(view, "signal");
  const signalAnswer = given === null ? null : await view.api.get(`/v1/signals/${segment(given)}`);
  const signal = signalAnswer?.ok === true ? readSignal(signalAnswer.data) : null;
  const field = fieldsOf(view, signal);
  const isAsked = asked(view, "try") !== null || signal !== null;
  const [agentsAnswer, signalsAnswer, previewed] = await Promise.all([
    view.api.get("/v1/agents", { limit: "200" }),
    view.api.get("/v1/signals", { agent: field("agent") || null, limit: "200" }),
    isAsked ? view.api.send("POST", "/v1/backfills", { ...backfillBody(field, view.session.timezone), preview: true }) : null,
  ]);
  const agents = agentsAnswer.ok ? listing(agentsAnswer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
  const signals = signalsAnswer.ok ? listing(signalsAnswer.data, readSignal).items : [];
  const preview = previewed?.ok === true ? readBackfillPreview(previewed.data) : null;
  return {
    title: "New backfill",
    section: "backfills",
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href="/backfills">Backfills</a>
          </p>
          <h1>New backfill</h1>
          <p class="lede">Say what to look for and how far back; see what that reads and costs; then begin.</p>
        </div>
        <Plan field={field} agents={agents} signals={signals} isPlanned={preview !== null} />
        {previewed !== null && !previewed.ok && <PartProblem what="The plan" message={previewed.message} />}
        {preview !== null && <Preview preview={preview} view={view} field={field} />}
      </>
    ),
  };
}

/** What the address says; a signal that was come from fills in the rest. */
function fieldsOf(view: View, signal: SignalView | null): Field {
  const ofSignal: Record<string, string> = signal === null ? {} : { agent: signal.agent, target: "signal_id", ref: signal.id };
  return (name) => asked(view, name) ?? ofSignal[name] ?? "";
}

interface PlanProps {
  field: Field;
  agents: readonly string[];
  signals: readonly SignalView[];
  isPlanned: boolean;
}

function Plan({ field, agents, signals, isPlanned }: PlanProps): Child {
  const target = field("target") || "signal_id";
  const names = [...new Set([...agents, ...(field("agent") === "" ? [] : [field("agent")])])];
  return (
    <form method="get" action="/backfills/new" class="form-grid">
      <input type="hidden" name="try" value="1" />
      <label>
        <span>Agent</span>
        <select name="agent" required>
          {names.length !== 1 && <option value="">choose…</option>}
          {names.map((name) => (
            <option value={cleanText(name)} selected={name === field("agent")}>
              {clipped(name, 60)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Look for</span>
        <select name="target">
          {targets.map(({ id, name }) => (
            <option value={id} selected={id === target}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Which (id or name)</span>
        <input
          name="ref"
          required
          maxlength={200}
          value={cleanText(field("ref"))}
          list="refs"
          placeholder="sig_…, tool_error, team.apology"
          autocomplete="off"
          spellcheck={false}
        />
        <datalist id="refs">
          {signals.slice(0, 100).map((each) => (
            <option value={each.id}>{clipped(`${each.name} (${each.agent})`, 120)}</option>
          ))}
        </datalist>
      </label>
      <label>
        <span>From (empty: the first run)</span>
        <input type="datetime-local" name="from" value={cleanText(field("from"))} />
      </label>
      <label>
        <span>To (empty: now)</span>
        <input type="datetime-local" name="to" value={cleanText(field("to"))} />
      </label>
      <label>
        <span>Sample (share or number of runs)</span>
        <input
          name="sample"
          inputmode="decimal"
          value={cleanText(field("sample"))}
          placeholder="all runs"
          maxlength={20}
          autocomplete="off"
        />
      </label>
      <label>
        <span>At most, in USD</span>
        <input
          name="max_cost_usd"
          inputmode="decimal"
          value={cleanText(field("max_cost_usd"))}
          placeholder="no cap"
          maxlength={20}
          autocomplete="off"
        />
      </label>
      <p class="buttons full">
        <button type="submit" {...(isPlanned ? {} : { class: "primary" })}>
          Show what it reads and costs
        </button>
      </p>
    </form>
  );
}

function Preview({ preview, view, field }: { preview: BackfillPreview; view: View; field: Field }): Child {
  const { plan } = preview;
  const coverage =
    plan.coverage === null || plan.runsInRange === null ? "" : `${percent(plan.coverage)} of ${count(plan.runsInRange)} in that time`;
  const figures = [
    { name: "Reads", value: count(preview.runs), under: coverage || "runs" },
    { name: "Of the archive", value: bytes(preview.bytes), under: "" },
    { name: "Models cost", value: money(preview.costUsd), under: preview.costUsd === 0 ? "no model is asked" : "at most about" },
  ];
  return (
    <section class="form-section" aria-labelledby="plan">
      <h2 id="plan">The plan</h2>
      <dl class="figures">
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
      {plan.text !== null && <p class="lede">{cleanText(plan.text).slice(0, 1_000)}</p>}
      <form method="post" action="/act/backfills">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value="/backfills" />
        {backfillFields.map((name) => (
          <input type="hidden" name={name} value={cleanText(field(name))} />
        ))}
        <button type="submit" class="primary" disabled={preview.runs === 0}>
          Begin
        </button>
      </form>
    </section>
  );
}
