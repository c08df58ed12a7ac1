// What an experiment taught: whether the candidate was better. One that ended without being able to say teaches nothing, however it was
// decided afterwards; that a candidate large enough to tell made no difference is a learning.
import { numberWords, oneLine, timeWords } from "../drift/words.ts";
import type { Candidate } from "../experiment/candidate.ts";
import type { Verdict } from "../experiment/comparison.ts";
import type { Experiment, MetricReading } from "../experiment/experiment.ts";
import { entryOf, say, type BookEntry, type Conclusion, type Claim, type Sentence } from "./entry.ts";

const learned: Partial<Record<Verdict, Conclusion>> = {
  candidate_better: "confirmed",
  candidate_worse: "refuted",
  no_difference: "no_difference",
};
const mostMetrics = 6;

/** null where nothing was learned. */
export function bookOfExperiment(experiment: Experiment): BookEntry | null {
  const { id, agent, status, design, reading, endedMs, startedMs } = experiment;
  const conclusion = learned[reading.verdict];
  if (conclusion === undefined || endedMs === null || status === "draft" || status === "running" || status === "failed") return null;
  const what = candidateWords(design.candidate);
  const primary = reading.metrics.find(({ role }) => role === "primary");
  return entryOf(
    {
      agent,
      at: new Date(endedMs).toISOString(),
      kind: "experiment",
      slug: `experiment-${id}`,
      title: oneLine(`${design.kind}: ${what} ${outcomes[conclusion] ?? ""}`, 200),
      conclusion,
      claim: primary === undefined ? null : claimOf(primary, experiment),
      believed: say(`That ${what} does better than what runs now${primary === undefined ? "" : `, by ${oneLine(primary.name)}`}.`, id),
      tested: say(
        `By a ${design.kind}${startedMs === null ? "" : ` from ${timeWords(startedMs)}`} to ${timeWords(endedMs)} UTC${sizeWords(experiment)}.`,
        id,
      ),
      found: [
        ...say(oneLine(reading.decisive_sentence, 600), id),
        ...reading.metrics.slice(0, mostMetrics).flatMap((metric) => metricSentence(metric, id)),
        ...casesOf(experiment),
      ],
      shipped: say(fates[status] ?? "", id),
    },
    [id, status, reading.verdict],
    [id, ...design.candidate.artifacts],
  );
}

const outcomes: Partial<Record<Conclusion, string>> = {
  confirmed: "did better",
  refuted: "did worse",
  no_difference: "made no difference",
};

const fates: Readonly<Record<string, string>> = {
  promoted: "The candidate was promoted.",
  aborted: "It was aborted; the candidate did not ship.",
  stopped: "It was stopped before its planned end; the candidate did not ship by it.",
  done: "Nothing shipped by it yet.",
};

/** What differs from what runs now. */
export function candidateWords({ config, artifacts }: Pick<Candidate, "config" | "artifacts">): string {
  const parts = [
    config.model === undefined ? null : `model ${oneLine(config.model)}`,
    config.prompt === undefined ? null : `prompt ${oneLine(promptName(config.prompt))}`,
    config.tools === undefined ? null : `${config.tools.length} tools`,
    config.params === undefined ? null : "other parameters",
    artifacts.length === 0 ? null : artifacts.map((ref) => oneLine(ref)).join(", "),
  ].filter((part) => part !== null);
  return parts.length === 0 ? "the candidate" : parts.join(" with ");
}

/** Its name or hash: the text of a prompt has no place in a title. */
function promptName({ name, version, hash }: { name: string | null; version: string | null; hash: string | null }): string {
  if (name !== null) return version === null ? name : `${name} ${version}`;
  return version ?? hash?.slice(0, 12) ?? "of its own";
}

function sizeWords({ total, reading, design }: Experiment): string {
  const n = Math.max(0, ...reading.metrics.map((metric) => metric.n));
  if (design.kind === "replay") return total > 0 ? ` of ${total} recorded runs` : "";
  return n > 0 ? ` with ${n} units` : "";
}

function metricSentence({ name, baseline, candidate, difference, low, high, n }: MetricReading, id: string): Sentence[] {
  if (baseline === null || candidate === null || difference === null) return [];
  const interval = low === null || high === null ? "" : `, 95 % interval ${numberWords(low)} to ${numberWords(high)}`;
  return say(
    `${oneLine(name)}: ${numberWords(baseline)} before, ${numberWords(candidate)} with the candidate, a difference of ${numberWords(difference)}${interval} (n = ${n}).`,
    id,
  );
}

function casesOf({ id, reading: { cases } }: Experiment): Sentence[] {
  if (cases === null) return [];
  const { fixed, broken, same_pass, same_fail, unstable, incomparable } = cases;
  return say(
    `Case by case: ${fixed} fixed, ${broken} broken, ${same_pass} passing as before, ${same_fail} failing as before, ${unstable} unstable, ${incomparable} that could not be compared.`,
    id,
  );
}

function claimOf({ name, difference, low, high, n, guard: _ }: MetricReading, { design }: Experiment): Claim | null {
  if (difference === null || low === null || high === null) return null;
  const planned = "metrics" in design.plan ? (design.plan.metrics ?? []) : [];
  const goal = planned.find((metric) => metric.name === name)?.goal ?? "increase";
  const { config, artifacts } = design.candidate;
  return { metric: name, goal, difference, low, high, n, artifacts, model: config.model ?? null };
}
