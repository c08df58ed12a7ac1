// How well changes of behaviour are found on spliced streams, detection alone: `node bench/quality/splice.ts --data DIR --seed N`.
// Exports its rows for the quality bench; run by itself it prints them, with every stream that was missed or falsely alarmed on.
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { atLeast, median, report, type Row, told } from "../rows.ts";
import { type DetectionScore, scoreDetection } from "./detection-score.ts";
import { eachStream, type StreamPlan } from "./streams.ts";

/** Targets at full strength; at half, only the share found has one; below, none. */
const targets = { found: 0.97, foundWeak: 0.88, falseAlarmWeeks: 50, onsetErrorH: 6, delayH: 36 };
const halfStrength = 0.5;

export function detectionRows(plan: StreamPlan, onScore: (score: DetectionScore) => void = () => {}): Row[] {
  const scores: DetectionScore[] = [];
  eachStream(plan, (stream) => {
    const score = scoreDetection(stream);
    scores.push(score);
    onScore(score);
  });
  return rowsOf(scores, plan);
}

function rowsOf(scores: readonly DetectionScore[], { seed, strength }: StreamPlan): Row[] {
  const changed = scores.filter(({ detected }) => detected !== null);
  const found = changed.filter(({ detected }) => detected === true).length;
  const weeks = scores.reduce((sum, score) => sum + score.weeks, 0);
  const falseAlarms = scores.reduce((sum, score) => sum + score.falseAlarms.length, 0);
  const known = (values: (number | null)[]): number[] => values.filter((value) => value !== null);
  const onset = median(known(changed.map(({ onsetErrorH }) => onsetErrorH)));
  const delay = median(known(changed.map(({ delayH }) => delayH)));
  const covered = changed.filter((score) => score.covered !== null);
  const full = strength >= 1;
  const least = full ? targets.found : strength >= halfStrength ? targets.foundWeak : null;
  const label = `seed ${seed}, strength ${strength}`;
  return [
    least === null
      ? told(`changes found, ${label}`, found / changed.length, `of ${changed.length}`)
      : atLeast(`changes found, ${label}`, found / changed.length, `of ${changed.length}`, least),
    atMost(`false alarms, ${label}`, (falseAlarms / weeks) * targets.falseAlarmWeeks, `per ${targets.falseAlarmWeeks} agent-weeks`, 1),
    full ? atMost(`onset error, median, ${label}`, onset, "h", targets.onsetErrorH) : told(`onset error, median, ${label}`, onset, "h"),
    full ? atMost(`delay, median, ${label}`, delay, "h", targets.delayH) : told(`delay, median, ${label}`, delay, "h"),
    told(`true onset inside the 90 % set, ${label}`, covered.filter((score) => score.covered === true).length / covered.length, "share"),
    told(`detect() of a stream, median, ${label}`, median(scores.map(({ ms }) => ms)), "ms"),
  ];
}

function atMost(name: string, value: number, unit: string, most: number): Row {
  return { name, value, unit, target: `≤ ${most}`, reference: null, pass: value <= most };
}

function tell(score: DetectionScore): void {
  if (score.detected === false) console.error(`${score.name}: not found`);
  for (const alarm of score.falseAlarms) console.error(`${score.name}: false alarm: ${alarm}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const program = new Command("splice")
    .option("--data <dir>", "recorded runs", "../shared/data/trajectories")
    .option("--seed <n>", "seed of the streams", "1")
    .option("--scenarios <n>", "streams", "48")
    .option("--strength <n>", "share of later runs that show the change", "1")
    .option("--json <file>", "write the rows to a file")
    .parse();
  const options = program.opts<{ data: string; seed: string; scenarios: string; strength: string; json?: string }>();
  const plan = { data: options.data, seed: Number(options.seed), scenarios: Number(options.scenarios), strength: Number(options.strength) };
  if (!report("Detection on spliced streams", detectionRows(plan, tell), options.json)) process.exitCode = 1;
}
