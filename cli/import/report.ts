// What came of an import: for each file what it was taken for, what was accepted, what was there already and what was refused, with
// its place; and the same as lines for a person.
import pc from "picocolors";
import { cut, plain, plural } from "../print.ts";
import { formatWords, type Format } from "./format.ts";
import type { Unit } from "./item.ts";

export type Counts = Record<Unit, number>;

export interface FileReport {
  file: string;
  /** What it was taken for; null where it is none of what is read. */
  format: Format["name"] | null;
  shape: string | null;
  packed: "gzip" | null;
  accepted: Counts;
  /** Sent before, in this import or an earlier one. */
  duplicates: Counts;
  refused: number;
  /** What of it is of no use here, by name. */
  left: Record<string, number>;
}

export interface RefusalReport {
  file: string;
  line: number | null;
  reason: string;
  /** Runs, spans or log records that it costs. */
  count: number;
}

export interface ImportReport {
  dry_run: boolean;
  files: FileReport[];
  accepted: Counts;
  duplicates: Counts;
  refused: RefusalReport[];
  refused_count: number;
  agents: string[];
  /** Everything that was accepted can be read; false where that was not waited for. */
  processed: boolean;
}

export const noCounts = (): Counts => ({ runs: 0, spans: 0, log_records: 0 });

export function totalOf(files: readonly FileReport[], which: "accepted" | "duplicates"): Counts {
  const total = noCounts();
  for (const unit of units) total[unit] = files.reduce((sum, file) => sum + file[which][unit], 0);
  return total;
}

const units = ["runs", "spans", "log_records"] as const;
const unitWords: Record<Unit, string> = { runs: "run", spans: "span", log_records: "log record" };

/** Files and refusals named on a terminal; `--json` has all. */
const mostNamed = 20;

export function reportLines(report: ImportReport): string[] {
  const { files, refused, refused_count, dry_run } = report;
  return [
    ...named(files.filter(({ format, refused: n }) => format !== null || n > 0).map(fileLine), "file"),
    ...leftAlone(files),
    "",
    ...[
      `${dry_run ? "would send" : "accepted"}  ${countsText(report.accepted)}`,
      `${dry_run ? "repeated" : "already there"}  ${countsText(report.duplicates)}`,
      `refused  ${refused_count === 0 ? "nothing" : refused_count.toLocaleString("en-US")}`,
    ].map((line) => alignedLine(line)),
    ...named(refused.map(refusalLine), "refusal").map((line) => pc.red(line)),
  ];
}

function alignedLine(line: string): string {
  const [name = "", value = ""] = line.split("  ");
  return `${pc.bold(name.padEnd(14))}${value}`;
}

function countsText(counts: Counts): string {
  const parts = units.filter((unit) => counts[unit] > 0).map((unit) => plural(counts[unit], unitWords[unit]));
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

const shapeWords: Readonly<Record<string, string>> = {
  lines: "JSON lines",
  list: "JSON",
  values: "JSON",
  protobuf: "protobuf",
  framed: "protobuf, several messages",
};

function fileLine({ file, format, shape, packed, accepted, duplicates, refused, left }: FileReport): string {
  if (format === null) return `${cut(file, 120)}  ${pc.dim("not read")}`;
  const what = [formatWords[format], shape === null ? "" : (shapeWords[shape] ?? ""), packed ?? ""]
    .filter((part) => part !== "")
    .join(", ");
  const counts = [
    countsText(accepted),
    ...(countsText(duplicates) === "nothing" ? [] : [`${countsText(duplicates)} already there`]),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...Object.entries(left).map(([name, count]) => `left out, ${name}: ${count}`),
  ];
  return `${cut(file, 120)}  ${pc.dim(`${what}: ${counts.join("; ")}`)}`;
}

/** Other files in the folders, by what is the matter with them. */
function leftAlone(files: readonly FileReport[]): string[] {
  const byReason = Map.groupBy(
    files.filter(({ format, refused }) => format === null && refused === 0),
    ({ left }) => Object.keys(left).join("; "),
  );
  return [...byReason].map(([reason, { length, 0: first }]) => {
    const which = length === 1 && first !== undefined ? cut(first.file, 120) : plural(length, "file");
    return `${which}  ${pc.dim(`left alone: ${reason}`)}`;
  });
}

/** `file:line`, as editors take it. */
const refusalLine = ({ file, line, reason }: RefusalReport): string =>
  `${plain(file)}${line === null ? "" : `:${line}`}  ${cut(reason, 300)}`;

function named(lines: readonly string[], what: string): string[] {
  if (lines.length <= mostNamed) return [...lines];
  return [...lines.slice(0, mostNamed), `and ${plural(lines.length - mostNamed, `more ${what}`)}; --json names all`];
}
