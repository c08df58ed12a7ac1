// Alert rules with how each stands, and what was delivered to whom. Rules are made on a page of their own, where they are tried on
// history first.
import type { Child } from "hono/jsx";
import { conditionText, mannerText, RuleState } from "../alert-words.tsx";
import { listing, queryString, type Listing } from "../api-client.ts";
import { DeliveriesTable } from "../deliveries-table.tsx";
import { count } from "../format.ts";
import { agentPath, alertPath } from "../links.ts";
import { readDelivery, readRule, type RuleView } from "../read/alert.ts";
import { hookNames, RuleSwitch, RuleTargets, type HookNames } from "../rule-parts.tsx";
import { Name } from "../safe-text.tsx";
import { asked, mayWrite, type Page, type View } from "../view.ts";
import { PartProblem } from "./problem.tsx";

/** All rules that a project may have. */
const allRules = "100";
const pageSize = "50";
const states = ["delivered", "retrying", "failed"] as const;
const stateNames = { delivered: "Delivered", retrying: "Trying again", failed: "Given up" } as const;

export async function alertsPage(view: View): Promise<Page> {
  const state = states.find((each) => each === asked(view, "status")) ?? null;
  const [rules, hooks, deliveries] = await Promise.all([
    view.api.get("/v1/alert-rules", { limit: allRules }),
    view.api.get("/v1/webhooks", { limit: "200" }),
    view.api.get("/v1/deliveries", { status: state, limit: pageSize, cursor: asked(view, "cursor") }),
  ]);
  return {
    title: "Alerts",
    section: "alerts",
    body: (
      <>
        <div class="page-head with-tools">
          <div>
            <h1>Alerts</h1>
            <p class="lede">What people want to hear of, beyond the events that a webhook asks for, and what was told to whom.</p>
          </div>
          {mayWrite(view) && (
            <div class="head-tools">
              <a class="button" href="/alerts/new">
                New rule
              </a>
            </div>
          )}
        </div>
        <section aria-labelledby="rules">
          <h2 id="rules">Rules</h2>
          {rules.ok ? (
            <Rules found={listing(rules.data, readRule)} hooks={hookNames(hooks)} view={view} />
          ) : (
            <PartProblem what="The rules" message={rules.message} />
          )}
        </section>
        <section aria-labelledby="deliveries">
          <h2 id="deliveries">Deliveries</h2>
          <nav class="tabs" aria-label="Filter by state">
            <a href="/alerts#deliveries" {...(state === null ? { "aria-current": "true" } : {})}>
              All
            </a>
            {states.map((each) => (
              <a href={`/alerts?status=${each}#deliveries`} {...(state === each ? { "aria-current": "true" } : {})}>
                {stateNames[each]}
              </a>
            ))}
          </nav>
          {deliveries.ok ? (
            <Deliveries data={deliveries.data} state={state} view={view} />
          ) : (
            <PartProblem what="The deliveries" message={deliveries.message} />
          )}
        </section>
      </>
    ),
  };
}

function Rules({ found, hooks, view }: { found: Listing<RuleView>; hooks: HookNames; view: View }): Child {
  if (found.items.length === 0)
    return (
      <div class="empty calm">
        <h2>No rules yet</h2>
        <p>
          Incidents reach every webhook that asks for their events (<a href="/settings">Settings</a>). A rule tells more exactly: one agent,
          one dimension beyond a bound, drifts of a kind, or silence.
        </p>
      </div>
    );
  return (
    <table class="list stacked alert-rules">
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">State</th>
          <th scope="col">Agent</th>
          <th scope="col">Told to</th>
          <th scope="col">
            <span class="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {found.items.map((rule) => (
          <tr>
            <td class="lead">
              <a href={alertPath(rule.id)} data-row>
                <Name value={rule.name} most={80} />
              </a>
              <p class="small">{conditionText(rule)}</p>
              <p class="faint small">{mannerText(rule)}</p>
            </td>
            <td data-label="State">
              <RuleState rule={rule} />
            </td>
            <td data-label="Agent">
              {rule.agent === null ? (
                "every agent"
              ) : (
                <a href={agentPath(rule.agent)}>
                  <Name value={rule.agent} most={32} />
                </a>
              )}
            </td>
            <td data-label="Told to">
              <RuleTargets rule={rule} hooks={hooks} />
            </td>
            <td class="right wide-cell">{mayWrite(view) && <RuleSwitch rule={rule} view={view} back="/alerts" />}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Deliveries({ data, state, view }: { data: unknown; state: string | null; view: View }): Child {
  const { items, nextCursor, total } = listing(data, readDelivery);
  if (items.length === 0)
    return (
      <div class="empty calm">
        <h2>{state === null ? "Nothing was sent yet" : "None in this state"}</h2>
        <p>Each event that a webhook asks for, or a rule tells, is a line here, with its tries.</p>
      </div>
    );
  return (
    <>
      <DeliveriesTable deliveries={items} clock={view.clock} />
      <nav class="pager" aria-label="Pages">
        {total !== null && <span class="faint small">{count(total)} in all, the newest first</span>}
        {nextCursor !== null && (
          <a class="button" href={`/alerts${queryString({ status: state, cursor: nextCursor })}#deliveries`} rel="next">
            Older
          </a>
        )}
      </nav>
    </>
  );
}
