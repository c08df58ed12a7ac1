// What canaries and shadows say beside their verdict, in OpenAPI's terms. The records are domain/experiment/canary-state.ts and shadow-state.ts.
import * as z from "zod";
import { canaryFlags } from "../../../domain/experiment/canary-state.ts";
import { directions } from "../../../domain/experiment/comparison.ts";

export const canaryFlag = z.enum(canaryFlags);

export const guardSchema = z
  .object({
    margin: z.number(),
    pairs: z.number(),
    harm_e: z.number().meta({ description: "Evidence of harm beyond the margin, an e-value; 20 aborts." }),
    no_harm_e: z.number().meta({ description: "Evidence that it is not worse by the margin; 20 is enough." }),
    is_harmful: z.boolean(),
    is_harmless: z.boolean(),
  })
  .meta({ description: "May be looked at after every unit." });

const look = z.object({
  at: z.string(),
  fraction: z.number().meta({ description: "Of the planned information." }),
  baseline_n: z.number(),
  candidate_n: z.number(),
  difference: z.number(),
  score: z.number(),
  bound: z.number().meta({ description: "That the score had to reach at this look." }),
  crossed: z.boolean(),
  p: z.number().meta({ description: "Over this look and all before it." }),
  strata: z.string().nullable(),
});

const holdback = z.object({
  share: z.number(),
  metrics: z.array(
    z.object({
      name: z.string(),
      held_n: z.number(),
      n: z.number(),
      held: z.number().nullable(),
      promoted: z.number().nullable(),
      difference: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
});

export const canarySchema = z.object({
  share: z.number().meta({ description: "Of units that get the candidate now." }),
  ramp: z.array(z.object({ share: z.number(), at: z.string() })),
  looks: z.array(look).meta({ description: "Each taken once and never changed." }),
  planned: z.object({ looks: z.number(), n: z.number() }).nullable(),
  information: z.number().nullable().meta({ description: "Share of the planned information that is there." }),
  units: z.object({
    baseline: z.number(),
    candidate: z.number(),
    double_exposed: z.number().meta({ description: "Met both arms; left out." }),
    crossovers: z.number().meta({ description: "Ran as the other arm; counted by the one that they were given." }),
    moved_by_ramp: z.number().meta({ description: "Had the baseline before the share grew to include them; left out." }),
    without_outcome: z.number(),
  }),
  strata: z.string().nullable().meta({ description: "The cohort attribute that is held fixed." }),
  adjusted: z
    .object({
      direction: z.enum(directions),
      odds_ratio: z.number().nullable(),
      low: z.number().nullable(),
      high: z.number().nullable(),
      p_or_e: z.number(),
    })
    .nullable(),
  harmful: z.array(z.string()),
  harmless: z.boolean(),
  is_over: z.boolean(),
  holdback: holdback.optional(),
});

const agreement = z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable();

export const shadowSchema = z.object({
  pairs: z.number(),
  waiting: z.number().meta({ description: "Candidate runs whose live run is not here yet." }),
  judged: z.number().meta({ description: "Pairs with ground truth on both sides." }),
  half_judged: z.number(),
  same_output: agreement,
  same_shape: agreement,
  tool_distance: z.number().nullable().meta({ description: "0 the same calls, 1 none in common; the median." }),
  cost_ratio: z.number().nullable().meta({ description: "candidate over live, geometric mean." }),
  latency_ratio: z.number().nullable(),
  is_over: z.boolean(),
});
