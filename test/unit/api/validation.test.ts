import { describe, expect, it } from "vitest";
import * as z from "zod";
import { Refusal, type RefusalDetail } from "../../../workers/pipeline/refusal.ts";
import { checked, pathText, type Part } from "../../../workers/pipeline/api/validation.ts";

const schema = z.strictObject({ runs: z.array(z.strictObject({ at: z.number() })), name: z.string().optional() });

function detailsFor(value: unknown, part: Part = "body"): RefusalDetail[] {
  try {
    checked(schema, value, part);
  } catch (error) {
    if (error instanceof Refusal && error.status === 400) return error.details;
    throw error;
  }
  return [];
}

describe("what is wrong with a request", () => {
  it.each([
    [["runs", 3, "started_at"], "runs[3].started_at"],
    [[], ""],
    [[0, "a"], "[0].a"],
    [["a", 0, 1], "a[0][1]"],
  ])("stands at %j, written %s", (path, text) => {
    expect(pathText(path)).toBe(text);
  });

  it("is named place by place", () => {
    expect(detailsFor({ runs: [{ at: 1 }, { at: "soon" }, { at: 2, colour: "red" }] }).map(({ path }) => path)).toEqual([
      "runs[1].at",
      "runs[2].colour",
    ]);
  });

  it("never repeats the value, which may be a secret", () => {
    expect(JSON.stringify(detailsFor({ runs: [{ at: "bento_secret" }], name: ["bento_secret"] }))).not.toContain("bento_secret");
  });

  it("lists what a query knows when it holds something else", () => {
    expect(detailsFor({ runs: [], sort: "x" }, "query")).toEqual([
      { path: "sort", message: "this query parameter is not known here; known are: runs, name" },
    ]);
  });

  it("stops after twenty places and cuts long names", () => {
    const many = detailsFor({ runs: Array.from({ length: 500 }, () => ({ at: "x" })) });
    expect(many).toHaveLength(20);
    expect(detailsFor({ runs: [], ["x".repeat(10_000)]: 1 })[0]?.path).toHaveLength(100);
  });
});
