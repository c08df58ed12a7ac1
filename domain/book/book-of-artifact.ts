// What became of an artifact: that it was proved, that it shipped, that it kept its promise or did not, and that it was taken out again. Each
// is an entry that replaces the one before, and carries the belief and the proof along, so that the newest can be read alone.
import type { Artifact, ArtifactVersion, ExpectedEffect } from "../artifact/artifact.ts";
import { refOf } from "../artifact/artifact.ts";
import type { Compared, MeasuredEffect } from "../artifact/effect.ts";
import type { LifecycleEntry } from "../artifact/lifecycle.ts";
import { numberWords, oneLine } from "../drift/words.ts";
import type { Gate } from "../experiment/gate.ts";
import { foundOf } from "./book-of-gate.ts";
import { entryOf, say, type BookEntry, type Conclusion, type Claim, type Sentence } from "./entry.ts";

type Of = Pick<Artifact, "id" | "agent" | "slug" | "kind" | "name" | "lifecycle">;
type Version = Pick<ArtifactVersion, "version" | "hypothesis" | "provenance">;

const steps: Partial<Record<LifecycleEntry["action"], { conclusion: Conclusion; words: string }>> = {
  validated: { conclusion: "confirmed", words: "is proved" },
  promoted: { conclusion: "confirmed", words: "shipped" },
  deprecated: { conclusion: "withdrawn", words: "was taken out of use" },
  reverted: { conclusion: "withdrawn", words: "was reverted" },
};

/** Entries of every step in its history that taught something. @param gates by id: those that the history names */
export function bookOfArtifact(artifact: Of, versions: readonly Version[], gates: ReadonlyMap<string, Gate>): BookEntry[] {
  return artifact.lifecycle.history.flatMap((step, nth) => {
    const known = steps[step.action];
    const version = versions.find((one) => one.version === step.version);
    if (known === undefined || version === undefined) return [];
    const ref = refOf(artifact.slug, step.version);
    const gate = proofOf(artifact, step, gates);
    const conclusion = step.action === "validated" && gate === null ? "signed" : known.conclusion;
    return entryOf(
      {
        agent: artifact.agent,
        at: step.at,
        kind: "artifact",
        slug: `artifact-${artifact.slug}`,
        title: oneLine(`${artifact.name} (${ref}) ${conclusion === "signed" ? "was signed for" : known.words}`, 200),
        conclusion,
        claim: null,
        believed: believedOf(artifact, version),
        tested: testedOf(artifact, step, gate),
        found: gate === null ? [] : foundOf(gate, gate.evidence.experimentId ?? gate.evidence.evaluationId),
        shipped: shippedOf(artifact, step, ref),
        replaced: replacedOf(artifact, step, nth),
      },
      [artifact.id, step.action, String(step.version), step.at],
      [artifact.id, ref, ...sourcesOf(version)],
    );
  });
}

type Measured = Pick<MeasuredEffect, "at" | "against" | "signal" | "success" | "sentence">;

export interface ShippedPromise {
  id: string;
  version: number;
  expected: ExpectedEffect | null;
  measured: Measured | null;
  state: string;
}

/** null while nothing can be said of the promise. */
export function bookOfPromise(artifact: Of, version: Version, { id, expected, measured, state }: ShippedPromise): BookEntry | null {
  if (measured === null || (state !== "kept" && state !== "not_kept")) return null;
  const ref = refOf(artifact.slug, version.version);
  return entryOf(
    {
      agent: artifact.agent,
      at: measured.at,
      kind: "promise",
      slug: `artifact-${artifact.slug}`,
      title: oneLine(`${artifact.name} (${ref}) ${state === "kept" ? "keeps" : "does not keep"} its promise`, 200),
      conclusion: state === "kept" ? "confirmed" : "refuted",
      claim: claimOf(expected, measured, ref),
      believed: believedOf(artifact, version),
      tested: say(
        measured.against === "beside"
          ? `In production, runs that name ${ref} beside runs that do not.`
          : `In production, runs that name ${ref} against the runs before it shipped.`,
        id,
        ref,
      ),
      found: say(oneLine(measured.sentence, 600), id, artifact.id),
      shipped: say(`Version ${version.version} is in production.`, artifact.id, ref),
    },
    [id, state],
    [artifact.id, id, ref, ...sourcesOf(version)],
  );
}

