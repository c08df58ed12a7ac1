// Which function answers for each key of the reference values, and how it is asked. Shapes are exact, so a field that is added to the file is
// refused until something answers for it.
import betaQuantile from "@stdlib/stats-base-dists-beta-quantile";
import binomialCdf from "@stdlib/stats-base-dists-binomial-cdf";
import gammainc from "@stdlib/math-base-special-gammainc";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import * as z from "zod";
import { mechanismShares, type GroupTable } from "../../domain/drift/mechanisms.ts";
import { logBayesFactor, priorVariance } from "../../domain/statistics/approximate-bayes-factor.ts";
import { benjaminiHochberg } from "../../domain/statistics/benjamini-hochberg.ts";
import { benjaminiYekutieli } from "../../domain/statistics/benjamini-yekutieli.ts";
import { betaBinomialLogPmf, logBetaMarginal } from "../../domain/statistics/beta-binomial.ts";
import { changePointLog, normaliseLogs } from "../../domain/statistics/change-point.ts";
import { chaoRichness } from "../../domain/statistics/chao-richness.ts";
import { clopperPearson } from "../../domain/statistics/clopper-pearson.ts";
import { cmhScore } from "../../domain/statistics/cmh-score.ts";
import { cochranArmitage } from "../../domain/statistics/cochran-armitage.ts";
import { sequenceHalfWidth, sequenceTuning } from "../../domain/statistics/confidence-sequence.ts";
import { gTest, mixLogBayesFactor } from "../../domain/statistics/dirichlet-multinomial.ts";
import { jensenShannonBits, populationStability } from "../../domain/statistics/divergence.ts";
import { eBenjaminiHochberg } from "../../domain/statistics/e-d-bh.ts";
import { advance, cellModel, newCell, shifts, statistic, strongest } from "../../domain/statistics/e-detector.ts";
import { obrienFlemingSpending, pocockSpending, sequentialBounds, type Spending } from "../../domain/statistics/group-sequential.ts";
import { holm } from "../../domain/statistics/holm.ts";
import { jeffreysInterval } from "../../domain/statistics/jeffreys-interval.ts";
import { kitagawa } from "../../domain/statistics/kitagawa.ts";
import { logMeanExp } from "../../domain/statistics/log-sum-exp.ts";
import { mantelHaenszel } from "../../domain/statistics/mantel-haenszel.ts";
import { mcNemarOneSided } from "../../domain/statistics/mcnemar-one-sided.ts";
import { mcNemar } from "../../domain/statistics/mcnemar.ts";
import { neverSeenBound } from "../../domain/statistics/never-seen.ts";
import { newcombeDifference } from "../../domain/statistics/newcombe-difference.ts";
import { overdispersion } from "../../domain/statistics/overdispersion.ts";
import { passAtK, passHatK } from "../../domain/statistics/pass-at-k.ts";
import { pearsonChiSquare } from "../../domain/statistics/pearson-chi-square.ts";
import { poissonScan } from "../../domain/statistics/poisson-scan.ts";
import { ppiMean } from "../../domain/statistics/ppi-mean.ts";
import { roganGladen } from "../../domain/statistics/rogan-gladen.ts";
import { unitsForNonInferiority } from "../../domain/statistics/sample-size-non-inferiority.ts";
import { pairsForMcNemar, unitsForProportions } from "../../domain/statistics/sample-size.ts";
import { goodTuring } from "../../domain/statistics/unseen.ts";
import { wilsonInterval } from "../../domain/statistics/wilson-interval.ts";

/** Told by nothing here, with the reason. */
export const leftOut = {
  ddsketch_log_mapping: "No sketch is kept: numeric dimensions are counted in cells cut at exact quantiles (quantile-cells.ts).",
} as const;

const number = z.number();
const numbers = z.array(number);
const pair = z.tuple([number, number]);
type Value = number | null | undefined;

/** One number beside its reference. */
export interface Agreement {
  actual: Value;
  expected: number;
  /** Relative. */
  tolerance: number;
}

/** Notes values beside references of the same order: relative 1e-6 unless the reference has fewer digits. */
type Near = (actual: readonly Value[], expected: readonly number[], tolerance?: number) => void;

const ends = (interval: { low: number; high: number } | null): Value[] => [interval?.low, interval?.high];

