// Holds one native run against its schema. The steps are checked one by one and no further than the first few faults: a body of
// a million broken steps must cost no more than a sound one.
import * as z from "zod";
import { maxListed, maxSteps, nativeRunSchema, nativeStepSchema, type NativeRun, type NativeStep } from "./native-schema.ts";

/** Places named for one run that could not be read; the first ones nearly always explain the rest. */
export const maxIssues = 5;

export interface NativeIssue {
  path: PropertyKey[];
  message: string;
}

export type NativeCheck = { ok: true; run: NativeRun } | { ok: false; issues: NativeIssue[] };

const withoutSteps = nativeRunSchema.omit({ steps: true });

export function checkNativeRun(value: unknown): NativeCheck {
  const crowded = crowdedPlaces(value);
  if (crowded.length > 0) return { ok: false, issues: crowded };
  const head = withoutSteps.safeParse(value);
  const issues = head.success ? [] : issuesOf(head.error, []);
  const sent = typeof value === "object" && value !== null && "steps" in value ? value.steps : null;
  const steps: NativeStep[] = [];
  if (Array.isArray(sent)) {
    for (let index = 0; index < sent.length && issues.length < maxIssues; index += 1) {
      const step = nativeStepSchema.safeParse(sent[index]);
      if (step.success) steps.push(step.data);
      else issues.push(...issuesOf(step.error, ["steps", index]));
    }
  } else if (sent !== null && sent !== undefined) issues.push({ path: ["steps"], message: "must be a list of steps" });
  return head.success && issues.length === 0
    ? { ok: true, run: { ...head.data, steps } }
    : { ok: false, issues: issues.slice(0, maxIssues) };
}

function issuesOf(error: z.ZodError, base: PropertyKey[]): NativeIssue[] {
  return error.issues.slice(0, maxIssues).map(({ path, message }) => ({ path: [...base, ...path], message }));
}

/** Lists and maps with more entries than any run has: told before their entries are looked at. */
function crowdedPlaces(value: unknown): NativeIssue[] {
  if (typeof value !== "object" || value === null) return [];
  const remedy = `may have at most ${maxSteps} steps; send the rest as runs of their own with the same session_id`;
  const places: [string, number, string][] = [
    ["steps", maxSteps, remedy],
    ["scores", maxListed, `may have at most ${maxListed} entries`],
    ["cohort", maxListed, `may have at most ${maxListed} attributes`],
    ["tags", maxListed, `may have at most ${maxListed} entries`],
  ];
  return places.flatMap(([name, most, message]) => (sizeOf(Reflect.get(value, name)) > most ? [{ path: [name], message }] : []));
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}
