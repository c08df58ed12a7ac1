// A new alert rule in two steps: what it watches, tried on history as often as one likes; then whom it tells. The address holds the
// first step, so that a trial can be shared; targets may be secrets and are only ever posted.
import type { Child } from "hono/jsx";
import { changeKinds } from "../../../domain/drift/drift.ts";
import { AlertPreview } from "../alert-preview.tsx";
import { listing } from "../api-client.ts";
import { isRecord, text } from "../json.ts";
import { conditionTypes, readPreview, type ConditionType } from "../read/alert.ts";
import { severities } from "../read/drift.ts";
import { hookNames, type HookNames } from "../rule-parts.tsx";
import { ruleBody, ruleFields } from "../rule-form.ts";
import { cleanText, clipped } from "../safe-text.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { spoken } from "../words.ts";
import { PartProblem, problemPage } from "./problem.tsx";

const typeNames: Record<ConditionType, string> = { incident: "Incidents", drift: "Drifts", threshold: "Threshold", no_data: "Silence" };

export async function newAlertPage(view: View): Promise<Page> {
  if (!mayWrite(view)) return { ...problemPage({ status: 403, message: "This key reads only: it cannot make rules." }), section: "alerts" };
  const type = conditionTypes.find((each) => each === asked(view, "type")) ?? "incident";
  const field = (name: string): string => (name === "type" ? type : (asked(view, name) ?? ""));
  const isAsked = asked(view, "try") !== null;
  const [agentsAnswer, hooksAnswer, previewed] = await Promise.all([
    view.api.get("/v1/agents", { limit: "200" }),
    view.api.get("/v1/webhooks", { limit: "200" }),
    isAsked ? view.api.send("POST", "/v1/alert-rules/preview", ruleBody(field)) : null,
  ]);
  const agents = agentsAnswer.ok ? listing(agentsAnswer.data, (each) => (isRecord(each) ? text(each["name"]) : null)).items : [];
  const hooks = hookNames(hooksAnswer);
  const preview = previewed?.ok === true ? readPreview(previewed.data) : null;
  return {
    title: "New alert rule",
    section: "alerts",
    body: (
      <>
        <div class="page-head">
          <p class="crumb">
            <a href="/alerts">Alerts</a>
          </p>
          <h1>New alert rule</h1>
          <p class="lede">Say what it watches and try it on the last thirty days; then say whom it tells.</p>
        </div>
        <nav class="tabs" aria-label="What it watches">
          {conditionTypes.map((each) => (
            <a href={`/alerts/new?type=${each}`} {...(type === each ? { "aria-current": "true" } : {})}>
              {typeNames[each]}
            </a>
          ))}
        </nav>
        <form method="get" action="/alerts/new" class="form-grid">
          <input type="hidden" name="type" value={type} />
          <input type="hidden" name="try" value="1" />
          <AgentField agents={agents} value={field("agent")} />
          <ConditionFields type={type} field={field} />
          <NumberField name="cool_down_minutes" label="Cool-down (minutes)" value={field("cool_down_minutes") || "60"} />
          <NumberField name="renotify_minutes" label="Remind every (minutes)" value={field("renotify_minutes")} hint="never" />
          {type === "threshold" && (
            <Choice
              name="no_data"
              label="A bucket without enough runs"
              value={field("no_data")}
              options={[
                ["keep", "changes nothing"],
                ["resolve", "ends it"],
                ["alert", "is told"],
              ]}
            />
          )}
          <p class="buttons full">
            <button type="submit" {...(preview === null ? { class: "primary" } : {})}>
              Try it on history
            </button>
          </p>
        </form>
        {previewed !== null && !previewed.ok && <PartProblem what="The rule" message={previewed.message} />}
        {preview !== null && (
          <>
            <AlertPreview preview={preview} clock={view.clock} />
            <MakeForm view={view} field={field} hooks={hooks} />
          </>
        )}
      </>
    ),
  };
}

