// Times in queries: ISO 8601, a day alone being its first moment in UTC. Anything else is refused, because a bound that is
// read wrong shows the wrong rows without a word.
import * as z from "zod";
import { Refusal } from "../refusal.ts";

const day = String.raw`\d{4}-\d\d-\d\d`;
const pattern = new RegExp(String.raw`^(${day})(?:T(\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:\d\d)?)?$`);

/** Epoch milliseconds, or null. A time without an offset is UTC. */
export function parseTime(text: string): number | null {
  // A plus sign that was not escaped arrives as a space.
  const [, date, time = "00:00", offset = "Z"] = pattern.exec(text.trim().replace(/ (\d\d:\d\d)$/, "+$1")) ?? [];
  if (date === undefined) return null;
  const ms = Date.parse(`${date}T${time}${offset}`);
  // Date.parse may roll 30 February into March.
  const isReal = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
  return Number.isFinite(ms) && isReal ? ms : null;
}

/** A time as text in, epoch milliseconds out. */
export const timeText = z
  .string()
  .max(40)
  .transform((text, ctx) => {
    const ms = parseTime(text);
    if (ms === null) ctx.addIssue({ code: "custom", message: "not an ISO 8601 time such as 2026-11-24T12:00:00Z or 2026-11-24" });
    return ms ?? z.NEVER;
  })
  .meta({ format: "date-time", example: "2026-11-24T12:00:00Z" });

/** Bounds of a list: `from` is in, `to` is out. */
export const timeBounds = {
  from: timeText.optional().meta({ description: "Earliest time, itself included." }),
  to: timeText.optional().meta({ description: "Latest time, itself excluded." }),
};

/** The bounds in epoch milliseconds. Throws Refusal 400 for a range that can hold nothing. */
export function boundsOf({ from, to }: { from?: number | undefined; to?: number | undefined }): {
  fromMs?: number | undefined;
  toMs?: number | undefined;
} {
  if (from !== undefined && to !== undefined && from >= to) {
    throw new Refusal(400, "The time range is empty: `from` must be before `to`.", [{ path: "from", message: "must be before `to`" }]);
  }
  return { fromMs: from, toMs: to };
}
