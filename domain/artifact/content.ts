// What an artifact of each kind holds, as it is sent and as it is kept. Every kind may be sent as the one text that people write by hand, or as
// its parts; it is kept in one form, so that equal content is equal. Sizes are bounded, and what does not fit says where.
import * as z from "zod";
import type { ArtifactKind } from "./artifact.ts";
import {
  foldersProblem,
  longestSkillDescription,
  pathProblem,
  readFrontMatter,
  skillFile,
  skillFileName,
  skillNameProblem,
} from "./skill-file.ts";

/** Characters of one text that a model is given. */
const longestText = 100_000;
const mostFiles = 50;
/** Characters of all files of a skill. */
const longestSkill = 400_000;
/** Characters of JSON of a tool's patch. */
const longestPatch = 20_000;
const deepestPatch = 24;
/** Where a fragment goes when it does not say. */
const usualSlot = "system";
const usualOrder = 100;
const mostTools = 200;

export interface SkillContent {
  /** Path in the skill's folder → text; `SKILL.md` among them. */
  files: Record<string, string>;
}

export interface SubAgentContent {
  description: string;
  prompt: string;
  /** null: the tools of the agent that calls it. */
  tools: string[] | null;
  model: string | null;
}

export interface ToolWrapperContent {
  tool: string;
  /** JSON Merge Patch (RFC 7396) on the JSON Schema of the tool's parameters. */
  schema_patch: Record<string, unknown>;
  /** What the tool's description is to say besides. */
  guidance: string;
}

export interface PromptFragmentContent {
  /** The place in the agent's prompt. */
  slot: string;
  /** Within the slot, from low to high. */
  order: number;
  text: string;
}

export type ArtifactContent = SkillContent | SubAgentContent | ToolWrapperContent | PromptFragmentContent;

export interface ContentProblem {
  /** From `content` on. */
  path: string;
  message: string;
}
export type ContentReading = { ok: true; content: ArtifactContent } | { ok: false; problems: ContentProblem[] };

/** @param name of the artifact, which a skill's and a sub-agent's own name must be */
export function readContent(kind: ArtifactKind, name: string, given: unknown): ContentReading {
  switch (kind) {
    case "skill":
      return readSkill(name, given);
    case "sub_agent":
      return readSubAgent(name, given);
    case "tool_wrapper":
      return read(toolWrapper, given);
    case "prompt_fragment":
      return read(promptFragment, typeof given === "string" ? { text: given } : given);
  }
}

const text = z.string().min(1).max(longestText);
const filled = text.refine((given) => given.trim() !== "", "must not be empty");
const files = z.record(z.string(), z.string().max(longestText));
const label = z.string().min(1).max(200);

const skillParts = z.strictObject({
  description: z.string().trim().min(1).max(longestSkillDescription),
  instructions: filled,
  files: files.default({}),
});
const skillFolder = z.strictObject({ files });

function readSkill(name: string, given: unknown): ContentReading {
  const nameProblem = skillNameProblem(name);
  if (nameProblem !== null) return wrong("name", `the skill ${nameProblem.replace(" in its front matter", "")}`);
  if (typeof given === "string") return checkedFolder(name, { [skillFileName]: given });
  if (isFolder(given)) return withFolder(name, skillFolder.safeParse({ files: given }));
  const parts = skillParts.safeParse(given);
  if (parts.success) {
    const { description, instructions, files: more } = parts.data;
    if (Object.hasOwn(more, skillFileName)) return wrong(`content.files.${skillFileName}`, "is made of description and instructions");
    return checkedFolder(name, { ...more, [skillFileName]: skillFile({ name, description }, instructions) });
  }
  const isOfParts = typeof given === "object" && given !== null && ("description" in given || "instructions" in given);
  return isOfParts ? misfit(parts.error) : withFolder(name, skillFolder.safeParse(given));
}

const isFolder = (given: unknown): boolean => typeof given === "object" && given !== null && Object.hasOwn(given, skillFileName);

function withFolder(name: string, folder: z.ZodSafeParseResult<z.output<typeof skillFolder>>): ContentReading {
  return folder.success ? checkedFolder(name, folder.data.files) : misfit(folder.error);
}

