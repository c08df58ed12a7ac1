// What an agent that Bento drives itself becomes with artifacts: fragments and skills stand below its prompt, wrappers change its tools. Sub-agents
// cannot be called in a replay, so a candidate that has one is refused rather than tried without it.
import type { ClaudeStart } from "../experiment/driver-claude.ts";
import { isRecord } from "../run/rebuild-json.ts";
import { refOf } from "./artifact.ts";
import type { Bundleable } from "./bundle.ts";
import { isPromptFragment, isSkill, isSubAgent, isToolWrapper } from "./content.ts";
import { mergePatch } from "./merge-patch.ts";
import { readFrontMatter, skillFileName } from "./skill-file.ts";

export type Applied = { ok: true; start: ClaudeStart } | { ok: false; reason: string };

/** @param refs `slug@version` that the candidate names @param artifacts those of them that are known, in the order in which they apply */
export function withArtifacts(start: ClaudeStart, refs: readonly string[], artifacts: readonly Bundleable[]): Applied {
  const known = new Set(artifacts.map(({ slug, version }) => refOf(slug, version)));
  const unknown = refs.find((ref) => !known.has(ref));
  if (unknown !== undefined) return { ok: false, reason: `the agent has no artifact ${unknown.slice(0, 100)}` };
  let { system, tools } = start;
  for (const { slug, content } of artifacts) {
    if (isSubAgent(content)) return { ok: false, reason: `${slug} is a sub-agent, which a replay with Claude cannot call` };
    if (isPromptFragment(content)) system = below(system, content.text);
    else if (isSkill(content)) system = below(system, skillText(slug, content.files[skillFileName] ?? ""));
    else if (isToolWrapper(content)) {
      if (!tools.some(({ recordedName }) => recordedName === content.tool))
        return { ok: false, reason: `${slug} wraps the tool ${content.tool.slice(0, 100)}, which the agent does not have` };
      tools = tools.map((tool) => (tool.recordedName === content.tool ? wrapped(tool, content) : tool));
    }
  }
  return { ok: true, start: { ...start, system, tools } };
}

const below = (text: string | null, more: string): string => (text === null ? more : `${text.trimEnd()}\n\n${more}`);

/** The whole skill: there is no file that a replay could open. */
function skillText(slug: string, file: string): string {
  const reading = readFrontMatter(file);
  return reading.ok ? `# Skill ${slug}\n${reading.fields.description}\n\n${reading.body.trim()}` : file;
}

function wrapped(
  tool: ClaudeStart["tools"][number],
  { schema_patch: patch, guidance }: { schema_patch: Record<string, unknown>; guidance: string },
): ClaudeStart["tools"][number] {
  const patched = mergePatch(tool.schema, patch);
  return {
    ...tool,
    description: guidance.trim() === "" ? tool.description : below(tool.description, guidance.trim()),
    schema: { ...(isRecord(patched) ? patched : {}), type: "object" },
  };
}
