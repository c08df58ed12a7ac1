// Whole records with everything unremarkable, for tests that care about one field.
import type { Drift } from "../../domain/drift/drift.ts";
import type { Incident } from "../../domain/incident/incident.ts";

const attribution = { verdict: "unattributed", causes: [], mix: null, certain: false } as const;

export function drift(given: Partial<Drift> & { id: string }): Drift {
  return {
    agent: "support-bot",
    dimension: "outcome.error",
    kind: "proportion",
    direction: "up",
    status: "open",
    onset_at: "2026-11-20T00:00:00.000Z",
    onset_from: "2026-11-19T00:00:00.000Z",
    onset_to: "2026-11-21T00:00:00.000Z",
    detected_at: "2026-11-22T00:00:00.000Z",
    baseline: { n: 100, value: 0.1 },
    current: { n: 50, value: 0.4 },
    effect: { measure: "difference", value: 0.3, low: 0.2, high: 0.4 },
    evidence: { method: "e-detector", value: 1000, threshold: 100 },
    severity: "medium",
    incident_id: null,
    attribution: { ...attribution, causes: [] },
    ...given,
  };
}

export function incident(given: Partial<Incident> & { id: string }): Incident {
  return {
    slug: given.id,
    agent: "support-bot",
    title: "Errors rose",
    summary: "Errors rose.",
    status: "open",
    severity: "medium",
    opened_at: "2026-11-22T00:00:00.000Z",
    onset_at: "2026-11-20T00:00:00.000Z",
    owner: null,
    drifts: [],
    signals: [],
    attribution: { ...attribution, causes: [] },
    lineage: { changes: [], runs: [], experiments: [], artifacts: [], book: [] },
    timeline: [],
    recovered_at: null,
    resolved_at: null,
    merged_into: null,
    withdrawn_at: null,
    ...given,
  };
}
