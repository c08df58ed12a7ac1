import { expect, it } from "vitest";
import { acceptedType } from "../../../workers/pipeline/api/accepted-type.ts";

const offered = ["application/json", "text/markdown", "text/html"] as const;

it.each([
  [null, "application/json"],
  ["", "application/json"],
  ["*/*", "application/json"],
  ["text/markdown", "text/markdown"],
  ["TEXT/HTML", "text/html"],
  ["text/*", "text/markdown"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"],
  ["text/html;q=0.5, text/markdown", "text/markdown"],
  ["text/html;q=0, application/json", "application/json"],
  ["image/png", "application/json"],
  [";;,,;q=", "application/json"],
])("%s wants %s", (accept, type) => {
  expect(acceptedType(accept, offered)).toBe(type);
});
