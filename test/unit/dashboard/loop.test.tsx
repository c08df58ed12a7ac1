// The pages of the loop and of a model's change: what they say and where they lead, what their forms ask for, who may use them, and that a stranger's
// text stays text on them.
import { describe, expect, test } from "vitest";
import { attacks } from "../../browser/runs.fixture.ts";
import { fullScript, listOf, Refused, session, type Script } from "../../browser/pages.fixture.ts";
import { loop, policy, transfer } from "../../browser/loop.fixture.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const page = "/agents/support-bot/loop";
const compared = "/agents/support-bot/transfer?from_model=claude-haiku-4&to_model=claude-haiku-4-5";
const script: Script = {
  ...fullScript(),
  "/v1/artifacts": listOf([
    { id: "art_01", slug: "refund-limits" },
    { id: "art_03", slug: "old" },
  ]),
  "GET /v1/experiments": listOf([{ id: "exp_02" }]),
  "GET /v1/suites": listOf([{ id: "ste_01" }]),
};
const machine = { session: { ...session, kind: "machine" as const } };
const reader = { session: { ...session, scopes: ["read" as const], isInstanceAdmin: false } };
const plain = (html: string): string => textOf(html).replaceAll("\u202F", " ");
const linksOf = (html: string): string[] =>
  tagsOf(html).flatMap(({ name, attributes }) =>
    name === "a" ? attributes.flatMap(([key, value]) => (key === "href" ? [value] : [])) : [],
  );

describe("the loop", () => {
  test("says what it does, waits for and did, by whose policy, with links to artifacts, gates, canaries and signals", async () => {
    const { html } = await render(page, script);
    for (const part of [
      "On, and at work",
      "Brings it into use",
      "Waits",
      "Leaves it",
      "3 cases broke.",
      "Signed by Ada Lindqvist",
      "try candidates, and validate those that win",
      "1 of 5 drafts, 2 of 10 gates",
      "revoked by Grace Osei , “Too early.”",
    ])
      expect(plain(html)).toContain(part);
    expect(linksOf(html)).toEqual(
      expect.arrayContaining(["/artifacts/art_01", "/artifacts/art_03", "/gates/gat_01", "/gates/gat_02", "/experiments/exp_02"]),
    );
    expect(linksOf(html)).toEqual(expect.arrayContaining(["/signals/sig_01", "/suites/ste_01", "#pol_01"]));
  });

  test("makes no link of an id that only stands in a sentence", async () => {
    const { html } = await render(page, { ...script, "GET /v1/experiments": listOf([]) });
    expect(linksOf(html)).not.toContain("/experiments/exp_02");
  });

  test("teaches what it would do and needs where no policy was ever signed, with a policy to begin with", async () => {
    const { html } = await render("/agents/invoice-reader/loop", script);
    expect(plain(html)).toContain("Off: no policy that a person signed for it is in force");
    expect(plain(html)).toContain("A policy that a person signs");
    expect(plain(html)).toContain('"suite_id": "ste_01"');
    expect(html).not.toContain("/revoke");
  });

  test("is a page of its own problem where the agent is not known", async () => {
    expect((await render("/agents/nobody/loop", script)).status).toBe(404);
  });

  test("offers nothing to a key that only reads, and shuts both forms for a machine, saying why", async () => {
    expect((await render(page, script, reader)).html).not.toContain("/act/policies");
    expect((await render(page, script, reader)).html).not.toContain("/act/agents/support-bot/policies");
    const { html } = await render(page, script, machine);
    expect(plain(html)).toContain("Only a person signs a policy.");
    expect(plain(html)).toContain("Only a person revokes a policy.");
    const shut = tagsOf(html).filter(({ attributes }) => attributes.some(([key]) => key === "disabled"));
    expect(shut.map(({ name }) => name).sort()).toEqual(["button", "fieldset", "textarea"]);
  });
});

