// Every page in headless Chromium against the mock server: light, dark and on a phone, with names
// that hurt, 0, 1 and 100,000 entries, a dead worker, a standby, and servers that fail.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { openPage, PHONE, startBrowser } from "./browser.mjs";
import { startMock } from "./mock_server.mjs";
import { BIG, HOSTILE } from "./mock_tree.mjs";

let browser;
let master;
let worker;
let open = [];

before(async () => {
  browser = await startBrowser();
  master = await startMock("master");
  worker = await startMock("worker");
});
after(async () => {
  await browser?.close();
  await master?.close();
  await worker?.close();
});
afterEach(async () => {
  await Promise.all(open.map((tab) => tab.close()));
  open = [];
  Object.assign(master.state, {
    role: "PRIMARY",
    workers: 4,
    jobs: 8,
    lost: 0,
    failing: "",
    override: {},
    refreshMs: 15_000,
  });
});

async function tab(server, path, options) {
  const opened = await openPage(browser, server.url, options);
  open.push(opened);
  await opened.go(path);
  return opened;
}

/** Title, and a text that is there only when the page has shown its data. */
const MASTER_PAGES = [
  ["/", "Overview", "1,234,567"],
  ["/browse?path=%2Ftables", "Browse", "orders.parquet"],
  ["/browse?path=%2Ftables%2Forders.parquet", "Browse", "20 blocks"],
  ["/browse?path=%2Fhostile", "Browse", "16 entries"],
  ["/data", "In-Alluxio data", "of 100,000 files"],
  ["/workers", "Workers", "dead-worker.example"],
  ["/masters", "Masters", "master-2.example:19998"],
  ["/mounttable", "Mount table", "s3://bucket/tables"],
  ["/config", "Configuration", "900 of 900"],
  ["/logs", "Logs", "master.out"],
  ["/logs?path=master.log", "Logs", "line=4999"],
  ["/logs?path=master.log&search=line%3D42", "Logs", "searched"],
  ["/charts", "Metrics", "GetStatus"],
  ["/jobs", "Jobs", "1700000000003"],
];
const WORKER_PAGES = [
  ["/", "Overview", "/dev/shm/alluxio"],
  ["/blockInfo", "Blocks", "of 100,000 blocks"],
  ["/config", "Configuration", "900 of 900"],
  ["/logs", "Logs", "master.out"],
  ["/charts", "Metrics", "GetStatus"],
];
const LOOKS = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["phone", { viewport: PHONE }],
];

for (const [kind, pages] of [
  ["master", MASTER_PAGES],
  ["worker", WORKER_PAGES],
]) {
  for (const [look, options] of LOOKS) {
    test(`${kind}: every page, ${look}`, async () => {
      master.state.lost = 1;
      const t = await tab(kind === "master" ? master : worker, "/", options);
      for (const [path, title, text] of pages) {
        await t.go(path);
        await t.page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
        await t.page.getByText(text).first().waitFor();
        if (title === "Metrics") await t.page.locator("canvas").first().waitFor();
        const name = path.replace(/\W+/g, "-").replace(/^-|-$/g, "") || "overview";
        await t.shot(`${kind}-${name}-${look}`);
        await t.check();
        await t.checkWidth();
      }
    });
  }
}

test("names that hurt are shown as text, and lead to their files", async () => {
  const t = await tab(master, "/browse?path=%2Fhostile");
  const links = t.page.locator("tbody .file-link a");
  await links.first().waitFor();
  assert.equal(await links.count(), HOSTILE.length);
  const paths = await links.evaluateAll((all) =>
    all.map((a) => new URL(a.href).searchParams.get("path")),
  );
  assert.deepEqual(new Set(paths), new Set(HOSTILE.map((name) => `/hostile/${name}`)));
  assert.equal(await t.page.locator("tbody script, tbody img, tbody b").count(), 0);
  await t.page.getByText("U+202E").waitFor();
  for (const name of HOSTILE) {
    await t.go(`/browse?path=${encodeURIComponent(`/hostile/${name}`)}`);
    const download = t.page.getByRole("link", { name: "Download" });
    await download.waitFor();
    const to = new URL(await download.getAttribute("href"), master.url);
    assert.equal(to.searchParams.get("path"), `/hostile/${name}`);
    assert.equal(await t.page.locator("pre script").count(), 0);
  }
  await t.check();
});

