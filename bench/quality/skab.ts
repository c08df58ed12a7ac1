// Eight sensors of a water loop judged together (Skoltech Anomaly Benchmark), with the stream judge and its one threshold. Told beside the
// published figures, not held to a target: a water loop is no agent. Rows up to the 400th teach, as in the published runs.
import { join } from "node:path";
import { judgeTogether, streamThreshold } from "../../domain/drift/compare-stream.ts";
import { type Row, told } from "../rows.ts";
import { benchmarkFolder, namesIn, readText } from "./data-folder.ts";
import { changePointScore, rowScore } from "./skab-score.ts";

const learningRows = 400;

interface Experiment {
  rows: { atMs: number; values: number[] }[];
  isAnomaly: boolean[];
  isChange: boolean[];
}

/** Empty where the data are not there. */
export function sensorRows(data: string): Row[] {
  const folder = benchmarkFolder(data, "skab");
  if (folder === null) return [];
  const experiments = namesIn(folder, ".csv")
    .flatMap((name) => readExperiment(readText(join(folder, name)) ?? ""))
    .filter(({ rows }) => rows.length > learningRows);
  if (experiments.length === 0) return [];
  const unit = `of ${experiments.length} experiments`;
  const { f1, farPercent, marPercent } = rowScore(
    experiments.flatMap(({ isAnomaly }) => isAnomaly.slice(learningRows)),
    experiments.flatMap(({ rows }) =>
      judgeTogether(rows, learningRows)
        .slice(learningRows)
        .map((nats) => nats >= streamThreshold),
    ),
  );
  const changes = experiments.map(scoreChanges);
  const windows = changes.reduce((sum, one) => sum + one.windows, 0);
  const raw = changes.reduce((sum, one) => sum + one.raw, 0);
  return [
    told("SKAB, sensors together: F1 of rows", f1, unit, "Conv-AE 0.78, MSET 0.78, T²+Q 0.76"),
    told("SKAB: false alarms", farPercent, "% of normal rows", "Conv-AE 13.6, MSET 39.7, T²+Q 26.6"),
    told("SKAB: missed", marPercent, "% of anomalous rows", "Conv-AE 28.0, MSET 14.1, T²+Q 24.9"),
    told(
      "SKAB: change points, NAB with 60 s",
      (100 * (raw + windows)) / (2 * windows),
      unit,
      "MSCRED 32.4, isolation forest 26.2, T²+Q 25.4",
    ),
  ];
}

/** A change is told when the alarm begins and when it ends; here the judge goes on learning. */
function scoreChanges({ rows, isChange }: Experiment): { raw: number; windows: number } {
  const alarms = judgeTogether(rows).map((nats) => nats >= streamThreshold);
  const later = rows.map(({ atMs }, i) => ({ atMs, i })).slice(learningRows);
  return changePointScore(
    later.flatMap(({ atMs, i }) => (isChange[i] === true ? [atMs] : [])),
    later.flatMap(({ atMs, i }) => (i > learningRows && alarms[i] !== alarms[i - 1] ? [atMs] : [])),
  );
}

function readExperiment(text: string): Experiment | [] {
  const [head = "", ...lines] = text.trim().split("\n");
  const columns = head.trim().split(";");
  const [anomaly, change] = [columns.indexOf("anomaly"), columns.indexOf("changepoint")];
  if (anomaly < 0 || change < 0) return [];
  const cells = lines.map((line) => line.trim().split(";"));
  return {
    rows: cells.map((row) => ({
      atMs: Date.parse(`${(row[0] ?? "").replace(" ", "T")}Z`),
      values: row.flatMap((value, i) => (i === 0 || i === anomaly || i === change ? [] : [Number(value)])),
    })),
    isAnomaly: cells.map((row) => Number(row[anomaly]) === 1),
    isChange: cells.map((row) => Number(row[change]) === 1),
  };
}
