// Checks what came in against its schema and says what is wrong in the contract's words: one detail a place, never the value
// itself, which may be a secret or a megabyte.
import * as z from "zod";
import { Refusal, type RefusalDetail } from "../refusal.ts";

export type Part = "path" | "query" | "body";

/** A request can be wrong in ten thousand places; the first ones are enough to mend it. */
const mostDetails = 20;
/** Names of unknown fields are the sender's text. */
const longestName = 100;

/** `runs[3].started_at`; the empty text for the whole. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else text += `${text === "" ? "" : "."}${String(key).slice(0, longestName)}`;
  }
  return text;
}

export function detailsOf(error: z.ZodError, unknownName = "this field is not known here"): RefusalDetail[] {
  const details = error.issues.flatMap((issue): RefusalDetail[] =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: unknownName }))
      : [{ path: pathText(issue.path), message: issue.message }],
  );
  return details.slice(0, mostDetails);
}

/** The parsed value. Throws Refusal 400 with details. */
export function checked<S extends z.ZodType>(schema: S, value: unknown, part: Part): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape).join(", ") || "none" : "";
  const unknownName = part === "query" ? `this query parameter is not known here; known are: ${known}` : undefined;
  throw new Refusal(400, messages[part], detailsOf(result.error, unknownName));
}

const messages: Record<Part, string> = {
  path: "The address is not one that this route takes.",
  query: "A query parameter is wrong; details say which.",
  body: "The body is not what this route takes; details say where.",
};
