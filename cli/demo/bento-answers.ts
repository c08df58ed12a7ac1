// What a running Bento says of the sample's agent, read through the public API as any client would: its incidents, changes and
// the daily success. Parsed at the door; nothing here knows the truth of the scenario.
import * as z from "zod";
import { type Door, openDoor } from "../sample/door.ts";

const cause = z.object({
  kind: z.string(),
  ref: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  at: z.string().nullable(),
  share: z.number().nullable(),
  share_low: z.number().nullable(),
  share_high: z.number().nullable(),
  confidence: z.number(),
  declared: z.boolean(),
  evidence: z.array(z.string()),
});

const effect = z.object({ measure: z.string(), value: z.number(), low: z.number(), high: z.number() });
const side = z.looseObject({ n: z.number(), value: z.number().nullable() });

const drift = z.object({
  dimension: z.string(),
  kind: z.string(),
  direction: z.string(),
  onset_at: z.string(),
  detected_at: z.string(),
  baseline: side,
  current: side,
  effect,
});

const incident = z.object({
  slug: z.string(),
  title: z.string(),
  status: z.enum(["open", "acknowledged", "mitigated", "resolved"]),
  severity: z.string(),
  onset_at: z.string(),
  opened_at: z.string(),
  resolved_at: z.string().nullable(),
  drifts: z.array(drift),
  attribution: z.object({ verdict: z.enum(["attributed", "confounded", "unattributed", "insufficient_data"]), causes: z.array(cause) }),
});
const change = z.object({ kind: z.string(), ref: z.string(), at: z.string(), declared: z.boolean(), to: z.string().nullable() });
const bucket = z.object({ at: z.string(), value: z.number().nullable(), n: z.number() });
const page = z.object({ data: z.array(z.unknown()), next_cursor: z.string().nullish() });

export type IncidentAnswer = z.infer<typeof incident>;
export type DriftAnswer = z.infer<typeof drift>;
export type ChangeAnswer = z.infer<typeof change>;
export type DayAnswer = z.infer<typeof bucket>;

export interface BentoAnswers {
  /** Oldest onset first. */
  incidents: IncidentAnswer[];
  /** Oldest first. */
  changes: ChangeAnswer[];
  /** `outcome.success` a day, oldest first. */
  successByDay: DayAnswer[];
}

/** Everything the demo tells of `agent`, of the project that `key` belongs to. `fromMs` and `toMs` bound the series. */
export async function readAnswers(url: string, key: string, agent: string, fromMs: number, toMs: number): Promise<BentoAnswers> {
  const door = openDoor(url, key, fetch);
  const name = encodeURIComponent(agent);
  const bounds = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
  const [incidents, changes, days] = await Promise.all([
    readAll(door, `/v1/incidents?agent=${name}`, incident),
    readAll(door, `/v1/changes?agent=${name}`, change),
    door.get(`/v1/agents/${name}/dimensions/outcome.success/series?${bounds}&bucket=day`),
  ]);
  return {
    incidents: incidents.sort((a, b) => Date.parse(a.onset_at) - Date.parse(b.onset_at)),
    changes: changes.sort((a, b) => Date.parse(a.at) - Date.parse(b.at)),
    successByDay: z.object({ data: z.array(bucket) }).parse(days).data,
  };
}

async function readAll<T>(door: Door, path: string, schema: z.ZodType<T>): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | null = null;
  do {
    const { data, next_cursor } = page.parse(
      await door.get(`${path}&limit=200${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`),
    );
    all.push(...data.map((item) => schema.parse(item)));
    cursor = next_cursor ?? null;
  } while (cursor !== null);
  return all;
}
