// By what runs are found, in a list and in an export alike.
import * as z from "zod";
import type { RunFilter } from "../../../d1/runs.ts";
import { exactly } from "./list.ts";
import { runStatus } from "./run-schema.ts";
import { boundsOf, timeBounds } from "./time-filter.ts";

/** Longer searches find nothing that a shorter one would not, and cost time on every row. */
const longestSearch = 1_000;

export const runFilters = {
  agent: exactly,
  status: runStatus.optional(),
  session_id: exactly,
  user_id: exactly,
  model: exactly,
  config_hash: exactly,
  signal: exactly.meta({ description: "Id of a signal, or of the signal of a family." }),
  ...timeBounds,
  q: z
    .string()
    .min(1)
    .max(longestSearch)
    .optional()
    .meta({ description: "A literal, case-insensitive substring of ids, input, output, error and step texts (first 4 KB each)." }),
};

const filterQuery = z.strictObject(runFilters);

/** Throws Refusal 400 for a range of time that can hold nothing. */
export function runFilterOf(query: z.output<typeof filterQuery>): RunFilter {
  const { agent, status, model } = query;
  return {
    agent,
    status,
    model,
    sessionId: query.session_id,
    userId: query.user_id,
    configHash: query.config_hash,
    signalId: query.signal,
    text: query.q,
    ...boundsOf(query),
  };
}