test("a folder of 0 entries and one of 1", async () => {
  const t = await tab(master, "/browse?path=%2Fempty");
  await t.page.getByText("This folder is empty").waitFor();
  await t.go("/browse?path=%2Fone");
  await t.page.getByText("1 entry", { exact: true }).waitFor();
  await t.check();
});

test("100,000 entries: pages and order come from the server, the address says which", async () => {
  const t = await tab(master, "/browse?path=%2Fbig");
  const rows = t.page.locator("tbody tr");
  await t.page.getByText("part-000000").waitFor();
  assert.equal(await rows.count(), 50);
  await t.page.getByRole("button", { name: "Last page" }).first().click();
  await t.page.getByText("part-099999").waitFor();
  assert.match(t.page.url(), /offset=99950/);
  await t.page.getByRole("button", { name: "Size" }).click();
  await t.page.locator("th[aria-sort=descending]").waitFor();
  assert.match(t.page.url(), /sort=size&order=desc/);
  assert.doesNotMatch(t.page.url(), /offset/);
  await t.page.getByText("part-023993").waitFor();
  await t.page.getByRole("link", { name: "part-023993" }).click();
  await t.page.getByText("Preview").waitFor();
  await t.page.goBack();
  await t.page.getByText("part-023993").waitFor();
  await t.page.getByRole("combobox").first().selectOption("1000");
  await t.page.waitForFunction(() => document.querySelectorAll("tbody tr").length === 1000);
  assert.ok(master.requests.at(-1).includes("limit=1000"), master.requests.at(-1));
  // Somebody else who opens the link sees the same rows.
  const other = await tab(master, new URL(t.page.url()).pathname + new URL(t.page.url()).search);
  await other.page.getByText("part-023993").waitFor();
  assert.equal(await other.page.locator("tbody tr").count(), 1000);
  await other.go(`/browse?path=%2Fbig&offset=${BIG + 50}`);
  await other.page.getByRole("link", { name: "To its last page" }).click();
  await other.page.getByText("part-099999").waitFor();
  await t.check();
  await other.check();
});

test("finding paths below a folder", async () => {
  const t = await tab(master, "/browse?path=%2Ftables");
  const box = t.page.getByLabel("Find below this folder");
  await box.fill("ORDERS");
  await box.press("Enter");
  await t.page.getByRole("link", { name: "/tables/orders.parquet" }).waitFor();
  assert.match(t.page.url(), /find=ORDERS/);
  await t.shot("find");
  await box.fill("<b>no such");
  await box.press("Enter");
  await t.page.getByText("Nothing was found").waitFor();
  await t.page.getByRole("link", { name: "Back to the folder" }).first().click();
  await t.page.getByRole("link", { name: "orders.parquet" }).waitFor();
  assert.doesNotMatch(t.page.url(), /find=/);
  await t.go("/browse?path=%2Fbig&find=part-0999&offset=50");
  await t.page.getByText("this is what was found first").waitFor();
  await t.page.getByRole("link", { name: "/big/part-099950" }).waitFor();
  await t.go("/browse?path=%2Fbig&find=part-09990");
  await t.page.getByText("Only 100,000 entries of the tree were looked at, then the").waitFor();
  await t.shot("find-cut");
  await t.check();
  await t.checkWidth();
});