describe("the forms of policies", () => {
  const signing = (said: string, answers: Script = {}) =>
    post("/act/agents/support-bot/policies", { csrf, next: page, policy: said }, { ...script, ...answers });

  test("sign for the page's agent, and show the secret that was made once", async () => {
    const said = { grants: ["artifact.draft"], reason: "r", loop: { suite_id: "ste_01", driver: { type: "webhook", url: "https://a.b" } } };
    const made = await signing(JSON.stringify(said), { "POST /v1/policies": { id: "pol_9", driver_secret: "whsec_abc" } });
    expect(made.asked.find(({ method }) => method === "POST")?.body).toEqual({ ...said, agent: "support-bot" });
    expect(plain(made.html)).toContain("whsec_abc");
    const without = await signing(JSON.stringify({ grants: ["canary.promote"], reason: "r" }), {
      "POST /v1/policies": { id: "pol_9", driver_secret: null },
    });
    expect([without.status, without.headers.get("location")]).toEqual([303, page]);
  });

  test("show what the API refuses at the form, with what was typed", async () => {
    const details = [{ path: "loop.suite_id", message: "no such suite of the agent" }];
    const refusal = Response.json({ error: { code: "not_found", message: "The agent has no such suite.", details } }, { status: 404 });
    const { status, html } = await signing('{"grants": ["typed <b>"]}', { "POST /v1/policies": refusal });
    expect(status).toBe(404);
    for (const part of ["Not signed. The agent has no such suite.", "loop.suite_id: no such suite of the agent", "typed <b>"])
      expect(plain(html)).toContain(part);
    expect(html).toContain('aria-describedby="f-policy-wrong"');
    expect(html).not.toContain("<b>Not revoked.</b>");
  });

  test.each([
    ["{", "This is no JSON"],
    ["[1]", "It must be a JSON object."],
    ['"x"', "It must be a JSON object."],
    ['{"agent": "another"}', "It names another agent"],
  ])("ask nothing of the API for %s", async (said, message) => {
    const { status, html, asked } = await signing(said);
    expect([status, asked.filter(({ method }) => method === "POST")]).toEqual([422, []]);
    expect(plain(html)).toContain(message);
  });

  test("revoke with a reason, and show a refusal at the policy's own form", async () => {
    const form = { csrf, next: page, policy_id: "pol_01", reason: "Enough." };
    const done = await post("/act/policies/pol_01/revoke", form, { ...script, "POST /v1/policies/pol_01/revoke": policy });
    expect([done.status, done.headers.get("location")]).toEqual([303, page]);
    expect(done.asked.find(({ method }) => method === "POST")?.body).toEqual({ reason: "Enough." });
    const refused = await post("/act/policies/pol_01/revoke", form, {
      ...script,
      "POST /v1/policies/pol_01/revoke": new Refused(403, "Only a person revokes a policy."),
    });
    expect(refused.status).toBe(403);
    expect(refused.html).toMatch(/<details class="action-sheet" open/);
    expect(plain(refused.html)).toContain("Not revoked. Only a person revokes a policy.");
    expect(plain(refused.html)).not.toContain("Not signed.");
  });
});

describe("what holds under another model", () => {
  test("is one table: kind, verdict as a word, both effects with interval and n in their unit, and what each rests on", async () => {
    const { html, asked } = await render(compared, script);
    for (const part of ["Holds", "Weaker", "Gone", "Untestable", "+12.0 points", "+8.0 to +16.0", "n = 412", "n = 230"])
      expect(plain(html)).toContain(part);
    expect(plain(html)).toContain("+400 tokens");
    expect(html).toMatch(/verdict-mark tone-bad"><i aria-hidden="true"><\/i>Gone/);
    expect(linksOf(html)).toEqual(expect.arrayContaining(["/artifacts/art_01", "/book/bok_01", "/experiments/exp_01"]));
    expect(asked.find(({ path }) => path.endsWith("/transfer"))?.query).toBe("?from_model=claude-haiku-4&to_model=claude-haiku-4-5");
  });

  test("offers the models that the agent is known to have run with, and asks for no report before two are chosen", async () => {
    const { html, asked } = await render("/agents/support-bot/transfer", script);
    expect(asked.some(({ path }) => path.endsWith("/transfer"))).toBe(false);
    expect(html.match(/<option value="claude-haiku-4"/g)).toHaveLength(2);
    expect(plain(html)).toContain("Choose two models");
    const one = await render("/agents/support-bot/transfer", { ...script, "/v1/runs": listOf([]), "/v1/changes": listOf([]) });
    expect(plain(one.html)).toContain("No run of this agent names a model.");
  });

  test("shows the API's refusal below the form, and an empty report as what it is", async () => {
    const same = new Refused(422, "`from_model` and `to_model` are the same.");
    expect(plain((await render(compared, { ...script, "/v1/agents/support-bot/transfer": same })).html)).toContain(
      "Not compared. `from_model` and `to_model` are the same.",
    );
    const empty = await render(compared, { ...script, "/v1/agents/support-bot/transfer": { ...transfer, rows: [] } });
    expect(plain(empty.html)).toContain("Nothing that could hold or not");
  });
});

test("the agent's page and its Book lead to both", async () => {
  for (const path of ["/agents/support-bot", "/agents/support-bot/book"])
    expect(linksOf((await render(path, { ...script, "/v1/agents/support-bot/book": listOf([]) })).html)).toEqual(
      expect.arrayContaining([page, "/agents/support-bot/transfer"]),
    );
});

test.each(attacks.map((attack) => [attack.slice(0, 40), attack]))("a stranger's text stays text on both: %s", async (_, attack) => {
  const hostile: Script = {
    ...script,
    "/v1/artifacts": listOf([{ id: attack, slug: attack }]),
    [`/v1/agents/support-bot/loop`]: {
      ...loop,
      next: loop.next.map((each) => ({ ...each, about: attack, id: attack, gate_id: attack, policy_id: attack, why: attack })),
      done: loop.done.map((each) => ({ ...each, what: attack, about: attack, gate_id: attack, policy_id: attack, why: attack })),
    },
    "/v1/policies": listOf([{ ...policy, id: attack, reason: attack, grants: [attack], kinds: [attack], signed_by: attack }]),
    "/v1/agents/support-bot/transfer": {
      ...transfer,
      rows: transfer.rows.map((row) => ({ ...row, id: attack, name: attack, reason: attack, measure: attack, refs: [attack] })),
    },
  };
  for (const path of [page, compared]) {
    const { html, status } = await render(path, hostile);
    expect(status).toBe(200);
    expect(html).not.toMatch(/<img|<iframe|<script(?! src="\/assets\/keys-)/);
    for (const { attributes } of tagsOf(html)) for (const [key] of attributes) expect(key).not.toMatch(/^on|^srcdoc$|^style$/);
    for (const href of linksOf(html)) expect(href).toMatch(/^(?:\/(?![/\\])|#)/);
  }
});
