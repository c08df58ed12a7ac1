// Placeholder until the owner of this file writes it.
import type { RunFacts } from "./facts.ts";
export interface SeriesBucket { at: string; value: number | null; low: number | null; high: number | null; n: number; baseline: { value: number | null; low: number; high: number } | null }
export function series(_facts: readonly RunFacts[], _dimension: string, _w: { fromMs: number; toMs: number; bucket: "hour" | "day" }): SeriesBucket[] | null { return null; }