test("keys: skip link, rows, path box, parent, help", async () => {
  const t = await tab(master, "/browse?path=%2F");
  const { page } = t;
  const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
  await page.getByText("tables").first().waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "Skip to content");
  await page.getByRole("link", { name: "big" }).focus();
  await page.keyboard.press("ArrowDown");
  assert.match(await focused(), /^empty/);
  await page.keyboard.press("End");
  assert.match(await focused(), /^tables/);
  await page.keyboard.press("Enter");
  await page.getByText("orders.parquet").waitFor();
  // The row that had the focus is gone; the first of the new ones has it.
  await page.waitForFunction(() => /being-written/.test(document.activeElement?.textContent ?? ""));
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByRole("link", { name: "hostile" }).waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("one/only.txt");
  await page.keyboard.press("Enter");
  await page.getByText("1 block", { exact: true }).waitFor();
  assert.match(page.url(), /path=%2Fone%2Fonly.txt/);
  await page.getByRole("link", { name: "Later" }).click();
  await page.getByText("at 5120").first().waitFor();
  await page.getByLabel("Path", { exact: true }).press("Escape");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await t.check();
});

test("errors of a path name it and the way out", async () => {
  const t = await tab(master, "/browse?path=%2Fno%2Fsuch");
  await t.page.getByText('Path "/no/such" does not exist.').waitFor();
  await t.page.getByRole("link", { name: "To /no" }).waitFor();
  await t.go("/browse?path=%2Fsecret");
  await t.page.getByText("Permission denied").waitFor();
  await t.go("/nonsense");
  await t.page.getByText("There is no such page").waitFor();
  await t.check();
});

test("a standby says who the primary is and links to the same page there", async () => {
  master.state.role = "STANDBY";
  const t = await tab(master, "/browse?path=%2Fone");
  const link = t.page.getByRole("link", { name: "master-1.example:19999" });
  assert.equal(await link.getAttribute("href"), "http://master-1.example:19999/browse?path=%2Fone");
  await t.shot("standby");
  await t.check();
});

test("a standby that becomes the primary says so by itself", async () => {
  master.state.role = "STANDBY";
  master.state.refreshMs = 1000;
  const t = await tab(master, "/");
  await t.page.getByText("This master is a standby").waitFor();
  master.state.role = "PRIMARY";
  await t.page.getByText("This master is a standby").waitFor({ state: "detached" });
  await t.check();
});

for (const failing of ["status", "silent"]) {
  test(`a server that stops answering (${failing}): its data stays`, async () => {
    master.state.refreshMs = 1000;
    const t = await tab(master, "/workers", { failing: true });
    await t.page.getByText("worker-1.example").waitFor();
    master.state.failing = failing;
    await t.page.getByText("Old data:").waitFor();
    assert.ok(await t.page.getByText("worker-1.example").isVisible());
    await t.shot(`stale-${failing}`);
    master.state.failing = "";
    await t.page.getByText("Old data:").waitFor({ state: "detached" });
    await t.check();
  });
}

test("a server that does not answer at first", async () => {
  master.state.failing = "status";
  const t = await tab(master, "/", { failing: true });
  await t.page.getByText("the master is stopping").waitFor();
  await t.shot("no-answer");
  master.state.failing = "";
  await t.page.getByRole("button", { name: "Try now" }).click();
  await t.page.getByText("1,234,567").waitFor();
  await t.check();
});

test("an answer that makes no sense leaves a page with a way out", async () => {
  master.state.override = { webui_workers: { normalNodeInfos: 7 } };
  const t = await tab(master, "/workers", { failing: true });
  await t.page.getByText("This page failed").waitFor();
  await t.page.getByRole("link", { name: "Overview" }).first().waitFor();
});

test("no worker, and 1,000 of them", async () => {
  master.state.workers = 0;
  const t = await tab(master, "/workers");
  await t.page.getByText("No live worker.").waitFor();
  await t.go("/overview");
  await t.page.getByText("No worker is live").waitFor();
  master.state.workers = 1000;
  await t.go("/workers?q=worker-99");
  await t.page.getByText("Live (1,000)").waitFor();
  assert.equal(await t.page.locator("tbody tr").count(), 11);
  await t.check();
});

