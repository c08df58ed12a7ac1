// The fields of a new experiment: what the candidate is, which runs a replay takes, and what a canary measures.
import type { Child } from "hono/jsx";
import { metricRows } from "./experiment-form.ts";
import { Check, Choice, TextField, type Filled } from "./form-parts.tsx";
import { cleanText, clipped } from "./safe-text.tsx";

const matchings = [
  ["strict", "by name and arguments"],
  ["fifo", "by name, the next one"],
] as const;
const drivers = [
  ["claude", "Claude"],
  ["webhook", "my own agent (webhook)"],
] as const;
const goals = [
  ["increase", "more is better"],
  ["decrease", "less is better"],
] as const;

export function CandidateFields({ form, isCanary }: { form: Filled; isCanary: boolean }): Child {
  return (
    <>
      <TextField
        form={form}
        name="model"
        label={isCanary ? "Model (empty: the agent's own)" : "Model (empty: as recorded)"}
        placeholder="claude-sonnet-5-5"
        isMono
      />
      <TextField form={form} name="artifacts" label="Artifacts (slug@version)" placeholder="refunds@3" isMono />
      <TextField form={form} name="prompt" label="Prompt (empty: unchanged)" rows={4} most={20_000} isWide />
      {!isCanary && (
        <>
          <Choice name="driver" label="Run by" value={form.value("driver")} options={drivers} />
          <TextField
            form={form}
            name="url"
            label="Address of your agent"
            placeholder="https://agent.example.com/replay"
            most={2_000}
            isMono
          />
          <TextField form={form} name="secret" label="Its secret (empty: one is made)" placeholder="whsec_…" isMono />
        </>
      )}
    </>
  );
}

export function ReplayFields({ form }: { form: Filled }): Child {
  return (
    <>
      <TextField form={form} name="sample" label="Sample: a number, a share, or all" inputmode="decimal" most={20} />
      <TextField form={form} name="from" label="Runs from (empty: the first)" type="datetime-local" />
      <TextField form={form} name="to" label="Runs to (empty: now)" type="datetime-local" />
      <TextField form={form} name="attribute" label="Evenly by cohort attribute" placeholder="plan" />
      <Choice name="matching" label="Tools answer from the record" value={form.value("matching")} options={matchings} />
      <TextField form={form} name="repeats" label="Repeats of each run" inputmode="numeric" most={4} />
      <TextField form={form} name="evaluators" label="Evaluators (empty: scores say)" placeholder="polite, settled" most={1_000} isMono />
      <TextField form={form} name="max_cost_usd" label="At most, in USD" inputmode="decimal" placeholder="no cap" most={20} />
      <TextField form={form} name="runs" label="Or these runs: ids, one a line" rows={2} most={20_000} isWide isMono />
      <div class="full">
        <Check form={form} name="signals" label="Also evenly by signal, so that rare failures are in the sample" />
      </div>
    </>
  );
}

export function CanaryFields({ form, dimensions }: { form: Filled; dimensions: readonly string[] }): Child {
  return (
    <>
      <TextField form={form} name="share" label="Share of units, in percent" inputmode="decimal" most={8} isRequired />
      <TextField form={form} name="unit" label="Unit: what is assigned" placeholder="user_id, session_id" isRequired isMono />
      <TextField form={form} name="max_n" label="Ends at units an arm (empty: never)" inputmode="numeric" most={8} />
      <TextField form={form} name="looks" label="Planned looks on the way" inputmode="numeric" most={3} />
      <TextField form={form} name="strata" label="Cohort attribute held fixed" placeholder="plan" />
      <TextField
        form={form}
        name="holdback"
        label="Held back after promotion, in percent"
        inputmode="decimal"
        placeholder="none"
        most={8}
      />
      <fieldset class="full metric-fields">
        <legend>Metrics: the first decides; one with an accepted loss is guarded</legend>
        {Array.from({ length: metricRows }, (_, i) => (
          <MetricRow form={form} i={i} />
        ))}
        {form.complaints.at("metrics") !== null && <p class="bad-text small">{form.complaints.at("metrics")}</p>}
        <datalist id="dimensions">
          {dimensions.map((name) => (
            <option value={cleanText(name)}>{clipped(name, 80)}</option>
          ))}
        </datalist>
      </fieldset>
    </>
  );
}

function MetricRow({ form, i }: { form: Filled; i: number }): Child {
  const goal = form.value(`goal_${i}`);
  return (
    <div class="metric-row">
      <label>
        <span>{i === 0 ? "Metric that decides" : "Another metric"}</span>
        <input
          name={`metric_${i}`}
          value={cleanText(form.value(`metric_${i}`))}
          list="dimensions"
          maxlength={200}
          required={i === 0}
          class="mono"
          autocomplete="off"
        />
      </label>
      <label>
        <span>Goal</span>
        <select name={`goal_${i}`}>
          {goals.map(([each, said]) => (
            <option value={each} selected={each === goal}>
              {said}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>Accepted loss, %</span>
        <input name={`margin_${i}`} value={cleanText(form.value(`margin_${i}`))} inputmode="decimal" maxlength={8} autocomplete="off" />
      </label>
    </div>
  );
}
