// An artifact as files that an agent's harness loads: a skill's folder, a sub-agent's Markdown, a prompt fragment, a tool's JSON. The same files
// are what two versions are compared by. Every path is made here, of letters, digits and a few signs, so none can leave its folder.
import { fingerprint } from "../run/fingerprint.ts";
import { reserved } from "./skill-file.ts";
import { isPromptFragment, isSkill, isSubAgent, type ArtifactContent } from "./content.ts";

export interface ArtifactFile {
  path: string;
  text: string;
}

/** In the order of their paths. */
export function filesOf(slug: string, content: ArtifactContent): ArtifactFile[] {
  if (isSkill(content))
    return Object.entries(content.files)
      .map(([path, text]) => ({ path: `skills/${slug}/${path}`, text }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1));
  if (isSubAgent(content)) {
    const { description, prompt, tools, model } = content;
    const fields = [
      `name: ${slug}`,
      `description: ${JSON.stringify(description)}`,
      ...(tools === null ? [] : [`tools: ${JSON.stringify(tools.join(", "))}`]),
      ...(model === null ? [] : [`model: ${JSON.stringify(model)}`]),
    ];
    return [{ path: `agents/${slug}.md`, text: `---\n${fields.join("\n")}\n---\n\n${prompt.trim()}\n` }];
  }
  if (isPromptFragment(content)) {
    const { slot, order, text } = content;
    return [{ path: `prompts/${slot}/${String(order).padStart(4, "0")}-${slug}.md`, text: `${text.trimEnd()}\n` }];
  }
  const { tool, schema_patch, guidance } = content;
  return [{ path: `tools/${fileName(tool)}.json`, text: `${JSON.stringify({ tool, schema_patch, guidance }, null, 2)}\n` }];
}

/** The tool's name where it can be a file's, else a like one that no other tool has. */
function fileName(tool: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(tool) && !reserved.test(tool)) return tool;
  return `${tool.replaceAll(/[^A-Za-z0-9_-]+/g, "-").slice(0, 60)}-${fingerprint(tool, 8)}`.replace(/^-+/, "");
}
