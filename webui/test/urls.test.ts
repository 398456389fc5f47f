import assert from "node:assert/strict";
import { test } from "node:test";
import * as urls from "../src/lib/urls";

const NAMES = [
  "%",
  "%2f",
  "#a",
  "?a=b&c=d",
  "a+b",
  "a b",
  "<script>",
  "\n",
  "数据",
  "🚀",
  "'\"",
  "\u202e",
];

test("a path comes back from the address as it was", () => {
  for (const name of NAMES) {
    const path = `/dir/${name}`;
    const url = new URL(urls.browseUrl(path, { offset: 20 }), "http://host");
    assert.equal(url.searchParams.get("path"), path);
    assert.equal(url.searchParams.get("offset"), "20");
    assert.equal(url.hash, "");
    assert.ok(!/[+\s<>"#]/.test(url.pathname + url.search), url.search);
  }
});

test("half a surrogate pair becomes the replacement character", () => {
  assert.equal(urls.encode("a\ud800"), "a%EF%BF%BD");
  assert.equal(urls.encode("🚀"), "%F0%9F%9A%80");
});

test("crumbs and parents", () => {
  assert.deepEqual(
    urls.crumbs("/a/b%/c").map((crumb) => crumb.path),
    ["/", "/a", "/a/b%", "/a/b%/c"],
  );
  assert.equal(urls.parentOf("/"), "/");
  assert.equal(urls.parentOf("/a"), "/");
  assert.equal(urls.parentOf("/a/b"), "/a");
});

test("a typed path becomes absolute", () => {
  assert.equal(urls.typedPath("a/b"), "/a/b");
  assert.equal(urls.typedPath("/a//b/"), "/a/b");
  assert.equal(urls.typedPath("alluxio://host:19998/a"), "/a");
  assert.equal(urls.typedPath("alluxio://host:19998"), "/");
  assert.equal(urls.typedPath(""), "/");
  assert.equal(urls.typedPath("/"), "/");
});

test("only a host name becomes the address of a server", () => {
  assert.equal(urls.serverUrl("worker-1.example", 30000), "http://worker-1.example:30000/");
  assert.equal(urls.serverUrl("10.1.2.3", 30000), "http://10.1.2.3:30000/");
  assert.equal(urls.serverUrl("fe80::1", 30000), "http://[fe80::1]:30000/");
  const bad = [
    "javascript:alert(1)//",
    "a/b",
    "a@b",
    "a b",
    "",
    "a:b",
    "-a",
    "a?b",
    "a#b",
    "a\\b",
    "é",
  ];
  for (const host of bad) assert.equal(urls.serverUrl(host, 30000), undefined, host);
  for (const port of [undefined, 0, -1, 65536, 1.5, NaN]) {
    assert.equal(urls.serverUrl("host", port), undefined);
  }
  assert.equal(urls.addressUrl("host:19999", "/logs?path=a"), "http://host:19999/logs?path=a");
  assert.equal(urls.addressUrl("host"), undefined);
  assert.equal(urls.addressUrl(undefined), undefined);
});

test("numbers of the address are bounded", () => {
  assert.equal(urls.numberIn(null, 50, 1, 1000), 50);
  assert.equal(urls.numberIn("abc", 50, 1, 1000), 50);
  assert.equal(urls.numberIn("-1", 50, 1, 1000), 50);
  assert.equal(urls.numberIn("1e9", 50, 1, 1000), 50);
  assert.equal(urls.numberIn("99999", 50, 1, 1000), 1000);
  assert.equal(urls.numberIn("0", 50, 1, 1000), 1);
});
