// The demo's story: what happened by the scenario's own account, what Bento noticed of it, and whether it was right. A pure
// comparison that counts misses, wrong names and incidents without an event as plainly as hits.
import type { Scenario, ScenarioEvent } from "../sample/scenario.ts";
import { dayMs, hourMs } from "../sample/scenario.ts";
import type { BentoAnswers, DayAnswer, IncidentAnswer } from "./bento-answers.ts";

/** An onset may be told a little early: the credible set of a change time reaches back from the first clear hour. */
const earlyMs = dayMs;
/** An incident this soon after an event was undone is about the way back. */
const afterEffectMs = 2 * dayMs;

export type Judgement = "right" | "wrong_cause" | "no_cause" | "missed";

export interface EventStory {
  id: ScenarioEvent["id"];
  title: string;
  at: string;
  undone_at: string | null;
  truth: string;
  known_from: ScenarioEvent["knownFrom"];
  judgement: Judgement;
  incident: IncidentAnswer | null;
  /** Onset that Bento states, minus the event's time. */
  onset_error_hours: number | null;
  /** From the event until the first alarm, in event time. */
  noticed_after_hours: number | null;
}

export interface WeekStory {
  from: string;
  to: string;
  runs: number;
  success_rate: number | null;
  /** Success a day, oldest first; null where no run was scored. */
  daily_success: (number | null)[];
  happened: { at: string; title: string; known_from: ScenarioEvent["knownFrom"] }[];
  undone: { at: string; title: string }[];
  noticed: { at: string; title: string; slug: string; severity: string }[];
}

export interface Story {
  agent: string;
  from: string;
  to: string;
  runs: number;
  weeks: WeekStory[];
  events: EventStory[];
  /** Edits that moved nothing, and whether an incident names them all the same. */
  harmless: { title: string; at: string; blamed: boolean }[];
  /** Incidents that fit no event: false alarms. */
  unexpected: IncidentAnswer[];
  /** Incidents about the way back after an event was undone. */
  after_effects: IncidentAnswer[];
  /** What a person sees first: the most severe open incident, of equals the latest. */
  open: IncidentAnswer | null;
}

/** @param runTimes epoch milliseconds of every run sent */
export function tellStory(scenario: Scenario, runTimes: readonly number[], answers: BentoAnswers): Story {
  const causal = scenario.events.filter((event) => event.cause !== null);
  const owner = new Map(answers.incidents.map((incident) => [incident.slug, ownerOf(incident, causal)]));
  const events = causal.map((event) =>
    storyOf(
      event,
      answers.incidents.filter(({ slug }) => owner.get(slug) === event),
    ),
  );
  const unowned = answers.incidents.filter(({ slug }) => owner.get(slug) === null);
  const afterEffects = unowned.filter((incident) =>
    causal.some(({ undoneAtMs }) => undoneAtMs !== null && isWithin(incident, undoneAtMs, undoneAtMs + afterEffectMs)),
  );
  return {
    agent: scenario.agent,
    from: iso(scenario.startMs),
    to: iso(scenario.endMs),
    runs: runTimes.length,
    weeks: weeksOf(scenario, runTimes, answers),
    events,
    harmless: scenario.events
      .filter((event) => event.cause === null)
      .map((event) => ({ title: event.title, at: iso(event.atMs), blamed: isBlamed(event, answers.incidents) })),
    unexpected: unowned.filter((incident) => !afterEffects.includes(incident)),
    after_effects: afterEffects,
    open: mostSevere(answers.incidents.filter(({ status }) => status !== "resolved")),
  };
}

const severities = ["low", "medium", "high", "critical"];