function believedOf({ id, name }: Of, { hypothesis }: Version): Sentence[] {
  if (hypothesis === null) return say(`That ${oneLine(name)} helps; nothing was promised of it.`, id);
  const { statement, expected, target_signal_id: signal } = hypothesis;
  const promise =
    expected === null
      ? []
      : say(
          `The rate of ${oneLine(expected.signal)} was to go from ${percent(expected.from)} to ${percent(expected.to)} (${percent(expected.to_low)} to ${percent(expected.to_high)}): ${oneLine(expected.basis, 300)}`,
          id,
          signal,
        );
  return [...say(oneLine(statement, 600), id, signal), ...promise];
}

/** Of a promotion that names none: the gate that the version was validated by. */
function proofOf({ lifecycle }: Of, { gate_id: own, version }: LifecycleEntry, gates: ReadonlyMap<string, Gate>): Gate | null {
  const id = own ?? lifecycle.validations[version - 1]?.gate_id ?? null;
  return id === null ? null : (gates.get(id) ?? null);
}

function testedOf({ id }: Of, step: LifecycleEntry, gate: Gate | null): Sentence[] {
  if (gate !== null)
    return say(
      `By the gate ${gate.id}, against version ${gate.suiteVersion} of the suite ${gate.suiteId}: ${gate.verdict.replaceAll("_", " ")}.`,
      gate.id,
      gate.suiteId,
      gate.evidence.experimentId ?? gate.evidence.evaluationId,
    );
  if (step.action === "validated") return say(`By nobody's measure: ${oneLine(step.by)} signed for it.`, id);
  return [];
}

function shippedOf({ id, kind }: Of, { action, by, version, policy_id: policy, reason }: LifecycleEntry, ref: string): Sentence[] {
  const why = reason === null ? "" : ` Reason given: ${oneLine(reason, 300)}`;
  if (action === "promoted") {
    const allowed = policy === null ? "" : ` under the policy ${policy}`;
    return say(`Version ${version} of the ${kind.replaceAll("_", " ")} was promoted by ${oneLine(by)}${allowed}.${why}`, id, ref, policy);
  }
  if (action === "validated") return say(`Nothing shipped yet: version ${version} waits to be promoted.`, id, ref);
  return say(`Version ${version} was ${action} by ${oneLine(by)}.${why}`, id, ref);
}

function replacedOf({ id, slug, lifecycle }: Of, { action, promoted_version: now }: LifecycleEntry, nth: number): Sentence[] {
  const before = lifecycle.history[nth - 1]?.promoted_version ?? null;
  if (before === now || action === "validated") return [];
  if (now === null) return before === null ? [] : say(`Nothing is in its place.`, id, refOf(slug, before));
  if (before === null) return say(`It is the first of its kind in use.`, id, refOf(slug, now));
  return say(`Version ${now} took the place of version ${before}.`, id, refOf(slug, now), refOf(slug, before));
}

function sourcesOf({ provenance: { incident_id, signal_id, finding_ids } }: Version): string[] {
  return [incident_id, signal_id, ...finding_ids].filter((id) => id !== null);
}

function claimOf(expected: ExpectedEffect | null, { signal, success }: Measured, ref: string): Claim | null {
  const of = (compared: Compared, metric: string, goal: Claim["goal"]): Claim | null =>
    compared.difference === null || compared.low === null || compared.high === null
      ? null
      : {
          metric,
          goal,
          difference: compared.difference,
          low: compared.low,
          high: compared.high,
          n: compared.units_with + compared.units_without,
          artifacts: [ref],
          model: null,
        };
  return expected !== null && signal !== null
    ? of(signal, `signal.${expected.signal}`, "decrease")
    : of(success, "outcome.success", "increase");
}

const percent = (share: number): string => `${numberWords(Number((100 * share).toFixed(1)))} %`;
