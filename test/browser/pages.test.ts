// The pages in a real browser, on a running Bento: what a trace carries never runs, nothing leaves the page's own origin, and
// nothing is wider than a phone.
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { render } from "../unit/dashboard/render.ts";
import { deadLetters, listOf } from "./pages.fixture.ts";
import { adminKey, call, settle, startProcess, temporaryFolder, type BentoProcess } from "../system/bento-process.ts";

const executablePath = "/usr/bin/chromium";
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) console.warn("no chromium at /usr/bin/chromium: the browser tests are skipped");

const evil = `<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>"'><svg onload=window.__pwned=1>`;
const run = {
  id: "evil-run",
  agent: `bot ${evil}`.slice(0, 110),
  session_id: evil,
  user_id: evil,
  cohort: { plan: evil },
  status: "error",
  error: { type: evil, message: evil },
  input: evil,
  output: { [evil]: evil },
  config: { model: evil, prompt: { name: evil, version: evil, text: evil }, tools: [{ name: evil, description: evil }] },
  steps: [{ id: "s", type: "tool", name: evil, arguments: { [evil]: evil }, result: evil, error: evil, ms: 5 }],
  metadata: { [evil]: evil },
};

describe.skipIf(!hasBrowser)("the dashboard", () => {
  const folder = temporaryFolder();
  let bento: BentoProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];
  const strangers: string[] = [];

  beforeAll(async () => {
    bento = await startProcess(folder.path);
    await call(bento.url, "POST", "/v1/runs", run);
    await call(bento.url, "POST", "/v1/changes", { agent: run.agent, kind: "prompt", ref: "v2", description: evil });
    await settle(bento.url);
    await call(bento.url, "POST", `/v1/agents/${encodeURIComponent(run.agent)}/flush`, {});
    browser = await chromium.launch({
      executablePath,
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
    page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!request.url().startsWith(bento.url)) strangers.push(request.url());
    });
    await page.goto(bento.url);
    await page.fill("input[name=key]", adminKey);
    await page.click("button[type=submit]");
    await page.waitForLoadState();
  });
  afterAll(async () => {
    await browser?.close();
    await bento?.stop();
    folder.remove();
  });

  test("refuses a wrong key and keeps the person at the door", async () => {
    const stranger = await browser.newPage();
    await stranger.goto(bento.url);
    await stranger.fill("input[name=key]", "not-a-key");
    await stranger.click("button[type=submit]");
    await stranger.waitForLoadState();
    expect(stranger.url()).toContain("/sign-in");
    await stranger.close();
  });

  test.each([
    "/",
    "/agents",
    `/agents/${encodeURIComponent(run.agent)}`,
    "/runs",
    "/runs/evil-run",
    "/changes",
    "/settings",
    "/dead-letters",
    "/signals",
    `/signals/new?agent=${encodeURIComponent(run.agent)}`,
    `/agents/${encodeURIComponent(run.agent)}/taxonomy`,
    "/backfills",
    `/backfills/new?agent=${encodeURIComponent(run.agent)}&target=detector&ref=tool_error&try=1`,
    "/alerts",
    "/alerts/new?type=threshold&dimensions=outcome.error&above=0.5&try=1",
  ])("%s shows hostile text as text, at the width of a phone", async (path) => {
    const response = await page.goto(bento.url + path);
    expect(response?.status()).toBe(200);
    expect(await page.evaluate("window.__pwned")).toBeUndefined();
    expect(await page.evaluate("document.querySelectorAll('img[src=x]').length")).toBe(0);
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    expect(complaints).toEqual([]);
    expect(strangers).toEqual([]);
  });

  // What makes a dead letter cannot be asked for from outside, so the page is made from a scripted API and served in the place of Bento's.
  test("dead letters with hostile reasons are text, and one is deleted only after a second click", async () => {
    const letters = deadLetters.map((letter) => ({ ...letter, reason: evil, door: evil }));
    const { html, headers } = await render("/dead-letters", { "/v1/dead-letters": listOf(letters, letters.length) });
    await page.route(`${bento.url}/dead-letters`, (route) =>
      route.fulfill({ status: 200, body: html, headers: { ...Object.fromEntries(headers), "content-type": "text/html; charset=utf-8" } }),
    );
    await page.goto(`${bento.url}/dead-letters`);
    expect(await page.evaluate("window.__pwned")).toBeUndefined();
    expect(await page.evaluate("document.querySelectorAll('img[src=x], svg[onload]').length")).toBe(0);
    expect(await page.locator("td.lead b").first().textContent()).toBe(evil);
    expect(await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")).toBe(true);
    const remove = page.locator("tbody tr").first().getByRole("button", { name: "Delete it" });
    expect(await remove.isVisible()).toBe(false);
    await page.locator("tbody tr").first().getByText("Delete…").click();
    expect(await remove.isVisible()).toBe(true);
    expect(complaints).toEqual([]);
    await page.unroute(`${bento.url}/dead-letters`);
  });
});