/** @param incidents oldest first */
function mostSevere(incidents: readonly IncidentAnswer[]): IncidentAnswer | null {
  const rank = ({ severity }: IncidentAnswer) => severities.indexOf(severity);
  return incidents.toReversed().toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** The latest event that the incident's onset falls into. */
function ownerOf(incident: IncidentAnswer, events: readonly ScenarioEvent[]): ScenarioEvent | null {
  return events.findLast(({ atMs, undoneAtMs }) => isWithin(incident, atMs - earlyMs, undoneAtMs ?? Number.POSITIVE_INFINITY)) ?? null;
}

function isWithin({ onset_at }: IncidentAnswer, fromMs: number, toMs: number): boolean {
  const onsetMs = Date.parse(onset_at);
  return onsetMs >= fromMs && onsetMs < toMs;
}

function storyOf(event: ScenarioEvent, incidents: readonly IncidentAnswer[]): EventStory {
  const judged = incidents.map((incident) => ({ incident, judgement: judge(event, incident) }));
  const best = judged.find(({ judgement }) => judgement === "right") ?? judged[0] ?? null;
  const firstAlarmMs = Math.min(...incidents.map(({ opened_at }) => Date.parse(opened_at)));
  return {
    id: event.id,
    title: event.title,
    at: iso(event.atMs),
    undone_at: event.undoneAtMs === null ? null : iso(event.undoneAtMs),
    truth: event.cause === null ? "nothing" : `${event.cause.kind} ${event.cause.refs[0] ?? ""}`,
    known_from: event.knownFrom,
    judgement: best?.judgement ?? "missed",
    incident: best?.incident ?? null,
    onset_error_hours: best === null ? null : hours(Date.parse(best.incident.onset_at) - event.atMs),
    noticed_after_hours: best === null ? null : hours(firstAlarmMs - event.atMs),
  };
}

function judge(event: ScenarioEvent, { attribution: { verdict, causes } }: IncidentAnswer): Judgement {
  const [first] = causes;
  if (verdict !== "attributed" || first === undefined) return "no_cause";
  const names = [first.ref, first.to];
  return event.cause !== null && first.kind === event.cause.kind && event.cause.refs.some((ref) => names.includes(ref))
    ? "right"
    : "wrong_cause";
}

/** Whether an incident with a named cause names this edit: a cause of its time, by the tool's name. */
function isBlamed(event: ScenarioEvent, incidents: readonly IncidentAnswer[]): boolean {
  return incidents.some(({ attribution }) => {
    const [first] = attribution.causes;
    return (
      attribution.verdict === "attributed" &&
      first?.at !== null &&
      first?.at !== undefined &&
      Math.abs(Date.parse(first.at) - event.atMs) < hourMs
    );
  });
}

function weeksOf(scenario: Scenario, runTimes: readonly number[], { incidents, successByDay }: BentoAnswers): WeekStory[] {
  const weeks: WeekStory[] = [];
  for (let fromMs = scenario.startMs; fromMs < scenario.endMs; fromMs += 7 * dayMs) {
    const toMs = Math.min(fromMs + 7 * dayMs, scenario.endMs);
    const isIn = (atMs: number) => atMs >= fromMs && atMs < toMs;
    const days = successByDay.filter(({ at }) => isIn(Date.parse(at)));
    weeks.push({
      from: iso(fromMs),
      to: iso(toMs),
      runs: runTimes.filter(isIn).length,
      success_rate: rateOf(days),
      daily_success: days.map(({ value }) => value),
      happened: scenario.events
        .filter(({ atMs }) => isIn(atMs))
        .map(({ atMs, title, knownFrom }) => ({ at: iso(atMs), title, known_from: knownFrom })),
      undone: scenario.events.flatMap(({ undoneAtMs, title }) =>
        undoneAtMs !== null && isIn(undoneAtMs) ? [{ at: iso(undoneAtMs), title }] : [],
      ),
      noticed: incidents
        .filter(({ opened_at }) => isIn(Date.parse(opened_at)))
        .map(({ opened_at, title, slug, severity }) => ({ at: opened_at, title, slug, severity }))
        .sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    });
  }
  return weeks;
}

/** Mean over days, each as heavy as its scored runs; null without any. */
function rateOf(days: readonly DayAnswer[]): number | null {
  let sum = 0;
  let n = 0;
  for (const day of days) {
    if (day.value === null) continue;
    sum += day.value * day.n;
    n += day.n;
  }
  return n === 0 ? null : sum / n;
}

const iso = (ms: number) => new Date(ms).toISOString();
const hours = (ms: number) => Math.round((ms / hourMs) * 10) / 10;
