// The deterministic draft of a signal: its evidence is read from the index and from the lines of its runs, and what the rules make of it is kept as a
// candidate. The same evidence again is the same artifact; other evidence adds a version.
import { ulid } from "ulidx";
import { findBySlug, moveArtifact, putArtifact, versionsOf } from "../d1/artifacts.ts";
import { draftRuns } from "../d1/draft-runs.ts";
import { isOfSeveral } from "../d1/signal-counts.ts";
import { listFindings } from "../d1/findings.ts";
import type { StandingRun } from "../d1/read-for-store.ts";
import { knownClasses, type SignalRow } from "../d1/signal-rows.ts";
import { contentHash, type Artifact, type ArtifactVersion, type Provenance } from "../domain/artifact/artifact.ts";
import { draftOf, type Draft, type DraftEvidence } from "../domain/artifact/draft.ts";
import { latestVersion, newLifecycle, stepLifecycle } from "../domain/artifact/lifecycle.ts";
import { sketchOf, type RunSketch } from "../domain/artifact/run-sketch.ts";
import { recordHash } from "../domain/audit/chain.ts";
import type { AuditActor, AuditDraft } from "../domain/audit/entry.ts";
import type { Bindings } from "../durable-objects/bindings.ts";
import { readStoredLines } from "./stored-line.ts";

/** Runs of each side that are looked at: enough to tell a habit, few enough to be read at once. */
const runsLookedAt = 20;
const mostFindings = 20;
const mostTries = 5;

export type DraftBindings = Pick<Bindings, "INDEX" | "ARCHIVE">;

/** Who asked for it, and from where. */
export interface DraftAsked {
  by: string;
  actor: AuditActor;
  incidentId: string | null;
}

export interface Drafted {
  artifact: Artifact;
  /** That has the draft. */
  version: number;
}

/** Where the draft is by now; null where an artifact of another kind has its name. */
export async function draftArtifact(
  env: DraftBindings,
  projectId: string,
  signal: SignalRow,
  asked: DraftAsked,
  nowMs: number,
): Promise<Drafted | null> {
  const { agent } = signal.record;
  const { evidence, provenance } = await evidenceOf(env, projectId, signal, asked.incidentId);
  const draft = draftOf(evidence);
  for (let i = 0; i < mostTries; i++) {
    const known = await findBySlug(env.INDEX, projectId, agent, draft.slug);
    if (known !== null && known.kind !== draft.kind) return null;
    const kept = await keep(env, projectId, agent, known, draft, provenance, asked, nowMs);
    if (kept !== null) return kept;
  }
  throw new Error("an artifact that others keep changing");
}

async function evidenceOf(
  env: DraftBindings,
  projectId: string,
  { id, slug, record }: SignalRow,
  incidentId: string | null,
): Promise<{ evidence: DraftEvidence; provenance: Provenance }> {
  const { agent } = record;
  const [classes, findings] = await Promise.all([
    knownClasses(env.INDEX, projectId, agent),
    listFindings(env.INDEX, projectId, { agent, signalId: id }, { after: null, limit: mostFindings }),
  ]);
  const own = classes.filter(({ signalId }) => signalId === id).toSorted((a, b) => b.findings - a.findings || (a.key < b.key ? -1 : 1));
  const family = own[0]?.family;
  const subject = family?.subject ?? null;
  const runs = await draftRuns(env.INDEX, projectId, agent, id, subject, runsLookedAt);
  const [failing, good, recovered] = [
    await sketches(env, projectId, runs.failing),
    await sketches(env, projectId, runs.good),
    await sketches(env, projectId, runs.recovered),
  ];
  const lookedAt = [...runs.failing, ...runs.good, ...runs.recovered].map((run) => run.id);
  return {
    evidence: {
      signal: { id, slug, rate: record.rate },
      detector: family?.detector ?? findings.items[0]?.detector ?? "declared",
      subject,
      template: own[0] !== undefined && (await isOfSeveral(env.INDEX, projectId, own[0].key)) ? own[0].tokens : [],
      failing,
      good,
      recovered,
    },
    provenance: {
      signal_id: id,
      incident_id: incidentId,
      finding_ids: findings.items.map((finding) => finding.id),
      run_ids: [...new Set(lookedAt)],
      made_by: "rule",
      model: null,
    },
  };
}

async function sketches(env: DraftBindings, projectId: string, runs: readonly StandingRun[]): Promise<RunSketch[]> {
  const found: RunSketch[] = [];
  for await (const line of readStoredLines(env, projectId, runs)) if (line !== null) found.push(sketchOf(line.run));
  return found;
}

/** null when somebody else was a moment ahead. */
async function keep(
  env: DraftBindings,
  projectId: string,
  agent: string,
  known: Artifact | null,
  draft: Draft,
  provenance: Provenance,
  { by, actor }: DraftAsked,
  nowMs: number,
): Promise<Drafted | null> {
  const { kind, name, slug, content, hypothesis, applicability } = draft;
  const hash = contentHash(kind, content);
  const version = { content, hash, provenance, hypothesis, applicability, createdMs: nowMs, by };
  if (known === null) {
    const id = `art_${ulid(nowMs)}`;
    const artifact: Artifact = { id, agent, slug, kind, name, lifecycle: newLifecycle(by, nowMs), createdMs: nowMs, updatedMs: nowMs };
    const first: ArtifactVersion = { artifactId: id, version: 1, parentVersion: null, ...version };
    const made = auditOf(actor, "artifact.made", id, { agent: recordHash(agent), kind, version: 1, content: hash }, nowMs);
    return (await putArtifact(env.INDEX, projectId, artifact, first, made)) ? { artifact, version: 1 } : null;
  }
  const same = (await versionsOf(env.INDEX, projectId, known.id)).find((one) => one.hash === hash);
  if (same !== undefined) return { artifact: known, version: same.version };
  const stepped = stepLifecycle(known.lifecycle, known, {
    type: "add_version",
    atMs: nowMs,
    actor: { name: by, kind: actor.kind },
    reason: null,
  });
  if (stepped.kind !== "moved") return null;
  const number = latestVersion(stepped.lifecycle);
  const added: ArtifactVersion = { artifactId: known.id, version: number, parentVersion: number - 1, ...version };
  const told = auditOf(actor, "artifact.version_added", known.id, { version: number, content: hash }, nowMs);
  const isMoved = await moveArtifact(env.INDEX, projectId, known, stepped.lifecycle, told, { added });
  return isMoved ? { artifact: { ...known, lifecycle: stepped.lifecycle }, version: number } : null;
}

const auditOf = (
  actor: AuditActor,
  action: AuditDraft["action"],
  object: string,
  after: AuditDraft["after"],
  nowMs: number,
): AuditDraft => ({
  id: `aud_${ulid(nowMs)}`,
  at: new Date(nowMs).toISOString(),
  actor,
  action,
  object,
  before: null,
  after,
  reason: null,
});
