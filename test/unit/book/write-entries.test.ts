import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookOfArtifact, bookOfPromise } from "../../../domain/book/book-of-artifact.ts";
import { bookOfExperiment } from "../../../domain/book/book-of-experiment.ts";
import { bookOfGate } from "../../../domain/book/book-of-gate.ts";
import { bookOfIncident } from "../../../domain/book/book-of-incident.ts";
import { bookMarkdown, evidencePath } from "../../../domain/book/book-text.ts";
import { chapters, type BookEntry } from "../../../domain/book/entry.ts";
import type { Incident } from "../../../domain/incident/incident.ts";
import { nothingRead } from "../../../domain/experiment/experiment.ts";
import { drift, incident } from "../../workerd/records.ts";
import { attributedTo } from "../incident/an-incident.ts";
import { artifact, experiment, gate, metric, step, version } from "./a-proof.ts";

const resolved = (given: Partial<Incident> = {}): Incident =>
  incident({
    id: "inc_1",
    status: "resolved",
    resolved_at: "2026-11-24T12:00:00.000Z",
    drifts: [drift({ id: "drf_1" })],
    attribution: attributedTo({
      kind: "model",
      ref: "acme-6",
      from: "acme-5",
      to: "acme-6",
      change_id: "chg_1",
      evidence: ["12 of 40 runs failed."],
    }),
    lineage: { changes: ["chg_1"], runs: ["run_1"], experiments: [], artifacts: ["refunds@2"], book: [] },
    ...given,
  });

const gates = new Map([["gat_1", gate()]]);
const promise = {
  id: "opt_1",
  version: 1,
  expected: version().hypothesis?.expected ?? null,
  state: "kept",
  measured: {
    at: "2026-11-25T00:00:00.000Z",
    against: "beside" as const,
    signal: { without: 0.2, with: 0.06, units_without: 200, units_with: 210, difference: -0.14, low: -0.2, high: -0.08, p: 0.001 },
    success: { without: 0.6, with: 0.7, units_without: 200, units_with: 210, difference: 0.1, low: 0.01, high: 0.19, p: 0.03 },
    sentence: "The promise is kept: 20 % was to become 5 %.",
  },
};
const history = [
  step({ action: "made" }),
  step({ action: "validated", at: "2026-11-22T12:00:00.000Z", gate_id: "gat_1" }),
  step({ action: "promoted", at: "2026-11-22T13:00:00.000Z", promoted_version: 1, gate_id: "gat_1", reason: "it works" }),
  step({ action: "version_added", version: 2, promoted_version: 1 }),
  step({ action: "promoted", at: "2026-11-23T13:00:00.000Z", version: 2, promoted_version: 2, gate_id: "gat_1", policy_id: "pol_1" }),
  step({ action: "reverted", at: "2026-11-24T13:00:00.000Z", version: 2, promoted_version: 1, reason: "it was slow" }),
  step({ action: "deprecated", at: "2026-11-25T13:00:00.000Z", version: 1, promoted_version: null }),
];
const versions = [version(), version({ version: 2, hypothesis: null })];

const all = (): BookEntry[] =>
  [
    bookOfIncident(resolved()),
    bookOfExperiment(experiment()),
    bookOfGate(gate({ waiver: { by: "ada", keyId: "key_1", reason: "shipping", at: "2026-11-23T00:00:00.000Z" }, verdict: "regressed" })),
    ...bookOfArtifact(artifact(history), versions, gates),
    bookOfPromise(artifact(history), version(), promise),
  ].filter((entry) => entry !== null);

const textOf = (entry: BookEntry | null | undefined): string =>
  entry === null || entry === undefined
    ? ""
    : chapters.map((chapter) => `${chapter}: ${entry[chapter].map(({ text }) => text).join(" ")}`).join("\n");

