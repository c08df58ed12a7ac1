// What the loop does next, as a table of what stands, and as properties over anything that might: without a signed policy nothing, never what a gate
// refused, never beyond a budget, never two candidates at once.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { artifactKinds } from "../../../domain/artifact/artifact.ts";
import { optimisationStates } from "../../../domain/artifact/effect.ts";
import { artifactStates } from "../../../domain/artifact/lifecycle.ts";
import { doneByLoop, loopMarkdown } from "../../../domain/artifact/loop-page.ts";
import { loopAsked } from "../../../domain/artifact/loop-terms.ts";
import { decideLoop, type LoopFacts, type LoopGate, type LoopSignal, type LoopVersion } from "../../../domain/artifact/loop.ts";
import { policyGrants, type Policy } from "../../../domain/artifact/policy.ts";
import { canaryPlan } from "../../../domain/experiment/canary-plan.ts";
import { gateVerdicts } from "../../../domain/experiment/gate-verdict.ts";

const day = 86_400_000;
const now = 100 * day;
const asked = loopAsked.parse({ suite_id: "sui_1", driver: { type: "webhook", url: "https://agent.example/try" } });
const terms = { ...asked, driver: { type: "webhook" as const, url: asked.driver.url }, secret: "whsec_x", origin: "https://bento.example" };
const plan = canaryPlan.parse({
  share: 0.1,
  unit: "user_id",
  metrics: [{ name: "outcome.success", goal: "increase" }],
  max_n: 500,
});
const cautious = { ...terms, canary: { kinds: ["prompt_fragment" as const], plan } };
const record: Policy["record"] = {
  grants: [...policyGrants],
  kinds: null,
  reason: "because",
  loop: terms,
  expires_ms: null,
  revoked_by: null,
  revoke_reason: null,
};
const policy: Policy = { id: "pol_1", agent: "bot", record, signedBy: "ana", signedMs: 1, revokedMs: null };
const signal: LoopSignal = { id: "sig_1", slug: "lost-order", rate: 0.2, runs: 40 };
const version: LoopVersion = {
  artifactId: "art_1",
  ref: "tone@1",
  version: 1,
  kind: "prompt_fragment",
  signalId: "sig_1",
  state: "candidate",
  wasTakenBack: false,
  isOwnDraft: true,
  isSignedFor: false,
  gate: null,
  canary: null,
  promise: null,
  createdMs: now - day,
};
const gate: LoopGate = {
  id: "gat_1",
  status: "done",
  verdict: "pass",
  isOpen: true,
  isStale: false,
  createdMs: now - 1_000,
  unseenProblem: null,
};
const none: LoopFacts = {
  policies: [policy],
  signals: [],
  versions: [],
  runningCanary: null,
  spent: { drafts: new Map(), gates: new Map() },
};
const acting = (facts: LoopFacts) => decideLoop(facts, now).filter(({ policyId }) => policyId !== null);

describe("what the loop does next", () => {
  const ofVersion: [string, Partial<LoopVersion>, string][] = [
    ["a candidate that nobody tried is tried", {}, "gate"],
    ["one whose gate is under way waits", { gate: { ...gate, status: "running", verdict: "insufficient", isOpen: false } }, "wait"],
    ["one that won on cases it was not made from is validated", { gate }, "validate"],
    ["a validated one is promoted", { gate, state: "validated" }, "promote"],
    ["one that passed on nothing but its own cases is left", { gate: { ...gate, unseenProblem: "no case" } }, "leave"],
    ["one that a gate refused is left", { gate: { ...gate, verdict: "regressed", isOpen: false } }, "leave"],
    ["a waived gate does not promote: a person does", { state: "validated", gate: { ...gate, verdict: "regressed" } }, "leave"],
    ["one that the cases said too little about waits a day", { gate: { ...gate, verdict: "insufficient", isOpen: false } }, "wait"],
    ["and is tried again after it", { gate: { ...gate, verdict: "insufficient", isOpen: false, createdMs: now - 2 * day } }, "gate"],
    ["one that was tried beside something else is tried again", { gate: { ...gate, isStale: true } }, "gate"],
    ["one whose gate expired is tried again", { gate: { ...gate, isOpen: false } }, "gate"],
    ["one in use that did not keep its promise is taken back", { state: "promoted", promise: "not_kept" }, "revert"],
    ["one in use that keeps it stays", { state: "promoted", promise: "kept" }, "leave"],
    ["one that was taken back stays out", { gate, wasTakenBack: true }, "leave"],
    ["one that a person signed for is theirs", { gate, state: "validated", isSignedFor: true }, "leave"],
    ["one that promises nothing is for people", { signalId: null }, "leave"],
    ["a deprecated one is left", { state: "deprecated" }, "leave"],
  ];
  it.each(ofVersion)("%s", (_, more, what) => {
    expect(decideLoop({ ...none, versions: [{ ...version, ...more }] }, now).map((one) => one.do)).toEqual([what]);
  });

  const ofSignal: [string, Partial<LoopSignal>, LoopVersion[], string][] = [
    ["a signal that nothing was drafted for gets a draft", {}, [], "draft"],
    ["one that few runs show waits", { runs: 3 }, [], "wait"],
    ["one that is rare waits", { rate: 0.001 }, [], "wait"],
    ["one without a rate waits", { rate: null }, [], "wait"],
    ["one that something was drafted for is left", {}, [{ ...version, gate: { ...gate, verdict: "regressed" } }], "leave"],
    ["another's candidate does not stand in the way of a draft", {}, [{ ...version, isOwnDraft: false }], "draft"],
    ["one that something in use mends is left", {}, [{ ...version, isOwnDraft: false, state: "promoted" }], "leave"],
  ];
  it.each(ofSignal)("%s", (_, more, versions, what) => {
    const next = decideLoop({ ...none, signals: [{ ...signal, ...more }], versions }, now);
    expect(next.find(({ about }) => !("ref" in about) && about.id === "sig_1")?.do).toBe(what);
  });

  it("takes out of use first, then does what is nearest to use, then what is most frequent", () => {
    const signals = [signal, { ...signal, id: "sig_2", slug: "rarer", rate: 0.1 }];
    const versions = [
      { ...version, ref: "a@1", signalId: "sig_2" },
      { ...version, ref: "b@1" },
      { ...version, ref: "c@1", gate, state: "validated" as const },
      { ...version, ref: "d@1", state: "promoted" as const, promise: "not_kept" as const, signalId: null },
    ];
    const order = acting({ ...none, signals, versions, policies: [policy] }).map((one) =>
      "ref" in one.about ? one.about.ref : one.about.slug,
    );
    expect(order).toEqual(["d@1", "c@1", "b@1", "a@1"]);
  });
});

