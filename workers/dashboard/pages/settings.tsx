// How this project is set up and whether what was sent has arrived: keys, ingest, webhooks and settings, read only; they are
// changed through the API and the command. The sample project can be deleted here.
import type { Child } from "hono/jsx";
import { listing, type Answer } from "../api-client.ts";
import { count, dash, duration } from "../format.ts";
import { isRecord, number, record, text, texts, timeMs, type JsonRecord } from "../json.ts";
import { cleanText, Name, textOf } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import { spoken } from "../words.ts";
import type { Page, View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

export async function settingsPage(view: View): Promise<Page> {
  const [status, keys, webhooks, settings] = await Promise.all([
    view.api.get("/v1/ingest/status"),
    view.api.get("/v1/keys", { limit: "200" }),
    view.api.get("/v1/webhooks", { limit: "200" }),
    view.api.get("/v1/settings"),
  ]);
  const { session } = view;
  return {
    title: "Settings",
    section: "settings",
    body: (
      <>
        <div class="page-head">
          <h1>Settings</h1>
          <p class="lede">
            Project <Name value={session.projectName} most={60} />, times in <bdi>{cleanText(session.timezone)}</bdi>
          </p>
        </div>
        <Part title="Ingest" answer={status}>
          {(data) => <Ingest status={record(data)} />}
        </Part>
        <Part title="Keys" answer={keys}>
          {(data) => <Keys keys={rows(data)} view={view} />}
        </Part>
        <Part title="Webhooks" answer={webhooks}>
          {(data) => <Webhooks hooks={rows(data)} />}
        </Part>
        <Part title="Project settings" answer={settings}>
          {(data) => <Settings settings={record(data)} />}
        </Part>
        {isSample(view) && view.session.isInstanceAdmin && <DeleteSample view={view} />}
      </>
    ),
  };
}

function rows(data: unknown): JsonRecord[] {
  return listing(data, (each) => (isRecord(each) ? each : null)).items;
}

function Part({ title, answer, children }: { title: string; answer: Answer; children: (data: unknown) => Child }): Child {
  const id = title.toLowerCase().replaceAll(" ", "-");
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {answer.ok ? (
        children(answer.data)
      ) : answer.status === 403 ? (
        <p class="faint">This key may not see this: it needs the scope admin.</p>
      ) : (
        <PartProblem what={title} message={answer.message} />
      )}
    </section>
  );
}

function Ingest({ status }: { status: JsonRecord }): Child {
  const pending = number(status["pending"]);
  const oldest = number(status["oldest_pending_ms"]);
  const deadLetters = number(status["dead_letters"]) ?? 0;
  const figures: [string, number | null, string][] = [
    ["Received", number(status["received"]), "requests"],
    ["Processed", number(status["processed"]), "requests"],
    ["Pending", pending, "requests"],
    ["Dead letters", number(status["dead_letters"]), "requests"],
    ["Stored", number(status["stored"]), "runs"],
    ["Rejected", number(status["rejected"]), "runs, spans or scores"],
  ];
  return (
    <>
      <dl class="figures">
        {figures.map(([name, value, unit]) => (
          <div class={name === "Dead letters" && deadLetters > 0 ? "figure moved-figure" : "figure"}>
            <dt>{name}</dt>
            <dd>
              <b class="num">{count(value)}</b>
              <span class="faint">{unit}</span>
            </dd>
          </div>
        ))}
      </dl>
      <p class="faint">
        {pending === 0
          ? "Everything that was acknowledged is visible in every page."
          : `${count(pending)} waiting${oldest === null ? "" : `, the oldest for ${duration(oldest)}`}.`}
      </p>
      {deadLetters > 0 ? (
        <p>
          <a href="/dead-letters">
            Dead letters <span class="chip sev-critical num">{count(deadLetters)}</span>
          </a>{" "}
          <span class="faint">kept with their reasons, to be driven again</span>
        </p>
      ) : (
        <p class="faint">
          No <a href="/dead-letters">dead letters</a>.
        </p>
      )}
    </>
  );
}

