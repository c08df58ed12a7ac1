// Names in a run that was read from a trace, cut to what a native run may have: they become keys of rows, dimensions and addresses,
// and a client that puts a document where a name belongs must not make its run unreachable. A cut is visible and flagged.
import type { RunDraft, Step } from "../run/run.ts";
import { truncateText } from "../run/truncate.ts";
import { maxIdChars, maxListed, maxNameChars } from "./native-schema.ts";

/** `draft` with every name, id and list of names within the limits of the native schema. */
export function boundNames(draft: RunDraft): RunDraft {
  let hasCut = false;
  const cut = (text: string, limit: number): string => {
    const kept = truncateText(text, limit);
    hasCut ||= kept.truncated;
    return kept.value;
  };
  const some = (text: string | null, limit: number): string | null => (text === null ? null : cut(text, limit));
  const listed = <T>(items: readonly T[]): T[] => {
    hasCut ||= items.length > maxListed;
    return items.slice(0, maxListed);
  };
  const name = (text: string): string => cut(text, maxNameChars);
  const { config, instrumentation, experiment } = draft;
  const bounded: RunDraft = {
    ...draft,
    agent: name(draft.agent),
    agent_version: some(draft.agent_version, maxNameChars),
    session_id: some(draft.session_id, maxIdChars),
    user_id: some(draft.user_id, maxIdChars),
    tags: listed(draft.tags).map(name),
    config: {
      ...config,
      model: some(config.model, maxNameChars),
      prompt:
        config.prompt === null
          ? null
          : { ...config.prompt, name: some(config.prompt.name, maxNameChars), version: some(config.prompt.version, maxNameChars) },
      tools: listed(config.tools).map((tool) => ({ ...tool, name: name(tool.name) })),
      artifacts: listed(config.artifacts).map((artifact) => ({ name: name(artifact.name), version: name(artifact.version) })),
    },
    scores: listed(draft.scores).map((score) => ({
      ...score,
      name: name(score.name),
      value: typeof score.value === "string" ? name(score.value) : score.value,
    })),
    steps: draft.steps.map((step): Step => ({ ...step, name: name(step.name), model: some(step.model, maxNameChars) })),
    instrumentation:
      instrumentation === null
        ? null
        : { name: some(instrumentation.name, maxNameChars), version: some(instrumentation.version, maxNameChars) },
    experiment:
      experiment === null
        ? null
        : { id: cut(experiment.id, maxIdChars), arm: name(experiment.arm), unit: some(experiment.unit, maxIdChars) },
    shadow_of: some(draft.shadow_of, maxIdChars),
  };
  return hasCut ? { ...bounded, flags: [...new Set([...bounded.flags, "truncated" as const])] } : bounded;
}
