// What drafting looks at in a run: which tools were called in which order, with which argument names, and which calls failed. Values and texts of a
// trace are left behind: nothing that a user, a tool or a model wrote reaches a draft.
import { isCall, isFailedCall } from "../finding/failed-calls.ts";
import { isRecord } from "../run/rebuild-json.ts";
import type { Run } from "../run/run.ts";

export interface SketchedCall {
  tool: string;
  /** Names of its arguments, sorted. */
  keys: string[];
  failed: boolean;
}

export interface RunSketch {
  id: string;
  calls: SketchedCall[];
}

const mostCalls = 200;
const mostKeys = 40;
/** A name as programs write them: anything else is text. */
const plainKey = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
/** Tools by such names can be spoken of in a draft. */
export const plainTool = /^[A-Za-z][A-Za-z0-9_.:/-]{0,99}$/;

export function sketchOf(run: Run): RunSketch {
  const calls = run.steps
    .filter((step) => isCall(step) && plainTool.test(step.name))
    .slice(0, mostCalls)
    .map((step) => ({ tool: step.name, keys: keysOf(step.arguments), failed: isFailedCall(step) }));
  return { id: run.id, calls };
}

const keysOf = (given: unknown): string[] =>
  isRecord(given)
    ? Object.keys(given)
        .filter((key) => plainKey.test(key))
        .slice(0, mostKeys)
        .toSorted()
    : [];