/** One key of the file: its exact shape, and what must agree. */
function answer<T>(shape: z.ZodType<T>, compare: (value: T, near: Near) => void): (value: unknown) => Agreement[] {
  return (value) => {
    const found: Agreement[] = [];
    compare(shape.parse(value), (actual, expected, tolerance = 1e-6) => {
      if (actual.length !== expected.length) throw new Error(`${actual.length} values for ${expected.length} references`);
      for (const [i, reference] of expected.entries()) found.push({ actual: actual[i], expected: reference, tolerance });
    });
    return found;
  };
}

const detectorShape = z.strictObject({
  y: numbers,
  n: numbers,
  mu: number,
  kappa: number,
  eps: number,
  deltas: numbers,
  weights: z.string().optional(),
  per_bucket: z.array(
    z.strictObject({
      sr_mix: number,
      cusum_mix: number,
      best: z.strictObject({ sign: number, delta: number, start: number }),
    }),
  ),
});

const detector = answer(detectorShape, ({ y, n, mu, kappa, eps, deltas, per_bucket }, near) => {
  near(shifts, deltas);
  near([y.length], [per_bucket.length]);
  const cell = newCell();
  const model = cellModel(mu, kappa, eps);
  for (const [i, { sr_mix, cusum_mix, best }] of per_bucket.entries()) {
    // the references are without the cap that production puts on one bucket
    advance(cell, y[i] ?? 0, n[i] ?? 0, model, i, Infinity);
    const cusum = cell.cusum.reduce((sum, value) => sum + value / cell.cusum.length, 0);
    near([statistic(cell), cusum], [sr_mix, cusum_mix]);
    const { sign, shift, start } = strongest(cell);
    near([sign, shift, start], [best.sign, best.delta, best.start]);
  }
});

const byK = z.record(z.string(), number);
const looks = z.record(z.string(), numbers);
const groups = z.record(z.string(), pair);
const rates = z.tuple([byK, byK]);

