// How well changes of behaviour are explained on spliced streams: `node bench/quality/attribution.ts --data DIR --seed N`.
// Exports its rows for the quality bench; run by itself it prints them, with every stream that was explained wrongly.
import { pathToFileURL } from "node:url";
import { Command } from "commander";
import { atLeast, median, report, type Row, told } from "../rows.ts";
import { reliabilityRows } from "./reliability.ts";
import { type ExplainedStream, explainStream, shareOf } from "./attribution-score.ts";
import { eachStream, type StreamPlan } from "./streams.ts";

/** Shares at full strength; changes that half of the later runs show have one for the cause only, weaker ones none. */
const targets = {
  found: 0.97,
  foundWeak: 0.88,
  kind: 0.95,
  kindWeak: 0.85,
  ref: 0.93,
  confounded: 0.9,
  oneIncident: 0.92,
  weeksPerFalseAlarm: 50,
  slowestMs: 1000,
};
/** Naming causes must beat blaming the nearest change by this much to be worth its code. */
const leadOverNearest = 0.2;
const halfStrength = 0.5;

export function attributionRows(
  plan: StreamPlan,
  seeds: readonly number[],
  onStream: (stream: ExplainedStream, seed: number) => void = () => {},
): Row[] {
  const streams: ExplainedStream[] = [];
  for (const seed of seeds) {
    eachStream({ ...plan, seed }, (stream) => {
      const explained = explainStream(stream);
      streams.push(explained);
      onStream(explained, seed);
    });
  }
  return rowsOf(streams, plan.strength, seeds);
}

function rowsOf(streams: readonly ExplainedStream[], strength: number, seeds: readonly number[]): Row[] {
  const label = `seeds ${seeds.join(", ")}, strength ${strength}`;
  const full = strength >= 1;
  const leastKind = strength >= halfStrength ? targets.kindWeak : null;
  const row = (
    name: string,
    answer: (stream: ExplainedStream) => boolean | null,
    least: number | null,
    reference: string | null = null,
  ): Row => {
    const { right, asked } = shareOf(streams, answer);
    const value = right / asked;
    return least === null
      ? told(`${name}, ${label}`, value, `of ${asked}`, reference)
      : atLeast(`${name}, ${label}`, value, `of ${asked}`, least, reference);
  };
  const nearest = shareOf(streams, ({ nearestRight }) => nearestRight);
  const nearestShare = nearest.right / nearest.asked;
  const weeks = streams.reduce((sum, { agentWeeks }) => sum + agentWeeks, 0);
  const alarms = (streams.reduce((sum, { falseAlarms }) => sum + falseAlarms, 0) / weeks) * targets.weeksPerFalseAlarm;
  return [
    row("changes found", ({ detected }) => detected, full ? targets.found : strength >= halfStrength ? targets.foundWeak : null),
    row(
      "cause right",
      ({ kindRight }) => kindRight,
      full ? Math.max(targets.kind, nearestShare + leadOverNearest) : leastKind,
      `nearest change: ${nearestShare.toFixed(2)}`,
    ),
    row("reference right", ({ refRight }) => refRight, full ? targets.ref : null),
    row("confounded told", ({ confoundedRight }) => confoundedRight, full ? targets.confounded : null),
    row(
      "one incident a change",
      (stream) => (stream.detected === true && stream.incidentsNear > 0 ? stream.incidentsNear === 1 : null),
      full ? targets.oneIncident : null,
    ),
    {
      name: `false incidents, ${label}`,
      value: alarms,
      unit: `per ${targets.weeksPerFalseAlarm} agent-weeks`,
      target: "≤ 1",
      reference: null,
      pass: alarms <= 1,
    },
    ...reliabilityRows(
      label,
      streams.flatMap(({ named }) => named),
    ),
    told(`onset error after attribution, median, ${label}`, median(streams.flatMap(({ onsetErrorHours }) => onsetErrorHours ?? [])), "h"),
    told(
      `analyse() and fold of a stream, median, ${label}`,
      median(streams.map(({ durationMs }) => durationMs)),
      "ms",
      `target under ${targets.slowestMs} ms alone on a core`,
    ),
  ];
}

function tell(
  { name, detected, kindRight, refRight, confoundedRight, falseAlarms, incidentsNear, attribution, incidents }: ExplainedStream,
  seed: number,
): void {
  const isRight =
    detected !== false && kindRight !== false && refRight !== false && confoundedRight !== false && falseAlarms === 0 && incidentsNear <= 1;
  if (isRight) return;
  const causes = attribution?.causes.slice(0, 3).map(({ kind, ref, confidence }) => `${kind} ${ref} ${confidence.toFixed(2)}`);
  console.error(
    `seed ${seed} ${name}: ${detected === false ? "not found" : (attribution?.verdict ?? "no verdict")} ${causes?.join(", ") ?? ""}`,
  );
  for (const { title } of incidents) console.error(`  ${title}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const program = new Command("attribution")
    .option("--data <dir>", "recorded runs", "../shared/data/trajectories")
    .option("--seeds <list>", "seeds of the streams, comma-separated", "1,2,3,4")
    .option("--scenarios <n>", "streams a seed", "48")
    .option("--strength <n>", "share of later runs that show the change", "1")
    .option("--json <file>", "write the rows to a file")
    .parse();
  const { data, seeds, scenarios, strength, json } = program.opts<{
    data: string;
    seeds: string;
    scenarios: string;
    strength: string;
    json?: string;
  }>();
  const plan = { data, seed: 0, scenarios: Number(scenarios), strength: Number(strength) };
  if (!report("Attribution on spliced streams", attributionRows(plan, seeds.split(",").map(Number), tell), json)) process.exitCode = 1;
}
