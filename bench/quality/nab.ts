// How well Bento's stream judge alarms on operational series with labelled anomalies (Numenta Anomaly Benchmark): the function behind
// POST /v1/compare for timed series, one set of defaults and one fixed threshold. Published detectors had theirs fitted to the corpus.
import { join } from "node:path";
import * as z from "zod";
import { judgeStream } from "../../domain/drift/compare-stream.ts";
import { atLeast, type Row, told } from "../rows.ts";
import { benchmarkFolder, halfOf, readText } from "./data-folder.ts";
import { type Labelled, normalised, type Profile, profiles, rawScore } from "./nab-score.ts";

const windowsSchema = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])));
const publishedSchema = z.object({ per_file_raw_standard: z.record(z.string(), z.record(z.string(), z.number())) });
/** On the full corpus; the low-FP scores of single files are not published. */
const publishedLowFp = "full corpus: Random Cut Forest 38.4, Numenta HTM 63.1";

export interface NabFile {
  name: string;
  points: { atMs: number; value: number }[];
  labelled: Labelled;
}

interface Judged extends NabFile {
  alarms: number[];
}

/** Empty where the data are not there. */
export function streamRows(data: string): Row[] {
  const folder = benchmarkFolder(data, "nab");
  const labels = folder === null ? null : readText(join(folder, "windows.json"));
  if (folder === null || labels === null) return [];
  const files = readNab(folder, labels).map((file) => ({
    ...file,
    alarms: judgeStream(file.points).flatMap(({ alarm }, row) => (alarm ? [row] : [])),
  }));
  if (files.length === 0) return [];
  const published = readText(join(folder, "published_scores.json"));
  const unit = `of ${files.length} files`;
  const halves = (["A", "B"] as const).map((half) => files.filter(({ name }) => halfOf(name) === half));
  return [
    atLeast("NAB, anomalies in streams: standard", scoreOf(files, profiles.standard), unit, 50, beside(published, files)),
    atLeast("NAB: reward low FP", scoreOf(files, profiles.rewardLowFp), unit, 40, publishedLowFp),
    told("NAB: reward low FN", scoreOf(files, profiles.rewardLowFn), unit),
    ...halves.flatMap((half, i) => {
      if (half.length === 0) return [];
      const lowFp = scoreOf(half, profiles.rewardLowFp).toFixed(1);
      return [told(`NAB: standard, half ${i + 1} by name`, scoreOf(half, profiles.standard), `of ${half.length} files`, `low FP ${lowFp}`)];
    }),
  ];
}

/** The labelled files that are there; `labels` is the text of `windows.json`. */
export function readNab(folder: string, labels: string): NabFile[] {
  return Object.entries(windowsSchema.parse(JSON.parse(labels))).flatMap(([name, windows]) => {
    const text = readText(join(folder, name));
    if (text === null) return [];
    const points = readPoints(text);
    const rows = windows.map(([from, to]): [number, number] => [
      points.findIndex(({ atMs }) => atMs >= timeOf(from)),
      points.findLastIndex(({ atMs }) => atMs <= timeOf(to)),
    ]);
    const known = rows.filter(([from, to]) => from >= 0 && to >= from);
    return [{ name, points, labelled: { rows: points.length, windows: known } }];
  });
}

function readPoints(text: string): { atMs: number; value: number }[] {
  const [, ...lines] = text.trim().split("\n");
  return lines.map((line) => {
    const [at = "", value = ""] = line.split(",");
    return { atMs: timeOf(at), value: Number(value) };
  });
}

/** "2014-04-10 07:15:00.000000", in the time zone of nobody. */
function timeOf(text: string): number {
  return Date.parse(`${text.trim().slice(0, 19).replace(" ", "T")}Z`);
}

function scoreOf(files: readonly Judged[], profile: Profile): number {
  const raw = files.reduce((sum, file) => sum + rawScore(file.labelled, file.alarms, profile), 0);
  return normalised(
    raw,
    files.reduce((sum, { labelled }) => sum + labelled.windows.length, 0),
    profile,
  );
}

/** Published detectors on the same files; null where one has no published score. */
function beside(published: string | null, files: readonly Judged[]): string | null {
  if (published === null) return null;
  const { per_file_raw_standard: scores } = publishedSchema.parse(JSON.parse(published));
  const windows = files.reduce((sum, { labelled }) => sum + labelled.windows.length, 0);
  const detectors = { windowedGaussian: "Gaussian", randomCutForest: "Random Cut Forest", numenta: "Numenta HTM", ARTime: "ARTime" };
  const known = Object.entries(detectors).flatMap(([detector, name]) => {
    const raw = files.map((file) => scores[file.name]?.[detector]);
    const all = raw.flatMap((value) => value ?? []);
    if (all.length < raw.length) return [];
    return [
      `${name} ${normalised(
        all.reduce((a, b) => a + b, 0),
        windows,
        profiles.standard,
      ).toFixed(1)}`,
    ];
  });
  return known.length === 0 ? null : known.join(", ");
}
