// An artifact: one thing that changes an agent, of one of four kinds, in numbered versions that never change. A version says where it comes
// from, what it promises and for whom it is meant. How it may move from candidate to promoted is lifecycle.ts; what it holds is content.ts.
import { recordHash } from "../audit/chain.ts";
import type { ArtifactContent } from "./content.ts";
import type { Lifecycle } from "./lifecycle.ts";

export const artifactKinds = ["skill", "sub_agent", "tool_wrapper", "prompt_fragment"] as const;
export type ArtifactKind = (typeof artifactKinds)[number];

/** What a version was made from, as ids; the gate and the experiment that let it through stand with its lifecycle. */
export interface Provenance {
  signal_id: string | null;
  incident_id: string | null;
  finding_ids: string[];
  /** Runs that its maker looked at: cases made of them prove nothing about it. */
  run_ids: string[];
  made_by: "person" | "rule" | "model";
  /** The model that wrote it; null where none did. */
  model: string | null;
}

export const noProvenance: Provenance = {
  signal_id: null,
  incident_id: null,
  finding_ids: [],
  run_ids: [],
  made_by: "person",
  model: null,
};

/** The rate that is expected to fall: before, and after with its interval. */
export interface ExpectedEffect {
  /** Slug of the target signal: `signal.<slug>` is its rate. */
  signal: string;
  from: number;
  to: number;
  to_low: number;
  to_high: number;
  /** In words: what the expectation rests on. */
  basis: string;
}

export interface Hypothesis {
  /** One sentence: what is believed. */
  statement: string;
  target_signal_id: string | null;
  expected: ExpectedEffect | null;
}

/** For whom a version is meant; an empty list means everybody. */
export interface Applicability {
  /** Versions of the agent, exact or ending in `*`. */
  agent_versions: string[];
  /** In words, for people and models: when it helps. */
  when: string | null;
}

export const forEverybody: Applicability = { agent_versions: [], when: null };

export interface Artifact {
  id: string;
  agent: string;
  slug: string;
  kind: ArtifactKind;
  name: string;
  lifecycle: Lifecycle;
  createdMs: number;
  updatedMs: number;
}

export interface ArtifactVersion {
  artifactId: string;
  version: number;
  content: ArtifactContent;
  /** SHA-256 hex of kind and content. */
  hash: string;
  parentVersion: number | null;
  provenance: Provenance;
  hypothesis: Hypothesis | null;
  applicability: Applicability;
  createdMs: number;
  by: string;
}

/** `slug@version`: as runs and candidates name it. */
export const refOf = (slug: string, version: number): string => `${slug}@${version}`;

/** The parts of `slug@version`; null for anything else. */
export function readRef(ref: string): { slug: string; version: number } | null {
  const [, slug, version] = /^([a-z0-9-]{1,64})@([1-9]\d{0,5})$/.exec(ref) ?? [];
  return slug === undefined || version === undefined ? null : { slug, version: Number(version) };
}

/** The same content of the same kind has the same hash. */
export const contentHash = (kind: ArtifactKind, content: ArtifactContent): string => recordHash({ kind, content });

/** Characters of a slug: the Agent Skills format allows a name so many. */
export const longestSlug = 64;

/** A name in lower-case letters, digits and single hyphens; empty where nothing of it is left. */
export function slugOfName(name: string): string {
  const plain = name
    .slice(0, 4 * longestSlug)
    .normalize("NFKD")
    .toLowerCase()
    .replace(/['’\p{M}]/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return plain.slice(0, longestSlug).replace(/-$/, "");
}
