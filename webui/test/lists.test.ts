import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../src/lib/fetch";
import { lines, toneOfLine, withoutControls } from "../src/lib/log_lines";
import { lastOffset } from "../src/lib/paging";
import { retryDelay } from "../src/lib/poll";
import { firstOrder, sorted } from "../src/lib/sorting";
import { matches } from "../src/parts/filter";

test("an id of 63 bits is not rounded, and text that looks like one is left alone", () => {
  const text = '{"id":1608199462713294847, "name":"\\"id\\":1608199462713294847","size":12}';
  assert.deepEqual(parse(text), {
    id: "1608199462713294847",
    name: '"id":1608199462713294847',
    size: 12,
  });
});

test("the last page begins where it should", () => {
  assert.equal(lastOffset(0, 50), 0);
  assert.equal(lastOffset(50, 50), 0);
  assert.equal(lastOffset(51, 50), 50);
  assert.equal(lastOffset(100_000, 1000), 99_000);
});

test("tries come further and further apart, but not rarer than the refresh", () => {
  assert.deepEqual(
    [1, 2, 3, 9].map((n) => retryDelay(n, 15_000)),
    [1000, 2000, 4000, 15_000],
  );
});

test("what is not known comes last in both orders", () => {
  const rows = [{ v: 2 }, { v: undefined }, { v: 10 }, { v: 1 }];
  assert.deepEqual(
    sorted(rows, (r) => r.v, "asc").map((r) => r.v),
    [1, 2, 10, undefined],
  );
  assert.deepEqual(
    sorted(rows, (r) => r.v, "desc").map((r) => r.v),
    [10, 2, 1, undefined],
  );
  const names = ["w10", "w9"].map((v) => ({ v }));
  assert.deepEqual(
    sorted(names, (r) => r.v, "asc").map((r) => r.v),
    ["w9", "w10"],
  );
  assert.equal(firstOrder("name"), "asc");
  assert.equal(firstOrder("size"), "desc");
});

test("every word of a filter has to be there", () => {
  assert.ok(matches("", "a"));
  assert.ok(matches("WEB port", "alluxio.master.web.port"));
  assert.ok(!matches("web host", "alluxio.master.web.port"));
});

test("log lines keep no controls", () => {
  assert.deepEqual(lines("a\r\nb\n\nc\n"), ["a", "b", "", "c"]);
  assert.equal(withoutControls("a\u001b[31mb"), "a\u241b[31mb");
  assert.equal(withoutControls("a\u202eb"), "a<U+202E>b");
  assert.equal(withoutControls("a\tb"), "a\tb");
});

test("levels have tones, words of a message have none", () => {
  assert.equal(toneOfLine("2026-11-28 08:00:00,000 ERROR rpc: x"), "bad-text");
  assert.equal(toneOfLine("2026-11-28 08:00:00,000 WARN  rpc: x"), "warn-text");
  assert.equal(toneOfLine("2026-11-28T08:55:57.665 W [30687] conf: x"), "warn-text");
  assert.equal(toneOfLine("2026-11-28T08:55:57.665 E [30687] conf: x"), "bad-text");
  assert.equal(toneOfLine("2026-11-28T08:55:57.665 I [30687] conf: ERROR x"), undefined);
  assert.equal(toneOfLine("2026-11-28 08:00:00,000 INFO  rpc: 0 errors"), undefined);
});