test("no job service, 0, 1 and many jobs", async () => {
  master.state.jobs = -1;
  const t = await tab(master, "/jobs");
  await t.page.getByText("No job service answers.").waitFor();
  await t.page.getByText("job:20001: refused").waitFor();
  await t.page.getByText("No load job.").waitFor();
  await t.shot("jobs-no-service");
  master.state.jobs = 0;
  await t.go("/jobs?n=0");
  await t.page.reload();
  await t.page.getByText("The job service has no job.").waitFor();
  master.state.jobs = 1;
  await t.page.reload();
  await t.page.getByText("Load jobs (1)").waitFor();
  await t.page.getByText("2 files", { exact: true }).click();
  await t.page.getByText("2 files could not be loaded").waitFor();
  await t.page.getByText("message: no such object").waitFor();
  await t.shot("jobs-one");
  master.state.jobs = 5000;
  await t.page.reload();
  await t.page.getByText("The newest 1,000 of 5,000.").first().waitFor();
  assert.equal(await t.page.getByText("The newest 1,000 of 5,000.").count(), 2);
  await t.page.getByText("no space").first().waitFor();
  const table = t.page.getByRole("table", { name: "Jobs of the job service" });
  const loads = t.page.getByRole("table", { name: "Load jobs" });
  await t.page.getByRole("button", { name: "Show all 1,000", exact: true }).waitFor();
  assert.equal(await loads.locator("tbody tr").count(), 20);
  await t.shot("jobs-many");
  await t.page.getByRole("button", { name: "Show all 1,000 load jobs" }).click();
  assert.equal(await loads.locator("tbody tr").count(), 1000);
  await t.go("/jobs?q=1700000000777");
  await t.page.getByText("1700000000777").waitFor();
  assert.equal(await table.locator("tbody tr").count(), 1);
  await t.page.getByText("No load job fits the filter.").waitFor();
  // Reasons are searched as well, of both kinds.
  await t.go("/jobs?q=no%20such%20object");
  await t.page.getByText("No job fits the filter.").waitFor();
  assert.equal(await loads.locator("tbody tr").count(), 20);
  await t.go("/jobs?q=no%20space");
  await t.page.getByText("No load job fits the filter.").waitFor();
  assert.equal(await table.locator("tbody tr").count(), 200);
  await t.check();
});

/** route, page, rows by their number, what is shown without any, what the page says of 100,000. */
const LISTS = [
  ["webui_mounttable", "/mounttable", mounts, "Nothing is mounted", "100,000 of 100,000"],
  ["webui_logs", "/logs", logFiles, "There is no log file", "Show all 100,000"],
  ["webui_workers", "/workers", workers, "No live worker", "Live (100,000)"],
  ["webui_data", "/data", cachedFiles, "No file is in the cache", "of 100,000 files"],
  ["webui_search", "/browse?find=x", foundFiles, "Nothing was found", "of 100,000 paths"],
];
const many = (n, one) => Array.from({ length: n }, (_, i) => one(i));
function mounts(n) {
  const one = (i) => ({ mountPoint: `/m${i}`, ufsUri: `s3://b/${i}`, ufsType: "s3" });
  return { mounts: many(n, one) };
}
function logFiles(n) {
  const one = (i) => ({ name: `master.log.${i}`, sizeBytes: i, modificationTimeMs: i });
  return { fileInfos: many(n, one), ntotalFile: n };
}
function workers(n) {
  const one = (i) => ({ host: `w${i}.example`, webPort: 30000, rpcPort: 29999, workerId: i });
  return { normalNodeInfos: many(n, one), failedNodeInfos: [] };
}
/** A page of them: the server has the rest. */
function pageOf(n) {
  return many(Math.min(20, n), (i) => ({
    name: `f${i}`,
    absolutePath: `/d/f${i}`,
    isDirectory: false,
    sizeBytes: i,
    inAlluxioPercentage: 100,
  }));
}
function cachedFiles(n) {
  return { inAlluxioFileNum: n, fileInfos: pageOf(n) };
}
function foundFiles(n) {
  return { ntotalFile: n, fileInfos: pageOf(n), scannedAll: true };
}

