// What an artifact of each kind may hold, and what differs between two texts.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { slugOfName } from "../../../domain/artifact/artifact.ts";
import { bundleOf, isMeant, type Bundleable } from "../../../domain/artifact/bundle.ts";
import { readContent } from "../../../domain/artifact/content.ts";
import { filesOf } from "../../../domain/artifact/files.ts";
import { lineDiff } from "../../../domain/artifact/line-diff.ts";
import { foldersProblem, pathProblem, readFrontMatter } from "../../../domain/artifact/skill-file.ts";

const skill = (front: string, body = "Do it.") => `---\n${front}\n---\n${body}`;
const good = "name: find-orders\ndescription: Finds orders.";

describe("a skill", () => {
  it.each([
    ["as one text", skill(good)],
    ["with windows line ends", skill(good).replaceAll("\n", "\r\n")],
    ["with the optional fields", skill(`${good}\nlicense: MIT\nmetadata:\n  author: ana\nallowed-tools: Read`)],
    ["with a quoted description", skill('name: find-orders\ndescription: "Finds: orders"')],
    ["as a folder", { files: { "SKILL.md": skill(good), "references/ids.md": "x", "scripts/find.py": "y" } }],
    ["as a folder by itself", { "SKILL.md": skill(good) }],
    ["as parts", { description: "Finds orders.", instructions: "Do it." }],
  ])("may come %s", (_, content) => {
    expect(readContent("skill", "find-orders", content)).toMatchObject({ ok: true });
  });

  it.each([
    ["no front matter", "Do it.", "find-orders"],
    ["no description", skill("name: find-orders"), "find-orders"],
    ["a description that is too long", skill(`name: find-orders\ndescription: ${"a".repeat(1025)}`), "find-orders"],
    ["a name in capitals", skill("name: Find\ndescription: x"), "Find"],
    ["a name with two hyphens together", skill("name: find--orders\ndescription: x"), "find--orders"],
    ["a name that is too long", skill(`name: ${"a".repeat(65)}\ndescription: x`), "a".repeat(65)],
    ["another name than the artifact's", skill(good), "other-name"],
    ["a key twice", skill(`${good}\nname: find-orders`), "find-orders"],
    ["an anchor", skill("name: &a find-orders\ndescription: *a"), "find-orders"],
    ["a bomb", skill(`name: find-orders\ndescription: x\nmetadata: ${"[".repeat(3000)}`), "find-orders"],
    ["no instructions", skill(good, "  "), "find-orders"],
    ["no SKILL.md", { files: { "README.md": "x" } }, "find-orders"],
    ["a file outside", { files: { "SKILL.md": skill(good), "../../etc/passwd": "x" } }, "find-orders"],
    ["a file by an absolute path", { files: { "SKILL.md": skill(good), "/etc/passwd": "x" } }, "find-orders"],
    ["a hidden file", { files: { "SKILL.md": skill(good), ".ssh/config": "x" } }, "find-orders"],
    ["two files that differ in capitals", { files: { "SKILL.md": skill(good), "skill.md": "x" } }, "find-orders"],
    ["a file where a folder is", { files: { "SKILL.md": skill(good), a: "x", "a/b": "y" } }, "find-orders"],
    ["too many files", { files: Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, "x"])) }, "find-orders"],
  ])("is refused with %s", (_, content, name) => {
    expect(readContent("skill", name, content).ok).toBe(false);
  });

  it("keeps no path that leaves its folder, whatever it is called", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.constantFrom("../", "..\\", "/", "C:\\", "./", ""), (rest, start) => {
        const path = start + rest;
        if (pathProblem(path) !== null) return;
        expect(path).toMatch(/^[A-Za-z0-9_-][A-Za-z0-9_.-]*(\/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$/);
        expect(path.split("/")).not.toContain("..");
      }),
    );
  });

  it("comes out of its parts as a file that can be read again", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 300 }), fc.string({ minLength: 1 }), (description, instructions) => {
        const made = readContent("skill", "a-skill", {
          description: description.toWellFormed(),
          instructions: instructions.toWellFormed(),
        });
        if (!made.ok) {
          expect(description.trim() === "" || instructions.trim() === "").toBe(true);
          return;
        }
        const [file] = filesOf("a-skill", made.content);
        const reading = readFrontMatter(file?.text ?? "");
        expect(reading.ok && reading.fields.description).toBe(description.toWellFormed().trim());
      }),
    );
  });
});

