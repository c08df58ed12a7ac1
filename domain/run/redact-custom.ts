// A project's own redaction patterns. They are written by users and run over hostile text, so they go through a matcher of our own
// that is linear in the text whatever the pattern, and never rewrite the marks of earlier replacements.
import { compileLinear } from "./linear-regex.ts";
import { redactionMark } from "./redact-patterns.ts";
import type { Redacted } from "./redact-text.ts";

/** A compiled pattern of a project. */
export interface CustomPattern {
  name: string;
  redact: (text: string) => Redacted<string>;
}

export type CustomPatternReading = { kind: "pattern"; pattern: CustomPattern } | { kind: "refused"; message: string };

/** Compiles `pattern` (the subset of `compileLinear`); a refusal says what to change. The mark is `[redacted:name]`. */
export function readCustomPattern(name: string, pattern: string): CustomPatternReading {
  if (!/^[\w.-]{1,40}$/.test(name)) {
    return { kind: "refused", message: 'the name becomes part of the mark: at most 40 letters, digits, "_", "-" and "."' };
  }
  const compiled = compileLinear(pattern);
  if (compiled.kind === "refused") return compiled;
  const redact = (text: string): Redacted<string> => {
    let value = "";
    let count = 0;
    let written = 0;
    const marks = spansOfMarks(text);
    for (const { from, to } of compiled.findAll(text)) {
      if (marks.some((mark) => mark.from < to && mark.to > from)) continue;
      value += `${text.slice(written, from)}[redacted:${name}]`;
      written = to;
      count += 1;
    }
    // A "." may have taken half of a character outside the basic plane.
    return count === 0 ? { value: text, count } : { value: (value + text.slice(written)).toWellFormed(), count };
  };
  return { kind: "pattern", pattern: { name, redact } };
}

function spansOfMarks(text: string): { from: number; to: number }[] {
  if (!text.includes("[redacted:")) return [];
  return [...text.matchAll(new RegExp(redactionMark, "g"))].map(({ index, 0: mark }) => ({ from: index, to: index + mark.length }));
}
