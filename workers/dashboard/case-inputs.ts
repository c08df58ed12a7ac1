// What goes in, of the cases of a suite, for pages that know only their ids. A sealed case has none, and neither has one beyond the first pages.
import { listing, type ApiClient } from "./api-client.ts";
import { segment } from "./links.ts";
import { clipped, textOf } from "./safe-text.tsx";
import { readCase } from "./read/suite.ts";

/** A page of cases is at most so long. */
const mostCases = "200";
const mostShown = 110;

export interface CaseInput {
  /** On one line. */
  line: string;
  runId: string | null;
}

export async function caseInputs(api: ApiClient, suiteId: string | null, version: number | null): Promise<ReadonlyMap<string, CaseInput>> {
  if (suiteId === null || suiteId === "") return new Map();
  const answer = await api.get(`/v1/suites/${segment(suiteId)}/cases`, {
    version: version === null ? null : String(version),
    limit: mostCases,
  });
  const cases = answer.ok ? listing(answer.data, readCase).items : [];
  return new Map(
    cases.flatMap(({ id, isSealed, input, runId }): [string, CaseInput][] =>
      isSealed ? [] : [[id, { line: clipped(textOf(input), mostShown), runId }]],
    ),
  );
}
