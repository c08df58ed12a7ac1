// Small labels: severity, status, kind of change. Colour is never the only sign: each carries its word, and a shape.
import type { Child } from "hono/jsx";
import type { Severity } from "./read/drift.ts";
import { spoken } from "./words.ts";

export function SeverityChip({ severity }: { severity: Severity }): Child {
  return <span class={`chip sev-${severity}`}>{spoken(severity)}</span>;
}

/** Statuses of incidents, drifts, dimensions and runs share their looks by meaning, not by name. */
const tones: ReadonlyMap<string, string> = new Map([
  ["open", "bad"],
  ["error", "bad"],
  ["drifting", "bad"],
  ["silent", "warn"],
  ["acknowledged", "warn"],
  ["incomplete", "warn"],
  ["learning", "calm"],
  ["mitigated", "calm"],
  ["resolved", "good"],
  ["recovered", "good"],
  ["ok", "good"],
  ["stable", "good"],
  ["escalating", "bad"],
  ["regressed", "bad"],
  ["new", "warn"],
  ["paused", "warn"],
  ["done", "good"],
  ["failed", "bad"],
  ["stopped", "warn"],
  ["aborted", "bad"],
  ["promoted", "good"],
]);

export function StatusChip({ status }: { status: string }): Child {
  return (
    <span class={`status tone-${tones.get(status) ?? "calm"}`}>
      <i aria-hidden="true" />
      {status === "ok" ? "OK" : spoken(status)}
    </span>
  );
}

const letters: ReadonlyMap<string, string> = new Map([
  ["prompt", "P"],
  ["model", "M"],
  ["tool", "T"],
  ["cohort", "C"],
  ["artifact", "A"],
  ["environment", "E"],
  ["instrumentation", "I"],
  ["unknown", "?"],
]);

export function kindLetter(kind: string): string {
  return letters.get(kind) ?? "?";
}

export function KindChip({ kind }: { kind: string }): Child {
  return (
    <span class={`kind k-${kind}`}>
      <b aria-hidden="true">{kindLetter(kind)}</b>
      {spoken(kind)}
    </span>
  );
}
