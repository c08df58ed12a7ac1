// What the members of a cluster say together, in the words they say it in: `<*>` stands where they differ, inside a word too ("user=<*>").
// It is for people to read; which texts belong together is decided on other grounds.
import { common } from "./cluster-align.ts";
import { wildcard } from "./mask.ts";

/** The words that all of `members` share, `<*>` for the rest. */
export function templateOf(members: readonly (readonly string[])[]): string[] {
  const [first = [], ...others] = members;
  return others.reduce<string[]>((template, member) => common(template, member, wildcard, blended), [...first]);
}

/** Two words with what they have in common at their ends, cut at marks: "user=ann)" and "user=bob)" → "user=<*>)". */
function blended(a: string, b: string): string {
  if (a === b) return a;
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start++;
  while (start > 0 && !isMark(a[start - 1])) start--;
  let end = 0;
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  while (end > 0 && !isMark(a[a.length - end])) end--;
  return `${a.slice(0, start)}${wildcard}${a.slice(a.length - end)}`;
}

function isMark(char: string | undefined): boolean {
  return char !== undefined && /[=:;,.()[\]{}"'`|]/.test(char);
}
