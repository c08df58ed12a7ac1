// Cursors as clients hold them: a position in one list under one set of filters, opaque, and worthless elsewhere. A cursor
// that was cut, forged or carried over to another list is null here and a 400 at the door, never a wrong page.
import * as z from "zod";

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a, 32 bits: tells lists apart by mistake, not by malice; a forged position can only show rows that the key may read anyway. */
function fingerprint(list: string): number {
  let hash = fnvOffset;
  for (let i = 0; i < list.length; i++) hash = Math.imul(hash ^ list.charCodeAt(i), fnvPrime);
  return hash >>> 0;
}

const envelope = z.tuple([z.int(), z.unknown()]);

/** `list` names the list and its filters; the same string must be given to read the cursor back. */
export function encodeCursor(list: string, position: readonly (string | number)[]): string {
  const bytes = new TextEncoder().encode(JSON.stringify([fingerprint(list), position]));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** null for anything that `encodeCursor` did not make for this list. */
export function decodeCursor<Position>(list: string, cursor: string, shape: z.ZodType<Position>): Position | null {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const parsed = envelope.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes)));
    if (!parsed.success || parsed.data[0] !== fingerprint(list)) return null;
    return shape.safeParse(parsed.data[1]).data ?? null;
  } catch {
    return null;
  }
}
