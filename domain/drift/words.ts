// Dimensions, cells and numbers as an engineer would say them. Names that come from traces are cut and kept on one line.
const longestName = 60;

/** One line, control characters gone, at most 60 characters. */
export function oneLine(text: string, longest = longestName): string {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1).replace(/\p{Cs}$/u, "")}…`;
}

const fixedNames: Record<string, string> = {
  "outcome.success": "success",
  "outcome.error": "error rate",
  "outcome.refusal": "refusal rate",
  "latency.run_ms": "run latency",
  "latency.llm_ms": "model latency",
  "volume.runs": "traffic",
  "volume.steps": "steps per run",
  "volume.llm_calls": "model calls per run",
  "volume.tool_calls": "tool calls per run",
  "volume.repeats": "repeated calls per run",
  "tokens.input": "input tokens",
  "tokens.output": "output tokens",
  "tokens.cache_read": "cached tokens",
  "cost.usd": "cost per run",
  "tools.mix": "the mix of tools",
  "tools.order": "the order of tools",
  "output.shape": "the shape of outputs",
  "output.length": "output length",
};

/** What a dimension's name means: "error rate of lookup_order" for `tool.lookup_order.error_rate`. */
export function dimensionWords(dimension: string): string {
  const fixed = fixedNames[dimension];
  if (fixed !== undefined) return fixed;
  const patterns: [RegExp, (a: string, b: string) => string][] = [
    [/^latency\.tool\.(.+)_ms$/, (tool) => `latency of ${tool}`],
    [/^tool\.(.+)\.error_rate$/, (tool) => `error rate of ${tool}`],
    [/^tool\.(.+)\.error_code$/, (tool) => `error codes of ${tool}`],
    [/^tool\.(.+)\.args_shape$/, (tool) => `arguments of ${tool}`],
    [/^tool\.(.+?)\.arg\.(.+)$/, (tool, key) => `argument ${key} of ${tool}`],
    [/^cohort\.(.+)$/, (attribute) => `who asks (${attribute})`],
    [/^score\.(.+)$/, (name) => `score ${name}`],
    [/^signal\.(.+)$/, (slug) => `signal ${slug}`],
  ];
  for (const [pattern, words] of patterns) {
    const found = pattern.exec(dimension);
    if (found !== null) return oneLine(words(found[1] ?? "", found[2] ?? ""));
  }
  return oneLine(dimension);
}

/** The unit that a dimension's value carries after the number; empty for shares and counts. */
export function unitOf(dimension: string): string {
  return dimension.startsWith("latency.") || dimension.endsWith("_ms") ? " ms" : dimension === "cost.usd" ? " USD" : "";
}

/** A number with three significant digits and no exponent for everyday sizes. */
export function numberWords(value: number): string {
  if (!Number.isFinite(value)) return "unknown";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  if (size >= 1000) return String(Math.round(value));
  return size >= 100
    ? value.toFixed(0)
    : size >= 10
      ? value.toFixed(1)
      : size >= 0.01 || size === 0
        ? value.toFixed(2)
        : value.toPrecision(2);
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `14 Nov 09:00` in UTC. */
export function timeWords(atMs: number): string {
  const at = new Date(atMs);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ""} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}
