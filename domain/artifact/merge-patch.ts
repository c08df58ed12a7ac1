// JSON Merge Patch, RFC 7396: what a tool wrapper does to the JSON Schema of the tool's parameters. A null removes, an object goes into what is there,
// everything else takes its place.
import { isRecord } from "../run/rebuild-json.ts";

/** Deeper parts are taken as they stand: patches are checked to be shallower. */
const deepest = 64;

export function mergePatch(target: unknown, patch: unknown, depth = 0): unknown {
  if (!isRecord(patch) || depth > deepest) return patch;
  const merged = new Map(isRecord(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value, depth + 1));
  }
  return Object.fromEntries(merged);
}
