// The unit of a dimension's value, from its name and kind.
import type { DimensionKind } from "./facts.ts";

export function unitOf(dimension: string, kind: DimensionKind): string {
  if (kind === "proportion") return "share";
  if (kind === "categorical") return "category";
  if (dimension.endsWith("_ms")) return "ms";
  if (dimension.endsWith(".usd") || dimension.endsWith("_usd")) return "usd";
  if (dimension.startsWith("tokens.")) return "tokens";
  if (dimension === "output.length") return "characters";
  if (dimension === "volume.runs") return "runs";
  return "count";
}
