// When people write: sessions over the hours of a scenario, busier on working days and by day, one to three runs each.
// It decides times and who writes, never how the agent behaves.
import type { Audience } from "./customer.ts";
import { randomFrom } from "./random.ts";
import { drawRequest, type Request } from "./request.ts";
import { hourMs, momentAt, type Scenario } from "./scenario.ts";

export interface Arrival {
  atMs: number;
  /** `session` and `turn` name the run: `turn` counts from 0 within its session. */
  session: string;
  turn: number;
  request: Request;
}

/** Share of a day's sessions per UTC hour: nights are quiet, the rest of the day has two humps. Sums to 24. */
const hourlyWeight = [
  0.25, 0.2, 0.15, 0.15, 0.2, 0.35, 0.7, 1.2, 1.7, 2.0, 2.05, 1.8, 1.4, 1.55, 1.75, 1.75, 1.6, 1.3, 1.0, 0.85, 0.75, 0.6, 0.45, 0.25,
];
const weekendWeight = 0.62;
/** Keeps a week's mean at 1. */
const weekdayWeight = (7 - 2 * weekendWeight) / 5;
const continues = 0.22;
const longestSession = 3;
/** Median pause between two runs of a session. */
const pauseMs = 4 * 60_000;

/** Every run's time and request, oldest first. */
export function arrivals(scenario: Scenario): Arrival[] {
  const found: Arrival[] = [];
  const hours = Math.floor((scenario.endMs - scenario.startMs) / hourMs);
  for (let hour = 0; hour < hours; hour++) {
    const fromMs = scenario.startMs + hour * hourMs;
    const random = randomFrom(`${scenario.seed}/hour/${hour}`);
    const count = random.poisson((scenario.sessionsPerDay / 24) * rhythmAt(fromMs));
    for (let i = 0; i < count; i++) {
      const startMs = fromMs + Math.floor(random.next() * hourMs);
      found.push(...session(scenario, `${hour}-${i}`, startMs, momentAt(scenario, startMs).audience));
    }
  }
  return found.filter((arrival) => arrival.atMs < scenario.endMs).sort((a, b) => a.atMs - b.atMs || (a.session < b.session ? -1 : 1));
}

/** How busy this moment is against the average, 1 = average. */
export function rhythmAt(atMs: number): number {
  const at = new Date(atMs);
  const isWeekend = [0, 6].includes(at.getUTCDay());
  return (hourlyWeight[at.getUTCHours()] ?? 1) * (isWeekend ? weekendWeight : weekdayWeight);
}

function session(scenario: Scenario, name: string, startMs: number, audience: Audience): Arrival[] {
  const random = randomFrom(`${scenario.seed}/session/${name}`);
  const runs: Arrival[] = [];
  let atMs = startMs;
  let last: Request | null = null;
  do {
    const request: Request = drawRequest(`${scenario.seed}/${name}/${runs.length}`, audience, last);
    runs.push({ atMs, session: name, turn: runs.length, request });
    last = request;
    atMs += Math.round(random.logNormal(pauseMs, 0.6));
  } while (runs.length < longestSession && random.chance(continues));
  return runs;
}
