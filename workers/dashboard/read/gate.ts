// Gates as the public API writes them, read field by field.
import { isRecord, list, number, record, text, texts, timeMs, word, type JsonRecord } from "../json.ts";
import { readCandidate, readCounts, results, type CandidateView, type CaseCounts, type Result } from "./experiment.ts";

export const gateVerdicts = ["regressed", "nothing_to_compare", "incomparable", "unstable", "insufficient", "pass"] as const;
export type GateVerdict = (typeof gateVerdicts)[number];

export interface BoundView {
  pairs: number | null;
  worse: number | null;
  better: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  margin: number | null;
}

export interface GateCaseView {
  caseId: string;
  baseline: string | null;
  candidate: string | null;
  result: Result | null;
  reason: string | null;
  mustPass: boolean;
  hasEverPassed: boolean;
  tries: number | null;
  passes: number | null;
}

export interface GateView {
  id: string;
  agent: string;
  suiteId: string;
  suiteVersion: number | null;
  isRunning: boolean;
  verdict: GateVerdict;
  reasons: string[];
  isOpen: boolean;
  candidate: CandidateView;
  evidence: {
    evaluationId: string | null;
    experimentId: string | null;
    evaluators: string[];
    atMs: number | null;
    ageHours: number | null;
  };
  policy: JsonRecord;
  difference: BoundView | null;
  cohorts: (BoundView & { attribute: string; value: string })[];
  passRate: number | null;
  counts: CaseCounts | null;
  waiver: { by: string | null; keyId: string | null; reason: string; atMs: number | null } | null;
  cases: GateCaseView[];
  createdMs: number | null;
  decidedMs: number | null;
  expiresMs: number | null;
}

export function readGate(value: unknown): GateView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const { evidence: given, waiver } = value;
  const evidence = record(given);
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    suiteId: text(value["suite_id"]) ?? "",
    suiteVersion: number(value["suite_version"]),
    isRunning: value["status"] === "running",
    verdict: word(value["verdict"], gateVerdicts, "insufficient"),
    reasons: texts(value["reasons"]),
    isOpen: value["open"] === true,
    candidate: readCandidate(value["candidate"]),
    evidence: {
      evaluationId: text(evidence["evaluation_id"]),
      experimentId: text(evidence["experiment_id"]),
      evaluators: texts(evidence["evaluators"]),
      atMs: timeMs(evidence["at"]),
      ageHours: number(evidence["age_h"]),
    },
    policy: record(value["policy"]),
    difference: isRecord(value["difference"]) ? readBound(value["difference"]) : null,
    cohorts: list(value["cohorts"])
      .filter(isRecord)
      .map((each) => ({ ...readBound(each), attribute: text(each["attribute"]) ?? "", value: text(each["value"]) ?? "" })),
    passRate: number(value["pass_rate"]),
    counts: readCounts(value["counts"]),
    waiver: isRecord(waiver)
      ? { by: text(waiver["by"]), keyId: text(waiver["key_id"]), reason: text(waiver["reason"]) ?? "", atMs: timeMs(waiver["at"]) }
      : null,
    cases: list(value["cases"]).flatMap(readGateCase),
    createdMs: timeMs(value["created_at"]),
    decidedMs: timeMs(value["decided_at"]),
    expiresMs: timeMs(value["expires_at"]),
  };
}

const readBound = (from: JsonRecord): BoundView => ({
  pairs: number(from["pairs"]),
  worse: number(from["worse"]),
  better: number(from["better"]),
  difference: number(from["difference"]),
  low: number(from["low"]),
  high: number(from["high"]),
  margin: number(from["margin"]),
});

function readGateCase(value: unknown): GateCaseView[] {
  const from = record(value);
  const caseId = text(from["case_id"]);
  if (caseId === null) return [];
  return [
    {
      caseId,
      baseline: text(from["baseline"]),
      candidate: text(from["candidate"]),
      result: word(from["result"], results, null),
      reason: text(from["reason"]),
      mustPass: from["must_pass"] === true,
      hasEverPassed: from["ever_passed"] === true,
      tries: number(from["tries"]),
      passes: number(from["passes"]),
    },
  ];
}
