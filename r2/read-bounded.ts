// Reads a stream up to a stated size. The size is enforced while reading, because a header may lie or be absent, and a small
// gzip can unpack to anything.

/**
 * null when there is more than `mostBytes`; up to `drainedBytes` of the rest are read and dropped before that is said, because a sender
 * that is still writing would meet a closed connection instead of the answer. Throws what the stream throws.
 */
export async function readBounded(stream: ReadableStream<Uint8Array>, mostBytes: number, drainedBytes = 0): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > mostBytes) chunks.length = 0;
    else chunks.push(value);
    if (length > mostBytes + drainedBytes) {
      await reader.cancel();
      return null;
    }
  }
  if (length > mostBytes) return null;
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

/** null when it unpacks to more than `mostBytes`; throws for bytes that are no gzip. */
export function gunzipBounded(packed: Uint8Array, mostBytes: number): Promise<Uint8Array | null> {
  return readBounded(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip")), mostBytes);
}
