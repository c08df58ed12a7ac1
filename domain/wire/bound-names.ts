// Names in a run that was read from a trace, cut to what a native run may have: they become keys of rows, dimensions and addresses,
// and a client that puts a document where a name belongs must not make its run unreachable. A cut is visible and flagged.
import type { Config, RunDraft, Score, Step } from "../run/run.ts";
import { truncateText } from "../run/truncate.ts";
import { maxIdChars, maxListed, maxNameChars } from "./native-schema.ts";

/** `draft` with every name, id of a person or session, and list of names within the limits of the native schema. */
export function boundNames(draft: RunDraft): RunDraft {
  const cutter = new NameCutter();
  const { instrumentation, experiment } = draft;
  const bounded: RunDraft = {
    ...draft,
    agent: cutter.name(draft.agent),
    agent_version: cutter.nameOrNull(draft.agent_version),
    session_id: cutter.idOrNull(draft.session_id),
    user_id: cutter.idOrNull(draft.user_id),
    tags: cutter.listed(draft.tags).map((tag) => cutter.name(tag)),
    config: boundConfig(draft.config, cutter),
    scores: cutter.listed(draft.scores).map((score) => boundScore(score, cutter)),
    steps: draft.steps.map((step): Step => ({ ...step, name: cutter.name(step.name), model: cutter.nameOrNull(step.model) })),
    instrumentation:
      instrumentation === null
        ? null
        : { name: cutter.nameOrNull(instrumentation.name), version: cutter.nameOrNull(instrumentation.version) },
    experiment:
      experiment === null
        ? null
        : { id: cutter.id(experiment.id), arm: cutter.name(experiment.arm), unit: cutter.idOrNull(experiment.unit) },
    shadow_of: cutter.idOrNull(draft.shadow_of),
  };
  return cutter.hasCut ? { ...bounded, flags: [...new Set([...bounded.flags, "truncated" as const])] } : bounded;
}

function boundConfig(config: Config, cutter: NameCutter): Config {
  const { prompt } = config;
  return {
    ...config,
    model: cutter.nameOrNull(config.model),
    prompt: prompt === null ? null : { ...prompt, name: cutter.nameOrNull(prompt.name), version: cutter.nameOrNull(prompt.version) },
    tools: cutter.listed(config.tools).map((tool) => ({ ...tool, name: cutter.name(tool.name) })),
    artifacts: cutter.listed(config.artifacts).map(({ name, version }) => ({ name: cutter.name(name), version: cutter.name(version) })),
  };
}

function boundScore(score: Score, cutter: NameCutter): Score {
  return { ...score, name: cutter.name(score.name), value: typeof score.value === "string" ? cutter.name(score.value) : score.value };
}

/** Cuts names and remembers whether it had to. */
class NameCutter {
  hasCut = false;

  name(text: string): string {
    return this.cut(text, maxNameChars);
  }

  nameOrNull(text: string | null): string | null {
    return text === null ? null : this.cut(text, maxNameChars);
  }

  id(text: string): string {
    return this.cut(text, maxIdChars);
  }

  idOrNull(text: string | null): string | null {
    return text === null ? null : this.cut(text, maxIdChars);
  }

  listed<T>(items: readonly T[]): readonly T[] {
    this.hasCut ||= items.length > maxListed;
    return items.length > maxListed ? items.slice(0, maxListed) : items;
  }

  private cut(text: string, limit: number): string {
    const { value, truncated } = truncateText(text, limit);
    this.hasCut ||= truncated;
    return value;
  }
}
