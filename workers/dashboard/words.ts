// Words for what the API says in codes: causes with their confidence, verdicts, kinds of change, severities. The line
// between "caused by" and "likely" is the contract's.
import { clipped } from "./safe-text.tsx";
import type { AttributionView, CauseView } from "./read/drift.ts";

/** Confidence from which a cause is stated without "likely". */
const certain = 0.95;

/** What the cause is, without saying how sure we are: `the prompt change to v14`. */
export function causeName(cause: CauseView): string {
  const ref = clipped(cause.ref, 60);
  const to = cause.to === null ? "" : clipped(cause.to, 40);
  const from = cause.from === null ? "" : clipped(cause.from, 40);
  switch (cause.kind) {
    case "prompt":
      return `the prompt edit${to === "" ? (ref === "" ? "" : ` ${ref}`) : ` to ${to}`}`;
    case "model":
      return from !== "" && to !== "" ? `the model change from ${from} to ${to}` : `the model ${to || ref}`;
    case "tool":
      return `a change of the tool ${ref}`;
    case "cohort":
      return `a shift of who asks (${ref.replace("=", " = ")})`;
    case "artifact":
      return `the artifact ${ref}`;
    case "environment":
      return `a change of the environment${ref === "" ? "" : ` (${ref})`}`;
    case "instrumentation":
      return `new instrumentation${ref === "" ? "" : ` (${ref})`}: the agent itself did not change`;
    case "unknown":
      return ref === "" ? "an unnamed change" : ref;
  }
}

/** How sure we are, as the words that stand before the cause's name. */
export function causeLead(attribution: AttributionView): string {
  const best = attribution.causes[0];
  if (attribution.verdict === "attributed" && best !== undefined) {
    return (attribution.isCertain ?? (best.confidence ?? 0) >= certain) ? "Caused by" : "Likely caused by";
  }
  if (attribution.verdict === "confounded") return "Confounded";
  return attribution.verdict === "insufficient_data" ? "Too little data to name a cause" : "Unattributed";
}

/** One plain sentence on the cause. */
export function causeSentence(attribution: AttributionView): string {
  const [best, second] = attribution.causes;
  const lead = causeLead(attribution);
  if (attribution.verdict === "attributed" && best !== undefined) return `${lead} ${causeName(best)}`;
  if (attribution.verdict === "confounded" && best !== undefined) {
    return second === undefined
      ? `${lead}: ${causeName(best)} cannot be told apart from what happened with it`
      : `${lead}: ${causeName(best)} and ${causeName(second)} came together and the data cannot separate them`;
  }
  if (attribution.verdict === "unattributed") return `${lead}: no known change explains it`;
  return lead;
}

/** A probability in words, for people who do not read decimals. */
export function confidenceWord(confidence: number | null): string {
  if (confidence === null) return "unknown";
  if (confidence >= certain) return "near certain";
  if (confidence >= 0.7) return "likely";
  if (confidence >= 0.3) return "possible";
  return "unlikely";
}

/** `tool_errors` → `Tool errors`. */
export function spoken(code: string): string {
  const plain = clipped(code, 80).replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
