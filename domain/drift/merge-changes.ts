// A change that was declared and the first run that shows it are one change: the declared record wins and keeps its name, the
// inferred one fills in what people leave out (from, to, the run). Two records that name different things are never merged.
import type { Change } from "./drift.ts";
import { slugOf } from "./version-part.ts";

/** A deploy marker and the first run of what it deploys lie at most this far apart when only time ties them. */
const closeMs = 6 * 3_600_000;
/** When both name the same thing, a slow rollout may take days to reach its first run. */
const sameNameMs = 7 * 24 * 3_600_000;

/** Declared and inferred changes as one list, oldest first. Each inferred change joins at most one declared change: the closest. */
export function mergeChanges(declared: readonly Change[], inferred: readonly Change[]): Change[] {
  const pairs = declared
    .flatMap((d, i) => inferred.map((f, j) => ({ i, j, fit: fitOf(d, f), apart: Math.abs(Date.parse(d.at) - Date.parse(f.at)) })))
    .filter(({ fit, apart }) => (fit === "named" ? apart <= sameNameMs : fit === "open" && apart <= closeMs))
    .sort((a, b) => Number(b.fit === "named") - Number(a.fit === "named") || a.apart - b.apart || a.i - b.i || a.j - b.j);
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  for (const { i, j } of pairs) {
    if (partner.has(i) || taken.has(j)) continue;
    partner.set(i, j);
    taken.add(j);
  }
  const merged = declared.map((d, i) => {
    const f = inferred[partner.get(i) ?? -1];
    return f === undefined ? d : { ...d, declared: true, from: d.from ?? f.from, to: f.to ?? d.to, run_id: f.run_id };
  });
  return [...merged, ...inferred.filter((_, j) => !taken.has(j))].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1,
  );
}

/** `named`: both name the same thing; `open`: the declared name says nothing against it; `other`: they name different things. */
function fitOf(declared: Change, inferred: Change): "named" | "open" | "other" {
  if (declared.kind !== inferred.kind) return "other";
  const names = [declared.ref, declared.to];
  if (names.includes(inferred.ref) || (inferred.to !== null && names.includes(inferred.to))) {
    return declared.kind === "tool" && declared.to !== null && inferred.to !== null && declared.to !== inferred.to ? "open" : "named";
  }
  switch (declared.kind) {
    // People write `gpt-5` for `gpt-5-2026-10-01`, and `lookup` never for `search`.
    case "model":
      return names.some((name) => name !== null && name !== "" && (inferred.ref.startsWith(name) || name.startsWith(inferred.ref)))
        ? "named"
        : "other";
    case "tool":
    case "cohort":
      return "other";
    case "artifact":
      return slugOf(declared.ref) === slugOf(inferred.ref) ? "open" : "other";
    default:
      return "open";
  }
}