test("every other list with 0, 1 and 100,000 entries", async () => {
  for (const [route, path, answer, empty, full] of LISTS) {
    const t = await tab(master, path);
    for (const [n, text] of [
      [0, empty],
      [1, undefined],
      [100_000, full],
    ]) {
      master.state.override = { [route]: answer(n) };
      const began = Date.now();
      await t.page.reload();
      if (text) await t.page.getByText(text).first().waitFor();
      const rows = t.page.locator("tbody tr");
      if (n > 0) await rows.first().waitFor();
      assert.ok(Date.now() - began < 10_000, `${path} took ${Date.now() - began} ms for ${n}`);
      const shown = await rows.count();
      assert.ok(n <= 1 ? shown === n : shown >= 20 && shown <= 200, `${path}: ${shown} of ${n}`);
      await t.check();
    }
  }
});

test("the chosen colours are kept", async () => {
  const t = await tab(master, "/jobs", { colorScheme: "light" });
  await t.page.getByRole("button", { name: "Dark colours" }).click();
  const background = () => t.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await t.page.reload();
  await t.page.getByRole("button", { name: "Light colours" }).waitFor();
  assert.equal(await background(), dark);
  await t.page.emulateMedia({ colorScheme: "dark" });
  await t.page.getByRole("button", { name: "Light colours" }).click();
  assert.notEqual(await background(), dark);
  await t.check();
});

test("configuration: the filter and what is set, in the address", async () => {
  const t = await tab(master, "/config");
  await t.page.getByText("900 of 900").waitFor();
  await t.page.keyboard.press("/");
  await t.page.keyboard.type("room number.10");
  await t.page.getByText("11 of 900").waitFor();
  await t.page.getByRole("checkbox").check();
  await t.page.getByText("3 of 900", { exact: true }).waitFor();
  assert.match(t.page.url(), /q=room%20number.10&changed=1/);
  // What a property does is shown, and is searched as well.
  await t.page.getByText("How large room 16 may grow.").waitFor();
  await t.go("/config?q=no%20rooms");
  await t.page.getByText("129 of 900").waitFor();
  await t.shot("config-help");
  await t.check();
});

test("a log: its end as it grows, a part of it, and what a search found", async () => {
  const t = await tab(master, "/logs?path=master.log");
  await t.page.getByText("line=4999").waitFor();
  master.state.logLines = 5002;
  await t.page.getByText("line=5001").waitFor();
  await t.page.getByRole("link", { name: "Start" }).click();
  await t.page.getByText("line=0 ").waitFor();
  assert.match(t.page.url(), /offset=0/);
  await t.page.getByLabel("Search in this log").fill("line=421 ");
  await t.page.keyboard.press("Enter");
  await t.page.getByText("1 line,").waitFor();
  await t.page.getByTitle("Show what follows").click();
  await t.page.waitForFunction(() =>
    /line=421 /.test(document.querySelector(".log div")?.textContent ?? ""),
  );
  await t.go("/logs?path=..%2Fetc%2Fpasswd");
  await t.page.getByText("there is no log file").waitFor();
  await t.check();
});

test("metrics: a chart for any that is kept, and colours that follow the theme", async () => {
  const t = await tab(master, "/charts");
  await t.page.getByText("Mean time of the busiest calls").waitFor();
  await t.page.getByLabel("Filter metrics").fill("Mock001");
  await t.page.getByRole("button", { name: "Chart of Master.Mock001Ops" }).click();
  await t.page.locator("figcaption", { hasText: "Master.Mock001Ops" }).waitFor();
  assert.match(t.page.url(), /chart=Master.Mock001Ops/);
  const charts = await t.page.locator("canvas").count();
  await t.page.getByRole("button", { name: "Dark colours" }).click();
  assert.equal(await t.page.locator("canvas").count(), charts);
  await t.check();
});

test("phone: the menu opens, leads on and closes", async () => {
  const t = await tab(master, "/", { viewport: PHONE });
  const menu = t.page.getByRole("navigation", { name: "Pages" });
  await t.page.getByText("1,234,567").waitFor();
  assert.equal(await menu.isVisible(), false);
  await t.page.getByRole("button", { name: "Menu" }).click();
  await menu.getByRole("link", { name: "Workers" }).click();
  await t.page.getByRole("heading", { level: 1, name: "Workers" }).waitFor();
  assert.equal(await menu.isVisible(), false);
  await t.check();
});
