// Every page against real servers; started by servers_test.py, which says where they are.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { openPage, PHONE, startBrowser } from "./browser.mjs";

const MASTER = process.env.MASTER_WEB;
const WORKER = process.env.WORKER_WEB;
const NAMES = JSON.parse(process.env.NAMES);
const FOLDER = "/names";

let browser;
let open = [];

before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());
afterEach(async () => {
  await Promise.all(open.map((tab) => tab.close()));
  open = [];
});

async function tab(server, path, options) {
  const opened = await openPage(browser, server, options);
  open.push(opened);
  await opened.go(path);
  return opened;
}

const MASTER_PAGES = [
  ["/", "Overview", "primary"],
  ["/browse", "Browse", "names"],
  ["/data", "In-Alluxio data", /\/text$/],
  ["/workers", "Workers", "Live (1)"],
  ["/masters", "Masters", "There is no standby"],
  ["/mounttable", "Mount table", "local"],
  ["/config?q=alluxio.web.refresh", "Configuration", "alluxio.web.refresh.interval"],
  ["/logs", "Logs", "master.log"],
  ["/logs?path=master.log", "Logs", /serving address/],
  ["/charts", "Metrics", "Mean time of the busiest calls"],
  ["/jobs", "Jobs", "No job service answers"],
];
const WORKER_PAGES = [
  ["/", "Overview", "Folders of the tiers"],
  ["/blockInfo", "Blocks", "MEM"],
  ["/config?q=alluxio.web.refresh", "Configuration", "alluxio.web.refresh.interval"],
  ["/logs?path=worker.log", "Logs", /serving address/],
  ["/charts", "Metrics", "Worker.CapacityTotal"],
];

for (const [kind, server, pages] of [
  ["master", MASTER, MASTER_PAGES],
  ["worker", WORKER, WORKER_PAGES],
]) {
  for (const [look, options] of [
    ["wide", {}],
    ["phone", { viewport: PHONE }],
  ]) {
    test(`a real ${kind}: every page, ${look}`, async () => {
      const t = await tab(server, "/", options);
      for (const [path, title, text] of pages) {
        await t.go(path);
        await t.page.getByRole("heading", { level: 1, name: title, exact: true }).waitFor();
        await t.page.getByText(text).first().waitFor();
        await t.shot(`real-${kind}-${title.toLowerCase().replace(/\W+/g, "-")}-${look}`);
        await t.check();
        await t.checkWidth();
      }
    });
  }
}

test("names that hurt go through a real master and back, and are read", async () => {
  const t = await tab(MASTER, `/browse?path=${encodeURIComponent(FOLDER)}`);
  const links = t.page.locator("tbody .file-link a");
  await links.first().waitFor();
  const paths = await links.evaluateAll((all) =>
    all.map((a) => new URL(a.href).searchParams.get("path")),
  );
  assert.deepEqual(new Set(paths), new Set(NAMES.map((name) => `${FOLDER}/${name}`)));
  for (const name of NAMES) {
    const path = `${FOLDER}/${name}`;
    await t.go(`/browse?path=${encodeURIComponent(path)}`);
    await t.page.locator("pre.text", { hasText: "content of a name" }).waitFor();
    const to = await t.page.getByRole("link", { name: "Download" }).getAttribute("href");
    const got = await fetch(new URL(to, MASTER));
    assert.equal(got.status, 200, path);
    assert.equal(await got.text(), "content of a name\n");
  }
  await t.shot("real-file");
  await t.check();
});

test("the headers that the pages rely on are there", async () => {
  for (const server of [MASTER, WORKER]) {
    const got = await fetch(`${server}/browse?path=/a`);
    assert.match(got.headers.get("content-security-policy"), /^default-src 'self'/);
    assert.equal(got.headers.get("x-content-type-options"), "nosniff");
    assert.match(got.headers.get("content-type"), /^text\/html/);
    const numbers = await fetch(`${server}/metrics/prometheus`);
    assert.match(numbers.headers.get("content-type"), /^text\/plain/);
  }
});

test("big folder: order and pages of the server", async () => {
  const t = await tab(MASTER, "/browse?path=%2Fmany&sort=name&order=desc");
  await t.page.getByText("of 120 entries").first().waitFor();
  await t.page.locator("tbody tr").first().getByText("d119").waitFor();
  await t.page.getByRole("button", { name: "Last page" }).first().click();
  await t.page.getByText("d000").waitFor();
  await t.check();
});

test("a block of a worker leads to its file on the master", async () => {
  const t = await tab(WORKER, "/blockInfo");
  const to = new URL(await t.page.locator("tbody a").first().getAttribute("href"));
  assert.equal(to.port, new URL(MASTER).port);
  const file = await tab(MASTER, to.pathname + to.search);
  await file.page.getByText("1 block", { exact: true }).waitFor();
  assert.match(file.page.url(), /\/browse\?path=%2Fnames%2F/);
  await t.check();
  await file.check();
});

test("what is found below a folder", async () => {
  const t = await tab(MASTER, "/browse?path=%2F&find=D11");
  await t.page.getByText("10 paths").first().waitFor();
  await t.page.getByRole("link", { name: "/many/d119" }).click();
  await t.page.getByText("This folder is empty").waitFor();
  await t.check();
});

test("a worker that is killed: the pages of the master go on and name it", async () => {
  if (!process.env.WORKER_PID) return;
  const t = await tab(MASTER, "/workers");
  await t.page.getByText("Live (1)").waitFor();
  process.kill(Number(process.env.WORKER_PID), "SIGKILL");
  await t.page.getByText("Lost (1)").waitFor();
  await t.page.getByText("No live worker.").waitFor();
  await t.go("/overview");
  await t.page.getByText("1 lost").waitFor();
  await t.shot("real-lost-worker");
  await t.check();
});
