// How far a dimension moved, in its own unit: before → after, and the effect with its interval.
import type { Child } from "hono/jsx";
import { amount, dash, quantity, signed, unitOf } from "./format.ts";
import { clipped } from "./safe-text.tsx";
import { spoken } from "./words.ts";
import type { DriftView } from "./read/drift.ts";

/** `91.2 % → 74.0 %`; null where either side has no single number. */
export function fromTo(drift: DriftView): string | null {
  if (drift.before.value === null || drift.after.value === null) return null;
  const unit = drift.after.unit ?? unitOf(drift.dimension, drift.kind);
  const category = drift.kind === "categorical" ? (drift.after.category ?? drift.before.category) : null;
  return `${category === null ? "" : `“${clipped(category, 30)}” `}${quantity(drift.before.value, unit, drift.kind)} → ${quantity(drift.after.value, unit, drift.kind)}`;
}

/** The effect's measure decides how it is written: points, factor, or the measure's own name. */
export function effectText({ effect, dimension, kind }: DriftView): { value: string; interval: string | null } {
  const write = writer(effect.measure, dimension, kind);
  const interval = effect.low === null || effect.high === null ? null : `${write(effect.low)} to ${write(effect.high)}`;
  return { value: effect.value === null ? dash : write(effect.value), interval };
}

function writer(measure: string, dimension: string, kind: string): (value: number) => string {
  const named = measure.toLowerCase();
  if (/log.?(ratio|odds)/.test(named)) return (value) => `×${amount(Math.exp(value))}`;
  if (named.includes("ratio")) return (value) => `×${amount(value)}`;
  if (/diff|point|delta/.test(named)) {
    if (kind === "proportion" || kind === "categorical") return (value) => `${signed(value * 100, 1, "+")}\u202Fpp`;
    return (value) => `${value > 0 ? "+" : ""}${quantity(value, unitOf(dimension, kind), kind)}`;
  }
  if (/relative|percent|pct/.test(named)) return (value) => `${signed(value * 100, 1, "+")}\u202F%`;
  if (/share|rate|variation/.test(named)) return (value) => `${signed(value * 100, 1)}\u202F%`;
  return (value) => amount(value);
}

/** Measures whose number says nothing without its name. */
export function measureName(drift: DriftView): string | null {
  return /diff|point|delta|ratio|relative|percent/.test(drift.effect.measure.toLowerCase()) || drift.effect.measure === ""
    ? null
    : spoken(drift.effect.measure);
}

export function Effect({ drift }: { drift: DriftView }): Child {
  const { value, interval } = effectText(drift);
  const name = measureName(drift);
  return (
    <span class="effect">
      <b class="num">{value}</b>
      {interval !== null && <span class="faint num"> ({interval})</span>}
      {name !== null && <span class="faint"> {name}</span>}
    </span>
  );
}
