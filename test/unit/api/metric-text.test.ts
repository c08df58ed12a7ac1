import { expect, it } from "vitest";
import { metric } from "../../../workers/pipeline/api/metric-text.ts";

it("a metric escapes what a label may hold and stands without samples too", () => {
  expect(metric("m", "gauge", "Help.", [{ labels: { a: 'x"y\\z\nw' }, value: 1.5 }])).toBe(
    '# HELP m Help.\n# TYPE m gauge\nm{a="x\\"y\\\\z\\nw"} 1.5\n',
  );
  expect(metric("m", "counter", "Help.", [])).toBe("# HELP m Help.\n# TYPE m counter\n");
});