describe("every entry", () => {
  it("has evidence behind each sentence, and lists all of it", () => {
    for (const entry of all())
      for (const chapter of chapters)
        for (const { text, refs } of entry[chapter]) {
          expect({ text, isProved: refs.length > 0 }).toEqual({ text, isProved: true });
          expect(entry.evidence).toEqual(expect.arrayContaining(refs));
        }
  });

  it("has an id of its own that is the same when it is written again", () => {
    const ids = all().map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(all().map(({ id }) => id)).toEqual(ids);
    for (const id of ids) expect(id).toMatch(/^bok_[0-9A-Z]{26}$/);
  });
});

describe("an incident", () => {
  it("says what stood before, what moved with its interval, and why", () => {
    expect(textOf(bookOfIncident(resolved()))).toBe(
      [
        "believed: Until 20 Nov 00:00 UTC error rate was 0.10 (100 runs).",
        "tested: Runs after the change were compared with those before it (50 and 100 of them). No other cause came near. 12 of 40 runs failed.",
        "found: Error rate went from 0.10 to 0.40 (difference 0.30, 95 % interval 0.20 to 0.40). The cause was the model acme-6 (acme-5 → acme-6), at a confidence of 99 %; it explains 100 % of the change (90 % to 100 %).",
        "shipped: The incident was resolved 2.50 days after it was opened. What was made against it: refunds@2.",
        "replaced: ",
      ].join("\n"),
    );
  });

  it.each<[string, Partial<Incident>]>([
    ["while it is open", { status: "open" }],
    ["without a cause", { attribution: { verdict: "unattributed", causes: [], mix: null, certain: false } }],
    ["when it was merged into another", { merged_into: "inc_2" }],
    ["when it was withdrawn", { withdrawn_at: "2026-11-24T12:00:00.000Z" }],
  ])("teaches nothing %s", (_, given) => {
    expect(bookOfIncident(resolved(given))).toBeNull();
  });
});

describe("an experiment", () => {
  it("says what was tried on what, and what came out in numbers", () => {
    const entry = bookOfExperiment(experiment({ status: "promoted" }));
    expect(textOf(entry)).toContain(
      "found: Success rose by 15 points (8 to 22). outcome.success: 0.60 before, 0.75 with the candidate, a difference of 0.15, 95 % interval 0.08 to 0.22 (n = 500).",
    );
    expect(textOf(entry)).toContain("shipped: The candidate was promoted.");
    expect(entry).toMatchObject({
      conclusion: "confirmed",
      claim: { metric: "outcome.success", goal: "increase", difference: 0.15, artifacts: ["refunds@2"] },
    });
  });

  it("that refuted its candidate is a learning too, and one that could not tell is none", () => {
    const read = (verdict: Parameters<typeof withVerdict>[0]) => bookOfExperiment(withVerdict(verdict));
    expect(read("candidate_worse")?.conclusion).toBe("refuted");
    expect(read("no_difference")?.conclusion).toBe("no_difference");
    for (const verdict of ["inconclusive", "insufficient_data", "no_variance"] as const) expect(read(verdict)).toBeNull();
    for (const status of ["draft", "running", "failed"] as const) expect(bookOfExperiment(experiment({ status }))).toBeNull();
  });

  const withVerdict = (verdict: (typeof nothingRead)["verdict"]) =>
    experiment({ reading: { ...nothingRead, verdict, decisive_sentence: "So it is.", metrics: [metric({ difference: null })] } });
});

describe("a gate", () => {
  it("names the suite, what came out and who opened it against its verdict", () => {
    const entry = bookOfGate(
      gate({ verdict: "regressed", waiver: { by: "ada", keyId: "key_1", reason: "x", at: "2026-11-23T00:00:00.000Z" } }),
    );
    expect(entry).toMatchObject({ conclusion: "refuted", at: "2026-11-23T00:00:00.000Z" });
    expect(textOf(entry)).toContain(
      "Of 40 pairs 6 came out better and 1 worse, a difference of 0.13 (one-sided 95 % bounds 0.03 and 0.22).",
    );
    expect(textOf(entry)).toContain("ada opened it against its verdict.");
  });

  it("of the same candidate and suite is the same subject; one that could not decide teaches nothing", () => {
    const [one, other] = [bookOfGate(gate()), bookOfGate(gate({ id: "gat_2", decidedMs: Date.parse("2026-11-23T00:00:00Z") }))];
    expect([one?.slug, one?.id === other?.id]).toEqual([other?.slug, false]);
    for (const verdict of ["unstable", "incomparable", "insufficient", "nothing_to_compare"] as const)
      expect(bookOfGate(gate({ verdict }))).toBeNull();
  });
});

