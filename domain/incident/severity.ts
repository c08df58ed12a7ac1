// How bad a drift is: the importance of what moved, how far, and how much of the traffic it touches. Good news and mere changes of
// habit are low, and so is whatever the instrumentation explains: it opens nothing that wakes a person.
import type { Detection } from "../drift/detection.ts";
import type { Attribution, Severity } from "../drift/drift.ts";

const order: readonly Severity[] = ["low", "medium", "high", "critical"];

/** What people lose when the dimension moves the wrong way: outcomes first, then money, time and tools, then habits. */
function importance(dimension: string): 1 | 2 | 3 {
  if (/^outcome\.(success|error)$|^volume\.runs$/.test(dimension)) return 3;
  if (/^outcome\.|^cost\.|^latency\.|^score\.|^signal\.|\.error_(rate|code)$/.test(dimension)) return 2;
  return 1;
}

/** The direction that hurts; null where neither does by itself. */
function harmfulDirection(dimension: string): "up" | "down" | null {
  if (/^outcome\.success$|^score\.|^volume\.runs$|^signal\.win-/.test(dimension)) return "down";
  if (/^outcome\.|^cost\.|^latency\.|^signal\.|\.error_(rate|code)$|^volume\.repeats$/.test(dimension)) return "up";
  return null;
}

/** Band edges of |log odds shift| of the most moved cell: beyond noticeable, beyond strong (a rate of .9 falling to .7 is 1.35). */
const strongShift = 1.2;
const noticeableShift = 0.5;
/** Traffic that goes nearly silent is an outage whatever else is known. */
const silentRatio = 0.2;

/** Severity of one drift. */
export function driftSeverity(
  drift: Pick<Detection, "dimension" | "direction" | "cells" | "baseline" | "current" | "kind">,
  attribution: Attribution,
): Severity {
  if (attribution.verdict === "attributed" && attribution.causes[0]?.kind === "instrumentation") return "low";
  const harm = harmfulDirection(drift.dimension);
  if (drift.dimension === "volume.runs") return volumeSeverity(drift.baseline.value, drift.current.value);
  if (harm !== null && drift.direction !== "mixed" && drift.direction !== harm) return "low";
  const shift = Math.abs(drift.cells[0]?.logOddsShift ?? 0);
  const size = shift >= strongShift ? 2 : shift >= noticeableShift ? 1 : 0;
  const points = importance(drift.dimension) + size - (harm === null ? 1 : 0);
  if (points >= 5) return isTotal(drift) ? "critical" : "high";
  return points >= 4 ? "high" : points >= 3 ? "medium" : "low";
}

function volumeSeverity(before: number | null, after: number | null): Severity {
  if (before === null || after === null || before <= 0) return "medium";
  if (after >= before) return "low";
  return after <= silentRatio * before ? "high" : "medium";
}

/** Most of what worked no longer works, or most runs fail. */
function isTotal({ dimension, baseline, current }: Pick<Detection, "dimension" | "baseline" | "current">): boolean {
  if (baseline.value === null || current.value === null) return false;
  if (dimension === "outcome.success") return baseline.value >= 0.2 && current.value <= baseline.value / 2;
  return dimension === "outcome.error" && current.value >= 0.5;
}

/** The worst of several; low for none. */
export function worst(severities: readonly Severity[]): Severity {
  return severities.reduce((most, severity) => (order.indexOf(severity) > order.indexOf(most) ? severity : most), "low");
}

export function isWorse(a: Severity, b: Severity): boolean {
  return order.indexOf(a) > order.indexOf(b);
}
