// The life of an artifact, as a table of steps and as properties over any sequence of them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  latestVersion,
  newLifecycle,
  promotedVersion,
  stateOf,
  stepLifecycle,
  versionState,
  type Lifecycle,
  type LifecycleStep,
  type ProvingGate,
} from "../../../domain/artifact/lifecycle.ts";
import { unseenCases, unseenProblem } from "../../../domain/artifact/unseen.ts";
import { isOpen, type GateCase } from "../../../domain/experiment/gate.ts";

const of = { agent: "bot", slug: "tone" };
const person = { name: "ana", kind: "person" as const };
const machine = { name: "ci", kind: "machine" as const };
const won = { judged: 3, fixed: 1, broken: 0, failed_before: 1, must_win: true };

function gate(version: number, more: Partial<ProvingGate> = {}): ProvingGate {
  const candidate = { config: {}, artifacts: [`tone@${version}`], driver: { type: "claude" as const } };
  return { id: `gat_${version}`, agent: "bot", status: "done", verdict: "pass", waiver: null, expiresMs: 1_000, candidate, ...more };
}
const waived = { by: "ana", keyId: "key_1", reason: "known", at: "2026-11-24T00:00:00.000Z" };

const at = { atMs: 10, actor: person, reason: "because" };
const validate = (version: number, more: Partial<ProvingGate> = {}): LifecycleStep => ({
  ...at,
  type: "validate",
  version,
  proof: { gate: gate(version, more), unseen: won },
});
const promote = (version: number, more: Partial<ProvingGate> = {}): LifecycleStep => ({
  ...at,
  type: "promote",
  version,
  gate: gate(version, more),
  policyId: null,
});
const revert: LifecycleStep = { ...at, type: "revert", version: null };

function after(...steps: LifecycleStep[]): Lifecycle {
  let lifecycle = newLifecycle("ana", 0);
  for (const step of steps) {
    const stepped = stepLifecycle(lifecycle, of, step);
    if (stepped.kind === "refused") throw new Error(stepped.message);
    if (stepped.kind === "moved") lifecycle = stepped.lifecycle;
  }
  return lifecycle;
}
const add: LifecycleStep = { ...at, type: "add_version" };
const inUse = after(validate(1), promote(1));

describe("a version", () => {
  it.each<[string, Lifecycle, LifecycleStep, number]>([
    ["a promotion without a gate", after(validate(1)), { ...at, type: "promote", version: 1, gate: null, policyId: null }, 409],
    ["a promotion of a candidate", after(), promote(1), 409],
    ["a gate of another version", after(validate(1), add), { ...at, type: "promote", version: 1, gate: gate(2), policyId: null }, 409],
    ["a gate of another agent", after(validate(1)), promote(1, { agent: "other" }), 409],
    ["a gate that is shut", after(validate(1)), promote(1, { verdict: "regressed" }), 409],
    ["a gate that runs", after(validate(1)), promote(1, { status: "running" }), 409],
    ["a gate that expired at this moment", after(validate(1)), promote(1, { expiresMs: at.atMs }), 409],
    ["a machine without a policy", after(validate(1)), { ...promote(1), actor: machine }, 403],
    [
      "a machine with a policy and a waived gate",
      after(validate(1)),
      { ...promote(1, { verdict: "regressed", waiver: waived }), actor: machine, policyId: "pol_1" } as LifecycleStep,
      409,
    ],
    ["a sign-off by a machine", after(), { ...at, actor: machine, type: "validate", version: 1, proof: "sign_off" }, 403],
    ["a validation by a waived gate", after(), validate(1, { verdict: "regressed", waiver: waived }), 409],
    ["a version that is not there", after(), promote(2), 404],
    ["a revert of a candidate", after(), revert, 409],
    ["a promotion while it is deprecated", after(validate(1), { ...at, type: "deprecate" }), promote(1), 409],
  ])("is not moved by %s", (_, before, step, status) => {
    expect(stepLifecycle(before, of, step)).toMatchObject({ kind: "refused", status });
  });

  it("goes through a gate that a person waived when a person promotes it", () => {
    expect(promotedVersion(after(validate(1), promote(1, { verdict: "regressed", waiver: waived })))).toBe(1);
  });

  it("is promoted by a machine with a policy through a gate that passed", () => {
    const step = { ...promote(1), actor: machine, policyId: "pol_1" } as LifecycleStep;
    expect(after(validate(1), step).history.at(-1)).toMatchObject({ action: "promoted", policy_id: "pol_1", gate_id: "gat_1" });
    const signed: LifecycleStep = { ...at, type: "validate", version: 1, proof: "sign_off" };
    expect(stepLifecycle(after(signed), of, step)).toMatchObject({ kind: "refused", status: 409 });
  });

  it("that is taken out gives way to the one before, and asked twice nothing more", () => {
    const two = after(validate(1), promote(1), add, validate(2), promote(2));
    const back = after(validate(1), promote(1), add, validate(2), promote(2), { ...revert, version: 2 });
    expect([promotedVersion(two), promotedVersion(back)]).toEqual([2, 1]);
    expect(stepLifecycle(back, of, { ...revert, version: 2 })).toEqual({ kind: "same" });
    expect(promotedVersion(after(validate(1), promote(1), revert))).toBeNull();
    expect(stateOf(after(validate(1), promote(1), revert))).toBe("validated");
    expect(stateOf(after(validate(1), promote(1), revert, revert))).toBe("candidate");
  });

  it("that was deprecated comes back as it was", () => {
    const gone = stepLifecycle(inUse, of, { ...at, type: "deprecate" });
    if (gone.kind !== "moved") throw new Error(gone.kind);
    expect([stateOf(gone.lifecycle), promotedVersion(gone.lifecycle)]).toEqual(["deprecated", null]);
    const back = stepLifecycle(gone.lifecycle, of, revert);
    if (back.kind !== "moved") throw new Error(back.kind);
    expect({ ...back.lifecycle, history: [] }).toEqual({ ...inUse, history: [] });
  });
});

