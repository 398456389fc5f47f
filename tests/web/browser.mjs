// Headless Chromium, and pages that remember everything that must not happen on them.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(fileURLToPath(import.meta.url), "../../..");
const SHOTS = join(ROOT, "build", "webui-screenshots");
// The library is among those of webui/package-lock.json.
const { chromium } = createRequire(join(ROOT, "webui", "package.json"))("playwright-core");

export async function startBrowser() {
  mkdirSync(SHOTS, { recursive: true });
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

export const WIDE = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

/** A page in a browser profile of its own; `faults` collects what it did wrong. */
export async function openPage(browser, origin, options = {}) {
  const context = await browser.newContext({
    viewport: options.viewport ?? WIDE,
    colorScheme: options.colorScheme ?? "light",
    timezoneId: "UTC",
    hasTouch: options.viewport === PHONE,
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults = [];
  page.on("pageerror", (error) => faults.push(`exception: ${error.message}`));
  page.on("console", (message) => {
    // Chromium reports each answer that is an error. A worker is known by its 404 to the master's
    // question, and tests of failing servers expect more.
    const question = message.location().url.endsWith("/api/v1/master/webui_init");
    const expected =
      (options.failing || question) && /Failed to load resource/.test(message.text());
    if (message.type() === "error" && !expected) faults.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`${origin}/`)) faults.push(`request elsewhere: ${request.url()}`);
  });
  page.on("dialog", (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) =>
      window.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  return {
    page,
    context,
    faults,
    go: (path) => page.goto(`${origin}${path}`),
    shot: (name) => page.screenshot({ path: join(SHOTS, `${name}.png`) }),
    /** Nothing ran that a name brought along, nothing was refused or asked for elsewhere. */
    async check() {
      const [hacked, violations] = await page.evaluate(() => [window.hacked, window.violations]);
      assert.equal(hacked, undefined, "a name was run as a script");
      assert.deepEqual(violations, [], "the content security policy was violated");
      assert.deepEqual(faults, []);
    },
    /** Nothing is wider than the window. */
    async checkWidth() {
      const [wide, window] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      assert.ok(wide <= window, `the page is ${wide} wide in a window of ${window}`);
    },
    close: () => context.close(),
  };
}