export const answers: Record<string, (value: unknown) => Agreement[]> = {
  proportion_ci_95: answer(
    z.array(z.strictObject({ k: number, n: number, wilson: pair, clopper_pearson: pair, jeffreys: pair })),
    (rows, near) => {
      for (const { k, n, wilson, clopper_pearson, jeffreys } of rows) {
        near(ends(wilsonInterval(k, n)), wilson);
        near(ends(clopperPearson(k, n)), clopper_pearson);
        near(ends(jeffreysInterval(k, n)), jeffreys);
      }
    },
  ),
  newcombe_diff_ci_95: answer(
    z.array(z.strictObject({ k1: number, n1: number, k2: number, n2: number, diff: number, ci: pair })),
    (rows, near) => {
      for (const { k1, n1, k2, n2, diff, ci } of rows) {
        const found = newcombeDifference(k1, n1, k2, n2);
        near([found?.difference, ...ends(found)], [diff, ...ci]);
      }
    },
  ),
  beta_binomial_logpmf: answer(z.array(z.strictObject({ y: number, n: number, a: number, b: number, logpmf: number })), (rows, near) => {
    for (const { y, n, a, b, logpmf } of rows) near([betaBinomialLogPmf(y, n, a, b)], [logpmf]);
  }),
  overdispersion_moment_fit: answer(
    z.strictObject({ y: numbers, n: numbers, p: number, rho: number, kappa: number, formula: z.string() }),
    ({ y, n, p, rho, kappa }, near) => {
      const found = overdispersion(
        y,
        n,
        n.map(() => p),
      );
      near([found?.rho, found?.kappa], [rho, kappa]);
    },
  ),
  e_detector: detector,
  e_detector_sparse: detector,
  change_point_posterior: answer(
    z.strictObject({
      y: numbers,
      n: numbers,
      pre_prior: pair,
      post_prior: pair,
      note: z.string(),
      posterior_t1_to_t15: numbers,
      log_bf_change_vs_none: number,
    }),
    ({ y, n, pre_prior, post_prior, posterior_t1_to_t15, log_bf_change_vs_none }, near) => {
      const [a, b] = pre_prior;
      const logs = changePointLog(y, n, { a, b }, { a: post_prior[0], b: post_prior[1] });
      // six digits are given
      near(normaliseLogs(logs), posterior_t1_to_t15, 5e-6);
      const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
      near([logMeanExp(logs) - logBetaMarginal(total(y), total(n), a, b)], [log_bf_change_vs_none]);
    },
  ),
  mcnemar: answer(
    z.array(z.strictObject({ b: number, c: number, exact_p: number, mid_p: number, one_sided_exact_p_b_less: number })),
    (rows, near) => {
      for (const { b, c, exact_p, mid_p, one_sided_exact_p_b_less } of rows) {
        const found = mcNemar(b, c);
        near([found.exact, found.mid, mcNemarOneSided(b, c)], [exact_p, mid_p, one_sided_exact_p_b_less]);
      }
    },
  ),
  categorical: answer(
    z.strictObject({
      baseline: numbers,
      current: numbers,
      js_divergence_bits: number,
      js_distance_base2: number,
      psi_add_half: number,
      chi2: z.tuple([number, number, number]),
      g: z.tuple([number, number, number]),
      log_bf_diff_vs_same_dirichlet_half: number,
    }),
    ({ baseline, current, js_divergence_bits, js_distance_base2, psi_add_half, chi2, g, log_bf_diff_vs_same_dirichlet_half }, near) => {
      const divergence = jensenShannonBits(baseline, current);
      near([divergence, Math.sqrt(divergence ?? Number.NaN)], [js_divergence_bits, js_distance_base2]);
      near([populationStability(baseline, current)], [psi_add_half]);
      const pearson = pearsonChiSquare([baseline, current]);
      near([pearson?.statistic, pearson?.freedom, pearson?.p], chi2);
      const likelihood = gTest(baseline, current);
      near([likelihood?.g, likelihood?.freedom, likelihood?.p], g);
      near([mixLogBayesFactor(baseline, current)], [log_bf_diff_vs_same_dirichlet_half]);
    },
  ),
  good_turing: answer(
    z.strictObject({
      counts: numbers,
      n: number,
      singletons: number,
      doubletons: number,
      unseen_mass: number,
      se_good: number,
      chao1_total: number,
      rule_of_three_upper_new_category_prob_n: z.strictObject({ n: number, upper95: number }),
      esty_note: z.string(),
    }),
    ({ counts, n, singletons, doubletons, unseen_mass, se_good, chao1_total, rule_of_three_upper_new_category_prob_n: three }, near) => {
      const found = goodTuring(counts);
      near([found?.n, found?.unseenMass, found?.standardError], [n, unseen_mass, se_good]);
      near([chaoRichness(counts)], [chao1_total]);
      near(
        [1, 2].map((times) => counts.filter((count) => count === times).length),
        [singletons, doubletons],
      );
      near([neverSeenBound(three.n)], [three.upper95]);
    },
  ),
  kitagawa: answer(
    z.strictObject({ base: groups, current: groups, total: number, mix: number, within: number, mix_by_group: byK, within_by_group: byK }),
    ({ base, current, total, mix, within, mix_by_group, within_by_group }, near) => {
      const names = Object.keys(base);
      const at = (side: z.infer<typeof groups>, name: string): [number, number] => side[name] ?? [Number.NaN, Number.NaN];
      const found = kitagawa(
        names.map((name) => {
          const [[n0, r0], [n1, r1]] = [at(base, name), at(current, name)];
          return { n0, y0: n0 * r0, n1, y1: n1 * r1 };
        }),
      );
      near([found?.total, found?.mix, found?.within], [total, mix, within]);
      near(
        found?.mixByGroup ?? [],
        names.map((name) => mix_by_group[name] ?? Number.NaN),
      );
      near(
        found?.withinByGroup ?? [],
        names.map((name) => within_by_group[name] ?? Number.NaN),
      );
    },
  ),
  shapley_mechanisms: answer(
    z.strictObject({
      P_group: rates,
      P_tool_ok_given_group: rates,
      P_success_given_group_tool: rates,
      v_empty: number,
      v_all: number,
      shapley: z.strictObject({ mix: number, tool: number, policy: number }),
    }),
    ({ P_group, P_tool_ok_given_group: ok, P_success_given_group_tool: success, v_empty, v_all, shapley }, near) => {
      const side = (i: 0 | 1): GroupTable[] =>
        Object.entries(P_group[i]).map(([group, share]) => ({
          share,
          uses: 1,
          fails: 1 - (ok[i][group] ?? Number.NaN),
          unused: 0,
          working: success[i][`${group}|1`] ?? Number.NaN,
          failing: success[i][`${group}|0`] ?? Number.NaN,
        }));
      const found = mechanismShares(side(0), side(1));
      near([found.total, found.whoAsks, found.tool, found.agent], [v_all - v_empty, shapley.mix, shapley.tool, shapley.policy]);
    },
  ),
  cmh_abf: answer(
    z.strictObject({
      strata_exposedfail_exposed_fail_total: z.array(z.tuple([number, number, number, number])),
      U: number,
      V: number,
      z: number,
      log_or_peto: number,
      se: number,
      W: number,
      log_abf: number,
      mh_odds_ratio: number,
      cmh_chi2_no_cc: number,
    }),
    ({ strata_exposedfail_exposed_fail_total: strata, ...want }, near) => {
      const score = cmhScore(strata.map(([exposedSum, exposed, sum, n]) => ({ n, exposed, sum, exposedSum, sumSquares: sum })));
      const { u, v } = score;
      near([u, v, u / Math.sqrt(v), u / v, 1 / Math.sqrt(v)], [want.U, want.V, want.z, want.log_or_peto, want.se]);
      near([(u * u) / v, priorVariance, logBayesFactor(score)], [want.cmh_chi2_no_cc, want.W, want.log_abf]);
      const adjusted = mantelHaenszel(
        strata.map(([exposedSum, exposed, sum, n]) => ({ candidate: [exposedSum, exposed], baseline: [sum - exposedSum, n - exposed] })),
      );
      near([adjusted?.oddsRatio?.value], [want.mh_odds_ratio]);
    },
  ),
  asymptotic_cs_halfwidth: answer(
    z.array(
      z.strictObject({
        se_of_estimate: number,
        N: number,
        N_star: number,
        alpha: number,
        rho: number,
        halfwidth: number,
        "fixed_1.96": number,
      }),
    ),
    (rows, near) => {
      for (const { se_of_estimate: se, N, N_star, alpha, rho, halfwidth, "fixed_1.96": fixed } of rows) {
        near([sequenceTuning(N_star, alpha), sequenceHalfWidth(se, N, N_star, alpha)], [rho, halfwidth]);
        near([se * normalQuantile(1 - alpha / 2, 0, 1)], [fixed]);
      }
    },
  ),
  "group_sequential_two_sided_0.05": answer(
    z.strictObject({ lan_demets_obf: looks, lan_demets_pocock_type: looks }),
    ({ lan_demets_obf, lan_demets_pocock_type }, near) => {
      const check = (plans: z.infer<typeof looks>, spending: Spending): void => {
        for (const [count, bounds] of Object.entries(plans)) {
          const fractions = Array.from({ length: Number(count) }, (_, i) => (i + 1) / Number(count));
          const found = sequentialBounds(fractions, 0.05, spending);
          // four decimals are given
          for (const [i, bound] of bounds.entries()) near([found[i]], [bound], 0.5001e-4 / bound);
        }
      };
      check(lan_demets_obf, obrienFlemingSpending);
      check(lan_demets_pocock_type, pocockSpending);
    },
  ),
  sample_size: answer(
    z.strictObject({
      two_proportion_per_arm: z.array(z.strictObject({ p1: number, p2: number, n: number })),
      non_inferiority_per_arm_equal_true_rates: z.array(z.strictObject({ p: number, margin: number, n: number })),
      mcnemar_pairs: z.array(z.strictObject({ discordant_rate: number, diff: number, pairs: number })),
    }),
    ({ two_proportion_per_arm, non_inferiority_per_arm_equal_true_rates, mcnemar_pairs }, near) => {
      for (const { p1, p2, n } of two_proportion_per_arm) near([unitsForProportions(p1, p2)], [n]);
      for (const { p, margin, n } of non_inferiority_per_arm_equal_true_rates) near([unitsForNonInferiority(p, margin)], [n]);
      for (const { discordant_rate, diff, pairs } of mcnemar_pairs) near([pairsForMcNemar(discordant_rate, diff)], [pairs]);
    },
  ),
  pass_hat_k: answer(z.array(z.strictObject({ n: number, c: number, pass_hat_k: byK, pass_at_k: byK })), (rows, near) => {
    for (const { n, c, pass_hat_k, pass_at_k } of rows) {
      const task = { tries: n, successes: c };
      for (const [k, value] of Object.entries(pass_hat_k)) near([passHatK(task, Number(k))], [value]);
      for (const [k, value] of Object.entries(pass_at_k)) near([passAtK(task, Number(k))], [value]);
    }
  }),
  multiplicity: answer(
    z.strictObject({
      p: numbers,
      bh_adj: numbers,
      by_adj: numbers,
      holm_adj: numbers,
      e_bh: z.strictObject({ e: numbers, alpha: number, rejected_indices: numbers }),
    }),
    ({ p, bh_adj, by_adj, holm_adj, e_bh }, near) => {
      near(benjaminiHochberg(p), bh_adj);
      near(benjaminiYekutieli(p), by_adj);
      near(holm(p), holm_adj);
      near(eBenjaminiHochberg(e_bh.e, e_bh.alpha), e_bh.rejected_indices);
    },
  ),
  rogan_gladen: answer(
    z.strictObject({
      apparent: number,
      n: number,
      sensitivity: number,
      n_sens: number,
      specificity: number,
      n_spec: number,
      estimate: number,
      se: number,
      ci95: pair,
    }),
    ({ apparent, n, sensitivity, n_sens, specificity, n_spec, estimate, se, ci95 }, near) => {
      const found = roganGladen({ value: apparent, n }, { value: sensitivity, n: n_sens }, { value: specificity, n: n_spec });
      near([found?.value, found?.se, ...ends(found)], [estimate, se, ...ci95]);
    },
  ),
  ppi_mean: answer(
    z.strictObject({
      labelled_counts_human_judge: byK,
      judge_mean_unlabelled: number,
      N_unlabelled: number,
      classical: pair,
      ppi: pair,
      ppi_plus_plus: z.strictObject({ lambda: number, estimate: number, se: number }),
    }),
    ({ labelled_counts_human_judge, judge_mean_unlabelled: mean, N_unlabelled: n, classical, ppi, ppi_plus_plus }, near) => {
      const labelled = Object.entries(labelled_counts_human_judge).flatMap(([key, count]) =>
        Array.from({ length: count }, () => ({ human: Number(key[0]), judge: Number(key[1]) })),
      );
      const judged = { n, mean, variance: mean * (1 - mean) };
      const estimate = (weight?: number): Value[] => {
        const found = ppiMean(labelled, judged, weight);
        return [found?.value, found?.se];
      };
      near(estimate(0), classical);
      near(estimate(1), ppi);
      near([ppiMean(labelled, judged)?.lambda, ...estimate()], [ppi_plus_plus.lambda, ppi_plus_plus.estimate, ppi_plus_plus.se]);
    },
  ),
  cochran_armitage: answer(
    z.strictObject({ y: numbers, n: numbers, z: number, p_two_sided: number }),
    ({ y, n, z: score, p_two_sided }, near) => {
      const found = cochranArmitage(y, n);
      near([found?.z, found?.p], [score, p_two_sided]);
    },
  ),
  poisson_scan_llr: answer(z.array(z.strictObject({ K_in: number, E_in: number, K: number, E: number, llr: number })), (rows, near) => {
    for (const { K_in, E_in, K, E, llr } of rows) near([poissonScan(K_in, E_in, K, E)], [llr]);
  }),
  tail_functions: answer(
    z.strictObject({
      normal_sf: z.array(pair),
      chi2_sf: z.array(z.tuple([number, number, number])),
      beta_ppf: z.array(z.tuple([number, number, number, number])),
      binom_cdf: z.array(z.tuple([number, number, number, number])),
    }),
    ({ normal_sf, chi2_sf, beta_ppf, binom_cdf }, near) => {
      // as the product calls them: upper tails by the lower tail of the other side, never by 1 − cdf
      for (const [at, p] of normal_sf) near([normalCdf(-at, 0, 1)], [p]);
      for (const [at, freedom, p] of chi2_sf) near([gammainc(at / 2, freedom / 2, true, true)], [p]);
      for (const [q, a, b, at] of beta_ppf) near([betaQuantile(q, a, b)], [at]);
      for (const [k, n, rate, p] of binom_cdf) near([binomialCdf(k, n, rate)], [p]);
    },
  ),
};
