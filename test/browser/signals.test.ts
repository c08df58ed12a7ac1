// From the list of signals to the place in a run that shows one, on a running Bento that was sent its runs by the webhook: with the
// keyboard, with hostile text in errors, in both themes and on a phone. Then a signal of one's own, and its backfill.
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { adminKey, all, call, settle, startProcess, temporaryFolder, type BentoProcess } from "../system/bento-process.ts";

const executablePath = "/usr/bin/chromium";
const hasBrowser = existsSync(executablePath);
if (!hasBrowser) console.warn("no chromium at /usr/bin/chromium: the browser tests are skipped");

const agent = "refund-bot";
const evil = `<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>`;
const failing = 12;
/** Long enough that only the part around the citation is shown. */
const frames = Array.from({ length: 90 }, (_, i) => `frame ${i} at /srv/app/orders.ts:${i}`);

/** Every fifth run is refused by a limit, every seventh finds no order. */
const runs = Array.from({ length: 60 }, (_, i) => {
  const isRefused = i % 5 === 0;
  const isLost = !isRefused && i % 7 === 0;
  const order = 10_000 + i * 37;
  const answer = isLost ? { ok: false, error: `order ${order} not found ${evil}`, frames } : { ok: true, order };
  return {
    id: `r${i}`,
    agent,
    started_at: new Date(Date.now() - (i + 1) * 7_200_000).toISOString(),
    status: isRefused ? "error" : "ok",
    input: `Where is order ${order}?`,
    output: isRefused ? null : "Done.",
    cohort: { plan: i % 2 === 0 ? "pro" : "free" },
    config: { model: "m-1" },
    steps: [
      { id: "a", type: "tool", name: "lookup_order", arguments: { order }, result: answer, ms: 30 },
      ...(isRefused
        ? [
            {
              id: "b",
              type: "tool",
              name: "refund",
              arguments: { order },
              error: { type: "Limit", message: `Limit exceeded ${evil}` },
              ms: 40,
            },
          ]
        : []),
    ],
  };
});

