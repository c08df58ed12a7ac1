// The Agent Skills format: a folder named for the skill, with a SKILL.md whose YAML front matter gives at least name and description. What is
// refused says what to mend. Paths that could leave the folder, or that some system cannot keep, are refused.
import { parseDocument } from "yaml";
import { isRecord } from "../run/rebuild-json.ts";

export const skillFileName = "SKILL.md";
/** Of the Agent Skills format. */
export const longestSkillName = 64;
export const longestSkillDescription = 1_024;
const longestCompatibility = 500;
/** Characters of a front matter: its fields together take at most two thousand. */
const longestFrontMatter = 8_192;
const longestPath = 200;
const deepestPath = 8;

export interface FrontMatter {
  name: string;
  description: string;
}

export type FrontMatterReading = { ok: true; fields: FrontMatter; body: string } | { ok: false; message: string };

/** The front matter of a SKILL.md (or of a sub-agent's file, which has the same two fields), and the text below it. */
export function readFrontMatter(text: string): FrontMatterReading {
  const found = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(text);
  const [, yaml, body = ""] = found ?? [];
  if (yaml === undefined) return no("must begin with front matter: a line `---`, then `name:` and `description:`, then a line `---`");
  if (yaml.length > longestFrontMatter) return no(`has a front matter of more than ${longestFrontMatter} characters`);
  const fields = readYaml(yaml);
  if (fields === null) return no("has a front matter that is no YAML mapping of plain values (each key once, no anchors)");
  const { name, description, compatibility, metadata, license } = fields;
  const problem =
    skillNameProblem(name) ??
    descriptionProblem(description) ??
    (compatibility === undefined || (typeof compatibility === "string" && compatibility.length <= longestCompatibility)
      ? null
      : `has a compatibility that is no text of at most ${longestCompatibility} characters`) ??
    (license === undefined || typeof license === "string" ? null : "has a license that is no text") ??
    (metadata === undefined || isRecord(metadata) ? null : "has a metadata that is no mapping");
  if (problem !== null || typeof name !== "string" || typeof description !== "string") return no(problem ?? "has no name and description");
  return { ok: true, fields: { name, description: description.trim() }, body };
}

/** Why it is no name of a skill; null when it is one. */
export function skillNameProblem(name: unknown): string | null {
  if (typeof name !== "string" || name === "") return "has no `name` in its front matter";
  if (name.length > longestSkillName) return `has a name of more than ${longestSkillName} characters`;
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name)
    ? null
    : "has a name that is not lower-case letters, digits and single hyphens between them";
}

function descriptionProblem(description: unknown): string | null {
  if (typeof description !== "string" || description.trim() === "") return "has no `description` in its front matter";
  return description.length > longestSkillDescription ? `has a description of more than ${longestSkillDescription} characters` : null;
}

/** null for what is no mapping, names a key twice, or refers to itself. */
function readYaml(text: string): Record<string, unknown> | null {
  try {
    const document = parseDocument(text, { strict: true, uniqueKeys: true, schema: "core" });
    if (document.errors.length > 0 || document.warnings.length > 0) return null;
    const value: unknown = document.toJS({ maxAliasCount: 0 });
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** A SKILL.md of these parts. A JSON text is a YAML text too. */
export function skillFile({ name, description }: FrontMatter, body: string): string {
  return `---\nname: ${name}\ndescription: ${JSON.stringify(description)}\n---\n\n${body.trim()}\n`;
}

/** Names that one system or another gives a meaning of its own. */
export const reserved = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Why a path cannot be a file of the folder; null when it can. */
export function pathProblem(path: string): string | null {
  if (path.length > longestPath) return `is longer than ${longestPath} characters`;
  const parts = path.split("/");
  if (parts.length > deepestPath) return `lies deeper than ${deepestPath} folders`;
  const isPlain = parts.every(
    (part) => /^[A-Za-z0-9_.-]+$/.test(part) && !part.startsWith(".") && !part.endsWith(".") && !reserved.test(part),
  );
  return isPlain ? null : "must be relative, of letters, digits, `.`, `_` and `-`, without hidden parts and without `..`";
}

/** Why these cannot lie in one folder; null when they can. */
export function foldersProblem(paths: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const path of paths) {
    const lower = path.toLowerCase();
    if (seen.has(lower)) return "two files differ only in capitals";
    seen.add(lower);
  }
  const folders = paths.flatMap((path) => {
    const parts = path.toLowerCase().split("/");
    return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
  });
  return folders.some((folder) => seen.has(folder)) ? "a file and a folder have one name" : null;
}

const no = (message: string): FrontMatterReading => ({ ok: false, message });
