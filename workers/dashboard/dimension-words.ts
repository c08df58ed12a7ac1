// Names of dimensions for people, and the groups in which an agent page shows them. A name that is not built in (a
// user's own expression) is shown as it is, in a group of its own.
import { clipped } from "./safe-text.tsx";

export const groups = ["Outcome", "Latency", "Volume", "Tokens and cost", "Tools", "Output", "Cohort", "Own dimensions"] as const;
export type Group = (typeof groups)[number];

const titles: ReadonlyMap<string, string> = new Map([
  ["outcome.success", "Success rate"],
  ["outcome.error", "Error rate"],
  ["outcome.refusal", "Refusal rate"],
  ["latency.run_ms", "Run latency"],
  ["latency.llm_ms", "Model latency"],
  ["volume.runs", "Runs"],
  ["volume.steps", "Steps a run"],
  ["volume.llm_calls", "Model calls a run"],
  ["volume.tool_calls", "Tool calls a run"],
  ["volume.repeats", "Repeated calls a run"],
  ["tokens.input", "Input tokens a run"],
  ["tokens.output", "Output tokens a run"],
  ["tokens.cache_read", "Cached tokens a run"],
  ["cost.usd", "Cost a run"],
  ["tools.mix", "Tool mix"],
  ["tools.order", "Tool order"],
  ["output.shape", "Output shape"],
  ["output.length", "Output length"],
]);

/** What each tool's dimensions measure, by their last part. */
const ofTool: ReadonlyMap<string, string> = new Map([
  ["error_rate", "error rate"],
  ["error_code", "error codes"],
  ["args_shape", "argument shape"],
]);

export function dimensionTitle(name: string): string {
  return titles.get(name) ?? derivedTitle(clipped(name, 90));
}

function derivedTitle(name: string): string {
  const latency = /^latency\.tool\.(.+)_ms$/.exec(name)?.[1];
  if (latency !== undefined) return `${latency} latency`;
  const argument = /^tool\.(.+?)\.arg\.(.+)$/.exec(name);
  if (argument !== null) return `${argument[1]} argument ${argument[2]}`;
  const tool = /^tool\.(.+)\.(error_rate|error_code|args_shape)$/.exec(name);
  if (tool !== null) return `${tool[1]} ${ofTool.get(tool[2] ?? "")}`;
  const plain = /^(score|cohort|signal)\.(.+)$/.exec(name);
  if (plain !== null) return `${plain[1] === "cohort" ? "Cohort" : plain[1] === "score" ? "Score" : "Signal"} ${plain[2]}`;
  return name;
}

export function dimensionGroup(name: string): Group {
  const first = name.split(".")[0];
  if (first === "outcome" || first === "score" || first === "signal") return "Outcome";
  if (first === "latency") return "Latency";
  if (first === "volume") return "Volume";
  if (first === "tokens" || first === "cost") return "Tokens and cost";
  if (first === "tools" || first === "tool") return "Tools";
  if (first === "output") return "Output";
  if (first === "cohort") return "Cohort";
  return "Own dimensions";
}
