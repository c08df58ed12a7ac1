// The tools that were offered to a model, in any spelling, as {name, description, parameters}.
import type { ToolDefinition } from "../run/run.ts";
import { isObject, opened, textOf } from "./json-value.ts";

/** A list of definitions, of JSON texts of them, of bare names, or JSON text of such a list. What has no name is left out. */
export function toolDefinitionsOf(value: unknown): ToolDefinition[] {
  const found = opened(value);
  const list = Array.isArray(found) ? found : isObject(found) ? (isNamed(found) ? [found] : namedEntries(found)) : [];
  return list.flatMap((item) => toolDefinitionOf(item) ?? []);
}

export function toolDefinitionOf(value: unknown): ToolDefinition | null {
  const found = opened(value);
  if (typeof found === "string") return found === "" ? null : { name: found, description: null, parameters: null };
  if (!isObject(found)) return null;
  const inner = isObject(found["function"]) ? found["function"] : found;
  const name = textOf(inner["name"]) ?? textOf(inner["title"]);
  if (name === null) return null;
  const parameters = inner["parameters"] ?? inner["input_schema"] ?? inner["inputSchema"] ?? inner["args_schema"] ?? inner["schema"];
  return { name, description: textOf(inner["description"]), parameters: opened(parameters) };
}

const isNamed = (value: Record<string, unknown>): boolean => typeof value["name"] === "string" || isObject(value["function"]);

/** AI SDK and Mastra also write tools as an object by name. */
function namedEntries(value: Record<string, unknown>): unknown[] {
  return Object.entries(value).flatMap(([name, tool]) => (isObject(tool) ? [{ name, ...tool }] : []));
}

/** Every tool offered in a run once, in order of first sight; a fuller definition replaces a bare name. */
export function mergeTools(lists: readonly (readonly ToolDefinition[])[]): ToolDefinition[] {
  const byName = new Map<string, ToolDefinition>();
  for (const tool of lists.flat()) {
    const known = byName.get(tool.name);
    byName.set(
      tool.name,
      known === undefined
        ? tool
        : { name: tool.name, description: known.description ?? tool.description, parameters: known.parameters ?? tool.parameters },
    );
  }
  return [...byName.values()];
}
