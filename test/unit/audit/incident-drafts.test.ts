import { expect, it } from "vitest";
import { incidentDrafts } from "../../../domain/audit/incident-drafts.ts";
import { bento, type AuditActor } from "../../../domain/audit/entry.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import { transition, type IncidentAction } from "../../../domain/incident/transition.ts";
import { told } from "../../../domain/incident/timeline.ts";
import { incident } from "../../workerd/records.ts";

const ada: AuditActor = { key_id: "key_1", owner: "ada", kind: "person" };
const nowMs = Date.parse("2026-11-25T12:00:00Z");
const open = told(incident({ id: "inc_1" }), Date.parse("2026-11-22T00:00:00Z"), "opened", "bento", "opened on the prompt 'secret words'");

function act(before: Incident, action: Partial<IncidentAction> & { type: IncidentAction["type"] }) {
  const result = transition([before], before.id, { comment: null, by: "ada", atMs: nowMs, ...action } as IncidentAction);
  if (!result.ok) throw new Error(result.message);
  return result.incidents.flatMap((after) => incidentDrafts(before, after, ada, nowMs));
}

it("a new incident is one entry of the machine, in wall time, without the words of its story", () => {
  const [only, ...more] = incidentDrafts(null, open, bento, nowMs);
  expect(more).toEqual([]);
  expect(only).toMatchObject({
    action: "incident.opened",
    object: "inc_1",
    at: "2026-11-25T12:00:00.000Z",
    actor: { key_id: null, kind: "machine" },
    before: null,
  });
  expect(JSON.stringify(only)).not.toContain("secret words");
});

it("a person's step names them, the states on both sides and their reason", () => {
  const [only] = act(open, { type: "resolve", comment: "fixed the prompt" });
  expect(only).toMatchObject({
    action: "incident.resolved",
    actor: ada,
    before: { status: "open" },
    after: { status: "resolved" },
    reason: "fixed the prompt",
  });
  expect(only?.before?.["record"]).not.toBe(only?.after?.["record"]);
  expect(act(open, { type: "acknowledge" })[0]?.reason).toBeNull();
});

it("a comment leaves its hash and not its words", () => {
  const [only] = act(open, { type: "comment", comment: "the customer said: my card is 4111" });
  expect(only?.action).toBe("incident.comment");
  expect(JSON.stringify(only)).not.toContain("4111");
});

it("an incident that did not change says nothing, and the same words said twice are two entries", () => {
  expect(incidentDrafts(open, open, bento, nowMs)).toEqual([]);
  const once = told(open, nowMs, "comment", "ada", "again");
  const twice = told(once, nowMs, "comment", "ada", "again");
  expect(incidentDrafts(once, twice, ada, nowMs)).toHaveLength(1);
  const both = incidentDrafts(open, twice, ada, nowMs);
  expect(new Set(both.map(({ id }) => id)).size).toBe(2);
});

it("an owner who is called like the machine is still a person", () => {
  const result = transition([open], "inc_1", { type: "acknowledge", comment: null, by: "bento", atMs: nowMs });
  if (!result.ok) throw new Error(result.message);
  const actor: AuditActor = { key_id: "key_2", owner: "bento", kind: "person" };
  expect(incidentDrafts(open, result.incidents[0] as Incident, actor, nowMs)[0]?.actor).toEqual(actor);
});
