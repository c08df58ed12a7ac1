// Any value of a trace as one category: short, printable, bounded. Long values are told apart by a hash, so a category never
// carries a text of a trace for long, and two values that differ only after the cut are still two.
import { fingerprint } from "./fingerprint.ts";

/** Longest category in characters: fits a chart label, and a run with 100 categories stays under 10 KB. */
export const longestCategory = 64;

/** Most names and values are categories already. */
const plain = /^[!-~](?:[ -~]{0,62}[!-~])?$/;

/** A category of at most 64 characters: control characters become spaces, longer texts `start…#hash`. */
export function category(text: string): string {
  if (plain.test(text)) return text;
  const printable = text.replace(/[\p{Cc}\p{Cs}]+/gu, " ").trim();
  if (printable.length <= longestCategory) return printable === "" ? "(empty)" : printable;
  return `${printable.slice(0, 46).replace(/\p{Cs}$/u, "")}…#${fingerprint(text)}`;
}
