// All detectors, in the order in which they look at a run: causes before consequences, so that one root cause is named once.
import { contextOverflow } from "./context-overflow.ts";
import type { Detector } from "./detector.ts";
import { emptyOutput } from "./empty-output.ts";
import { guardrail } from "./guardrail.ts";
import { ignoredResult } from "./ignored-result.ts";
import { invalidArguments } from "./invalid-arguments.ts";
import { inventedTool } from "./invented-tool.ts";
import { loop } from "./loop.ts";
import { modelError } from "./model-error.ts";
import { outcomeFailed } from "./outcome-failed.ts";
import { recoveredError } from "./recovered-error.ts";
import { refusal } from "./refusal.ts";
import { repeatedCall } from "./repeated-call.ts";
import { runError } from "./run-error.ts";
import { schemaViolation } from "./schema-violation.ts";
import { stepError } from "./step-error.ts";
import { timeout } from "./timeout.ts";
import { toolError } from "./tool-error.ts";
import { toolSoftError } from "./tool-soft-error.ts";
import { truncatedOutput } from "./truncated-output.ts";

export const detectors: readonly Detector[] = [
  inventedTool,
  toolError,
  toolSoftError,
  contextOverflow,
  timeout,
  modelError,
  guardrail,
  stepError,
  invalidArguments,
  schemaViolation,
  loop,
  repeatedCall,
  truncatedOutput,
  emptyOutput,
  refusal,
  ignoredResult,
  runError,
  outcomeFailed,
  recoveredError,
];
