// Is a signal one error? What its findings say, sorted by a key that owes nothing to Bento's masking. A machine's check of what a person
// checks by reading: the page shows the same members raw.
import { atLeast, told, type Row } from "../rows.ts";
import { errorKind } from "./error-kind.ts";
import type { MappedSignal } from "./map.ts";

/** Signals that are looked at, from the top of the ranking. */
export const topSignals = 10;

/** Kinds of error in one signal, the most frequent first. */
export function kindsOf({ findings }: MappedSignal): [kind: string, findings: number][] {
  const counts = new Map<string, number>();
  for (const { text } of findings) counts.set(errorKind(text), (counts.get(errorKind(text)) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
}

export function purityRows(name: string, signals: readonly MappedSignal[]): Row[] {
  const worded = signals.filter(hasWords);
  const top = signals.slice(0, topSignals);
  const topWorded = worded.filter(isOfSeveralTexts).slice(0, topSignals);
  return [
    ...pureRow(`${name}: top ten signals that are one error`, top),
    ...pureRow(`${name}: the same of those with several texts`, topWorded),
    told(`${name}: kinds of error a tool, signals for them`, signalsPerKind(worded), "signals a kind", "1 where none is split"),
  ];
}

function pureRow(title: string, signals: readonly MappedSignal[]): Row[] {
  if (signals.length === 0) return [];
  const mixed = signals.filter((one) => kindsOf(one).length > 1);
  const reference = mixed
    .map(
      (one) =>
        `${one.signal.name}: ${kindsOf(one)
          .map(([kind, n]) => `${kind} ${n}`)
          .join(", ")}`,
    )
    .join("; ");
  return [atLeast(title, (signals.length - mixed.length) / signals.length, `of ${signals.length}`, 1, reference === "" ? null : reference)];
}

/** Signals of one tool for one kind of error, on average. */
function signalsPerKind(signals: readonly MappedSignal[]): number | null {
  const kinds = new Set(signals.map((one) => JSON.stringify([one.family, kindsOf(one)[0]?.[0]])));
  return kinds.size === 0 ? null : signals.length / kinds.size;
}

/** Whether the classes were told apart by what the error says. */
function hasWords({ findings }: MappedSignal): boolean {
  return findings.some((one) => one.class.tokens.length > 0);
}

function isOfSeveralTexts({ findings }: MappedSignal): boolean {
  return new Set(findings.map(({ text }) => text)).size > 1;
}
