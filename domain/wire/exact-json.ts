// JSON text to values without losing digits: a bare integer that a double cannot hold becomes its decimal text, so that
// nanosecond times and 64-bit ids sent as numbers survive. Everything else is JSON.parse.

/** A bare number of 16 digits or more after `:`, `,` or `[`. May also match inside a text, which only costs time. */
const longInteger = /[:,[]\s*-?\d{16}/;

/** The value, or undefined when the text is no JSON. */
export function parseExactJson(text: string): unknown {
  if (!longInteger.test(text)) return parse(text);
  try {
    const value: unknown = JSON.parse(text, exact);
    return value;
  } catch {
    // A reviver walks by recursion and gives up at some thousand levels of nesting, where plain parsing still works;
    // such a document keeps its shape and may lose the last digits of bare integers.
    return parse(text);
  }
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** `context.source` is the number as written (ECMAScript's JSON.parse source text access; V8 since 11.4). */
function exact(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value) || context?.source === undefined) return value;
  return /^-?\d+$/.test(context.source) ? context.source : value;
}
