// References: what an agent did when a person said that it was good, under a name. A reference is a copy of the dimensions as they
// stood, in event time; it judges nothing by itself and is shown beside what the agent does now.
import type { DimensionState } from "../domain/drift/drift.ts";
import type { DimensionFeedback } from "../domain/drift/feedback-weight.ts";

/** One dimension of a reference. */
export interface Reference {
  name: string;
  /** Event time up to which the dimension was known when it was blessed. */
  at: string;
  by: string;
  baseline: DimensionState["baseline"];
  current: DimensionState["current"];
}

export interface WatchedDimension extends DimensionState {
  /** Newest first. */
  references: Reference[];
  /** What people's dismissals taught; null for none. */
  feedback: DimensionFeedback | null;
}

export interface Blessed {
  name: string;
  at: string;
  /** How many dimensions the reference holds. */
  dimensions: number;
}

/** A reference outlives the runs behind it, so it names no category that only so few of them showed: those words may be one person's. */
const fewestOfCategory = 5;
/** References of one agent; more are names that nobody remembers. */
const mostReferences = 50;

interface Row extends Record<string, SqlStorageValue> {
  name: string;
  dimension: string;
  at_ms: number;
  by: string;
  json: string;
}

export class Blessings {
  private readonly sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.sql = sql;
  }

  createTable(): void {
    this.sql.exec(
      "CREATE TABLE IF NOT EXISTS reference (name TEXT NOT NULL, dimension TEXT NOT NULL, at_ms INTEGER NOT NULL, by TEXT NOT NULL, json TEXT NOT NULL, PRIMARY KEY (name, dimension)) WITHOUT ROWID",
    );
  }

  /** The same name again replaces what it held of these dimensions. false: there are too many names. */
  put(name: string, dimensions: readonly DimensionState[], by: string, atMs: number): boolean {
    const { n } = this.sql.exec<{ n: number }>("SELECT count(DISTINCT name) AS n FROM reference WHERE name <> ?", name).one();
    if (n >= mostReferences) return false;
    for (const { name: dimension, baseline, current } of dimensions) {
      this.sql.exec(
        "INSERT OR REPLACE INTO reference VALUES (?, ?, ?, ?, ?)",
        name,
        dimension,
        atMs,
        by,
        JSON.stringify({ baseline: withoutRare(baseline), current: withoutRare(current) }),
      );
    }
    return true;
  }

  /** Dimension → its references. */
  byDimension(): Map<string, Reference[]> {
    const rows = this.sql.exec<Row>("SELECT * FROM reference ORDER BY at_ms DESC, name").toArray();
    const grouped = Map.groupBy(rows, ({ dimension }) => dimension);
    return new Map([...grouped].map(([dimension, ofDimension]) => [dimension, ofDimension.map(referenceOf)]));
  }

  /** What `name` holds, for its hash; null when there is no such reference. */
  held(name: string): unknown {
    const rows = this.sql.exec<Row>("SELECT * FROM reference WHERE name = ? ORDER BY dimension", name).toArray();
    return rows.length === 0 ? null : rows.map(({ dimension, at_ms, json }) => [dimension, at_ms, json]);
  }
}

/** `level` without the names of rare categories; its shares stay. */
function withoutRare<Level extends Reference["current"]>(level: Level): Level {
  const { categories } = level;
  if (typeof categories !== "object" || categories === null) return level;
  const kept = Object.fromEntries(Object.entries(categories).filter(([, count]) => typeof count === "number" && count >= fewestOfCategory));
  const category = typeof level["category"] === "string" && Object.hasOwn(kept, level["category"]) ? level["category"] : null;
  return { ...level, category, categories: kept };
}

function referenceOf({ name, at_ms, by, json }: Row): Reference {
  const levels: Pick<Reference, "baseline" | "current"> = JSON.parse(json);
  return { name, at: new Date(at_ms).toISOString(), by, ...levels };
}
