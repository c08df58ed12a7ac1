// The incident desk in mid-story: the row before the message, one call a hook however often the notice comes, one incident a cause.
import { env } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { incidentDeskOf } from "../../durable-objects/names.ts";
import { aDrift, aGroup, attributedTo, dayMs, t0 } from "../unit/incident/an-incident.ts";
import { newProject } from "./api-client.ts";
import { deliver } from "./consume.ts";
import { alarmOf, evict, objectOf, rowsOf, sentByAlarm } from "./objects.ts";

const minuteMs = 60_000;
/** The platform's limit of a message. */
const mostMessageBytes = 128_000;
const model = attributedTo({ change_id: "chg_1" });
const found = (...ids: string[]) => ({
  groups: ids.map((id) => aGroup([id], { attribution: model })),
  drifts: ids.map((id) => aDrift(id, { attribution: model })),
  withdrawn: [],
  untilMs: t0 + dayMs,
});

async function deskOf(name: string) {
  const project = await newProject(name);
  const owner = { projectId: project.projectId, agent: "bot" };
  const object = objectOf(env.INCIDENT_DESK, [owner.projectId, owner.agent]);
  const remote = incidentDeskOf(env, owner.projectId, owner.agent);
  return {
    project,
    object,
    remote,
    fold: (what: ReturnType<typeof found>) => remote.fold(owner, what, Date.now()),
    sent: (isDown = false) => sentByAlarm(object, "NOTICE_QUEUE", isDown),
    outbox: () => rowsOf(object, "SELECT sent_ms IS NOT NULL AS sent, confirmed_ms IS NOT NULL AS confirmed FROM outbox"),
    hook: () => project.post("/v1/webhooks", { url: "http://127.0.0.1:9/hook", events: ["incident.opened"] }),
  };
}

/** What hooks are called with; they answer with `status`. */
function hooksAnswer(status: number) {
  const calls: { id: string; body: any }[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (_url, init) => {
    calls.push({ id: new Headers(init?.headers).get("webhook-id") ?? "", body: JSON.parse(String(init?.body)) });
    return new Response(null, { status });
  });
  return calls;
}

afterEach(() => vi.restoreAllMocks());

describe("a notice", () => {
  it("stands in the outbox before it is sent, waits there for a queue that is down, and goes out until it is confirmed", async () => {
    const { fold, sent, outbox, object } = await deskOf("outbox");
    await fold(found("a"));
    expect(await outbox()).toEqual([{ sent: 0, confirmed: 0 }]);
    const errors = vi.spyOn(console, "error").mockReturnValue(undefined);
    expect(await sent(true)).toEqual([]);
    expect(errors.mock.calls.join()).toContain("alarm of incident desk");
    expect(await outbox()).toEqual([{ sent: 0, confirmed: 0 }]);
    expect(await alarmOf(object)).not.toBeNull();
    await evict(object);
    const [message] = await sent();
    expect(message).toMatchObject({ kind: "notice", event: "incident.opened", agent: "bot" });
    expect(await sent()).toEqual([]);
    // The message was lost.
    await rowsOf(object, "UPDATE outbox SET sent_ms = ?", Date.now() - 3 * minuteMs);
    expect(await sent()).toEqual([message]);
  });

  it("calls a hook once though it is delivered again, in one batch and after it; then the desk is at rest", async () => {
    const { fold, sent, outbox, object, hook, project } = await deskOf("once");
    await hook();
    await fold(found("a"));
    const [message] = await sent();
    const calls = hooksAnswer(204);
    await deliver("bento-notice", [message, message]);
    await deliver("bento-notice", [message], { attempts: 2 });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ id: message.event_id, body: { type: "incident.opened", data: { agent: "bot" } } });
    expect(calls[0]?.body.text).toBe(`incident.opened: [${calls[0]?.body.data.severity}] ${calls[0]?.body.data.title}`);
    expect(await outbox()).toEqual([{ sent: 1, confirmed: 1 }]);
    await rowsOf(object, "UPDATE outbox SET sent_ms = 0");
    expect(await sent()).toEqual([]);
    await project.send("DELETE", `/v1/projects/${project.projectId}`);
    await deliver("bento-notice", [message], { attempts: 3 });
    expect(calls).toHaveLength(1);
  });

  it("to a hook that takes nothing is tried again, given up at the last try, and told to the hooks that do", async () => {
    const { fold, sent, outbox, hook, project } = await deskOf("refused");
    await hook();
    await fold(found("a"));
    const [message] = await sent();
    vi.spyOn(console, "error").mockReturnValue(undefined);
    const calls = hooksAnswer(500);
    for (let tries = 1; tries <= 8; tries++) {
      const { retryMessages } = await deliver("bento-notice", [message], { attempts: tries });
      expect(retryMessages).toHaveLength(tries < 8 ? 1 : 0);
      expect(await outbox()).toEqual([{ sent: 1, confirmed: tries < 8 ? 0 : 1 }]);
      await env.INDEX.prepare("UPDATE delivery SET next_ms = 0 WHERE project_id = ?").bind(project.projectId).run();
    }
    expect([calls.length, new Set(calls.map(({ id }) => id)).size]).toEqual([8, 1]);
    const { results } = await env.INDEX.prepare("SELECT status, attempts, last_error FROM delivery WHERE project_id = ?")
      .bind(project.projectId)
      .all();
    expect(results).toEqual([{ status: "failed", attempts: 8, last_error: "answered 500" }]);
  });

  it("of an incident with a hundred drifts is a small message and a whole call", async () => {
    const { fold, sent, hook } = await deskOf("large");
    await hook();
    const ids = Array.from({ length: 100 }, (_, i) => `d${i}`);
    const evidence = Array.from({ length: 8 }, () => "a comparison in plain words and numbers, ".repeat(8));
    const attribution = attributedTo({ evidence });
    const drifts = ids.map((id) => aDrift(id, { attribution }));
    await fold({ ...found(), groups: [aGroup(ids, { attribution })], drifts });
    const [message] = await sent();
    expect(JSON.stringify(message).length).toBeLessThan(mostMessageBytes / 100);
    const calls = hooksAnswer(204);
    await deliver("bento-notice", [message]);
    expect(JSON.stringify(calls[0]?.body).length).toBeGreaterThan(mostMessageBytes);
    expect(calls[0]?.body.data.drifts).toHaveLength(100);
  });
});

describe("an analysis", () => {
  it("with two groups of one cause is one incident and one notice, however often it is folded and by an evicted desk too", async () => {
    const { fold, remote, outbox, object } = await deskOf("fan-in");
    const first = await fold(found("a", "b"));
    expect(first.incidents.map(({ drifts }) => drifts.map(({ id }) => id).toSorted())).toEqual([["a", "b"]]);
    await remote.audited(first.told.map(({ id }) => id));
    await evict(object);
    for (let i = 0; i < 2; i++) expect(await fold(found("a", "b"))).toEqual({ incidents: first.incidents, told: [] });
    expect(await outbox()).toHaveLength(1);
    const groups = [...found("a", "b").groups, aGroup(["c"], {}, t0 - 9 * dayMs)];
    const { incidents } = await fold({ ...found("a", "b", "c"), groups });
    expect(
      incidents
        .map(({ drifts }) =>
          drifts
            .map(({ id }) => id)
            .toSorted()
            .join(),
        )
        .toSorted(),
    ).toEqual(["a,b", "c"]);
    expect(await outbox()).toHaveLength(2);
  });
});
