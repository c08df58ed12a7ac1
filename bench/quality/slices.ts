// How well the slice scan finds the part of the traffic that got worse, on the recorded incidents of a video network (RobustSpot, 90 cases
// with known attribute combinations). A hit is the exact combination.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";
import { Command } from "commander";
import * as z from "zod";
import { type Leaf, slices } from "../../domain/drift/slice.ts";
import { atLeast, report, type Row } from "../rows.ts";

const labels = z.array(
  z.object({ case: z.string(), timestamp: z.number(), causes: z.array(z.record(z.string(), z.union([z.string(), z.number()]))) }),
);
const minuteS = 60;
/** Minutes before the incident that serve as comparison, as in the published runs. */
const minutesBefore = 4;
const counted = new Set(["min", "value", "cnt"]);

/** `data` is the folder of benchmarks. */
export function sliceRows(data: string): Row[] {
  const folder = join(data, "rs");
  const cases = labels
    .parse(JSON.parse(readFileSync(join(folder, "labels.json"), "utf8")))
    .filter((one) => existsSync(join(folder, `${one.case}.csv.gz`)));
  let first = 0;
  let third = 0;
  for (const one of cases) {
    const truth = one.causes.map((cause) =>
      named(Object.entries(cause).map(([attribute, value]) => ({ attribute, value: String(value) }))),
    );
    const { attributes, leaves } = readLeaves(gunzipSync(readFileSync(join(folder, `${one.case}.csv.gz`))).toString("utf8"), one.timestamp);
    const found = slices(attributes, leaves).map(({ where }) => truth.includes(named(where)));
    first += found[0] === true ? 1 : 0;
    third += found.includes(true) ? 1 : 0;
  }
  return [
    atLeast("worse slice named first, RobustSpot incidents", first / cases.length, `of ${cases.length}`, 0.6, "prototype 0.589"),
    atLeast("worse slice among the first three", third / cases.length, `of ${cases.length}`, 0.88, "RobustSpot 0.878"),
  ];
}

function named(where: readonly { attribute: string; value: string }[]): string {
  return where
    .map(({ attribute, value }) => `${attribute}=${value}`)
    .sort()
    .join("&");
}

function readLeaves(text: string, atS: number): { attributes: string[]; leaves: Leaf[] } {
  const [head = "", ...lines] = text.trim().split("\n");
  const columns = head.split(",");
  const attributes = columns.filter((column) => !counted.has(column));
  const leaves = new Map<string, Leaf>();
  for (const line of lines) {
    const row = new Map(line.split(",").map((value, i) => [columns[i] ?? "", value]));
    const minutesAgo = (atS - Number(row.get("min"))) / minuteS;
    if (minutesAgo < 0 || minutesAgo > minutesBefore) continue;
    const values = attributes.map((attribute) => row.get(attribute) ?? "");
    const leaf = leaves.get(values.join(",")) ?? { values, n0: 0, bad0: 0, n1: 0, bad1: 0 };
    leaves.set(values.join(","), leaf);
    if (minutesAgo === 0) {
      leaf.n1 += Number(row.get("cnt"));
      leaf.bad1 += Number(row.get("value"));
    } else {
      leaf.n0 += Number(row.get("cnt"));
      leaf.bad0 += Number(row.get("value"));
    }
  }
  return { attributes, leaves: [...leaves.values()] };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const program = new Command("slices")
    .option("--data <dir>", "benchmarks", "../shared/data/benchmarks")
    .option("--json <file>", "write the rows to a file")
    .parse();
  const { data, json } = program.opts<{ data: string; json?: string }>();
  if (!report("Slices of recorded incidents", sliceRows(data), json)) process.exitCode = 1;
}
