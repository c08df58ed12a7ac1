// Names what an agent was when it ran. Equal configs have equal names whatever the order of keys, tools and artifacts; what does not
// change behaviour (the label of a prompt whose text is known, an absent parameter written as null) does not change the name.
import { canonicalJson, fingerprint } from "./fingerprint.ts";
import { memory } from "./memory.ts";
import type { Config, PromptRef, ToolDefinition } from "./run.ts";

/** 12 hex digits of SHA-256 over the canonical JSON of the config. */
export function configHash(config: Config): string {
  return configHashes(JSON.stringify(config), () => hashOf(config));
}

const configHashes = memory<string>({ entries: 500, keyChars: 20_000 });

function hashOf(config: Config): string {
  return fingerprint(
    canonicalJson({
      model: config.model,
      prompt: promptIdentity(config.prompt),
      tools: config.tools.map(({ name, description, parameters }) => ({ name, description, parameters })).sort(byName),
      params: Object.fromEntries(Object.entries(config.params).filter(([, value]) => value !== null && value !== undefined)),
      artifacts: config.artifacts.map(({ name, version }) => `${name}@${version}`).sort(),
    }),
  );
}

/** 12 hex digits over one tool's name, description and parameters: the tool changed when its hash did. */
export function toolHash({ name, description, parameters }: ToolDefinition): string {
  const tool = { name, description, parameters };
  return toolHashes(JSON.stringify(tool), () => fingerprint(canonicalJson(tool)));
}

const toolHashes = memory<string>({ entries: 1_000, keyChars: 20_000 });

/** 12 hex digits over a prompt's text. */
export function promptHash(text: string): string {
  return fingerprint(text);
}

/** A prompt is its text (by hash); without one it is its name and version. */
function promptIdentity(prompt: PromptRef | null): unknown {
  if (prompt === null) return null;
  const hash = prompt.hash ?? (prompt.text === null ? null : promptHash(prompt.text));
  return hash ?? { name: prompt.name, version: prompt.version };
}

/** Two tools of one name keep a fixed order by their content. */
function byName(a: ToolDefinition, b: ToolDefinition): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  const [left, right] = [canonicalJson(a), canonicalJson(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}
