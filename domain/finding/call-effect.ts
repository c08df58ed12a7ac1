// Whether a call of a tool could change something, by the verb that its name begins with or, for shells and databases, by the first word
// of what they are to run. A name without a known verb says nothing.
import { isRecord } from "../run/rebuild-json.ts";
import type { Step } from "../run/run.ts";

export type CallEffect = "reads" | "changes" | "unknown";

const reading =
  /^(?:get|list|find|search|lookup|look|read|fetch|query|check|view|show|describe|desc|explain|select|count|calculate|calc|compute|think|plan|retrieve|browse|inspect|verify|validate|estimate|compare|grep|glob|ls|cat|head|tail|pwd|which|wc|sort|diff|stat|tree|rg|nl|history|env|is|has|web|ask)$/;
const changing =
  /^(?:create|update|modify|edit|cancel|delete|remove|drop|book|order|buy|pay|refund|return|exchange|replace|transfer|send|post|put|patch|write|insert|alter|truncate|set|add|append|submit|deploy|merge|commit|push|publish|apply|install|move|rename|upload|assign|close|open|reset|grant|revoke|schedule|reschedule|reserve|register|charge|issue|approve|reject|place|escalate|rm|mv|cp|mkdir|touch|tee|sed|pip|git)$/;
/** Tools that do whatever they are told. */
const running = /^(?:bash|sh|shell|terminal|execute|exec|run|sql|db|database|cmd|command|computer)$/;
const commandKeys = ["command", "code", "sql", "query", "cmd", "script", "input"];

export function callEffect(step: Step): CallEffect {
  const words = wordsOf(step.name);
  const told = words.some((word) => running.test(word)) ? wordsOf(commandOf(step))[0] : undefined;
  const verb = told ?? words[0] ?? "";
  if (reading.test(verb)) return "reads";
  return changing.test(verb) ? "changes" : "unknown";
}

/** `cancelOrder`, `cancel_order`, `orders.cancel` → words in lower case, at most eight. */
function wordsOf(name: string): string[] {
  const plain = name.slice(name.lastIndexOf("__") + 1, 200).replace(/([a-z])([A-Z])/g, "$1 $2");
  return (
    plain
      .toLowerCase()
      .match(/[a-z]+/g)
      ?.slice(0, 8) ?? []
  );
}

function commandOf({ arguments: given, arguments_raw: raw }: Step): string {
  if (typeof given === "string") return given.slice(0, 200);
  if (!isRecord(given)) return raw?.slice(0, 200) ?? "";
  const told = commandKeys.map((key) => given[key]).find((value) => typeof value === "string");
  return typeof told === "string" ? told.slice(0, 200) : "";
}