describe.skipIf(!hasBrowser)("signals in a browser", () => {
  const folder = temporaryFolder();
  let bento: BentoProcess;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    bento = await startProcess(folder.path);
    await call(bento.url, "POST", "/v1/runs", { runs });
    await settle(bento.url);
    await call(bento.url, "POST", `/v1/agents/${agent}/flush`, {});
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
  });
  afterAll(async () => {
    await browser?.close();
    await bento?.stop();
    folder.remove();
  });

  const refused = async (): Promise<{ id: string; name: string }> => {
    const signals = await all<{ id: string; name: string }>(bento.url, `/v1/signals?agent=${agent}&level=leaf`);
    const found = signals.find(({ name }) => name.startsWith("refund"));
    if (found === undefined) throw new Error("the refusals made no signal");
    return found;
  };

  test("the keyboard leads from the list to a signal, and on to the step of a run, with what it cites marked", async () => {
    await page.goto(`${bento.url}/signals?agent=${agent}`);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/signals\/sig_/);
    expect(await page.locator("h1").textContent()).toBe((await refused()).name);
    expect(await page.locator(".figures").textContent()).toContain(`${failing} of 60`);
    await page.locator(".finding-foot a").first().click();
    await page.waitForURL(/\/runs\/.*step=b/);
    const mark = page.locator(".step details[open] mark");
    expect(await mark.textContent()).toBe(`Limit: Limit exceeded ${evil}`);
    expect(await mark.isVisible()).toBe(true);
    expect(await page.locator(".step-finding .chip").first().textContent()).toBe("High");
    expect(await page.evaluate("window.__pwned")).toBeUndefined();
    expect(complaints).toEqual([]);
  });

  test("a quote within a long JSON answer is marked where it stands", async () => {
    const [finding] = await all<{ run_id: string; evidence: { quote: string }[] }>(
      bento.url,
      `/v1/findings?agent=${agent}&detector=tool_soft_error`,
    );
    await page.goto(`${bento.url}/runs/${finding?.run_id}?step=a#step`);
    const mark = page.locator(".step details[open] mark").first();
    // The page shows the answer as JSON, in which quotes are escaped.
    expect(await mark.textContent()).toBe(finding?.evidence[0]?.quote);
    expect(await mark.textContent()).toContain("not found");
    expect(await page.locator(".step-body").first().textContent()).not.toContain("frame 89");
    expect(await page.evaluate("document.querySelectorAll('img[src=x]').length")).toBe(0);
  });

  test("a finding is called wrong with a reason, and the signal counts it no more", async () => {
    const { id } = await refused();
    await page.goto(`${bento.url}/signals/${id}`);
    const card = page.locator(".finding").first();
    await card.getByText("Comment…").click();
    await card.locator("input[name=comment]").fill("a test order");
    await card.getByRole("button", { name: "Wrong" }).click();
    await page.waitForLoadState();
    expect(await page.locator(".flash").textContent()).toContain("Noted");
    expect(await page.locator(".figures").textContent()).toContain(`${failing - 1} of 60`);
    expect(await page.locator("main").textContent()).toContain("a test order");
  });

  test("a rule that is wrong is told at its field; a right one is searched for in history from its page", async () => {
    await page.goto(`${bento.url}/signals/new?agent=${agent}`);
    await page.fill("input[name=name]", "Refund refused");
    await page.fill("textarea[name=definition]", "The refund tool refuses.");
    await page.fill("textarea[name=rule]", "run.output.matches('a+')");
    await page.click("main button.primary");
    await page.waitForLoadState();
    expect(await page.locator("#f-rule-wrong").textContent()).toContain("matches()");
    expect(await page.inputValue("input[name=name]")).toBe("Refund refused");
    await page.fill("textarea[name=rule]", 'run.steps.exists(s, s.name == "refund" && s.status == "error")');
    await page.click("main button.primary");
    await page.waitForURL(/\/signals\/sig_/);
    expect(await page.locator("h1").textContent()).toBe("Refund refused");
    await page.getByText("Look for it in all of history").click();
    expect(await page.locator(".figures").textContent()).toContain("60");
    await page.getByRole("button", { name: "Begin" }).click();
    await page.waitForURL(/\/backfills\/bkf_/);
    // The page renews itself until the job is done.
    await page.locator(".status.tone-good", { hasText: "Done" }).waitFor({ timeout: 60_000 });
    expect(await page.locator(".figures").textContent()).toMatch(new RegExp(`Found in${failing}runs`));
    complaints.length = 0; // the browser reports the page that was refused as a failed resource
  });

  test.each([
    [390, "light"],
    [390, "dark"],
    [800, "light"],
    [1280, "dark"],
  ] as const)("nothing is wider than %i pixels, %s", async (width, colorScheme) => {
    await page.setViewportSize({ width, height: 844 });
    await page.emulateMedia({ colorScheme });
    const { id } = await refused();
    const [job] = await all<{ id: string }>(bento.url, "/v1/backfills");
    const [finding] = await all<{ run_id: string }>(bento.url, `/v1/findings?signal=${id}`);
    for (const path of [
      "/signals",
      `/signals/${id}`,
      `/signals/new?agent=${agent}`,
      "/signals/new?kind=words",
      `/agents/${agent}`,
      `/agents/${agent}/taxonomy`,
      `/runs/${finding?.run_id}?step=b`,
      "/backfills",
      `/backfills/${job?.id}`,
      `/backfills/new?signal=${id}`,
    ]) {
      const response = await page.goto(bento.url + path);
      expect([path, response?.status()]).toEqual([path, 200]);
      expect([path, await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")]).toEqual([path, true]);
    }
    expect(await page.evaluate("window.__pwned")).toBeUndefined();
    expect(complaints).toEqual([]);
  });
});
