// What a running agent is given: the artifacts in use, and for a unit in a canary's candidate arm those of the candidate in their place. The same
// state gives the same bundle, byte for byte, so that a revert is one. Who is meant is looked at; what contradicts itself is told.
import { recordHash } from "../audit/chain.ts";
import { artifactKinds, refOf, type Applicability, type ArtifactKind } from "./artifact.ts";
import { isPromptFragment, isToolWrapper, type ArtifactContent } from "./content.ts";

/** One version, as a bundle takes it. */
export interface Bundleable {
  slug: string;
  kind: ArtifactKind;
  name: string;
  version: number;
  hash: string;
  content: ArtifactContent;
  applicability: Applicability;
}

export interface Conflict {
  /** `slot system`, `tool lookup_order` */
  about: string;
  artifacts: string[];
  message: string;
}

export interface LeftOut {
  artifact: string;
  reason: "agent_version" | "unknown";
}

export interface Bundle {
  artifacts: Bundleable[];
  conflicts: Conflict[];
  left_out: LeftOut[];
  /** Of what is in it. */
  hash: string;
}

/**
 * @param promoted in use @param candidate versions that take the place of those in use @param unknown refs of the candidate that nobody knows
 * @param agentVersion of who asks; null where they do not say
 */
export function bundleOf(
  promoted: readonly Bundleable[],
  candidate: readonly Bundleable[],
  unknown: readonly string[],
  agentVersion: string | null,
): Bundle {
  const replaced = new Set(candidate.map(({ slug }) => slug));
  const all = [...promoted.filter(({ slug }) => !replaced.has(slug)), ...candidate];
  const meant = all.filter(({ applicability }) => isMeant(applicability, agentVersion)).toSorted(inOrder);
  const others = all.filter((one) => !meant.includes(one)).toSorted(inOrder);
  return {
    artifacts: meant,
    conflicts: conflictsOf(meant),
    left_out: [
      ...others.map(({ slug, version }): LeftOut => ({ artifact: refOf(slug, version), reason: "agent_version" })),
      ...unknown.toSorted().map((artifact): LeftOut => ({ artifact, reason: "unknown" })),
    ],
    hash: recordHash(meant.map(({ slug, version, hash }) => [refOf(slug, version), hash])),
  };
}

/** A version that is meant for some is not given to who does not say what they are. */
export function isMeant({ agent_versions: versions }: Applicability, agentVersion: string | null): boolean {
  if (versions.length === 0) return true;
  if (agentVersion === null) return false;
  return versions.some((one) => (one.endsWith("*") ? agentVersion.startsWith(one.slice(0, -1)) : one === agentVersion));
}

/** By kind; fragments by slot and order; then by slug. */
export function inOrder(a: Bundleable, b: Bundleable): number {
  const kinds = artifactKinds.indexOf(a.kind) - artifactKinds.indexOf(b.kind);
  if (kinds !== 0) return kinds;
  if (isPromptFragment(a.content) && isPromptFragment(b.content)) {
    if (a.content.slot !== b.content.slot) return a.content.slot < b.content.slot ? -1 : 1;
    if (a.content.order !== b.content.order) return a.content.order - b.content.order;
  }
  return a.slug < b.slug ? -1 : a.slug > b.slug ? 1 : 0;
}

/** Two fragments for one slot, two wrappers for one tool: both are given, in order, and somebody should look. */
export function conflictsOf(artifacts: readonly Pick<Bundleable, "slug" | "version" | "content">[]): Conflict[] {
  const places = Map.groupBy(artifacts, ({ content }) =>
    isPromptFragment(content) ? `slot ${content.slot}` : isToolWrapper(content) ? `tool ${content.tool}` : "",
  );
  return [...places]
    .filter(([about, own]) => about !== "" && own.length > 1)
    .map(([about, own]) => ({
      about,
      artifacts: own.map(({ slug, version }) => refOf(slug, version)),
      message: about.startsWith("slot")
        ? `${own.length} promoted fragments are for one slot; they are given in their order, and may contradict each other.`
        : `${own.length} promoted wrappers are for one tool; their patches are applied in order, and may contradict each other.`,
    }))
    .toSorted((a, b) => (a.about < b.about ? -1 : 1));
}
