// Did the agent decline? A small, stated rule: the model's own finish reason says so, or the answer opens with one of the set
// phrases of refusal. It reads no meaning; a polite "no, your order cannot be changed" is not a refusal.
import type { Run } from "./run.ts";

const opening =
  /^(?:(?:i(?:['’]m| am) (?:really |very |so )?sorry|sorry|apologies|unfortunately)[,.!]?\s*(?:but\s+)?(?:i\s+)?)?(?:i\s*)?(?:(?:can(?:no|['’])t|can not|am unable to|['’]m unable to|am not able to|['’]m not able to|won['’]t|will not|must decline to|have to decline to)\s+(?:be able to\s+)?(?:help|assist|comply|do that|fulfil|fulfill|provide|answer|engage|create|generate|support|discuss|continue)|decline\b)/i;
const refusingReasons = new Set(["refusal", "content_filter", "safety"]);

/** true or false for a run with an answer; null when there is nothing to judge. */
export function isRefusal(run: Run): boolean | null {
  for (const step of run.steps) {
    if (step.type !== "llm") continue;
    for (const [name, value] of Object.entries(step.attributes)) {
      if (!/(?:finish|stop)_?reasons?$/i.test(name)) continue;
      const reasons = Array.isArray(value) ? value : [value];
      if (reasons.some((reason) => typeof reason === "string" && refusingReasons.has(reason.toLowerCase()))) return true;
    }
  }
  const text = answerText(run.output);
  return text === null ? null : opening.test(text.slice(0, 200).trim());
}

/** The answer as text, where it is one: a string, or the text of a message object. */
function answerText(output: unknown, depth = 0): string | null {
  if (typeof output === "string") return output;
  if (depth > 3) return null; // messages are lists of records of lists; anything deeper is data, or an attack
  if (Array.isArray(output)) return output.length === 0 ? null : answerText(output[output.length - 1], depth + 1);
  if (typeof output !== "object" || output === null) return null;
  for (const [key, value] of Object.entries(output)) {
    if (["content", "text", "answer", "output", "message"].includes(key) && typeof value === "string") return value;
  }
  return null;
}
