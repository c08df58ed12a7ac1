// Many rows as a few bound values: D1 takes hundreds of rows as one JSON text, and only a hundred values a statement.

/** 2 MB a bound value is the platform's limit, and one row can have 400 KB of search text. */
const mostBytes = 1_500_000;

/** JSON arrays of these JSON values in their order, each small enough for one bound value. None for no values. */
export function jsonChunks(rows: readonly string[]): string[] {
  const chunks: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  for (const json of rows) {
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
