// The table that every bench prints and writes: a measured value, its target where there is one, and what it stands beside.
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import pc from "picocolors";

export interface Row {
  name: string;
  value: number | null;
  unit: string;
  /** "≥ 0.85"; null where the figure is only told. */
  target: string | null;
  /** What the value stands beside: a peer, a published figure, the bare Worker. */
  reference: string | null;
  pass: boolean | null;
}

/** Prints the table, writes `jsonFile` when given, and says whether every target was met. */
export function report(title: string, rows: readonly Row[], jsonFile: string | undefined): boolean {
  const table = new Table({ head: ["", title, "value", "unit", "target", "beside"], style: { head: [], border: [] } });
  for (const { name, value, unit, target, reference, pass } of rows) {
    const mark = pass === null ? " " : pass ? pc.green("✓") : pc.red("✗");
    table.push([mark, name, value === null ? "–" : shown(value), unit, target ?? "", reference ?? ""]);
  }
  console.log(table.toString());
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify({ rows }, null, 1)}\n`);
  return rows.every(({ pass }) => pass !== false);
}

/** Three significant digits, and whole numbers from a hundred on. */
export function shown(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}

export function atLeast(name: string, value: number, unit: string, least: number, reference: string | null = null): Row {
  return { name, value, unit, target: `≥ ${least}`, reference, pass: value >= least };
}

export function told(name: string, value: number | null, unit: string, reference: string | null = null): Row {
  return { name, value, unit, target: null, reference, pass: null };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
