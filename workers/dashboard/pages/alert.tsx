// One alert rule: what it finds not well now, what it would have told over the last thirty days, and its switch.
import type { Child } from "hono/jsx";
import { AlertPreview } from "../alert-preview.tsx";
import { conditionText, mannerText, RuleState } from "../alert-words.tsx";
import { listing } from "../api-client.ts";
import { SeverityChip } from "../chips.tsx";
import { DeliveriesTable } from "../deliveries-table.tsx";
import { dash, plural } from "../format.ts";
import { agentPath, alertPath, dimensionPath, incidentPath, segment } from "../links.ts";
import { readDelivery, readPreview, readRule, type StandingView } from "../read/alert.ts";
import { hookNames, RuleSwitch, RuleTargets } from "../rule-parts.tsx";
import { Name } from "../safe-text.tsx";
import { Moment } from "../time.tsx";
import type { Clock } from "../time-format.ts";
import { mayWrite, type Page, type View } from "../view.ts";
import { PartProblem, problemPage } from "./problem.tsx";

export async function alertPage(view: View, id: string): Promise<Page> {
  const path = `/v1/alert-rules/${segment(id)}`;
  const [answer, hooks, previewed, delivered] = await Promise.all([
    view.api.get(path),
    view.api.get("/v1/webhooks", { limit: "200" }),
    view.api.send("POST", `${path}/preview`, {}),
    view.api.get("/v1/deliveries", { rule_id: id, limit: "20" }),
  ]);
  const rule = answer.ok ? readRule(answer.data) : null;
  if (rule === null) return { ...problemPage(answer.ok ? { status: 404, message: "There is no such rule." } : answer), section: "alerts" };
  const preview = previewed.ok ? readPreview(previewed.data) : null;
  const deliveries = delivered.ok ? listing(delivered.data, readDelivery).items : [];
  return {
    title: rule.name,
    section: "alerts",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <p class="crumb">
              <a href="/alerts">Alerts</a>
            </p>
            <h1>
              <Name value={rule.name} most={120} />
            </h1>
            <p class="lede">
              <RuleState rule={rule} /> {conditionText(rule)}
            </p>
          </div>
          {mayWrite(view) && (
            <div class="head-tools">
              <RuleSwitch rule={rule} view={view} back={alertPath(rule.id)} />
            </div>
          )}
        </div>
        <dl class="facts">
          <div>
            <dt>Agent</dt>
            <dd>
              {rule.agent === null ? (
                "every agent"
              ) : (
                <a href={agentPath(rule.agent)}>
                  <Name value={rule.agent} most={60} />
                </a>
              )}
            </dd>
          </div>
          <div>
            <dt>How it tells</dt>
            <dd>{mannerText(rule)}</dd>
          </div>
          <div>
            <dt>Told to</dt>
            <dd>
              <RuleTargets rule={rule} hooks={hookNames(hooks)} />
            </dd>
          </div>
        </dl>
        <section aria-labelledby="now">
          <h2 id="now">Now</h2>
          {rule.standing.length === 0 ? (
            <p class="faint">{rule.enabled ? "All is well." : "It is off."}</p>
          ) : (
            <Standing standing={rule.standing} clock={view.clock} />
          )}
        </section>
        {preview === null ? (
          <PartProblem what="The preview" message={previewed.ok ? "It came in another shape." : previewed.message} />
        ) : (
          <AlertPreview preview={preview} clock={view.clock} />
        )}
        {deliveries.length > 0 && (
          <section aria-labelledby="sent">
            <h2 id="sent">Sent</h2>
            <DeliveriesTable deliveries={deliveries} clock={view.clock} />
          </section>
        )}
      </>
    ),
  };
}

const phases = { firing: ["bad", "Firing"], pending: ["calm", "Pending"], no_data: ["warn", "No data"] } as const;

function Standing({ standing, clock }: { standing: readonly StandingView[]; clock: Clock }): Child {
  return (
    <table class="list stacked standing">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">State</th>
          <th scope="col">Since</th>
          <th scope="col">Told</th>
          <th scope="col">Agent</th>
        </tr>
      </thead>
      <tbody>
        {standing.map((one) => (
          <tr>
            <td class="lead">
              <Subject one={one} />
              {one.severity !== null && (
                <p>
                  <SeverityChip severity={one.severity} />
                </p>
              )}
            </td>
            <td data-label="State">
              <span class={`status tone-${phases[one.phase][0]}`}>
                <i aria-hidden="true" />
                {phases[one.phase][1]}
              </span>
            </td>
            <td data-label="Since">
              <Moment at={one.sinceMs} clock={clock} show="absolute" />
            </td>
            <td data-label="Told">
              {one.toldMs === null ? (
                <span class="faint">{one.phase === "firing" ? "held back by the cool-down" : dash}</span>
              ) : (
                <>
                  <Moment at={one.toldMs} clock={clock} show="absolute" />
                  <p class="faint small">{plural(one.notices ?? 0, "notice")}</p>
                </>
              )}
            </td>
            <td data-label="Agent">
              <a href={agentPath(one.agent)}>
                <Name value={one.agent} most={32} />
              </a>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Subject({ one }: { one: StandingView }): Child {
  const name = <Name value={one.title} most={160} />;
  if (one.incidentId !== null) return <a href={incidentPath(one.incidentId)}>{name}</a>;
  return one.dimension === null ? name : <a href={dimensionPath(one.agent, one.dimension)}>{name}</a>;
}