describe("an artifact", () => {
  it("has an entry for each step that proved, shipped or withdrew it, all of one subject", () => {
    const entries = bookOfArtifact(artifact(history), versions, gates);
    expect(entries.map(({ title, conclusion }) => [title, conclusion])).toEqual([
      ["Refunds (refunds@1) is proved", "confirmed"],
      ["Refunds (refunds@1) shipped", "confirmed"],
      ["Refunds (refunds@2) shipped", "confirmed"],
      ["Refunds (refunds@2) was reverted", "withdrawn"],
      ["Refunds (refunds@1) was taken out of use", "withdrawn"],
    ]);
    expect(new Set(entries.map(({ slug }) => slug))).toEqual(new Set(["artifact-refunds"]));
    expect(entries.map(({ replaced }) => replaced.map(({ text }) => text).join(""))).toEqual([
      "",
      "It is the first of its kind in use.",
      "Version 2 took the place of version 1.",
      "Version 1 took the place of version 2.",
      "Nothing is in its place.",
    ]);
    expect(textOf(entries[1])).toContain(
      "The rate of invented-refund was to go from 20 % to 5 % (2 % to 10 %): 30 of 40 failing cases pass.",
    );
    expect(textOf(entries[2])).toContain("promoted by ada under the policy pol_1.");
    expect(entries[0]?.evidence).toEqual(expect.arrayContaining(["art_1", "inc_1", "sig_1", "fnd_1", "gat_1", "exp_9", "ste_1"]));
  });

  it("that a person signed for says that nobody measured it", () => {
    const signed = artifact([step({ action: "validated" })], {
      lifecycle: {
        validations: [{ by: "sign_off", gate_id: null }],
        shipped: [],
        is_deprecated: false,
        history: [step({ action: "validated" })],
      },
    });
    const [entry] = bookOfArtifact(signed, versions, gates);
    expect(entry?.conclusion).toBe("signed");
    expect(textOf(entry)).toContain("By nobody's measure: ada signed for it.");
  });

  it("keeps its promise or does not, with the claim to test again; before that there is nothing to say", () => {
    expect(bookOfPromise(artifact(history), version(), promise)).toMatchObject({
      conclusion: "confirmed",
      claim: { metric: "signal.invented-refund", goal: "decrease", difference: -0.14, n: 410, artifacts: ["refunds@1"] },
    });
    expect(bookOfPromise(artifact(history), version(), { ...promise, state: "not_kept" })?.conclusion).toBe("refuted");
    for (const state of ["waiting", "unclear"]) expect(bookOfPromise(artifact(history), version(), { ...promise, state })).toBeNull();
  });
});

describe("the Book as Markdown", () => {
  it("has contents, the chapters that say something, and a link for evidence that has a page", () => {
    const [entry] = all();
    if (entry === undefined) throw new Error("no entry");
    const text = bookMarkdown("bot", [{ ...entry, superseded_by: null }]);
    expect(text).toContain(`- 2026-11-24 [Errors rose](#${entry.id.toLowerCase()})`);
    expect(text).toContain("**What was found**");
    expect(text).not.toContain("What it replaced");
    expect(text).toContain("[inc\\_1](/incidents/inc_1)");
  });

  it("makes no link of evidence that names no page, whatever it is called", () => {
    fc.assert(
      fc.property(fc.string(), (ref) => {
        const path = evidencePath(ref);
        if (path !== null) expect(path).toMatch(/^\/[a-z]+[/#][\w%.!~*'()-]+$/);
      }),
    );
    expect(evidencePath("inc_../../x")).toBe("/incidents/inc_..%2F..%2Fx");
    expect(evidencePath("javascript:alert(1)")).toBeNull();
  });
});
