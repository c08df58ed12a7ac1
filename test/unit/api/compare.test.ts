import { OpenAPIHono } from "@hono/zod-openapi";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { addCompare } from "../../../workers/pipeline/api/compare.ts";
import { compareAnswer } from "../../../workers/pipeline/api/compare-schema.ts";
import type { Api, ApiEnv } from "../../../workers/pipeline/api/endpoint.ts";
import { Refusal } from "../../../workers/pipeline/refusal.ts";

const api: Api = new OpenAPIHono<ApiEnv>();
addCompare(api);
api.onError((error) => (error instanceof Refusal ? Response.json(error.details, { status: error.status }) : Promise.reject(error)));

const principal = {
  projectId: "prj_a",
  keyId: "key_a",
  scopes: ["read" as const],
  kind: "machine" as const,
  owner: null,
  isInstanceAdmin: false,
};

async function ask(body: unknown): Promise<{ status: number; json: unknown }> {
  const request = new Request("http://bento/v1/compare", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const response = await api.fetch(request, { principal });
  return { status: response.status, json: await response.json() };
}

const series = [100, 101, 99, 100, 102, 98, 100, 101, 1000].map((value, i) => ({ at: `2026-11-0${i + 1}`, value }));
const goal = "increase";
const counts = { baseline: [17, 20], candidate: [16, 20] };

describe("POST /v1/compare", () => {
  test.each<[string, unknown, unknown]>([
    ["counts", { kind: "proportion", goal, ...counts }, { kind: "proportion", verdict: "no_difference", alarm: false, adjusted: null }],
    ["strata", { kind: "proportion", goal, strata: [{ name: "a", ...counts }] }, { adjusted: { direction: "candidate_worse" } }],
    ["looks", { kind: "proportion", goal, looks: [counts], planned: { looks: 3, n: 60 } }, { verdict: "inconclusive", action: "continue" }],
    [
      "units",
      {
        kind: "proportion",
        goal,
        exposures: [{ unit: "u", arm: "baseline", at: "2026-11-24T10:00:00Z" }],
        outcomes: [{ unit: "u", at: "2026-11-24T11:00:00Z" }],
      },
      { verdict: "insufficient_data", baseline: { n: 1, successes: 1 }, mixed_units: 0 },
    ],
    ["values", { kind: "two_sample", goal, baseline: [1, 2, 3, 4, 5], candidate: [1, 2, 3, 4, 5] }, { verdict: "no_difference" }],
    [
      "totals",
      { kind: "two_sample", goal, baseline: { numerator: 4.2, denominator: 21 }, candidate: { numerator: 3, denominator: 0 } },
      { verdict: "insufficient_data", candidate: { value: null } },
    ],
    [
      "pairs",
      { kind: "paired", goal, pairs: Array.from({ length: 9 }, () => [0, 1]) },
      { verdict: "candidate_better", method: "mcnemar_mid_p" },
    ],
    ["a split", { kind: "srm", weights: [1, 1], units: [5300, 4700] }, { kind: "srm", srm: true, verdict: "mismatch" }],
    [
      "dimensions",
      { kind: "drift", dimensions: [{ name: "x", baseline: Array(60).fill("a"), current: Array(60).fill("b") }] },
      { kind: "drift", alarm: true, dimensions: [{ name: "x", verdict: "drift", alarms: ["values"] }] },
    ],
    ["days", { kind: "drift", name: "runs", missing_day: "zero", series }, { kind: "drift", alarm: true, changes: [] }],
    [
      "the days asked for",
      { kind: "drift", name: "runs", missing_day: "zero", series: series.slice(0, 8), judge: ["2026-11-09"] },
      { alarm: true, points: [{ at: "2026-11-09", value: 0, verdict: "drift" }] },
    ],
    [
      "times",
      { kind: "drift", name: "x", missing_day: "unknown", series: [{ at: "2026-11-03T10:00:00Z", value: 1 }] },
      { alarm: false, points: [{ verdict: "insufficient_data", evidence: { value: null } }], changes: null },
    ],
  ])("%s are compared as the contract says", async (_, body, expected) => {
    const { status, json } = await ask(body);
    expect([status, json]).toMatchObject([200, expected]);
    // The answer is what OpenAPI promises, with nothing that JSON cannot say.
    expect(compareAnswer.safeParse(json).success).toBe(true);
    expect(z.strictObject({}).loose().parse(json)).toEqual(json);
  });

  test.each<[string, unknown]>([
    ["no kind", { goal, ...counts }],
    ["two forms at once", { kind: "proportion", goal, ...counts, strata: [{ name: "a", ...counts }] }],
    ["half a form", { kind: "proportion", goal, baseline: [1, 2] }],
    ["looks without a plan", { kind: "proportion", goal, looks: [counts] }],
    ["more looks than planned", { kind: "proportion", goal, looks: [counts, counts], planned: { looks: 1, n: 9 } }],
    ["looks that shrink", { kind: "proportion", goal, looks: [counts, { ...counts, baseline: [3, 4] }], planned: { looks: 3, n: 90 } }],
    ["more successes than units", { kind: "proportion", goal, baseline: [3, 2], candidate: [1, 2] }],
    ["half a unit", { kind: "proportion", goal, baseline: [1, 2.5], candidate: [1, 2] }],
    ["values against totals", { kind: "two_sample", goal, baseline: [1, 2], candidate: { numerator: 1, denominator: 2 } }],
    ["weights without counts", { kind: "srm", weights: [1, 1], units: [4] }],
    ["dimensions and series", { kind: "drift", dimensions: [], series }],
    ["a day twice", { kind: "drift", series: [series[0], series[0]] }],
    ["days and times mixed", { kind: "drift", series: [series[0], { at: "2026-11-05T10:00:00Z", value: 1 }] }],
    ["times that fall", { kind: "drift", series: [2, 1].map((hour) => ({ at: `2026-11-05T0${hour}:00:00Z`, value: 1 })) }],
    ["no time at all", { kind: "drift", series: [{ at: "yesterday", value: 1 }] }],
    ["a date that is none", { kind: "drift", series: [{ at: "2026-02-30", value: 1 }] }],
    ["ten thousand years", { kind: "drift", series: [series[0], { at: "9999-01-01", value: 1 }] }],
    ["a number that cannot be squared", { kind: "two_sample", goal, baseline: [1e200, 1], candidate: [1, 2] }],
  ])("%s is refused with the place", async (_, body) => {
    const { status, json } = await ask(body);
    expect(status).toBe(400);
    expect(
      z
        .array(z.object({ path: z.string(), message: z.string().min(5) }))
        .min(1)
        .safeParse(json).success,
    ).toBe(true);
  });
});
