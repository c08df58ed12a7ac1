// Ids that come out the same when the same runs are analysed again: made from what a thing is, never from chance or the clock.
// The first ten characters sort by event time, as in a ULID; the rest is a hash of what tells it apart.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** Crockford's base 32: no I, L, O, U. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** Characters of a ULID's time: 48 bits of milliseconds. */
const timeLength = 10;
/** Hex digits of the hash: 64 bits, no collision within any agent's history. */
const hashDigits = 16;

/** `prefix` + 10 characters of time + 16 of hash: the length and order of a ULID. */
export function timedId(prefix: string, atMs: number, parts: readonly string[]): string {
  let time = "";
  for (let rest = Math.max(0, Math.floor(atMs)), i = 0; i < timeLength; i++, rest = Math.floor(rest / 32))
    time = (alphabet[rest % 32] ?? "0") + time;
  return `${prefix}${time}${digest(parts).toUpperCase()}`;
}

/** `prefix` + hash: for things whose time may still be corrected by late runs. */
export function namedId(prefix: string, parts: readonly string[]): string {
  return `${prefix}${digest(parts)}`;
}

/** Parts are told apart by length, so ["a", "bc"] and ["ab", "c"] differ whatever characters a trace puts in them. */
function digest(parts: readonly string[]): string {
  const text = parts.map((part) => `${part.length}:${part}`).join("");
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, hashDigits);
}