function Keys({ keys, view }: { keys: readonly JsonRecord[]; view: View }): Child {
  return (
    <>
      {keys.length === 0 ? (
        <p class="faint">No key but the instance's admin key.</p>
      ) : (
        <table class="list stacked">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Kind</th>
              <th scope="col">Owner</th>
              <th scope="col">Scopes</th>
              <th scope="col" class="right">
                Made
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr>
                <td class="lead">
                  <Name value={text(key["name"]) ?? text(key["id"]) ?? dash} most={60} />
                </td>
                <td data-label="Kind">{text(key["kind"]) ?? dash}</td>
                <td data-label="Owner">{text(key["owner"]) === null ? dash : <Name value={text(key["owner"]) ?? ""} most={50} />}</td>
                <td data-label="Scopes">
                  {texts(key["scopes"]).map((scope) => (
                    <span class="chip">
                      <Name value={scope} most={20} />
                    </span>
                  ))}
                </td>
                <td class="right" data-label="Made">
                  <Moment at={timeMs(key["created_at"])} clock={view.clock} show="absolute" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p class="faint">Keys are stored hashed and shown once, when made: </p>
      <pre class="block command">{`curl -sS ${view.url.origin}/v1/keys \\\n  -H "Authorization: Bearer $BENTO_KEY" -H "content-type: application/json" \\\n  -d '{"name": "ci", "scopes": ["ingest"], "kind": "machine"}'`}</pre>
    </>
  );
}

function Webhooks({ hooks }: { hooks: readonly JsonRecord[] }): Child {
  if (hooks.length === 0)
    return <p class="faint">None. Incidents and reports can be sent to any URL, Slack's included: POST /v1/webhooks.</p>;
  return (
    <ul class="rows">
      {hooks.map((hook) => (
        <li>
          <code class="row-name">
            <Name value={text(hook["url"]) ?? dash} most={90} />
          </code>
          <span class="row-text">
            {texts(hook["events"]).map((event) => (
              <span class="chip">
                <Name value={event} most={40} />
              </span>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Settings({ settings }: { settings: JsonRecord }): Child {
  return (
    <dl class="facts">
      {Object.entries(settings)
        .slice(0, 40)
        .map(([name, value]) => (
          <div>
            <dt>{settingNames.get(name) ?? spoken(name)}</dt>
            <dd>{value === null ? <span class="faint">not set</span> : <Name value={settingText(value)} most={300} />}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Units that the API's names leave out. */
const settingNames: ReadonlyMap<string, string> = new Map([
  ["timezone", "Time zone"],
  ["retention_days", "Runs are kept for, in days"],
  ["false_alarm_budget_days", "Days between two false incidents of a quiet agent"],
  ["model_budget_usd_day", "Model budget, USD a day"],
]);

function settingText(value: unknown): string {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(settingText).join(", ");
  if (isRecord(value))
    return Object.entries(value)
      .map(([name, each]) => `${name.replaceAll("_", " ")} ${settingText(each)}`)
      .join(", ");
  return textOf(value);
}

function isSample({ session }: View): boolean {
  return session.projectName === "sample" || session.projectId === "prj_sample";
}

function DeleteSample({ view }: { view: View }): Child {
  return (
    <section class="form-section danger-zone" aria-labelledby="delete">
      <h2 id="delete">Delete the sample project</h2>
      <p>Its agent, runs, incidents and keys go for good. Nothing of another project is touched.</p>
      <form method="post" action="/act/project/delete">
        <input type="hidden" name="csrf" value={view.csrfToken} />
        <input type="hidden" name="next" value="/settings" />
        <input type="hidden" name="confirm" value={view.session.projectName} />
        <button type="submit" class="danger">
          Delete the sample
        </button>
      </form>
    </section>
  );
}
