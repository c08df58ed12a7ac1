// What the user wants, as a category that repeats: the sender's own `intent` attribute, else the first user input with ids,
// numbers and quotations masked when that is short enough to be a template. A long free text has no cheap honest cluster, so it has none.
import { category } from "./category.ts";
import type { Run } from "./run.ts";

/** Words of a masked input up to which it counts as a template ("cancel my order <n>"); longer texts practically never repeat. */
const mostWords = 8;
/** Characters read for it. */
const longestInput = 400;

/** The intent, or null where none can be told. */
export function intentOf(run: Run): string | null {
  const given = run.cohort["intent"];
  if (given !== undefined && given !== "") return category(given);
  const text = firstUserText(run.input);
  if (text === null || text.length > longestInput) return null;
  const masked = plainer(text)
    .replace(/["“«][^"”»]*["”»]/g, "<q>")
    .replace(/https?:\/\/\S+/g, "<url>")
    .replace(/\S+@\S+\.\S+/g, "<mail>")
    .replace(/\b(?=[a-z_-]*\d)[\w-]+\b/g, "<n>")
    .replace(isAscii.test(text) ? /[^a-z<>]+/g : /[^\p{L}<>]+/gu, " ")
    .trim();
  if (masked === "" || masked.split(" ").length > mostWords) return null;
  return category(masked);
}

/** Most inputs are plain, and the rules for all of Unicode are many times as dear. */
const isAscii = /^[\0-\x7f]*$/;

const plainer = (text: string): string => (isAscii.test(text) ? text : text.normalize("NFKC")).toLowerCase();

/** The first message of the user: a string, `{content|text|query|question|input|prompt}`, or the first user entry of a list. */
function firstUserText(input: unknown, depth = 0): string | null {
  if (typeof input === "string") return input;
  if (depth > 3) return null;
  if (Array.isArray(input)) {
    const user = input.find((item) => typeof item === "object" && item !== null && "role" in item && item.role === "user");
    return user === undefined ? null : firstUserText(user, depth + 1);
  }
  if (typeof input !== "object" || input === null) return null;
  const fields = new Map(Object.entries(input));
  for (const key of ["messages", "content", "text", "query", "question", "input", "prompt"]) {
    const found = fields.get(key);
    if (typeof found === "string") return found;
    if (key === "messages" && Array.isArray(found)) return firstUserText(found, depth + 1);
  }
  return null;
}
