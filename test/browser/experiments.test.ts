// Experiments on a running Bento: a replay of an agent behind a webhook, a canary with outcomes, a suite with its evaluation and gate, all sent through
// the API and then walked with the keyboard and the forms, with hostile text in everything, in both themes and on a phone.
import type { Server } from "node:http";
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminKey, all, call, startProcess, temporaryFolder, type BentoProcess } from "../system/bento-process.ts";
import { agent, seed, startAgent, type Seeded } from "./experiments.seed.ts";

const executablePath = "/usr/bin/chromium";
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) console.warn("no chromium at /usr/bin/chromium: the browser tests are skipped");

describe.skipIf(!hasBrowser)("experiments in a browser", () => {
  const folder = temporaryFolder();
  let bento: BentoProcess;
  let server: Server;
  let agentUrl: string;
  let browser: Browser;
  let page: Page;
  let seeded: Seeded;
  const complaints: string[] = [];
  /** Lists that were wider than a phone while nothing was there. */
  const wideWhenEmpty: string[] = [];

  beforeAll(async () => {
    bento = await startProcess(folder.path);
    ({ server, url: agentUrl } = await startAgent());
    browser = await chromium.launch({
      executablePath,
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    await page.goto(bento.url);
    await page.fill("input[name=key]", adminKey);
    await page.click("button[type=submit]");
    await page.waitForLoadState();
    await page.setViewportSize({ width: 390, height: 844 });
    for (const path of ["/experiments", "/suites", "/evaluators", "/evaluations", "/gates", "/experiments/new", "/gates/new"]) {
      await page.goto(bento.url + path);
      if (await page.evaluate("document.documentElement.scrollWidth > window.innerWidth")) wideWhenEmpty.push(path);
    }
    await page.setViewportSize({ width: 1280, height: 900 });
    seeded = await seed(bento.url, agentUrl);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await bento?.stop();
    server?.closeAllConnections();
    server?.close();
    folder.remove();
  });

  test("what teaches where nothing is fits a phone", () => {
    expect(wideWhenEmpty).toEqual([]);
  });

  test("the keyboard leads from the list to an experiment, and on to a run of it", async () => {
    await page.goto(`${bento.url}/experiments?kind=replay&status=done&agent=${agent}`);
    for (const key of ["j", "j", "Enter"]) await page.keyboard.press(key);
    await page.waitForURL(new RegExp(`/experiments/${seeded.replay}`));
    expect(await page.locator(".verdict-line").textContent()).toMatch(/No difference|better|worse|Inconclusive/);
    expect(await page.locator(".squares li").count()).toBe(40);
    await page.getByText("Only broken").click();
    await page.waitForURL(/result=broken/);
    const broken = await page.locator("td .res-broken").count();
    expect(broken).toBeGreaterThan(0);
    expect(await page.locator(".tabs [aria-current] .tally").textContent()).toBe(String(broken));
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/runs\/run_/);
  });

  test("calls that the record had no answer for are shown as text, beside the run that made them", async () => {
    await page.goto(`${bento.url}/experiments/${seeded.replay}?result=incomparable`);
    const row = page.locator(".replay-cases tbody tr").first();
    await row.getByText("not in the record", { exact: false }).first().click();
    expect(await row.locator(".missing-calls").textContent()).toContain("delete_everything");
    expect(await row.locator(".missing-calls").textContent()).toContain("<img src=x");
    expect(await page.evaluate("window.__pwned")).toBeUndefined();
  });

  test("a replay is planned, made and started from its form, and the page renews itself to the end", async () => {
    await page.goto(`${bento.url}/experiments/new?agent=${agent}`);
    await page.fill("input[name=model]", "m-3");
    await page.selectOption("select[name=driver]", "webhook");
    await page.fill("input[name=url]", agentUrl);
    await page.fill("input[name=sample]", "6");
    await page.getByRole("button", { name: "Show which runs" }).click();
    await page.waitForLoadState();
    expect(await page.locator(".preview").textContent()).toContain("Runs6");
    await page.getByRole("button", { name: "Make and start it" }).click();
    await page.waitForLoadState();
    // Its secret was made by Bento, so nothing starts before it is kept.
    expect(await page.locator("pre.command").textContent()).toMatch(/^whsec_/);
    await page.getByText("I have kept it").click();
    expect(await page.locator(".status").first().textContent()).toBe("Draft");
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator(".status.tone-good", { hasText: "Done" }).waitFor({ timeout: 60_000 });
    expect(await page.locator(".figures").first().textContent()).toContain("6 of 6");
    // The addresses of recorded tools began with this Bento's own: its agent reached them.
    expect(await page.locator(".replay-cases").textContent()).toContain("1 call");
  });

  test("the share of a canary is raised; lowering it is refused at the form", async () => {
    await page.goto(`${bento.url}/experiments/${seeded.canary}?hold=1`);
    expect(await page.locator(".verdict-line").textContent()).toContain("The candidate is better");
    await page.fill("#ramp-share", "60");
    await page.getByRole("button", { name: "Raise" }).click();
    await page.waitForLoadState();
    expect(await page.locator(".big-number").textContent()).toContain("60.0");
    await page.fill("#ramp-share", "5");
    await page.getByRole("button", { name: "Raise" }).click();
    await page.waitForLoadState();
    expect(await page.locator(".actions .notice").textContent()).toContain("only grows");
    complaints.length = 0; // the browser reports the page that was refused as a failed resource
  });

  test("somebody who types into a page that renews itself keeps what was typed", async () => {
    await page.goto(`${bento.url}/experiments/${seeded.canary}`);
    expect(await page.locator("meta[http-equiv=refresh]").count()).toBe(1);
    await page.evaluate("window.stop = () => { window.__stopped = true; }");
    await page.fill("#reason", "a reason");
    expect(await page.evaluate("window.__stopped")).toBe(true);
  });

  test("a run becomes a case of a suite, and the suite's next evaluation has it", async () => {
    await page.goto(`${bento.url}/runs/ship-04`);
    await page.getByText("Make a case of this run").click();
    await page.getByRole("button", { name: "Make the case" }).click();
    await page.waitForURL(/\/suites\/ste_/);
    expect(await page.locator(".flash").textContent()).toContain("1 case added");
    expect(await page.locator(".suite-cases").textContent()).toContain("Ship order 4");
    const before = (await all(bento.url, `/v1/suites/${seeded.suite}/cases`)).length;
    await page.getByRole("button", { name: "Start the evaluation" }).click();
    await page.waitForURL(/\/evaluations\/evl_/);
    await page.locator(".status", { hasText: "Incomplete" }).waitFor({ timeout: 60_000 });
    expect(await page.locator(".evaluation-cases tbody tr").count()).toBe(before);
    expect(await page.locator(".judged .rate-coverage").first().textContent()).toContain("covered");
  });

  test("an expression that is wrong is told at its field", async () => {
    await page.goto(`${bento.url}/evaluators/new?type=expression&agent=${agent}`);
    await page.fill("input[name=name]", "quick");
    await page.fill("textarea[name=expression]", "run.duration_ms <");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.waitForLoadState();
    expect(await page.locator("#f-expression-wrong").textContent()).not.toBe("");
    await page.fill("textarea[name=expression]", "run.duration_ms < 1000.0");
    await page.getByRole("button", { name: "Make it" }).click();
    await page.waitForURL(/\/evaluators\?/);
    expect(await page.locator(".evaluators").textContent()).toContain("run.duration_ms < 1000.0");
    complaints.length = 0;
  });

  test("a person waives a gate that did not pass, with a reason that stays beside the verdict", async () => {
    await page.goto(`${bento.url}/gates/${seeded.gate}`);
    const verdict = await page.locator(".verdict-line .verdict-mark").textContent();
    expect(verdict).toBe("Regressed");
    await page.fill("textarea[name=reason]", "A typo in the case.");
    await page.getByRole("button", { name: "Open it all the same" }).click();
    await page.waitForLoadState();
    expect(await page.locator(".waiver").textContent()).toContain("A typo in the case.");
    expect(await page.locator(".verdict-line").textContent()).toContain("Regressed");
    expect(await page.locator(".verdict-line").textContent()).toContain("Open, waived");
    const gate = (await (await call(bento.url, "GET", `/v1/gates/${seeded.gate}`)).json()) as { open: boolean };
    expect(gate.open).toBe(true);
  });

  test.each([
    [390, "light"],
    [390, "dark"],
    [800, "light"],
    [1280, "dark"],
  ] as const)("nothing is wider than %i pixels, %s", async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    for (const path of [
      "/experiments",
      `/experiments/${seeded.replay}`,
      `/experiments/${seeded.canary}?hold=1`,
      `/experiments/${seeded.draft}`,
      `/experiments/new?agent=${agent}`,
      `/experiments/new?kind=canary&agent=${agent}`,
      "/suites",
      `/suites/${seeded.suite}`,
      "/cases/new?run=ship-05",
      "/evaluators",
      "/evaluators/new?type=judge",
      "/evaluators/new?type=tool_calls",
      "/evaluations",
      `/evaluations/${seeded.evaluation}`,
      `/evaluations/new?agent=${agent}`,
      "/gates",
      `/gates/${seeded.gate}`,
      `/gates/new?suite_id=${seeded.suite}`,
    ]) {
      const response = await page.goto(bento.url + path);
      expect([path, response?.status()]).toEqual([path, 200]);
      await page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true");
      expect([path, await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")]).toEqual([path, true]);
      // Wherever the row of sections begins, the one that is open can be seen.
      const current = await page.locator(".sections [aria-current]").boundingBox();
      expect([path, (current?.x ?? -1) >= 0 && (current?.x ?? 0) + (current?.width ?? 0) <= width + 1]).toEqual([path, true]);
    }
    expect(await page.evaluate("window.__pwned")).toBeUndefined();
    expect(complaints).toEqual([]);
  });
});