function checkedFolder(name: string, given: Record<string, string>): ContentReading {
  const paths = Object.keys(given).toSorted();
  if (paths.length > mostFiles) return wrong("content.files", `at most ${mostFiles} files`);
  for (const path of paths) {
    // As it will lie in the folder that an agent loads.
    const problem = pathProblem(`skills/${name}/${path}`);
    if (problem !== null) return wrong(`content.files.${path.slice(0, 100)}`, problem);
  }
  const together = foldersProblem(paths);
  if (together !== null) return wrong("content.files", together);
  if (paths.reduce((sum, path) => sum + (given[path]?.length ?? 0), 0) > longestSkill)
    return wrong("content.files", `at most ${longestSkill} characters in all files together`);
  const main = given[skillFileName];
  if (main === undefined) return wrong("content.files", `a skill has a file ${skillFileName}`);
  if (main.length > longestText) return wrong("content", `at most ${longestText} characters`);
  const reading = readFrontMatter(main);
  if (!reading.ok) return wrong("content", `${skillFileName} ${reading.message}`);
  if (reading.fields.name !== name) return wrong("name", `must be the name in ${skillFileName}, which is its folder's too`);
  if (reading.body.trim() === "") return wrong("content", `${skillFileName} has no instructions below its front matter`);
  return { ok: true, content: { files: Object.fromEntries(paths.map((path) => [path, given[path] ?? ""])) } };
}

const subAgent = z.strictObject({
  description: z.string().trim().min(1).max(longestSkillDescription),
  prompt: filled,
  tools: z.array(label).max(mostTools).nullable().default(null),
  model: label.nullable().default(null),
});

/** A Markdown file with front matter gives name and description; tools and a model are named in parts only. */
function readSubAgent(name: string, given: unknown): ContentReading {
  const nameProblem = skillNameProblem(name);
  if (nameProblem !== null) return wrong("name", `the sub-agent ${nameProblem.replace(" in its front matter", "")}`);
  if (typeof given !== "string") return read(subAgent, given);
  const reading = readFrontMatter(given);
  if (!reading.ok) return wrong("content", `the sub-agent's file ${reading.message}`);
  if (reading.fields.name !== name) return wrong("name", "must be the name in the front matter");
  return read(subAgent, { description: reading.fields.description, prompt: reading.body });
}

const patch = z
  .record(z.string(), z.unknown())
  .refine((given) => isShallow(given, deepestPatch) && JSON.stringify(given).length <= longestPatch, {
    message: `at most ${longestPatch} characters of JSON, ${deepestPatch} levels deep`,
  })
  .refine(({ properties = {}, required = [] }) => {
    const names = required === null ? [] : required;
    const isNames = Array.isArray(names) && names.every((one) => typeof one === "string");
    return isNames && (properties === null || (typeof properties === "object" && !Array.isArray(properties)));
  }, "must patch a JSON Schema: `properties` is an object, `required` a list of names");

const toolWrapper = z
  .strictObject({
    tool: z.string().regex(/^[^\s\p{Cc}]{1,200}$/u, "must be a tool's name, without spaces"),
    schema_patch: patch.default({}),
    guidance: z.string().max(longestText).default(""),
  })
  .refine(({ schema_patch: given, guidance }) => Object.keys(given).length > 0 || guidance.trim() !== "", {
    message: "changes nothing: give a schema_patch, guidance, or both",
  });

const promptFragment = z.strictObject({
  slot: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "must be lower-case letters, digits, `-` and `_`, at most 64")
    .default(usualSlot),
  order: z.int().min(0).max(9_999).default(usualOrder),
  text: filled,
});

function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return levels > 0 && Object.values(value).every((inner) => isShallow(inner, levels - 1));
}

function read<C extends ArtifactContent>(schema: z.ZodType<C>, given: unknown): ContentReading {
  const parsed = schema.safeParse(given);
  return parsed.success ? { ok: true, content: parsed.data } : misfit(parsed.error);
}

function misfit(error: z.ZodError): ContentReading {
  return {
    ok: false,
    problems: error.issues.map(({ path, message }) => ({ path: ["content", ...path.map(String)].join("."), message })),
  };
}

const wrong = (path: string, message: string): ContentReading => ({ ok: false, problems: [{ path, message }] });

export const isSkill = (content: ArtifactContent): content is SkillContent => "files" in content;
export const isSubAgent = (content: ArtifactContent): content is SubAgentContent => "prompt" in content;
export const isToolWrapper = (content: ArtifactContent): content is ToolWrapperContent => "tool" in content;
export const isPromptFragment = (content: ArtifactContent): content is PromptFragmentContent => "slot" in content;
