// How well Bento tells kinds of messages apart without a model (loghub: 11 systems, 2,000 lines each, labelled by hand), with the functions
// that put findings into signals and one set of defaults. Beside it: what Drain and Brain publish for the same lines, tuned per system.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { clusterShapes } from "../../domain/signal/cluster.ts";
import { templateTokens } from "../../domain/signal/template.ts";
import { atLeast, report, type Row, told } from "../rows.ts";
import { benchmarkFolder, halfOf, mean, namesIn, readText } from "./data-folder.ts";

const publishedSchema = z.object({ per_dataset: z.record(z.string(), z.record(z.string(), z.object({ f1: z.number(), ga: z.number() }))) });
type Published = z.infer<typeof publishedSchema>["per_dataset"];

interface TemplateScore {
  system: string;
  lines: number;
  /** Share of lines whose group has exactly the lines of their event. */
  ga: number;
  /** F1 of pairs of lines that are together. */
  f1: number;
  /** Distinct masked texts. */
  shapes: number;
  maskMs: number;
  clusterMs: number;
}

/** What is asked of single systems; of all together the mean. */
const leastOf: Record<string, number> = { Apache: 1, HDFS: 0.99 };
const leastMean = 0.88;

/** Empty where the data are not there. */
export function templateRows(data: string): Row[] {
  const scores = templateScores(data);
  const folder = benchmarkFolder(data, "loghub2k");
  if (scores.length === 0 || folder === null) return [];
  const text = readText(join(folder, "published_scores.json"));
  const published = text === null ? {} : publishedSchema.parse(JSON.parse(text)).per_dataset;
  const beside = (systems: readonly string[], measure: "ga" | "f1"): string | null => besides(published, systems, measure);
  const all = scores.map(({ system }) => system);
  const lines = scores.reduce((sum, one) => sum + one.lines, 0);
  const seconds = scores.reduce((sum, { maskMs, clusterMs }) => sum + maskMs + clusterMs, 0) / 1000;
  const slowest = scores.toSorted((a, b) => b.clusterMs - a.clusterMs)[0];
  return [
    atLeast("loghub: grouping accuracy", mean(scores.map(({ ga }) => ga)), `of ${scores.length} systems`, leastMean, beside(all, "ga")),
    told("loghub: pairwise F1", mean(scores.map(({ f1 }) => f1)), `of ${scores.length} systems`, beside(all, "f1")),
    ...scores.map(({ system, ga }) => {
      const least = leastOf[system];
      const name = `loghub: grouping accuracy, ${system}`;
      return least === undefined ? told(name, ga, "", beside([system], "ga")) : atLeast(name, ga, "", least, beside([system], "ga"));
    }),
    ...(["A", "B"] as const).flatMap((half, i) => {
      const some = scores.filter(({ system }) => halfOf(system) === half);
      const systems = some.map(({ system }) => system);
      const name = `loghub: grouping accuracy, half ${i + 1} by name`;
      return some.length === 0 ? [] : [told(name, mean(some.map(({ ga }) => ga)), systems.join(" "), beside(systems, "ga"))];
    }),
    told("loghub: masking and grouping", lines / seconds, "lines/s"),
    ...(slowest === undefined
      ? []
      : [told("loghub: slowest grouping", slowest.clusterMs, "ms", `${slowest.system}, ${slowest.shapes} texts`)]),
  ];
}

/** One score a system, in the order of their names. */
function templateScores(data: string): TemplateScore[] {
  const folder = benchmarkFolder(data, "loghub2k");
  if (folder === null) return [];
  return namesIn(folder, ".csv").map((name) => {
    const [, ...records] = (readText(join(folder, name)) ?? "").trim().split(/\r?\n/);
    const lines = records.map(fieldsOf).map(([, content = "", event = ""]) => ({ content, event }));
    return scoreOf(name.replace(/\.csv$/, ""), lines);
  });
}

/** Of one CSV record on one line: quoted fields with doubled quotes, or plain ones. */
function fieldsOf(record: string): string[] {
  return Array.from(
    record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g),
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? "",
  );
}

function scoreOf(system: string, lines: readonly { content: string; event: string }[]): TemplateScore {
  const began = performance.now();
  const masked = lines.map(({ content }) => templateTokens(content));
  const maskedAt = performance.now();
  const keys = masked.map((tokens) => tokens.join(" "));
  const clusters = clusterShapes(keys.map((key, i) => ({ key, tokens: masked[i] ?? [] })));
  const clusteredAt = performance.now();
  const clusterOf = new Map(clusters.flatMap(({ members }, i) => members.map((key) => [key, String(i)])));
  const found = keys.map((key) => clusterOf.get(key) ?? "none");
  const truth = lines.map(({ event }) => event);
  return {
    system,
    lines: lines.length,
    ga: groupingAccuracy(truth, found),
    f1: pairF1(truth, found),
    shapes: new Set(keys).size,
    maskMs: maskedAt - began,
    clusterMs: clusteredAt - maskedAt,
  };
}

/** Share of items whose found group has exactly the items of their true one (Zhu et al. 2019). */
function groupingAccuracy(truth: readonly string[], found: readonly string[]): number {
  const both = countsOf(truth.map((event, i) => `${event}\u0000${found[i] ?? ""}`));
  const [events, groups] = [countsOf(truth), countsOf(found)];
  const right = truth.filter((event, i) => {
    const group = found[i] ?? "";
    const together = both.get(`${event}\u0000${group}`);
    return together === events.get(event) && together === groups.get(group);
  });
  return right.length / truth.length;
}

function pairF1(truth: readonly string[], found: readonly string[]): number {
  const pairs = (counts: Map<string, number>): number => [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const both = pairs(countsOf(truth.map((event, i) => `${event}\u0000${found[i] ?? ""}`)));
  const total = pairs(countsOf(truth)) + pairs(countsOf(found));
  return total === 0 ? 1 : (2 * both) / total;
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** Means over the same systems; null where one of them has no published score. */
function besides(published: Published, systems: readonly string[], measure: "ga" | "f1"): string | null {
  const parts = ["Drain", "Brain"].flatMap((parser) => {
    const values = systems.flatMap((system) => published[system]?.[parser]?.[measure] ?? []);
    return values.length < systems.length ? [] : [`${parser} ${mean(values).toFixed(3)}`];
  });
  return parts.length === 0 ? null : parts.join(", ");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const rows = templateRows(process.argv[2] ?? "../shared/data");
  if (rows.length === 0) console.error("There is no loghub2k in the data folder.");
  else if (!report("Bento, templates", rows, undefined)) process.exitCode = 1;
}
