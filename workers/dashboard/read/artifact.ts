// Artifacts, their versions and what differs between two, as the public API writes them, read field by field.
import { isRecord, list, number, record, text, texts, timeMs, word, type JsonRecord } from "../json.ts";

export const artifactStates = ["candidate", "validated", "promoted", "deprecated"] as const;
export type ArtifactState = (typeof artifactStates)[number];

/** To what the rate of a signal is promised to fall. */
export interface PromiseView {
  signal: string;
  from: number | null;
  to: number | null;
  low: number | null;
  high: number | null;
  basis: string;
}

export interface VersionView {
  version: number;
  ref: string;
  state: ArtifactState;
  content: JsonRecord;
  provenance: {
    signalId: string | null;
    incidentId: string | null;
    runIds: string[];
    madeBy: string;
    model: string | null;
  };
  hypothesis: { statement: string; targetSignalId: string | null; expected: PromiseView | null } | null;
  agentVersions: string[];
  when: string | null;
  gateId: string | null;
  experimentId: string | null;
  createdMs: number | null;
  by: string;
}

export interface StepView {
  atMs: number | null;
  by: string;
  action: string;
  version: number | null;
  gateId: string | null;
  policyId: string | null;
  reason: string | null;
}

export interface ArtifactView {
  id: string;
  agent: string;
  slug: string;
  kind: string;
  name: string;
  state: ArtifactState;
  promotedVersion: number | null;
  latestVersion: number | null;
  updatedMs: number | null;
  /** Oldest first; empty in lists. */
  versions: VersionView[];
  history: StepView[];
  modelDraft: { status: string; error: string | null; version: number | null } | null;
  conflicts: { message: string }[];
}

export interface FileDiffView {
  path: string;
  change: string;
  lines: { kind: "same" | "removed" | "added"; text: string }[];
}

export interface DiffView {
  from: string;
  to: string;
  files: FileDiffView[];
}

export function readArtifact(value: unknown): ArtifactView | null {
  if (!isRecord(value)) return null;
  const id = text(value["id"]);
  if (id === null) return null;
  const draft = value["model_draft"];
  return {
    id,
    agent: text(value["agent"]) ?? "unknown",
    slug: text(value["slug"]) ?? id,
    kind: text(value["kind"]) ?? "unknown",
    name: text(value["name"]) ?? id,
    state: word(value["state"], artifactStates, "candidate"),
    promotedVersion: number(value["promoted_version"]),
    latestVersion: number(value["latest_version"]),
    updatedMs: timeMs(value["updated_at"]),
    versions: list(value["versions"]).flatMap(readVersion),
    history: list(value["history"]).filter(isRecord).map(readStep),
    modelDraft: isRecord(draft)
      ? { status: text(draft["status"]) ?? "off", error: text(draft["error"]), version: number(draft["version"]) }
      : null,
    conflicts: list(value["conflicts"]).map((each) => ({ message: text(record(each)["message"]) ?? "" })),
  };
}

function readVersion(value: unknown): VersionView[] {
  const from = record(value);
  const version = number(from["version"]);
  if (version === null) return [];
  const [provenance, applies, hypothesis] = [record(from["provenance"]), record(from["applies_to"]), from["hypothesis"]];
  return [
    {
      version,
      ref: text(from["ref"]) ?? `@${version}`,
      state: word(from["state"], artifactStates, "candidate"),
      content: record(from["content"]),
      provenance: {
        signalId: text(provenance["signal_id"]),
        incidentId: text(provenance["incident_id"]),
        runIds: texts(provenance["run_ids"]),
        madeBy: text(provenance["made_by"]) ?? "unknown",
        model: text(provenance["model"]),
      },
      hypothesis: isRecord(hypothesis)
        ? {
            statement: text(hypothesis["statement"]) ?? "",
            targetSignalId: text(hypothesis["target_signal_id"]),
            expected: readPromise(hypothesis["expected"]),
          }
        : null,
      agentVersions: texts(applies["agent_versions"]),
      when: text(applies["when"]),
      gateId: text(from["gate_id"]),
      experimentId: text(from["experiment_id"]),
      createdMs: timeMs(from["created_at"]),
      by: text(from["by"]) ?? "unknown",
    },
  ];
}

export function readPromise(value: unknown): PromiseView | null {
  if (!isRecord(value)) return null;
  return {
    signal: text(value["signal"]) ?? "",
    from: number(value["from"]),
    to: number(value["to"]),
    low: number(value["to_low"]),
    high: number(value["to_high"]),
    basis: text(value["basis"]) ?? "",
  };
}

const readStep = (from: JsonRecord): StepView => ({
  atMs: timeMs(from["at"]),
  by: text(from["by"]) ?? "unknown",
  action: text(from["action"]) ?? "unknown",
  version: number(from["version"]),
  gateId: text(from["gate_id"]),
  policyId: text(from["policy_id"]),
  reason: text(from["reason"]),
});

export function readDiff(value: unknown): DiffView | null {
  if (!isRecord(value) || !Array.isArray(value["files"])) return null;
  return {
    from: text(value["from"]) ?? "",
    to: text(value["to"]) ?? "",
    files: value["files"].filter(isRecord).map((file) => ({
      path: text(file["path"]) ?? "",
      change: text(file["change"]) ?? "same",
      lines: list(file["lines"]).map((each) => {
        const line = record(each);
        return { kind: word(line["kind"], ["same", "removed", "added"] as const, "same"), text: text(line["text"]) ?? "" };
      }),
    })),
  };
}
