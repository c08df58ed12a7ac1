// Claude's answer to the rubric, read leniently item by item: an item that does not fit is left out and counted, never the whole
// answer. An answer that was cut off, refused, or holds no list of findings is unusable and says why; it never means "no findings".
import * as z from "zod";
import { evidenceFields, polarities, severities } from "./rubric.ts";

/** A message as the model ended it. */
export interface ModelReply {
  /** The API's word; null where the message never ended. */
  stopReason: string | null;
  /** All its text. */
  text: string;
  /** Inputs of the tools that it called. */
  toolInputs: readonly unknown[];
}

export type ClaimedCitation = z.infer<typeof citation>;
export type ClaimedFinding = z.infer<typeof finding>;
export type ClaimedCriterion = z.infer<typeof criterion>;

export type Answer =
  | { kind: "read"; findings: ClaimedFinding[]; criteria: ClaimedCriterion[]; /** Items that did not fit. */ misfits: number }
  | { kind: "unusable"; reason: string };

/** Findings of one run beyond these are left out: signals count runs. */
const mostItems = 20;
const longestKind = 80;
const longestSentence = 600;
/** A longer quote is a copy of the trace, and is not looked for. */
const longestQuote = 4_000;

export function readAnswer({ stopReason, text, toolInputs }: ModelReply): Answer {
  const cut = unusableEnd(stopReason);
  if (cut !== null) return { kind: "unusable", reason: cut };
  for (const candidate of [...toolInputs, jsonIn(text)]) {
    const answer = envelope.safeParse(candidate);
    if (answer.success) return fitting(answer.data);
  }
  return { kind: "unusable", reason: "Claude's answer holds no list of findings" };
}

function unusableEnd(stopReason: string | null): string | null {
  switch (stopReason) {
    case "end_turn":
    case "tool_use":
    case "stop_sequence":
      return null;
    case "refusal":
      return "Claude refused to read this run";
    case "max_tokens":
      return "Claude's answer was cut off at its longest length";
    case "model_context_window_exceeded":
      return "this run is too long for Claude";
    default:
      return "Claude's answer did not come to an end";
  }
}

function fitting({ findings, criteria }: z.infer<typeof envelope>): Answer {
  const foundHere = findings.slice(0, mostItems).flatMap((item) => finding.safeParse(item).data ?? []);
  const held = criteria.flatMap((item) => criterion.safeParse(item).data ?? []);
  const misfits = findings.length - foundHere.length + criteria.length - held.length;
  return { kind: "read", findings: foundHere, criteria: held, misfits };
}

/** JSON, also where it stands in a code fence; undefined for anything else. */
export function jsonIn(text: string): unknown {
  const inner = /^\s*```(?:json)?\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1] ?? text;
  try {
    return JSON.parse(inner);
  } catch {
    return undefined;
  }
}

const cut = (longest: number) => (text: string) => {
  const line = text.replace(/\s+/g, " ").trim();
  return (line.length <= longest ? line : `${line.slice(0, longest - 1)}…`).toWellFormed();
};
const sentence = z.string().transform(cut(longestSentence)).pipe(z.string().min(1));
/** What is missing, null or no text is not known. */
const maybe = sentence.nullable().catch(null).default(null);

const citation = z.object({
  step_id: z.string().nullable().catch(null).default(null),
  field: z.enum(evidenceFields),
  quote: z.string().min(1).max(longestQuote),
});
/** Citations that do not fit are as good as none. */
const citations = z.array(z.unknown()).transform((items) => items.flatMap((item) => citation.safeParse(item).data ?? []));

const finding = z.object({
  kind: z.string().transform(cut(longestKind)).pipe(z.string().min(1)),
  what: sentence,
  why: maybe,
  expected: maybe,
  step_id: z.string().nullable().default(null),
  severity: z.enum(severities).catch("medium"),
  polarity: z.enum(polarities).catch("failure"),
  recovered: z.boolean().catch(false),
  citations,
});

const criterion = z.object({ criterion: z.string(), holds: z.boolean(), why: maybe, citations: citations.catch([]) });

const envelope = z.object({
  findings: z.array(z.unknown()),
  criteria: z.array(z.unknown()).catch([]).default([]),
});
