// The pages of a standby while the primary is killed; started by failover_test.py.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openPage, startBrowser } from "./browser.mjs";

const { STANDBY_WEB, PRIMARY_ADDRESS, PRIMARY_PID } = process.env;
const PAGES = [
  ["/overview", "Overview", "standby"],
  ["/masters", "Masters", "primary"],
  ["/config?q=alluxio.master.hostname", "Configuration", "alluxio.master.hostname"],
  ["/logs", "Logs", "master.log"],
  ["/charts", "Metrics", "All metrics"],
];

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

test("a standby shows what it knows, names the primary and takes over before one's eyes", async () => {
  // What only the primary can tell is answered with an error, which Chromium reports.
  const t = await openPage(browser, STANDBY_WEB, { failing: true });
  for (const [path, title, text] of PAGES) {
    await t.go(path);
    await t.page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
    await t.page.getByText("This master is a standby").waitFor();
    await t.page.getByText(text).first().waitFor();
    await t.check();
  }
  await t.go("/browse?path=%2Fdata");
  const banner = t.page.getByText("This master is a standby");
  await banner.waitFor();
  const link = t.page.getByRole("link", { name: PRIMARY_ADDRESS });
  assert.match((await link.getAttribute("href")) ?? "", /\/browse\?path=%2Fdata$/);
  await t.shot("real-standby");
  process.kill(Number(PRIMARY_PID), "SIGKILL");
  await banner.waitFor({ state: "detached", timeout: 120_000 });
  await t.page.getByText("primary", { exact: true }).first().waitFor();
  await t.page.getByRole("link", { name: "kept" }).waitFor();
  await t.shot("real-took-over");
  await t.check();
});