function MakeForm({ view, field, hooks }: { view: View; field: (name: string) => string; hooks: HookNames }): Child {
  return (
    <section class="form-section" aria-labelledby="make">
      <h2 id="make">Make the rule</h2>
      <form method="post" action="/act/alert-rules" class="form-grid">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value={cleanText(`${view.url.pathname}${view.url.search}`)} />
        {ruleFields.map((name) => (
          <input type="hidden" name={name} value={field(name)} />
        ))}
        <label>
          <span>Name</span>
          <input name="name" required maxlength={200} />
        </label>
        <Choice
          name="webhook"
          label="Webhook"
          value=""
          options={[
            ["", "none of its own"],
            ...[...hooks].map(([id, host]): [string, string] => [id, clipped(`${host} (${id.slice(-6)})`, 80)]),
          ]}
        />
        <label class="full">
          <span>Slack address (or one that takes Slack's messages)</span>
          <input name="slack" type="url" maxlength={2_000} autocomplete="off" placeholder="https://hooks.slack.com/services/…" />
        </label>
        <p class="faint small full">
          Webhooks that ask for alert events hear it as well. A Slack address is kept as a secret and shown only by its host.
        </p>
        <p class="buttons full">
          <button type="submit" class="primary">
            Make it
          </button>
        </p>
      </form>
    </section>
  );
}

function ConditionFields({ type, field }: { type: ConditionType; field: (name: string) => string }): Child {
  if (type === "no_data")
    return <NumberField name="silent_hours" label="No run for (hours)" value={field("silent_hours") || "2"} step="any" />;
  if (type === "threshold")
    return (
      <>
        <DimensionsField value={field("dimensions")} label="Dimensions (whole names)" example="outcome.success" isRequired />
        <NumberField name="above" label="Above" value={field("above")} step="any" hint="no bound" />
        <NumberField name="below" label="Below" value={field("below")} step="any" hint="no bound" />
        <Choice
          name="bucket"
          label="Judged by"
          value={field("bucket")}
          options={[
            ["hour", "the hour"],
            ["day", "the day"],
          ]}
        />
        <NumberField name="buckets" label="So many in a row" value={field("buckets") || "1"} />
        <NumberField name="min_runs" label="With so many runs at least" value={field("min_runs") || "5"} />
      </>
    );
  return (
    <>
      <Choice
        name="min_severity"
        label="Severity"
        value={field("min_severity")}
        options={severities
          .toReversed()
          .map((each): [string, string] => [each, each === "low" ? "any" : each === "critical" ? "critical" : `${each} or worse`])}
      />
      <DimensionsField value={field("dimensions")} label="Dimensions (* for any characters)" example="outcome.* tool.*.error_rate" />
      {type === "drift" && (
        <Choice
          name="direction"
          label="Direction"
          value={field("direction")}
          options={[
            ["", "any"],
            ["up", "up"],
            ["down", "down"],
            ["mixed", "mixed"],
          ]}
        />
      )}
      <Choice
        name="cause"
        label="Caused by a change of"
        value={field("cause")}
        options={[["", "anything, or nothing known"], ...changeKinds.map((each): [string, string] => [each, spoken(each).toLowerCase()])]}
      />
    </>
  );
}

function AgentField({ agents, value }: { agents: readonly string[]; value: string }): Child {
  return (
    <label>
      <span>Agent</span>
      <select name="agent">
        <option value="">every agent</option>
        {agents.map((name) => (
          <option value={name} selected={name === value}>
            {clipped(name, 60)}
          </option>
        ))}
      </select>
    </label>
  );
}

function DimensionsField({
  value,
  label,
  example,
  isRequired = false,
}: {
  value: string;
  label: string;
  example: string;
  isRequired?: boolean;
}): Child {
  return (
    <label>
      <span>{label}</span>
      <input
        name="dimensions"
        value={cleanText(value)}
        placeholder={example}
        maxlength={2_000}
        required={isRequired}
        autocomplete="off"
        spellcheck={false}
      />
    </label>
  );
}

function NumberField({
  name,
  label,
  value,
  step = "1",
  hint,
}: {
  name: string;
  label: string;
  value: string;
  step?: string;
  hint?: string;
}): Child {
  return (
    <label>
      <span>{label}</span>
      <input
        type="number"
        name={name}
        value={cleanText(value)}
        step={step}
        {...(hint === undefined ? { required: true } : { placeholder: hint })}
      />
    </label>
  );
}

function Choice({
  name,
  label,
  value,
  options,
}: {
  name: string;
  label: string;
  value: string;
  options: readonly [string, string][];
}): Child {
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {options.map(([each, said]) => (
          <option value={each} selected={each === value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );
}
