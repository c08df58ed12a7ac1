// The body of POST /v1/scores: one judgement of a run, which may come before the run it is about.
import * as z from "zod";
import { cleanText } from "../run/truncate.ts";

const longestId = 256;
const longestName = 120;
const longestComment = 4_000;

export const scoreSchema = z.object({
  run_id: z.string().min(1).max(longestId).transform(cleanText),
  name: z.string().min(1).max(longestName).transform(cleanText),
  value: z.union([z.number(), z.string().max(longestName).transform(cleanText), z.boolean()]),
  source: z.enum(["user", "human", "check", "judge"]).nullish(),
  comment: z.string().max(longestComment).transform(cleanText).nullish(),
});

export type NativeScore = z.infer<typeof scoreSchema>;

export type ScoreReading =
  | { ok: true; scores: NativeScore[] }
  | { ok: false; message: string; details: { path: string; message: string }[] };

/** One score a request. Never throws. */
export function readScores(body: Uint8Array): ScoreReading {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(body));
  } catch {
    return { ok: false, message: "The body is not JSON. Send {run_id, name, value}.", details: [] };
  }
  const parsed = scoreSchema.safeParse(value);
  if (parsed.success) return { ok: true, scores: [parsed.data] };
  const details = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  return { ok: false, message: "This is not a score. Send {run_id, name, value}, and source and comment if you like.", details };
}
