// A report in the public contract's words.
import * as z from "zod";
import { periodNames } from "../../../domain/report/period.ts";

const amount = z.number().nullable();
const share = z.object({ count: z.number(), n: z.number(), rate: amount, rate_low: amount, rate_high: amount });
const line = z.object({ id: z.string(), slug: z.string().nullable(), text: z.string() });
const changed = amount.meta({ description: "Percent against the period before; null where that was 0 or either is unknown." });

export const reportSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    period: z.enum(periodNames),
    day: z.string().meta({ description: "In the project's time zone; of a week its Monday." }),
    timezone: z.string(),
    from: z.string(),
    to: z.string(),
    hours: z.number().meta({ description: "23 or 25 for a day on which the clock is changed." }),
    complete: z.boolean().meta({ description: "false while the period is not over." }),
    made_at: z.string(),
    runs: z.number(),
    runs_estimated: amount.meta({ description: "Runs of the traffic that they stand for, where some carry a sample rate." }),
    tokens: amount,
    cost_usd: amount,
    known: z.object({ tokens: z.number(), cost_usd: z.number() }).meta({ description: "Of how many runs tokens and cost are known." }),
    outcome: z.object({ success: share, error: share }),
    previous: z.object({ from: z.string(), runs: z.number(), tokens: amount, cost_usd: amount }),
    change_pct: z.object({ runs: changed, tokens: changed, cost_usd: changed }),
    summary: z.array(z.string()),
    incidents: z.array(line),
    drifts: z.array(line),
    signals: z.array(
      share.extend({ id: z.string(), slug: z.string(), name: z.string(), state: z.string(), polarity: z.string(), is_new: z.boolean() }),
    ),
    experiments: z.array(line),
    gates: z.array(line),
    changes: z.array(line),
    learned: z.array(line).meta({ description: "Entries of the Book." }),
  })
  .meta({ id: "Report", description: "A day or a week of one agent." });
