// What a gate asks of a candidate. Every demand has a default that is strict rather than convenient, and each can be set for one gate; a
// demand that is null is not made. The policy is stored with the gate, so that later nobody wonders by which rules it was opened.
import * as z from "zod";

/** Statistics.md 4.2: a loss of two to five points is what people accept. */
const usualMargin = 0.03;
/** Fewer cases say too little about anything, however they come out. */
const usualCases = 10;
const hoursOfAWeek = 168;
const hoursOfAYear = 8_760;
const mostNamedCases = 2_000;

const share = z.number().min(0).max(1);

export const gatePolicy = z.strictObject({
  margin: z.number().positive().max(1).nullable().default(usualMargin).meta({
    description:
      "Δ: the one-sided 95 % lower bound of the paired difference (Tango) must lie above −Δ; null: only the list of cases decides.",
  }),
  must_pass: z.array(z.string().min(1).max(200)).max(mostNamedCases).default([]).meta({
    description: "Case ids that the candidate must pass in every try, whatever they did before.",
  }),
  allow_broken: z.int().min(0).max(mostNamedCases).default(0).meta({
    description: "How many cases that ever passed may fail; all of them are listed.",
  }),
  cohorts: z.array(z.string().min(1).max(200)).max(20).nullable().default(null).meta({
    description:
      "Cohort attributes whose values with 100 cases or more must each stay above −2Δ; null: all attributes; an empty list: none.",
  }),
  min_cases: z.int().min(1).max(mostNamedCases).default(usualCases).meta({ description: "Cases that could be compared." }),
  min_pass_rate: share
    .nullable()
    .default(null)
    .meta({ description: "Of the cases that the candidate was judged on, as seen; null: none." }),
  max_unstable_share: share.default(0.1).meta({
    description: "Of all cases, those that passed and pass only sometimes now. As many of them as `allow_broken` leaves are free.",
  }),
  max_incomparable_share: share.default(0.2).meta({ description: "Of all cases, those that nobody could compare." }),
  max_evidence_age_h: z
    .number()
    .positive()
    .max(hoursOfAYear)
    .default(hoursOfAWeek)
    .meta({ description: "Hours since the evidence was complete." }),
  expires_after_h: z
    .number()
    .positive()
    .max(hoursOfAYear)
    .default(hoursOfAWeek)
    .meta({ description: "Hours that the decision is good for." }),
});

export type GatePolicy = z.output<typeof gatePolicy>;
