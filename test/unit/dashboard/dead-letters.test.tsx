// The page of dead letters: why each is one, what can be done, and what its buttons do.
import { describe, expect, test } from "vitest";
import { deadLetters, emptyScript, fullScript, listOf, Refused, session, type Script } from "../../browser/pages.fixture.ts";
import { remedyOf } from "../../../workers/dashboard/read/dead-letter.ts";
import { post, render, tagsOf, textOf } from "./render.ts";

const csrf = "csrf-of-the-session";
const actionsIn = (html: string) =>
  tagsOf(html).flatMap(({ name, attributes }) =>
    name === "form" ? attributes.flatMap(([key, value]) => (key === "action" && value.startsWith("/act/dead") ? [value] : [])) : [],
  );
const flashOf = (headers: Headers): string => decodeURIComponent(headers.get("set-cookie") ?? "");

describe("dead letters", () => {
  test("are listed with their reasons, their size and what to do", async () => {
    const { html } = await render("/dead-letters");
    const text = textOf(html);
    for (const { reason, door, id } of deadLetters) for (const part of [reason, door, id]) expect(text).toContain(part);
    expect(text).toContain("A store failed at that time. Redrive it now.");
    expect(text).toContain("Have it sent again, then delete it.");
    expect(text).toContain("1.18 MiB");
    expect(text).toContain("3 dead letters, the newest first");
  });

  test("offer to drive what is kept and to delete anything, nothing at one click that cannot be undone", async () => {
    const { html } = await render("/dead-letters");
    const [first, second, gone] = deadLetters.map(({ id }) => `/act/dead-letters/${id}`);
    expect(actionsIn(html).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
      [
        "/act/dead-letters/all/redrive",
        "/act/dead-letters/all/delete",
        `${first}/redrive`,
        `${first}/delete`,
        `${second}/redrive`,
        `${second}/delete`,
        `${gone}/delete`,
      ].toSorted((a, b) => (a < b ? -1 : 1)),
    );
    for (const form of html.split("<form").filter((part) => /^[^>]*\/delete"/.test(part)))
      expect(html.slice(0, html.indexOf(form)).lastIndexOf("<details")).toBeGreaterThan(
        html.slice(0, html.indexOf(form)).lastIndexOf("</details>"),
      );
  });

  test("offer nothing to whoever may only read", async () => {
    const { html } = await render("/dead-letters", undefined, { session: { ...session, scopes: ["read"] } });
    expect(actionsIn(html)).toEqual([]);
    expect(textOf(html)).toContain(deadLetters[0]?.reason);
  });

  test("that are none are said to be none, and those that cannot be read too", async () => {
    expect(textOf((await render("/dead-letters", emptyScript())).html)).toContain("No dead letters");
    expect(textOf((await render("/dead-letters", { "/v1/dead-letters": new Refused(503, "Come back later.") })).html)).toContain(
      "Come back later.",
    );
  });

  test("of further pages are behind a link", async () => {
    const { html, asked } = await render("/dead-letters?cursor=c1", { "/v1/dead-letters": listOf(deadLetters, 90, "c2") });
    expect(html).toContain('href="/dead-letters?cursor=c2"');
    expect(asked.map(({ query }) => query)).toEqual(["?limit=50&cursor=c1"]);
    expect(textOf(html)).toContain("90 dead letters");
  });

  test("are counted beside their link in the settings", async () => {
    expect((await render("/settings")).html).toMatch(
      /<a href="\/dead-letters">[^<]*Dead letters <span class="chip sev-critical num">3<\/span>/,
    );
    expect((await render("/settings", emptyScript())).html).toMatch(/No <a href="\/dead-letters">dead letters<\/a>/);
  });
});

describe("all at once", () => {
  const script = (more: Script = {}): Script => ({
    ...fullScript(),
    ...Object.fromEntries(deadLetters.flatMap(({ id }) => [[`POST /v1/dead-letters/${id}/redrive`, {}], [`DELETE /v1/dead-letters/${id}`, {}]])),
    ...more,
  }); // prettier-ignore
  const [first, second, gone] = deadLetters.map(({ id }) => id);

  test("drives those whose bytes are kept", async () => {
    const { asked, headers } = await post("/act/dead-letters/all/redrive", { csrf, next: "/dead-letters" }, script());
    expect(headers.get("location")).toBe("/dead-letters");
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /v1/dead-letters",
      `POST /v1/dead-letters/${first}/redrive`,
      `POST /v1/dead-letters/${second}/redrive`,
    ]);
    expect(flashOf(headers)).toContain("2 dead letters on their way again. 1 other cannot be driven: their bytes are deleted.");
  });

  test("deletes every one, and says when there are more", async () => {
    const { asked, headers } = await post(
      "/act/dead-letters/all/delete",
      { csrf },
      script({ "/v1/dead-letters": listOf(deadLetters, 300, "c2") }),
    );
    expect(asked.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual(
      [first, second, gone].map((id) => `DELETE /v1/dead-letters/${id}`),
    );
    expect(flashOf(headers)).toContain("3 dead letters deleted. There are more: do it again.");
  });

  test("goes on after one that is refused, and says why; one that somebody else dealt with is no refusal", async () => {
    const refusing = script({
      [`DELETE /v1/dead-letters/${first}`]: new Refused(404, "gone"),
      [`DELETE /v1/dead-letters/${second}`]: new Refused(503, "Come back later."),
    });
    const { asked, headers } = await post("/act/dead-letters/all/delete", { csrf }, refusing);
    expect(asked).toHaveLength(4);
    expect(flashOf(headers)).toMatch(/"tone":"failed".*2 dead letters deleted\. 1 other refused: Come back later\./);
  });

  test.each(["/act/dead-letters/all/constructor", "/act/dead-letters/all", "/act/dead-letters"])("%s is no action", async (path) => {
    const { asked } = await post(path, { csrf }, script());
    expect(asked).toEqual([]);
  });
});

test.each([
  ["the stored bytes do not open with this instance's key", false, "inbox key"],
  ["the gzip does not unpack", false, "damaged"],
  ['the reader of the door "runs" failed on it: SyntaxError', false, "update"],
  ["the archive failed (get, 10001)", false, "Redrive it now"],
  ["an object was overloaded", false, "Redrive it now"],
  ["TypeError in foldRuns", false, "once what failed is mended"],
  ["TypeError in foldRuns", true, "sent again"],
])("for %s (deleted: %s) the page says what to do", (reason, isExpired, part) => {
  expect(remedyOf({ reason, isExpired })).toContain(part);
});
