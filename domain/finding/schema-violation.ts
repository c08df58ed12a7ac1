// Arguments that a tool's declared parameters do not allow, in a call that did not fail for it; and an answer that is not of the form
// that the run's config asks for. A tool that refused its arguments has its own finding.
import { isRecord } from "../run/rebuild-json.ts";
import type { Run, Step } from "../run/run.ts";
import { answeringStep, finalAnswer } from "./answer.ts";
import { type Detector, mostFindings } from "./detector.ts";
import { bounded, isFailedCall } from "./failed-calls.ts";
import { cite } from "./field-text.ts";
import type { Detected } from "./finding.ts";
import { type Misfit, misfitsOf } from "./json-schema.ts";
import { inSentence, newFinding } from "./new-finding.ts";
import { shortName } from "./where.ts";

export const schemaViolation: Detector = {
  name: "schema_violation",
  version: "1",
  definition:
    "A tool's arguments lack a required key or hold what its declared parameters do not allow, or the answer is not of the declared form.",
  detect: (run) => [...ofCalls(run), ...ofAnswer(run)],
};

/** Calls of one run that are checked. */
const mostCalls = 20 * mostFindings;

function ofCalls(run: Run): Detected[] {
  const declared = new Map(run.config.tools.flatMap(({ name, parameters }) => (isRecord(parameters) ? [[name, parameters]] : [])));
  if (declared.size === 0) return [];
  const calls = run.steps.flatMap((step, index) => (step.type === "tool" && declared.has(step.name) ? [{ step, index }] : []));
  const wrong = calls.slice(0, mostCalls).flatMap(({ step, index }) => {
    const misfits = isFailedCall(step) ? [] : misfitsOfCall(step, declared.get(step.name));
    // Answered well all the same: the run got over it.
    return misfits.length === 0 ? [] : [{ step, index, misfits, recovered: step.result !== null && step.result !== undefined }];
  });
  return bounded(wrong).flatMap(({ step, index, misfits, recovered }) =>
    newFinding(run, schemaViolation, {
      step,
      index,
      what: `${shortName(step.name)} was called with arguments that it does not declare: ${told(misfits)}`,
      why: recovered ? "The tool answered all the same." : "The tool gave no answer that shows how it took them.",
      expected: `Arguments as ${shortName(step.name)} declares them.`,
      recovered,
      evidence: [cite(run, step.id, "arguments")],
      subject: step.name,
      text: classText(misfits),
    }),
  );
}

function misfitsOfCall(step: Step, parameters: Readonly<Record<string, unknown>> | undefined): Misfit[] {
  const given = step.arguments;
  if (parameters === undefined || !isRecord(given) || step.truncated) return [];
  // Some senders wrap the arguments once more, or give what a framework made of them.
  const keys = Object.keys(given);
  const properties = isRecord(parameters["properties"]) ? parameters["properties"] : {};
  if (
    keys.length > 0 &&
    !keys.some((key) => Object.hasOwn(properties, key)) &&
    keys.some((key) => /^(?:__arg\d+|input|args|kwargs|arguments)$/.test(key))
  )
    return [];
  return misfitsOf(given, parameters);
}

function ofAnswer(run: Run): Detected[] {
  const schema = run.status === "ok" ? declaredAnswer(run.config.params) : null;
  if (schema === null) return [];
  const misfits = misfitsOfAnswer(run, schema);
  if (misfits.length === 0) return [];
  return newFinding(run, schemaViolation, {
    step: answeringStep(run),
    what: `The answer is not of the declared form: ${told(misfits)}`,
    why: "The run's config asks for answers of this form.",
    expected: "An answer as the config declares it.",
    recovered: false,
    evidence: [cite(run, null, "output")],
    subject: null,
    text: classText(misfits),
  });
}

function misfitsOfAnswer(run: Run, schema: unknown): Misfit[] {
  const text = finalAnswer(run);
  if (run.output === null || run.flags.includes("truncated")) return [];
  if (text === null) return misfitsOf(run.output, schema);
  if (text.trim() === "") return []; // an empty answer has its own finding
  try {
    return misfitsOf(JSON.parse(text), schema);
  } catch {
    return [{ kind: "type", path: "", words: "it is no JSON" }];
  }
}

/** `response_format` as OpenAI's APIs take it; null where none is asked for. `{}` allows any JSON. */
function declaredAnswer(params: Readonly<Record<string, unknown>>): unknown {
  const format = params["response_format"];
  if (!isRecord(format)) return null;
  if (format["type"] === "json_object") return {};
  if (format["type"] !== "json_schema") return null;
  const named = format["json_schema"];
  return (isRecord(named) ? named["schema"] : format["schema"]) ?? null;
}

const told = (misfits: readonly Misfit[]): string => inSentence(misfits.map(({ words }) => words).join(", "));
/** What varies between calls of one mistake is only the value, which is not part of it. */
const classText = (misfits: readonly Misfit[]): string => [...new Set(misfits.map(({ words }) => words))].sort().join(", ");
