// Many rows as a few bound values: D1 takes hundreds of rows as one JSON text, and only a hundred values a statement.

/** 2 MB a bound value is the platform's limit, and one row can have 400 KB of search text. */
const mostBytes = 1_500_000;

/** JSON arrays of `rows` in their order, each small enough for one bound value. None for no rows. */
export function jsonChunks(rows: readonly unknown[]): string[] {
  const chunks: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const json = JSON.stringify(row);
    if (open.length > 0 && bytes + json.length > mostBytes) {
      chunks.push(`[${open.join(",")}]`);
      open = [];
      bytes = 0;
    }
    open.push(json);
    bytes += json.length;
  }
  if (open.length > 0) chunks.push(`[${open.join(",")}]`);
  return chunks;
}
