// A call of a tool that the agent was never given. Only runs that declare their tools can show it, and a tool that answered exists:
// it was merely not declared.
import type { Detector } from "./detector.ts";
import { errorPart } from "./error-part.ts";
import { saysUnknownTool } from "./error-kinds.ts";
import { bounded, isFailedCall, type Placed } from "./failed-calls.ts";
import { cite, failureText } from "./field-text.ts";
import { newFinding } from "./new-finding.ts";
import { shortName } from "./where.ts";

export const inventedTool: Detector = {
  name: "invented_tool",
  version: "1",
  definition: "The agent called a tool that is not among its declared tools, and nothing answered.",
  detect: (run) => {
    const declared = new Set(run.config.tools.map(({ name }) => bareName(name)));
    if (declared.size === 0) return [];
    const lastGood = run.steps.findLastIndex((step) => step.type === "tool" && !isFailedCall(step) && hasAnswer(step.result));
    const calls = run.steps.flatMap((step, index): Placed[] => {
      if (step.type !== "tool" || declared.has(bareName(step.name))) return [];
      const isUnknown = isFailedCall(step)
        ? saysUnknownTool(failureText(step.error)) || saysUnknownTool(errorPart(step.result))
        : lastGood >= 0 && !hasAnswer(step.result);
      return isUnknown ? [{ step, index, recovered: index < lastGood }] : [];
    });
    return bounded(calls).flatMap(({ step, index, recovered }) =>
      newFinding(run, inventedTool, {
        step,
        index,
        what: `${shortName(step.name)} was called, a tool that the agent does not have`,
        why: `${run.config.tools.length} tools are declared, and this is none of them.`,
        expected: "The agent calls only tools that it was given.",
        recovered,
        evidence: [cite(run, step.id, "name"), cite(run, step.id, step.error === null ? "result" : "error")],
        subject: step.name,
        text: null,
      }),
    );
  },
};

/** MCP clients show `mcp__server__tool` to the model and `tool` in the trace; some providers allow no dots in names. */
const bareName = (name: string): string =>
  name
    .slice(name.lastIndexOf("__") + (name.includes("__") ? 2 : 1))
    .replaceAll(".", "_")
    .toLowerCase();

const hasAnswer = (result: unknown): boolean => result !== null && result !== undefined && result !== "";
