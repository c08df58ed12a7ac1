// What a gate taught: that a candidate passes a suite, or what it breaks. A gate that could not decide teaches nothing; one that a person
// opened against its verdict says so.
import { numberWords, oneLine } from "../drift/words.ts";
import type { Gate } from "../experiment/gate.ts";
import { recordHash } from "../audit/chain.ts";
import { candidateWords } from "./book-of-experiment.ts";
import { entryOf, say, type BookEntry, type Sentence } from "./entry.ts";

const mostReasons = 5;

/** null where nothing was learned. */
export function bookOfGate(gate: Gate): BookEntry | null {
  const { id, agent, suiteId, suiteVersion, candidate, status, verdict, waiver, decidedMs, evidence } = gate;
  if (status !== "done" || decidedMs === null || (verdict !== "pass" && verdict !== "regressed")) return null;
  const what = candidateWords(candidate);
  const proof = evidence.experimentId ?? evidence.evaluationId;
  return entryOf(
    {
      agent,
      at: waiver?.at ?? new Date(decidedMs).toISOString(),
      kind: "gate",
      // Without its driver: who runs it changes nothing about what is tested.
      slug: `gate-${suiteId}-${recordHash({ config: candidate.config, artifacts: candidate.artifacts }).slice(0, 16)}`,
      title: oneLine(`gate: ${what} ${verdict === "pass" ? "passes the suite" : "breaks what worked"}`, 200),
      conclusion: verdict === "pass" ? "confirmed" : "refuted",
      claim: null,
      believed: say(`That ${what} is no worse than what runs now.`, id),
      tested: say(`Against version ${suiteVersion} of the suite ${suiteId}, ${gate.cases.length} cases.`, id, suiteId, proof),
      found: foundOf(gate, proof),
      shipped: waiver === null ? [] : say(`${oneLine(waiver.by ?? waiver.keyId)} opened it against its verdict.`, id),
    },
    [id, verdict, waiver === null ? "" : "waived"],
    [id, suiteId, ...candidate.artifacts],
  );
}

/** Also for the artifact that it let through. */
export function foundOf({ id, reasons, judgement }: Gate, proof: string | null): Sentence[] {
  const bound = judgement?.overall;
  const interval =
    bound === undefined || bound.difference === null || bound.low === null || bound.high === null
      ? []
      : say(
          `Of ${bound.pairs} pairs ${bound.better} came out better and ${bound.worse} worse, a difference of ${numberWords(bound.difference)} (one-sided 95 % bounds ${numberWords(bound.low)} and ${numberWords(bound.high)}).`,
          id,
          proof,
        );
  return [...reasons.slice(0, mostReasons).flatMap((reason) => say(oneLine(reason, 400), id, proof)), ...interval];
}
