// Which runs a recorded change reached, told from what each run says it was, never from the clock when the run carries the version.
// Exposure is cumulative: a run past a later version of the same part is past this one too. A change no run shows is told by its time.
import type { Change } from "./drift.ts";
import type { RunFacts } from "./facts.ts";
import { type Appearance, type VersionHistory, partKey, slotKey } from "./version-history.ts";
import { refOf } from "./version-part.ts";
import type { Exposed } from "./weigh.ts";
import type { Window } from "./window.ts";

/** Exposure of each run, and whether it was told by version or only by time. */
export interface ChangeExposure {
  exposed: Exposed;
  by: "version" | "time";
}

/** Exposure of the window's runs to `change`. `history` covers all known runs of the agent. */
export function exposureTo(change: Change, window: Window, history: VersionHistory): ChangeExposure {
  const appearance = appearanceOf(change, history);
  const places = appearance === null ? undefined : history.places.get(slotKey(appearance.part));
  if (appearance === null || places === undefined) return { exposed: byTime(change, window.runs), by: "time" };
  const own = history.appearances.indexOf(appearance);
  return { exposed: Uint8Array.from(window.runs, (_, i) => ((places[window.offset + i] ?? -1) >= own ? 1 : 0)), by: "version" };
}

/** The first appearance that a change records, null for one that no run shows. */
export function appearanceOf(change: Change, history: VersionHistory): Appearance | null {
  if (change.run_id === null || change.to === null) return null;
  for (const slot of slotsOf(change, history)) {
    const seen = history.byKey.get(partKey({ ...slot, value: change.to }));
    if (seen !== undefined) return seen;
  }
  return null;
}

/** The parts of the configuration that the change may be about. */
function slotsOf(change: Change, history: VersionHistory): { kind: Change["kind"]; slot: string }[] {
  const own = history.appearances.filter(
    ({ part, runId }) => part.kind === change.kind && runId === change.run_id && (part.kind !== "tool" || refOf(part) === change.ref),
  );
  return own.map(({ part }) => part);
}

/** Runs from the declared time on; a tool reaches only runs that had it. */
function byTime(change: Change, runs: readonly RunFacts[]): Exposed {
  const atMs = Date.parse(change.at);
  const hasTool = (run: RunFacts): boolean => run.toolsUsed.includes(change.ref) || Object.hasOwn(run.versions.tools, change.ref);
  const isKnownTool = change.kind === "tool" && runs.some(hasTool);
  return Uint8Array.from(runs, (run) => (run.atMs >= atMs && (!isKnownTool || hasTool(run)) ? 1 : 0));
}