describe("where a kind needs a canary", () => {
  const careful = { ...policy, record: { ...record, loop: cautious } };
  const canary = { id: "exp_1", isRunning: false, isProven: true, sentence: "It is better." };
  const validated = { ...version, gate, state: "validated" as const };
  const rows: [string, Partial<LoopVersion>, string | null, string][] = [
    ["a validated version gets one", {}, null, "canary"],
    ["it waits for another that runs", {}, "exp_0", "wait"],
    ["it waits for its own", { canary: { ...canary, isRunning: true, isProven: false } }, "exp_1", "wait"],
    ["it is promoted where it was better and harmless", { canary }, null, "promote"],
    ["and left where it was not", { canary: { ...canary, isProven: false } }, null, "leave"],
    ["another kind is promoted by its gate alone", { kind: "skill" }, null, "promote"],
    ["but not while a canary runs", { kind: "skill" }, "exp_0", "wait"],
  ];
  it.each(rows)("%s", (_, more, runningCanary, what) => {
    const facts = { ...none, policies: [careful], runningCanary, versions: [{ ...validated, ...more }] };
    expect(decideLoop(facts, now).map((one) => one.do)).toEqual([what]);
  });
});

const anyGate: fc.Arbitrary<LoopGate> = fc.record({
  id: fc.constantFrom("gat_1", "gat_2"),
  status: fc.constantFrom("running", "done"),
  verdict: fc.constantFrom(...gateVerdicts),
  isOpen: fc.boolean(),
  isStale: fc.boolean(),
  createdMs: fc.integer({ min: now - 5 * day, max: now }),
  unseenProblem: fc.constantFrom(null, "too few"),
});
const anyVersion: fc.Arbitrary<LoopVersion> = fc.record({
  artifactId: fc.constant("art_1"),
  ref: fc.constantFrom("a@1", "b@2", "c@3"),
  version: fc.constantFrom(1, 2, 3),
  kind: fc.constantFrom(...artifactKinds),
  signalId: fc.constantFrom(null, "sig_1", "sig_2"),
  state: fc.constantFrom(...artifactStates),
  wasTakenBack: fc.boolean(),
  isOwnDraft: fc.boolean(),
  isSignedFor: fc.boolean(),
  gate: fc.option(anyGate),
  canary: fc.option(fc.record({ id: fc.constant("exp_1"), isRunning: fc.boolean(), isProven: fc.boolean(), sentence: fc.constant("so") })),
  promise: fc.option(fc.constantFrom(...optimisationStates)),
  createdMs: fc.constant(now - day),
});
const anySignal: fc.Arbitrary<LoopSignal> = fc.record({
  id: fc.constantFrom("sig_1", "sig_2"),
  slug: fc.constant("s"),
  rate: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  runs: fc.nat({ max: 100 }),
});
const anyPolicy: fc.Arbitrary<Policy> = fc
  .record({
    id: fc.constantFrom("pol_1", "pol_2"),
    grants: fc.subarray([...policyGrants]),
    kinds: fc.option(fc.subarray([...artifactKinds], { minLength: 1 })),
    loop: fc.constantFrom(null, terms, cautious),
    expires_ms: fc.constantFrom(null, now - 1, now + 1),
    revokedMs: fc.constantFrom(null, now - 1),
  })
  .map(({ id, revokedMs, ...said }) => ({ ...policy, id, revokedMs, record: { ...record, ...said } }));