const anyGate = fc.record({
  verdict: fc.constantFrom("pass" as const, "regressed" as const, "insufficient" as const),
  status: fc.constantFrom("done" as const, "running" as const),
  waiver: fc.constantFrom(null, waived),
  expiresMs: fc.constantFrom(5, 1_000),
  of: fc.integer({ min: 1, max: 4 }),
});
const anyStep: fc.Arbitrary<LifecycleStep> = fc
  .record({
    type: fc.constantFrom("add_version" as const, "validate" as const, "promote" as const, "deprecate" as const, "revert" as const),
    version: fc.integer({ min: 1, max: 4 }),
    gate: fc.option(anyGate),
    actor: fc.constantFrom(person, machine),
    policyId: fc.constantFrom(null, "pol_1"),
  })
  .map(({ type, version, gate: given, actor, policyId }): LifecycleStep => {
    const made = given === null ? null : gate(given.of, given);
    const base = { atMs: 10, actor, reason: null };
    switch (type) {
      case "validate":
        return { ...base, type, version, proof: made === null ? "sign_off" : { gate: made, unseen: won } };
      case "promote":
        return { ...base, type, version, gate: made, policyId };
      case "revert":
        return { ...base, type, version: null };
      default:
        return { ...base, type };
    }
  });

describe("any sequence of steps", () => {
  it("has in use only what an open gate about that very version once let through, by a person or a policy", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        let lifecycle = newLifecycle("ana", 0);
        const let_through = new Set<number>();
        for (const step of steps) {
          const stepped = stepLifecycle(lifecycle, of, step);
          if (stepped.kind !== "moved") continue;
          if (step.type === "promote") {
            expect(step.gate !== null && isOpen(step.gate, step.atMs) && step.gate.candidate.artifacts).toContain(`tone@${step.version}`);
            expect(step.actor.kind === "person" || step.policyId !== null).toBe(true);
            let_through.add(step.version);
          }
          expect(stepped.lifecycle.history).toHaveLength(lifecycle.history.length + 1);
          lifecycle = stepped.lifecycle;
          const now = promotedVersion(lifecycle);
          if (now !== null) expect(let_through).toContain(now);
          expect(lifecycle.history.at(-1)?.promoted_version).toBe(now);
          expect(stateOf(lifecycle) === "promoted").toBe(now !== null);
        }
      }),
    );
  });

  it("is taken back by one step: what a promotion or a deprecation changed is as it was before", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), anyStep, (steps, last) => {
        let lifecycle = newLifecycle("ana", 0);
        for (const step of steps) {
          const stepped = stepLifecycle(lifecycle, of, step);
          if (stepped.kind === "moved") lifecycle = stepped.lifecycle;
        }
        const moved = stepLifecycle(lifecycle, of, last);
        if (moved.kind !== "moved" || (last.type !== "promote" && last.type !== "deprecate")) return;
        const back = stepLifecycle(moved.lifecycle, of, revert);
        expect(back.kind === "moved" && { ...back.lifecycle, history: [] }).toEqual({ ...lifecycle, history: [] });
      }),
    );
  });

  it("gives every version exactly one state, and one version at most is in use", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        let lifecycle = newLifecycle("ana", 0);
        for (const step of steps) {
          const stepped = stepLifecycle(lifecycle, of, step);
          if (stepped.kind === "moved") lifecycle = stepped.lifecycle;
        }
        const states = Array.from({ length: latestVersion(lifecycle) }, (_, i) => versionState(lifecycle, i + 1));
        expect(states.filter((state) => state === "promoted").length).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("unseen cases", () => {
  const aCase = (
    caseId: string,
    baseline: GateCase["baseline"],
    candidate: GateCase["candidate"],
    result: GateCase["result"],
  ): GateCase => ({
    caseId,
    baseline,
    candidate,
    result,
    reason: null,
    hasEverPassed: false,
    tries: null,
    mustPass: false,
  });
  const cases = [aCase("seen", "fail", "pass", "fixed"), aCase("new", "fail", "pass", "fixed"), aCase("kept", "pass", "pass", "same_pass")];
  const runs = new Map([
    ["seen", "run_1"],
    ["new", "run_2"],
    ["kept", "run_3"],
  ]);

  it("are those whose run the maker did not look at, and all that are sealed", () => {
    expect(unseenCases(cases, runs, new Set(["run_1"]), new Set(), true)).toMatchObject({ judged: 2, fixed: 1, failed_before: 1 });
    expect(unseenCases(cases, runs, new Set(["run_1"]), new Set(["seen"]), true)).toMatchObject({ judged: 3, fixed: 2 });
  });

  it.each([
    ["nothing was judged", { judged: 0, fixed: 0, broken: 0, failed_before: 0, must_win: false }, false],
    ["one broke", { judged: 9, fixed: 3, broken: 1, failed_before: 3, must_win: true }, false],
    ["it promises and fixes none", { judged: 9, fixed: 0, broken: 0, failed_before: 3, must_win: true }, false],
    ["it promises and had nothing to win", { judged: 9, fixed: 0, broken: 0, failed_before: 0, must_win: true }, false],
    ["it promises nothing and breaks nothing", { judged: 1, fixed: 0, broken: 0, failed_before: 0, must_win: false }, true],
    ["it wins one", { judged: 2, fixed: 1, broken: 0, failed_before: 1, must_win: true }, true],
  ])("where %s", (_, given, isProof) => {
    expect(unseenProblem(given) === null).toBe(isProof);
  });
});
