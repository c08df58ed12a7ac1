// A drizzle query as a statement of the platform, so that it can share a batch (a transaction) with statements written by hand.

export function prepared(db: D1Database, query: { toSQL: () => { sql: string; params: unknown[] } }): D1PreparedStatement {
  const { sql, params } = query.toSQL();
  return db.prepare(sql).bind(...params);
}
