// Experiments, gates, artifacts and promises for tests of the Book, each as plain as it can be.
import type { Artifact, ArtifactVersion } from "../../../domain/artifact/artifact.ts";
import { noProvenance } from "../../../domain/artifact/artifact.ts";
import type { LifecycleEntry } from "../../../domain/artifact/lifecycle.ts";
import { nothingRead, type Experiment, type MetricReading } from "../../../domain/experiment/experiment.ts";
import { gatePolicy } from "../../../domain/experiment/gate-policy.ts";
import type { Gate } from "../../../domain/experiment/gate.ts";

export const startMs = Date.parse("2026-11-20T00:00:00Z");
export const endMs = Date.parse("2026-11-22T12:00:00Z");

export const metric = (given: Partial<MetricReading> = {}): MetricReading => ({
  name: "outcome.success",
  role: "primary",
  baseline: 0.6,
  candidate: 0.75,
  difference: 0.15,
  low: 0.08,
  high: 0.22,
  p_or_e: 0.001,
  method: "newcombe",
  n: 500,
  required_n: 300,
  ...given,
});

export function experiment(given: Partial<Experiment> = {}, candidate: Partial<Experiment["design"]["candidate"]> = {}): Experiment {
  return {
    id: "exp_1",
    agent: "support-bot",
    status: "done",
    design: {
      kind: "canary",
      candidate: { config: {}, artifacts: ["refunds@2"], driver: { type: "claude" }, ...candidate },
      baseline: null,
      plan: { share: 0.1, unit: "user", metrics: [{ name: "outcome.success", goal: "increase" }] } as never,
    },
    origin: "http://bento",
    secret: null,
    reading: {
      ...nothingRead,
      verdict: "candidate_better",
      decisive_sentence: "Success rose by 15 points (8 to 22).",
      metrics: [metric()],
    },
    salt: "s",
    total: 0,
    costUsd: 0,
    error: null,
    createdMs: startMs,
    startedMs: startMs,
    endedMs: endMs,
    updatedMs: endMs,
    ...given,
  };
}

export function gate(given: Partial<Gate> = {}): Gate {
  return {
    id: "gat_1",
    agent: "support-bot",
    suiteId: "ste_1",
    suiteVersion: 3,
    candidate: { config: {}, artifacts: ["refunds@2"], driver: { type: "claude" } },
    policy: gatePolicy.parse({}),
    status: "done",
    verdict: "pass",
    reasons: ["No case of 40 that ever passed fails."],
    judgement: {
      overall: { pairs: 40, worse: 1, better: 6, difference: 0.125, low: 0.03, high: 0.22, margin: 0.03 },
      cohorts: [],
      passRate: 0.9,
    },
    cases: [],
    counts: { fixed: 6, broken: 0, same_pass: 30, same_fail: 4, unstable: 0, incomparable: 0 },
    evidence: { evaluationId: null, experimentId: "exp_9", evaluatorIds: [], leftOut: [], atMs: endMs },
    waiver: null,
    createdMs: startMs,
    decidedMs: endMs,
    expiresMs: endMs + 1e9,
    ...given,
  };
}

export const step = (given: Partial<LifecycleEntry>): LifecycleEntry => ({
  at: "2026-11-22T12:00:00.000Z",
  by: "ada",
  action: "made",
  version: 1,
  promoted_version: null,
  gate_id: null,
  policy_id: null,
  reason: null,
  ...given,
});

export const version = (given: Partial<ArtifactVersion> = {}): ArtifactVersion => ({
  artifactId: "art_1",
  version: 1,
  content: { files: { "SKILL.md": "# Refunds" } },
  hash: "0".repeat(64),
  parentVersion: null,
  provenance: { ...noProvenance, signal_id: "sig_1", incident_id: "inc_1", finding_ids: ["fnd_1"] },
  hypothesis: {
    statement: "Naming the policy keeps the agent from inventing refunds.",
    target_signal_id: "sig_1",
    expected: { signal: "invented-refund", from: 0.2, to: 0.05, to_low: 0.02, to_high: 0.1, basis: "30 of 40 failing cases pass." },
  },
  applicability: { agent_versions: [], when: null },
  createdMs: startMs,
  by: "ada",
  ...given,
});

export const artifact = (history: readonly LifecycleEntry[], given: Partial<Artifact> = {}): Artifact => ({
  id: "art_1",
  agent: "support-bot",
  slug: "refunds",
  kind: "skill",
  name: "Refunds",
  lifecycle: {
    validations: [
      { by: "gate", gate_id: "gat_1" },
      { by: "gate", gate_id: "gat_1" },
    ],
    shipped: [],
    is_deprecated: false,
    history: [...history],
  },
  createdMs: startMs,
  updatedMs: endMs,
  ...given,
});
