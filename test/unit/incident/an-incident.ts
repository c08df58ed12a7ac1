// Groups, drifts and incidents for tests, each field as plain as it can be.
import type { DriftGroup, FreshDrift } from "../../../domain/drift/analysis.ts";
import type { Attribution, Cause } from "../../../domain/drift/drift.ts";
import { type FoldResult, foldGroups } from "../../../domain/incident/fan-in.ts";
import type { Incident } from "../../../domain/incident/incident.ts";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;
export const t0 = Date.parse("2026-11-10T00:00:00Z");

const iso = (ms: number): string => new Date(ms).toISOString();

export const unattributed: Attribution = { verdict: "unattributed", causes: [], mix: null, certain: false };

export function attributedTo(cause: Partial<Cause>): Attribution {
  const full: Cause = {
    kind: "model",
    ref: "m-2",
    change_id: null,
    at: iso(t0),
    from: null,
    to: null,
    share: 1,
    share_low: 0.9,
    share_high: 1,
    confidence: 0.99,
    declared: false,
    evidence: [],
    ...cause,
  };
  return { verdict: "attributed", causes: [full], mix: null, certain: true };
}

export function aDrift(id: string, more: Partial<FreshDrift> = {}, onsetMs = t0): FreshDrift {
  return {
    id,
    agent: "bot",
    dimension: `dim.${id}`,
    kind: "proportion",
    direction: "down",
    status: "open",
    onset_at: iso(onsetMs),
    onset_from: iso(onsetMs - hourMs),
    onset_to: iso(onsetMs + hourMs),
    detected_at: iso(onsetMs + 6 * hourMs),
    baseline: { n: 500, value: 0.8 },
    current: { n: 100, value: 0.6 },
    effect: { measure: "rate_difference", value: -0.2, low: -0.3, high: -0.1 },
    evidence: { method: "e-detector", value: 2000, threshold: 1440 },
    severity: "medium",
    attribution: unattributed,
    ...more,
  };
}

export function aGroup(driftIds: string[], more: Partial<DriftGroup> = {}, onsetMs = t0): DriftGroup {
  return {
    driftIds,
    onset: { atMs: onsetMs, fromMs: onsetMs - hourMs, toMs: onsetMs + hourMs },
    openedAtMs: onsetMs + 6 * hourMs,
    recoveredAtMs: null,
    attribution: unattributed,
    severity: "medium",
    title: "Success of bot fell",
    summary: "It fell.",
    runs: [],
    ...more,
  };
}

/** A desk that keeps what it is given, as the real one does. */
export class Desk {
  incidents: Incident[] = [];

  fold(groups: DriftGroup[], drifts: FreshDrift[], nowMs = t0 + dayMs, withdrawn: string[] = []): FoldResult {
    const result = foldGroups(this.incidents, { agent: "bot", groups, drifts, withdrawn, nowMs });
    this.keep(result.incidents);
    return result;
  }

  keep(changed: readonly Incident[]): void {
    const ids = new Set(changed.map(({ id }) => id));
    this.incidents = [...this.incidents.filter(({ id }) => !ids.has(id)), ...changed];
  }

  /** What lists show. */
  get listed(): Incident[] {
    return this.incidents.filter(({ merged_into: into, withdrawn_at: withdrawn }) => into === null && withdrawn === null);
  }

  get only(): Incident {
    const [incident, ...others] = this.listed;
    if (incident === undefined || others.length > 0) throw new Error(`expected one incident, have ${this.listed.length}`);
    return incident;
  }
}
