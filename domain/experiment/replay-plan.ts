// Which recorded runs are replayed, how often, and how their recorded tool results are served. What is not said is chosen so that the answer
// is honest first and cheap second: strict matching, every run once.
import * as z from "zod";

/** Runs times repeats of one experiment. */
export const mostItems = 20_000;
const mostRepeats = 20;
const mostNamed = 10_000;
const runId = z.string().min(1).max(1_000);

const strata = z.strictObject({
  attribute: z.string().min(1).max(200).optional().meta({ description: "A cohort attribute, such as `plan`." }),
  signals: z.boolean().default(false).meta({ description: "Also by the rarest signal that a run shows." }),
});

const sample = z.union([
  z.literal("all"),
  z.number().positive().max(10_000_000),
  z.strictObject({
    n: z.union([z.literal("all"), z.number().positive().max(10_000_000)]).default("all"),
    from: z.iso.datetime({ offset: true }).optional().meta({ description: "Runs begun then or later." }),
    to: z.iso.datetime({ offset: true }).optional().meta({ description: "Runs begun before then." }),
    by: strata.optional().meta({ description: "Stratified: as many of each kind of run as its share of the history, and at least one." }),
  }),
]);

export const replayPlan = z
  .strictObject({
    runs: z.array(runId).min(1).max(mostNamed).optional().meta({ description: "Bento's ids or the sender's." }),
    sample: sample.optional().meta({
      description:
        "`all`, a share up to 1, a number of runs (by the hash of their ids: evenly, and the same again), or `{n, from, to, by}`.",
    }),
    matching: z.enum(["strict", "fifo"]).default("strict").meta({
      description: "Which recorded result a call gets: that of the same arguments, or the next one of that tool.",
    }),
    repeats: z.int().min(1).max(mostRepeats).default(1),
    evaluators: z.array(z.string().min(1).max(200)).min(1).max(20).optional().meta({
      description: "By name or id: what says whether a run passed, of both arms. All must pass.",
    }),
    expected: z.record(z.string(), z.unknown()).optional().meta({
      description: "By run, the output that passes; compared as JSON. Taken where there are no evaluators.",
    }),
    cluster: z.enum(["session", "task", "none"]).default("session").meta({
      description: "Runs of one session, or of one `task_id` in metadata, count together, because they resemble each other.",
    }),
    max_cost_usd: z.number().nonnegative().optional().meta({ description: "The experiment stops before it would pass this." }),
    max_cost_usd_per_run: z.number().positive().max(1_000).default(5).meta({
      description: "A run is errored before it would pass this; what Claude as the candidate may cost at most.",
    }),
    deadline_ms: z.int().min(1_000).max(300_000).default(120_000).meta({ description: "For one run." }),
    preview: z.boolean().default(false).meta({ description: "Say what would be done and what it costs, and make nothing." }),
  })
  .refine(({ runs, sample: some }) => (runs === undefined) !== (some === undefined), "give either `runs` or `sample`")
  .refine(({ sample: some }) => wholeOrShare(typeof some === "object" ? some.n : some), {
    message: "a share above 0 and up to 1, or a whole number of runs",
    path: ["sample"],
  });
export type ReplayPlan = z.output<typeof replayPlan>;
export type Matching = ReplayPlan["matching"];

const wholeOrShare = (n: number | "all" | undefined): boolean => typeof n !== "number" || n <= 1 || Number.isInteger(n);
