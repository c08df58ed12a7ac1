// What an agent becomes with artifacts, and JSON Merge Patch by the RFC's own examples.
import { describe, expect, it } from "vitest";
import { withArtifacts } from "../../../domain/artifact/apply.ts";
import type { Bundleable } from "../../../domain/artifact/bundle.ts";
import type { ArtifactContent } from "../../../domain/artifact/content.ts";
import { mergePatch } from "../../../domain/artifact/merge-patch.ts";
import type { ClaudeStart } from "../../../domain/experiment/driver-claude.ts";

describe("JSON Merge Patch", () => {
  it.each([
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b" }, { a: null }, {}],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [
      ["a", "b"],
      ["c", "d"],
      ["c", "d"],
    ],
    [{ a: "b" }, ["c"], ["c"]],
    [{ a: "foo" }, null, null],
    [{ a: "foo" }, "bar", "bar"],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])("of %j with %j is %j", (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it("sets no prototype", () => {
    const patched = mergePatch({}, JSON.parse('{"__proto__": {"polluted": true}}'));
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("an agent with artifacts", () => {
  const start: ClaudeStart = {
    model: "claude-sonnet-5-5",
    system: "You help.",
    messages: [{ role: "user", text: "Hi" }],
    tools: [{ name: "lookup", recordedName: "lookup", description: "Finds.", schema: { type: "object", properties: { a: {}, b: {} } } }],
    maxTokens: 100,
    saysMaxTokens: false,
    params: {},
  };
  const made = (kind: Bundleable["kind"], content: ArtifactContent): Bundleable => ({
    slug: "it",
    kind,
    name: "it",
    version: 1,
    hash: "h",
    content,
    applicability: { agent_versions: [], when: null },
  });
  const applied = (one: Bundleable) => withArtifacts(start, ["it@1"], [one]);

  it("has fragments and skills below its prompt, and tools as their wrappers make them", () => {
    expect(applied(made("prompt_fragment", { slot: "rules", order: 1, text: "Be brief." }))).toMatchObject({
      start: { system: "You help.\n\nBe brief." },
    });
    const skill = { files: { "SKILL.md": "---\nname: it\ndescription: Does it.\n---\n1. Do it.\n" } };
    expect(applied(made("skill", skill))).toMatchObject({ start: { system: "You help.\n\n# Skill it\nDoes it.\n\n1. Do it." } });
    const wrapper = { tool: "lookup", schema_patch: { required: ["a"], properties: { b: null } }, guidance: "Give a." };
    expect(applied(made("tool_wrapper", wrapper))).toMatchObject({
      ok: true,
      start: {
        system: "You help.",
        tools: [{ description: "Finds.\n\nGive a.", schema: { type: "object", properties: { a: {} }, required: ["a"] } }],
      },
    });
  });

  it.each([
    ["an artifact that is not there", withArtifacts(start, ["gone@3"], [])],
    ["a sub-agent", applied(made("sub_agent", { description: "d", prompt: "p", tools: null, model: null }))],
    ["a wrapper of a tool that it does not have", applied(made("tool_wrapper", { tool: "other", schema_patch: {}, guidance: "x" }))],
  ])("is refused with %s, never tried without", (_, result) => {
    expect(result.ok).toBe(false);
  });

  it("without any stays as it is", () => {
    expect(withArtifacts(start, [], [])).toEqual({ ok: true, start });
  });
});
