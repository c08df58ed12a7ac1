// How well Bento cuts a finished series where people saw it change (Turing Change Point Dataset), with the function behind the `changes` of
// POST /v1/compare and one set of defaults. Beside it: the published scores of other methods at their defaults on the same series.
import { join } from "node:path";
import * as z from "zod";
import { changesIn } from "../../domain/drift/compare-days.ts";
import { atLeast, type Row, told } from "../rows.ts";
import { benchmarkFolder, halfOf, mean, namesIn, readText } from "./data-folder.ts";
import { covering, f1 } from "./tcpd-score.ts";

const annotationsSchema = z.record(z.string(), z.record(z.string(), z.array(z.number())));
const seriesSchema = z.object({ name: z.string(), series: z.array(z.object({ raw: z.array(z.number().nullable()) })) });
const publishedSchema = z.object({
  per_series: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.number().nullable()))),
});

interface Score {
  name: string;
  /** One dimension and no gaps: what the published means are over. */
  isPlain: boolean;
  f1: number;
  cover: number;
}

/** Empty where the data are not there. */
export function changePointRows(data: string): Row[] {
  const folder = benchmarkFolder(data, "tcpd");
  const annotated = folder === null ? null : readText(join(folder, "annotations.json"));
  if (folder === null || annotated === null) return [];
  const annotations = annotationsSchema.parse(JSON.parse(annotated));
  const scores = namesIn(join(folder, "series"), ".json").flatMap((name) => scoreOf(join(folder, "series", name), annotations) ?? []);
  const plain = scores.filter(({ isPlain }) => isPlain);
  const other = scores.filter(({ isPlain }) => !isPlain);
  if (plain.length === 0) return [];
  const published = readText(join(folder, "published_scores.json"));
  const beside = (measure: string): string | null => (published === null ? null : besides(published, plain, measure));
  const halves = (["A", "B"] as const).map((half) => plain.filter(({ name }) => halfOf(name) === half));
  return [
    atLeast("TCPD, changes of finished series: F1", mean(plain.map((one) => one.f1)), `of ${plain.length}`, 0.74, beside("default_f1")),
    atLeast("TCPD: Covering", mean(plain.map(({ cover }) => cover)), `of ${plain.length}`, 0.71, beside("default_cover")),
    ...halves.flatMap((half, i) =>
      half.length === 0
        ? []
        : [told(`TCPD: F1, half ${i + 1} by name`, mean(half.map((one) => one.f1)), `of ${half.length}`, `Covering ${shortMean(half)}`)],
    ),
    ...(other.length === 0
      ? []
      : [
          told(
            "TCPD: F1, series with gaps or several dimensions",
            mean(other.map((one) => one.f1)),
            `of ${other.length}`,
            `Covering ${shortMean(other)}`,
          ),
        ]),
  ];
}

function shortMean(scores: readonly Score[]): string {
  return mean(scores.map(({ cover }) => cover)).toFixed(3);
}

function scoreOf(path: string, annotations: z.infer<typeof annotationsSchema>): Score | null {
  const { name, series } = seriesSchema.parse(JSON.parse(readText(path) ?? ""));
  const marked = Object.values(annotations[name] ?? {});
  const length = series[0]?.raw.length ?? 0;
  if (marked.length === 0 || length === 0) return null;
  const found = [...new Set(series.flatMap(({ raw }) => changesIn(raw.map((value, i) => ({ at: String(i), value }))) ?? []))].map(Number);
  return {
    name,
    isPlain: series.length === 1 && series.every(({ raw }) => !raw.includes(null)),
    f1: f1(marked, found),
    cover: covering(marked, found, length),
  };
}

/** Means over the same series; null where one of them has no published score. */
function besides(published: string, scores: readonly Score[], measure: string): string | null {
  const { per_series } = publishedSchema.parse(JSON.parse(published));
  const of = (method: string): string | null => {
    const values = scores.map(({ name }) => per_series[name]?.[measure]?.[method]);
    const known = values.flatMap((value) => value ?? []);
    return known.length < values.length ? null : `${method} ${mean(known).toFixed(3)}`;
  };
  const told = ["binseg", "pelt", "bocpd", "zero"].flatMap((method) => of(method) ?? []);
  return told.length === 0 ? null : told.join(", ");
}