const spent = fc.dictionary(fc.constantFrom("pol_1", "pol_2"), fc.nat({ max: 20 })).map((all) => new Map(Object.entries(all)));
const anything: fc.Arbitrary<LoopFacts> = fc.record({
  policies: fc.array(anyPolicy, { maxLength: 3 }),
  signals: fc.array(anySignal, { maxLength: 3 }),
  versions: fc.array(anyVersion, { maxLength: 4 }),
  runningCanary: fc.constantFrom(null, "exp_1"),
  spent: fc.record({ drafts: spent, gates: spent }),
});
const grantOf = {
  canary: "artifact.canary",
  draft: "artifact.draft",
  gate: "artifact.validate",
  validate: "artifact.validate",
  promote: "artifact.promote",
  revert: "artifact.revert",
};

describe("whatever stands", () => {
  it("nothing is done without a policy that is signed, in force, of the loop, and grants it for that kind", () => {
    fc.assert(
      fc.property(anything, (facts) => {
        for (const { do: what, policyId, about } of acting(facts)) {
          if (what === "wait" || what === "leave") throw new Error("a policy for doing nothing");
          const fits = facts.policies.some(
            ({ id, revokedMs, record: { expires_ms: expiresMs, grants, loop, kinds } }) =>
              id === policyId &&
              revokedMs === null &&
              (expiresMs === null || expiresMs > now) &&
              (loop ?? null) !== null &&
              grants.some((grant) => grant === grantOf[what]) &&
              (!("ref" in about) || kinds === null || kinds.includes(about.kind)),
          );
          expect(fits).toBe(true);
        }
      }),
    );
  });

  it("nothing comes nearer to use but what passed a gate that is open and fresh, on cases that it was not made from", () => {
    fc.assert(
      fc.property(anything, (facts) => {
        for (const { do: what, about } of acting(facts)) {
          if (what !== "promote" && what !== "validate") continue;
          const one = "ref" in about ? about : null;
          expect(one?.gate).toMatchObject({ status: "done", verdict: "pass", isOpen: true, isStale: false, unseenProblem: null });
          expect(one).toMatchObject({ wasTakenBack: false, isSignedFor: false, state: what === "promote" ? "validated" : "candidate" });
        }
      }),
    );
  });

  it("no budget of a day is passed, and nothing is tried beside something that is being tried", () => {
    fc.assert(
      fc.property(anything, (facts) => {
        for (const { do: what, policyId } of acting(facts)) {
          if (what === "draft") expect(facts.spent.drafts.get(policyId ?? "") ?? 0).toBeLessThan(terms.drafts_per_day);
          if (what !== "gate") continue;
          expect(facts.spent.gates.get(policyId ?? "") ?? 0).toBeLessThan(terms.gates_per_day);
          expect(facts.versions.some((one) => one.gate?.status === "running")).toBe(false);
        }
      }),
    );
  });

  it("every version and every signal is spoken of once, with a reason", () => {
    fc.assert(
      fc.property(anything, (facts) => {
        const next = decideLoop(facts, now);
        expect(next).toHaveLength(facts.versions.length + facts.signals.length);
        expect(next.every(({ why }) => why.endsWith(".") || why.length > 20)).toBe(true);
      }),
    );
  });
});

describe("the page of the loop", () => {
  const step = { version: 1, promoted_version: null, gate_id: "gat_1", policy_id: null, ref: "tone@1" };
  const at = (second: number): string => `2026-11-24T10:00:0${second}.000Z`;
  const done = doneByLoop(
    [
      { ...step, at: at(1), by: "bento by pol_1", action: "made", reason: null },
      { ...step, at: at(2), by: "ana", action: "validated", reason: "mine" },
      { ...step, at: at(5), by: "bento by pol_1", action: "validated", reason: "passed" },
      { ...step, at: at(5), by: "bento by pol_1", action: "promoted", reason: "won" },
    ],
    [
      {
        id: "gat_1",
        candidate: { config: {}, artifacts: ["tone@1"], driver: terms.driver },
        status: "done",
        verdict: "pass",
        reasons: ["It | passes."],
        loopPolicyId: "pol_1",
        createdMs: Date.parse(at(3)),
        decidedMs: Date.parse(at(4)),
      },
    ],
    "bento by ",
  );

  it("tells what the loop did, newest first, and nothing of what people did", () => {
    expect(done.map(({ what }) => what)).toEqual(["promoted", "validated", "gate: pass", "gate asked for", "drafted"]);
    expect(new Set(done.map(({ policy_id: id }) => id))).toEqual(new Set(["pol_1"]));
  });

  it("is a Markdown page in which words cannot break a table", () => {
    const next = [{ about: "<b>|x", id: "sig_1", do: "wait" as const, policy_id: null, gate_id: null, why: "few" }];
    const page = loopMarkdown({ agent: "bot", is_on: false, is_idle: true, policies: [], next, done });
    expect(page).toContain("It does nothing: no policy");
    expect(page).not.toContain("<b>");
    const rows = page.split("\n").filter((line) => line.startsWith("| 2026"));
    expect(rows).toHaveLength(5);
    expect(new Set(rows.map((row) => row.split(/(?<!\\)\|/).length))).toEqual(new Set([8]));
  });
});
