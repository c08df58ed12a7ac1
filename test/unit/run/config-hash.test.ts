import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configHash, promptHash, toolHash } from "../../../domain/run/config-hash.ts";
import type { Config } from "../../../domain/run/run.ts";

const config: Config = {
  model: "gpt-4o",
  prompt: { name: "support", version: "12", text: "Be kind.", hash: null },
  tools: [
    {
      name: "lookup",
      description: "Finds an order",
      parameters: { type: "object", properties: { order: { type: "number" }, day: { type: "string" } } },
    },
    { name: "refund", description: null, parameters: null },
  ],
  params: { temperature: 0.2, top_p: 1 },
  artifacts: [
    { name: "returns", version: "3" },
    { name: "tone", version: "1" },
  ],
};

describe("configHash", () => {
  it("is 12 hex digits", () => expect(configHash(config)).toMatch(/^[0-9a-f]{12}$/));

  it("does not depend on the order of keys, tools and artifacts", () => {
    const reversed: Config = {
      artifacts: config.artifacts.toReversed(),
      params: { top_p: 1, temperature: 0.2 },
      tools: [
        { parameters: null, description: null, name: "refund" },
        {
          name: "lookup",
          description: "Finds an order",
          parameters: { properties: { day: { type: "string" }, order: { type: "number" } }, type: "object" },
        },
      ],
      prompt: config.prompt,
      model: "gpt-4o",
    };
    expect(configHash(reversed)).toBe(configHash(config));
  });

  it.each<[string, Partial<Config>]>([
    ["model", { model: "gpt-4o-mini" }],
    ["prompt text", { prompt: { name: "support", version: "12", text: "Be brief.", hash: null } }],
    ["tool", { tools: [{ name: "lookup", description: "Finds an order", parameters: {} }] }],
    ["parameter", { params: { temperature: 0.3, top_p: 1 } }],
    ["artifact", { artifacts: [{ name: "returns", version: "4" }] }],
  ])("moves with the %s", (_, change) => expect(configHash({ ...config, ...change })).not.toBe(configHash(config)));

  it("knows a prompt by its text, so that a new label on the same text is no change", () => {
    expect(configHash({ ...config, prompt: { name: "support", version: "13", text: "Be kind.", hash: null } })).toBe(configHash(config));
    expect(configHash({ ...config, prompt: { name: null, version: null, text: null, hash: promptHash("Be kind.") } })).toBe(
      configHash(config),
    );
  });

  it("knows a prompt without a text by its name and version", () => {
    const named = (version: string): Config => ({ ...config, prompt: { name: "support", version, text: null, hash: null } });
    expect(configHash(named("1"))).not.toBe(configHash(named("2")));
  });

  it("takes a parameter that is null as absent", () => {
    expect(configHash({ ...config, params: { ...config.params, seed: null } })).toBe(configHash(config));
  });

  it("does not depend on the order in which any parameters were written", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (params) => {
        const reversed = Object.fromEntries(Object.entries(params).toReversed());
        expect(configHash({ ...config, params: reversed })).toBe(configHash({ ...config, params }));
      }),
    );
  });
});

describe("toolHash", () => {
  it("moves with the definition, not with the order of its keys", () => {
    const [tool] = config.tools;
    if (tool === undefined) throw new Error("the config has a tool");
    const hash = toolHash(tool);
    expect(toolHash({ parameters: tool.parameters, description: tool.description, name: tool.name })).toBe(hash);
    expect(toolHash({ ...tool, description: "Finds orders" })).not.toBe(hash);
  });
});
