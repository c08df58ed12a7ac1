// The masked words of an error, as a draft may quote them: one line, bounded, of the signs that programs write errors with. A text that reads like an
// instruction to a model is not quoted at all: errors come from tools that anybody may have written.
import { oneLine } from "../drift/words.ts";

const longestQuote = 160;
/** Words that address a reader: an error says what is, an instruction what to do. */
const addresses =
  /\b(?:ignore|disregard|forget|instead|you(?:r)?|assistant|system|prompt|instruction|always|never|please|must (?:now|then)|respond|reply|send|email|password|secret|token)\b/i;

/** null where it is empty, says nothing, or is better not repeated. */
export function plainError(template: readonly string[]): string | null {
  const text = oneLine(template.slice(0, longestQuote).join(" ").replaceAll("<*>", "…"), longestQuote)
    .replaceAll(/[^\p{L}\p{N} …_.,:;()'/=-]/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (text.replace(/[…\p{P}\s]/gu, "") === "" || addresses.test(text)) return null;
  return text;
}
