// Suites and cases as they are read, in OpenAPI's terms. Of a sealed case nothing is shown but that it is there.
import * as z from "zod";
import { caseOrigins, type Suite, type SuiteCase } from "../../../domain/experiment/suite.ts";

const growth = z.object({
  at: z.string(),
  version: z.number(),
  signal_id: z.string(),
  added: z.number(),
  sealed: z.number(),
  duplicates: z.number().meta({ description: "Runs whose input was in already." }),
});

export const suiteSchema = z
  .object({
    id: z.string(),
    agent: z.string(),
    name: z.string(),
    version: z.number().meta({ description: "Of the cases below; rises with every change of them." }),
    newest_version: z.number(),
    grows_from: z.literal("signals").nullable(),
    holdout: z.boolean(),
    counts: z.object({ cases: z.number(), sealed: z.number(), from_runs: z.number(), from_signals: z.number() }),
    growth: z.array(growth).meta({ description: "What each new signal brought, newest last." }),
    created_at: z.string(),
  })
  .meta({ id: "Suite", description: "A versioned set of cases." });

export const listedSuite = suiteSchema.omit({ counts: true, newest_version: true });

export const caseSchema = z
  .object({
    id: z.string(),
    suite_id: z.string(),
    run_id: z.string().nullable(),
    input: z.unknown().meta({ description: "null for a sealed case." }),
    expected: z.unknown().meta({ description: "null where only evaluators say, and for a sealed case." }),
    origin: z.enum(caseOrigins),
    signal_id: z.string().nullable(),
    sealed: z.boolean(),
    since_version: z.number(),
    until_version: z.number().nullable().meta({ description: "The first version without it." }),
    created_at: z.string(),
  })
  .meta({ id: "SuiteCase", description: "An input with what is expected of it." });

export const addedCase = caseSchema.extend({
  duplicate: z.boolean().meta({ description: "It was in already, or one so like it that it counts as the same." }),
  version: z.number().meta({ description: "Of the suite that has it." }),
});

export function listedSuiteView({ id, agent, name, version, settings, createdMs }: Suite): z.input<typeof listedSuite> {
  const { grows_from, holdout, growth: log } = settings;
  return { id, agent, name, version, grows_from, holdout, growth: log, created_at: new Date(createdMs).toISOString() };
}

/** @param cases of `version` */
export function suiteView(suite: Suite, version: number, cases: readonly SuiteCase[]): z.input<typeof suiteSchema> {
  const count = (holds: (one: SuiteCase) => boolean) => cases.filter(holds).length;
  return {
    ...listedSuiteView(suite),
    version,
    newest_version: suite.version,
    counts: {
      cases: cases.length,
      sealed: count(({ isSealed }) => isSealed),
      from_runs: count(({ runId }) => runId !== null),
      from_signals: count(({ origin }) => origin === "signal"),
    },
  };
}

export function caseView(suiteId: string, one: SuiteCase): z.input<typeof caseSchema> {
  const { isSealed } = one;
  return {
    id: one.id,
    suite_id: suiteId,
    run_id: isSealed ? null : one.runId,
    input: isSealed ? null : one.input,
    expected: isSealed ? null : one.expected,
    origin: one.origin,
    signal_id: one.signalId,
    sealed: isSealed,
    since_version: one.sinceVersion,
    until_version: one.untilVersion,
    created_at: new Date(one.createdMs).toISOString(),
  };
}
