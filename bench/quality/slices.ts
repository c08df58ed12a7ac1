// How well the localiser finds the part of the traffic that changed, with one set of defaults for both public sets: recorded incidents of
// a video network (RobustSpot: rates) and generated cases of an additive measure with a forecast (smini). A hit is the exact combination.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import * as z from "zod";
import { type AmountLeaf, type Leaf, localise, localiseAmount, type Slice } from "../../domain/drift/slice.ts";
import { atLeast, report, type Row, told } from "../rows.ts";
import { benchmarkFolder, halfOf, readText } from "./data-folder.ts";

const labels = z.array(
  z.object({ case: z.string(), timestamp: z.number(), causes: z.array(z.record(z.string(), z.union([z.string(), z.number()]))) }),
);
const minuteS = 60;
/** Minutes before the incident that serve as comparison, as in the published runs. */
const minutesBefore = 4;
const counted = new Set(["min", "value", "cnt"]);

/** One case judged: exact names found against true ones. */
interface Judged {
  name: string;
  first: boolean;
  third: boolean;
  right: number;
  wrong: number;
  missed: number;
}

/** `data` is the folder of all data, of the benchmarks, or of further cases in the same layout. A set that is not there has no rows. */
export function sliceRows(data: string): Row[] {
  const [incidents, amounts] = ["rs", "smini"].map((name) => benchmarkFolder(data, name));
  return [...(incidents == null ? [] : incidentRows(incidents)), ...(amounts == null ? [] : amountRows(amounts))];
}

function incidentRows(folder: string): Row[] {
  const cases = labels.parse(JSON.parse(readText(join(folder, "labels.json")) ?? "[]")).flatMap((one) => {
    const text = readText(join(folder, `${one.case}.csv`));
    if (text === null) return [];
    const truth = one.causes.map((cause) =>
      named(Object.entries(cause).map(([attribute, value]) => ({ attribute, value: String(value) }))),
    );
    const { attributes, leaves } = readLeaves(text.trim().split("\n"), one.timestamp);
    const { rivals, causes } = localise(attributes, leaves);
    return [judged(one.case, truth, causes, rivals)];
  });
  const share =
    (hit: (one: Judged) => boolean) =>
    (of: readonly Judged[]): number =>
      of.filter(hit).length / of.length;
  return [
    row(
      "worse slice named first, RobustSpot incidents",
      cases,
      share(({ first }) => first),
      0.62,
      "prototype 0.589",
    ),
    row(
      "worse slice among the first three",
      cases,
      share(({ third }) => third),
      0.9,
      "RobustSpot 0.878",
    ),
    row("set of causes, F1, RobustSpot incidents", cases, setF1, 0.6, "RobustSpot 0.453"),
  ];
}

function amountRows(folder: string): Row[] {
  const [head = "", ...rows] = (readText(join(folder, "labels.csv")) ?? "").trim().split("\n");
  const columns = head.split(",");
  const cases = rows
    .map((line) => line.split(","))
    .map((cells) => ({ id: cells[columns.indexOf("timestamp")] ?? "", set: cells[columns.indexOf("set")] ?? "" }))
    .flatMap(({ id, set }) => {
      const text = readText(join(folder, `${id}.csv`));
      if (text === null) return [];
      const truth = set.split(";").map((cause) => cause.split("&").sort().join("&"));
      const { attributes, leaves } = readAmounts(text.trim().split("\n"));
      return [judged(id, truth, localiseAmount(attributes, leaves).causes, [])];
    });
  return [row("set of causes, F1, additive measure (smini)", cases, setF1, 0.7, "RiskLoc 0.745, AutoRoot 0.421")];
}

/** The figure over all cases, and over both halves by the hash of the name: a default fitted to some cases would show between them. */
function row(name: string, cases: readonly Judged[], figure: (of: readonly Judged[]) => number, least: number, reference: string): Row {
  const halves = (["A", "B"] as const).map((side) => figure(cases.filter((one) => halfOf(one.name) === side)).toFixed(2));
  return cases.length === 0
    ? told(name, null, "of 0", reference)
    : atLeast(name, figure(cases), `of ${cases.length}`, least, `${reference}; halves ${halves.join(" / ")}`);
}

function judged(name: string, truth: readonly string[], causes: readonly Slice[], rivals: readonly Slice[]): Judged {
  const found = new Set(causes.map(({ where }) => named(where)));
  const hits = rivals.map(({ where }) => truth.includes(named(where)));
  const right = truth.filter((cause) => found.has(cause)).length;
  return { name, first: hits[0] === true, third: hits.includes(true), right, wrong: found.size - right, missed: truth.length - right };
}

/** F1 pooled over cases: an element counts only if the full combination is identical. */
function setF1(cases: readonly Judged[]): number {
  const sum = (of: (one: Judged) => number): number => cases.reduce((total, one) => total + of(one), 0);
  const right = sum((one) => one.right);
  return (2 * right) / (2 * right + sum((one) => one.wrong) + sum((one) => one.missed));
}

function named(where: readonly { attribute: string; value: string }[]): string {
  return where
    .map(({ attribute, value }) => `${attribute}=${value}`)
    .sort()
    .join("&");
}

function readLeaves([head = "", ...rows]: readonly string[], atS: number): { attributes: string[]; leaves: Leaf[] } {
  const columns = head.split(",");
  const attributes = columns.filter((column) => !counted.has(column));
  const leaves = new Map<string, Leaf>();
  for (const line of rows) {
    const cells = new Map(line.split(",").map((value, i) => [columns[i] ?? "", value]));
    const minutesAgo = (atS - Number(cells.get("min"))) / minuteS;
    if (minutesAgo < 0 || minutesAgo > minutesBefore) continue;
    const values = attributes.map((attribute) => cells.get(attribute) ?? "");
    const leaf = leaves.get(values.join(",")) ?? { values, n0: 0, bad0: 0, n1: 0, bad1: 0 };
    leaves.set(values.join(","), leaf);
    if (minutesAgo === 0) {
      leaf.n1 += Number(cells.get("cnt"));
      leaf.bad1 += Number(cells.get("value"));
    } else {
      leaf.n0 += Number(cells.get("cnt"));
      leaf.bad0 += Number(cells.get("value"));
    }
  }
  return { attributes, leaves: [...leaves.values()] };
}

function readAmounts([head = "", ...rows]: readonly string[]): { attributes: string[]; leaves: AmountLeaf[] } {
  const columns = head.split(",");
  const attributes = columns.filter((column) => column !== "real" && column !== "predict");
  const leaves = rows.map((line): AmountLeaf => {
    const cells = line.split(",");
    const of = (name: string): string => cells[columns.indexOf(name)] ?? "";
    return { values: attributes.map(of), actual: Number(of("real")), expected: Number(of("predict")), runs: 0, variance: 0 };
  });
  return { attributes, leaves };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const program = new Command("slices")
    .option("--data <dir>", "benchmarks: folders rs and smini", "../shared/data/benchmarks")
    .option("--json <file>", "write the rows to a file")
    .parse();
  const { data, json } = program.opts<{ data: string; json?: string }>();
  if (!report("Localisation on public incidents", sliceRows(data), json)) process.exitCode = 1;
}