describe("other kinds", () => {
  it.each([
    ["tool_wrapper", { tool: "lookup", schema_patch: { required: ["id"] } }, true],
    ["tool_wrapper", { tool: "lookup", schema_patch: { required: "id" } }, false],
    ["tool_wrapper", { tool: "look up", guidance: "x" }, false],
    ["tool_wrapper", { tool: "lookup" }, false],
    ["prompt_fragment", "Be brief.", true],
    ["prompt_fragment", { slot: "../rules", text: "x" }, false],
    ["prompt_fragment", { slot: "rules", order: -1, text: "x" }, false],
    ["prompt_fragment", { slot: "rules", text: "x", more: 1 }, false],
    ["sub_agent", { description: "Checks.", prompt: "You check." }, true],
    ["sub_agent", "---\nname: checker\ndescription: Checks.\n---\nYou check.", true],
    ["sub_agent", { description: "Checks." }, false],
  ] as const)("%s of %o is taken: %s", (kind, content, isGood) => {
    expect(readContent(kind, "checker", content).ok).toBe(isGood);
  });

  it("names files that lie in the folder of their kind, whatever the tool is called", () => {
    const devices = fc.constantFrom("con", "NUL", "com1", "__proto__", "..", "-rf");
    fc.assert(
      fc.property(fc.oneof(devices, fc.string({ minLength: 1, maxLength: 100 })), (tool) => {
        const made = readContent("tool_wrapper", "w", { tool, guidance: "x" });
        if (!made.ok) return;
        const [file] = filesOf("w", made.content);
        expect([pathProblem(file?.path ?? ""), foldersProblem([file?.path ?? ""])]).toEqual([null, null]);
        expect(file?.path).toMatch(/^tools\/[^/]+\.json$/);
      }),
    );
  });

  it("has a slug of the skill format, or none", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (name) => {
        expect(slugOfName(name)).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
        expect(slugOfName(name).length).toBeLessThanOrEqual(64);
      }),
    );
  });
});

describe("a line diff", () => {
  it("says what went and what came, in order", () => {
    const told = lineDiff("a\nb\nc\n", "a\nx\nc\nd\n").map(({ kind, text }) => `${kind[0]} ${text}`);
    expect(told).toEqual(["s a", "r b", "a x", "s c", "a d"]);
  });

  const lines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 30 }).map((all) => all.map((line) => `${line}\n`).join(""));
  const side = (diff: ReturnType<typeof lineDiff>, left: "removed" | "added") =>
    diff
      .filter(({ kind }) => kind !== left)
      .map(({ text }) => `${text}\n`)
      .join("");

  it("gives both texts back, and is no longer than it must be", () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = lineDiff(before, after);
        expect([side(diff, "added"), side(diff, "removed")]).toEqual([before, after]);
        const same = diff.filter(({ kind }) => kind === "same").length;
        expect(same).toBe(longestCommon(before.split("\n").slice(0, -1), after.split("\n").slice(0, -1)));
      }),
    );
  });

  it("tells a text that is wholly another one as replaced", () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, i) => `${word} ${i}\n`).join("");
    expect(lineDiff(many("a"), many("b"))).toHaveLength(6_000);
  });
});

/** By the textbook table. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array<number>(b.length + 1).fill(0);
  for (const one of a) {
    const next = [0];
    for (const [j, other] of b.entries()) next.push(one === other ? (row[j] ?? 0) + 1 : Math.max(row[j + 1] ?? 0, next[j] ?? 0));
    row = next;
  }
  return row.at(-1) ?? 0;
}

describe("a bundle", () => {
  const fragment = (slug: string, slot: string, order: number, versions: string[] = []): Bundleable => ({
    slug,
    kind: "prompt_fragment",
    name: slug,
    version: 1,
    hash: slug,
    content: { slot, order, text: slug },
    applicability: { agent_versions: versions, when: null },
  });

  it("is the same whatever the order in which artifacts are found", () => {
    const all = [fragment("a", "rules", 5), fragment("b", "rules", 1), fragment("c", "tone", 1), fragment("d", "rules", 5)];
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: 4 }), (shuffled) => {
        const bundle = bundleOf(shuffled, [], [], null);
        expect(bundle.artifacts.map(({ slug }) => slug)).toEqual(["b", "a", "d", "c"]);
        expect(bundle).toEqual(bundleOf(all, [], [], null));
        expect(bundle.conflicts).toMatchObject([{ about: "slot rules", artifacts: ["b@1", "a@1", "d@1"] }]);
      }),
    );
  });

  it.each([
    [[], null, true],
    [["1.2"], "1.2", true],
    [["1.2"], "1.20", false],
    [["1.*"], "1.20", true],
    [["1.*"], null, false],
  ])("with versions %o is meant for %s: %s", (agent_versions, version, isFor) => {
    expect(isMeant({ agent_versions, when: null }, version)).toBe(isFor);
  });
});
