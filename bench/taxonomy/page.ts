// The map as a person reads it: the ranked signals with their rates, and of the first ones the template beside raw members that differ, so
// that anybody can see whether unlike errors share a signal. Texts come from recorded traces: one line each, without what steers a terminal.
import Table from "cli-table3";
import { oneLine } from "../../domain/drift/words.ts";
import type { MappedSignal, TaxonomyMap } from "./map.ts";
import { kindsOf, topSignals } from "./purity.ts";

/** Members of a signal that are shown: the first, the last and between. */
const examples = 3;
const longestExample = 200;

/** @param most signals in the table */
export function taxonomyPage(title: string, { signals, wins, runs, unseen }: TaxonomyMap, most: number): string {
  const table = new Table({
    head: ["", "family", title, "rate (95 % interval)", "runs", "of failed runs", "severity", "findings"],
    style: { head: [], border: [] },
    colWidths: [5, 34, 68, 26, 8, 10, 10, 10],
    wordWrap: true,
  });
  for (const [i, { signal, family, findings }] of signals.slice(0, most).entries()) {
    const { name, rate, rate_low: low, rate_high: high, count, share_of_failures: share, severity } = signal;
    table.push([
      i + 1,
      family,
      name,
      `${percent(rate)} (${percent(low)}–${percent(high)})`,
      count,
      percent(share),
      severity,
      findings.length,
    ]);
  }
  const rest = signals.length > most ? `, ${signals.length - most} more below them` : "";
  return [
    table.toString(),
    `${runs} runs, ${signals.length} signals of failures${rest}, ${wins} of wins; the next failure is of a kind never seen: ${
      unseen === null ? "–" : `${percent(unseen.mass)} (${percent(unseen.low)}–${percent(unseen.high)})`
    }`,
    ...signals.slice(0, topSignals).map(membersOf),
    "",
  ].join("\n");
}

function membersOf(mapped: MappedSignal, i: number): string {
  const kinds = kindsOf(mapped).map(([kind, n]) => `${oneLine(kind)} ${n}`);
  const texts = [...new Set(mapped.findings.map(({ text }) => text))];
  // where all say the same, the places that they cite tell more
  const shown = spread(texts.length > 1 ? texts : [...new Set(mapped.findings.map(({ quote }) => quote))], examples);
  return [
    `\n${i + 1}. ${mapped.signal.name}`,
    `   template: ${mapped.template === "" ? "none, detector and tool say it all" : oneLine(mapped.template, longestExample)}`,
    `   kinds:    ${kinds.join(", ")}`,
    ...shown.map((text) => `   member:   ${bothEnds(oneLine(text, Infinity))}`),
  ].join("\n");
}

/** An error may say what it is at either end. */
function bothEnds(text: string): string {
  const half = longestExample / 2;
  return text.length <= longestExample ? text : `${oneLine(text.slice(0, half), half)} […] ${oneLine(text.slice(-half), half)}`;
}

/** Up to `most` of `list`, evenly apart. */
export function spread<T>(list: readonly T[], most: number): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]).flatMap((one) => one ?? []);
}

function percent(share: number | null): string {
  return share === null ? "–" : `${Number((share * 100).toPrecision(3))} %`;
}
