// What a command shows: tables for people, JSON for programs. Texts that came with a trace are cut to one line without control
// characters, so that none of them can steer a terminal.
import Table from "cli-table3";
import pc from "picocolors";
import { isObject, numberOf, shown, textOf } from "../domain/wire/json-value.ts";

export type Row = Readonly<Record<string, unknown>>;

export interface Column {
  head: string;
  cell: (row: Row) => string;
  align?: "right";
}

export const dash = "–";

export const rowOf = (value: unknown): Row => (isObject(value) ? value : {});

/** Standard output, whole and at once, or until the reader has had enough (`| head`). */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** What goes beside the answer: on standard error, so that the answer can be piped. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function table(columns: readonly Column[], rows: readonly Row[]): string {
  const grid = new Table({
    head: columns.map(({ head }) => pc.dim(head)),
    chars: noLines,
    colAligns: columns.map(({ align }) => align ?? "left"),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
  });
  for (const row of rows) grid.push(columns.map(({ cell }) => cell(row)));
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

/** Names before values, one a line. */
export function facts(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${pc.dim(name.padEnd(width))}  ${value}`).join("\n");
}

/** One line of at most `most` characters; a dash for nothing. */
export function cut(value: unknown, most: number): string {
  if (value === null || value === undefined || value === "") return dash;
  const line = plain(shown(value)).trim();
  const letters = Array.from(line.slice(0, most * 2));
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join("")}…`;
}

/** Without line breaks, control and direction characters. */
export const plain = (text: string): string => text.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");

/** `2026-11-24 14:05Z` */
export function moment(value: unknown): string {
  const ms = Date.parse(textOf(value) ?? "");
  return Number.isNaN(ms) ? dash : `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")}Z`;
}

export function amount(value: unknown): string {
  const number = numberOf(value);
  return number === null ? dash : Number(number.toPrecision(6)).toLocaleString("en-US", { maximumFractionDigits: 4 });
}

export function duration(value: unknown): string {
  const ms = numberOf(value);
  if (ms === null) return dash;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** `1 run`, `1,204 runs` */
export const plural = (count: number, one: string): string => `${count.toLocaleString("en-US")} ${one}${count === 1 ? "" : "s"}`;

/** Bytes as people say them. */
export function size(value: unknown): string {
  const bytes = numberOf(value);
  if (bytes === null) return dash;
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_048_576 ? `${(bytes / 1_024).toFixed(1)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

const noLines = {
  top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "",
  left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "",
}; // prettier-ignore
