// Cases of a suite: added from a run or by hand, listed in any version, and taken out. What is so like a case that it would be evaluated
// twice is answered with that case. Texts that people send are redacted as those of runs are.
import * as z from "zod";
import { ulid } from "ulidx";
import { pageOfNames } from "../../../d1/page.ts";
import { findRun } from "../../../d1/runs.ts";
import { casesOf, changeSuite } from "../../../d1/suites.ts";
import {
  duplicateOf,
  inputFingerprint,
  isHeldOut,
  longestInput,
  mostCases,
  type Suite,
  type SuiteCase,
} from "../../../domain/experiment/suite.ts";
import { canonicalJson } from "../../../domain/run/fingerprint.ts";
import { credentialsOnly, redact } from "../../../domain/run/redact.ts";
import { readingRulesOf } from "../../../queues/reading-rules.ts";
import type { Env } from "../env.ts";
import { Refusal } from "../refusal.ts";
import { audited } from "./audited.ts";
import { bare, endpoint, pathText, type Api } from "./endpoint.ts";
import { listAnswer, listQuery, namePosition, openList } from "./list.ts";
import { segmentLineOf } from "./run-view.ts";
import { addedCase, caseSchema, caseView, suiteSchema } from "./suites-schema.ts";
import { casesIn, requireSuite, suiteTag, wholeSuite } from "./suites.ts";

const params = z.strictObject({ id: pathText });
/** Somebody else changed the suite at the same moment; looked at again that often, it stands still or somebody plays with it. */
const mostLooks = 5;

const json = z
  .unknown()
  .refine(
    (value) => canonicalJson(value).length <= longestInput,
    `must be at most ${longestInput.toLocaleString("en-US")} characters of JSON`,
  );
const caseAsked = z
  .strictObject({
    run_id: pathText.optional().meta({ description: "The case takes its input; Bento's id or the sender's." }),
    input: json.optional(),
    expected: json.optional().meta({ description: "null or absent: only evaluators say." }),
  })
  .refine(({ run_id, input }) => (run_id === undefined) !== (input === undefined || input === null), {
    message: "give either run_id or input",
    path: ["run_id"],
  });

export function addSuiteCases(api: Api): void {
  endpoint(
    api,
    {
      ...bare,
      method: "post",
      path: "/v1/suites/{id}/cases",
      audience: "write",
      tag: suiteTag,
      summary: "Add a case from a run, or by hand",
      description: "An input that is in already, ids and numbers aside, is answered 200 with the case that is there.",
      params,
      body: caseAsked,
      status: 201,
      answer: addedCase,
      refusals: {
        404: "The key's project has no such suite or run.",
        409: `The suite has ${mostCases} cases.`,
        422: "The run has no input, or too long a one.",
      },
    },
    async ({ env, principal, projectId, params: { id }, body, nowMs }) => {
      const given = await caseOf(env, projectId, body);
      for (let look = 0; look < mostLooks; look++) {
        const suite = await requireSuite(env, projectId, id);
        const cases = await casesOf(env.INDEX, projectId, id, suite.version);
        const known = duplicateOf(given, cases);
        if (known !== null) return Response.json({ ...caseView(id, known), duplicate: true, version: suite.version });
        if (cases.length >= mostCases) throw new Refusal(409, `The suite has ${mostCases} cases; take one out first.`);
        const added = newCase(suite, given, nowMs);
        const draft = audited(principal, nowMs, {
          action: "suite.case_added",
          object: id,
          before: { version: suite.version },
          after: { version: suite.version + 1, case: added.id, sealed: added.isSealed },
        });
        if (await changeSuite(env.INDEX, projectId, suite, { added: [added], removed: [], growth: [] }, draft))
          return { ...caseView(id, added), duplicate: false, version: suite.version + 1 };
      }
      throw new Refusal(409, "The suite is being changed by somebody else; try again.");
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "get",
      path: "/v1/suites/{id}/cases",
      audience: "read",
      tag: suiteTag,
      summary: "List the cases of a suite, oldest first",
      params,
      query: listQuery({ version: z.coerce.number().int().min(1).optional() }),
      status: 200,
      answer: listAnswer(caseSchema, "Cases."),
    },
    async ({ env, projectId, params: { id }, query }) => {
      const suite = await requireSuite(env, projectId, id);
      const list = openList(`/v1/suites/${id}/cases`, query, namePosition);
      const page = pageOfNames(await casesIn(env, projectId, suite, query.version ?? suite.version), (one) => one.id, list.request);
      return list.answer({ ...page, items: page.items.map((one) => caseView(id, one)) });
    },
  );
  endpoint(
    api,
    {
      ...bare,
      method: "delete",
      path: "/v1/suites/{id}/cases/{case_id}",
      audience: "write",
      tag: suiteTag,
      summary: "Take a case out; it stays in the versions that had it",
      params: params.extend({ case_id: pathText }),
      status: 200,
      answer: suiteSchema,
    },
    async ({ env, principal, projectId, params: { id, case_id: caseId }, nowMs }) => {
      for (let look = 0; look < mostLooks; look++) {
        const suite = await requireSuite(env, projectId, id);
        const cases = await casesOf(env.INDEX, projectId, id, suite.version);
        if (!cases.some((one) => one.id === caseId)) throw new Refusal(404, "The suite has no such case in its newest version.");
        const draft = audited(principal, nowMs, {
          action: "suite.case_removed",
          object: id,
          before: { version: suite.version, case: caseId },
          after: { version: suite.version + 1 },
        });
        if (await changeSuite(env.INDEX, projectId, suite, { added: [], removed: [caseId], growth: [] }, draft))
          return wholeSuite(env, projectId, await requireSuite(env, projectId, id));
      }
      throw new Refusal(409, "The suite is being changed by somebody else; try again.");
    },
  );
}

interface GivenCase {
  runId: string | null;
  input: unknown;
  expected: unknown;
  fingerprint: string;
}

/** Redacted. Throws Refusal 404 for a run that is not there, whosever it is. */
async function caseOf(env: Env, projectId: string, { run_id, input, expected = null }: z.output<typeof caseAsked>): Promise<GivenCase> {
  const rules = (await readingRulesOf(env, projectId))?.redaction ?? credentialsOnly;
  const wanted = redact(expected, rules).value;
  if (run_id === undefined) {
    const asked = redact(input, rules).value;
    return { runId: null, input: asked, expected: wanted, fingerprint: inputFingerprint(asked) };
  }
  const row = await findRun(env.INDEX, projectId, run_id);
  const line = row === null ? null : await segmentLineOf(env, projectId, row);
  if (line === null) throw new Refusal(404, "There is no such run in this key's project.");
  const { id: runId, input: recorded } = line.run;
  if (recorded === null || recorded === undefined) throw new Refusal(422, "The run has no input to make a case of.");
  if (canonicalJson(recorded).length > longestInput) throw new Refusal(422, "The run's input is too long for a case.");
  return { runId, input: recorded, expected: wanted, fingerprint: inputFingerprint(recorded) };
}

function newCase({ version, settings }: Suite, given: GivenCase, nowMs: number): SuiteCase {
  return {
    ...given,
    id: `cas_${ulid(nowMs)}`,
    origin: "person",
    signalId: null,
    isSealed: settings.holdout && isHeldOut(given.fingerprint),
    sinceVersion: version + 1,
    untilVersion: null,
    createdMs: nowMs,
  };
}
