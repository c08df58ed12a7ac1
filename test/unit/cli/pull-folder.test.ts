// A folder that bento pull keeps, on a real disk.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockName, pullInto, readLock, type WantedFile } from "../../../cli/pull-folder.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bento-pull-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const next = { agent: "bot", hash: "h", artifacts: ["a@1"] };
const file = (path: string, text: string): WantedFile => ({ path, text, artifact: "a@1" });
const pull = (wanted: WantedFile[], more: { force?: boolean; dryRun?: boolean } = {}) =>
  pullInto(folder, wanted, next, { force: false, dryRun: false, ...more });
const text = (path: string) => readFileSync(join(folder, path), "utf8");

describe("a pulled folder", () => {
  it("holds what is wanted, again changes nothing, and loses what is no longer wanted with its empty folders", () => {
    const both = [file("skills/a/SKILL.md", "one"), file("prompts/rules/0100-b.md", "two")];
    expect(pull(both)).toMatchObject({ written: ["skills/a/SKILL.md", "prompts/rules/0100-b.md"], removed: [] });
    expect(pull(both)).toMatchObject({ written: [], removed: [], unchanged: 2 });
    writeFileSync(join(folder, "prompts/mine.md"), "mine");
    expect(pull([file("skills/a/SKILL.md", "three")])).toMatchObject({
      written: ["skills/a/SKILL.md"],
      removed: ["prompts/rules/0100-b.md"],
    });
    expect([text("skills/a/SKILL.md"), text("prompts/mine.md"), existsSync(join(folder, "prompts/rules"))]).toEqual([
      "three",
      "mine",
      false,
    ]);
    expect(Object.keys(readLock(folder)?.files ?? {})).toEqual(["skills/a/SKILL.md"]);
    pull([]);
    expect(readdirSync(folder).toSorted()).toEqual([lockName, "prompts"]);
  });

  it("is not changed by a look", () => {
    expect(pull([file("tools/t.json", "{}")], { dryRun: true }).written).toEqual(["tools/t.json"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("keeps files of others and files that somebody changed, unless it is forced", () => {
    mkdirSync(join(folder, "tools"));
    writeFileSync(join(folder, "tools/t.json"), "theirs");
    expect(() => pull([file("tools/t.json", "{}")])).toThrow("tools/t.json");
    expect(text("tools/t.json")).toBe("theirs");
    pull([file("tools/t.json", "{}")], { force: true });
    writeFileSync(join(folder, "tools/t.json"), "changed");
    expect(() => pull([file("tools/t.json", "{ }")])).toThrow("tools/t.json");
    expect(pull([])).toMatchObject({ removed: [], left: ["tools/t.json"] });
    expect(text("tools/t.json")).toBe("changed");
  });

  it.each(["../outside.md", "/etc/passwd", "a/../../b", ".ssh/config", "a\\b"])("refuses the path %s", (path) => {
    expect(() => pull([file(path, "x")])).toThrow("leaves the folder");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes through no link, and removes through none", () => {
    const outside = mkdtempSync(join(tmpdir(), "bento-outside-"));
    writeFileSync(join(outside, "SKILL.md"), "theirs");
    mkdirSync(join(folder, "skills"));
    symlinkSync(outside, join(folder, "skills/a"));
    expect(() => pull([file("skills/a/SKILL.md", "x")], { force: true })).toThrow("in the way");
    const lock = { version: 1, ...next, files: { "skills/a/SKILL.md": { artifact: "a@1", sha256: "x" } } };
    writeFileSync(join(folder, lockName), JSON.stringify(lock));
    expect(() => pull([], { force: true })).toThrow("in the way");
    expect(readFileSync(join(outside, "SKILL.md"), "utf8")).toBe("theirs");
    rmSync(outside, { recursive: true });
  });

  it("with a lock file that names a path outside is refused", () => {
    writeFileSync(join(folder, lockName), JSON.stringify({ version: 1, ...next, files: { "../x": { artifact: "a@1", sha256: "x" } } }));
    expect(() => pull([])).toThrow("is no lock file");
  });
});
