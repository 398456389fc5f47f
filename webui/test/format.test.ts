import assert from "node:assert/strict";
import { test } from "node:test";
import * as format from "../src/lib/format";

test("sizes", () => {
  assert.equal(format.bytes(0), "0 B");
  assert.equal(format.bytes(1023), "1023 B");
  assert.equal(format.bytes(1024), "1.00 KiB");
  assert.equal(format.bytes(1024 * 1024 - 1), "1.00 MiB");
  assert.equal(format.bytes(64 * 2 ** 20), "64.0 MiB");
  assert.equal(format.bytes(2 ** 53), "8.00 PiB");
  assert.equal(format.bytes(2 ** 63), "8.00 EiB");
  assert.equal(format.bytes(undefined), "–");
  assert.equal(format.bytes(NaN), "–");
});

test("durations have two parts", () => {
  assert.equal(format.duration(12), "12 ms");
  assert.equal(format.duration(61_000), "1 min 1 s");
  assert.equal(format.duration(3_600_000), "1 h");
  assert.equal(format.duration(90_061_000), "1 d 1 h");
  assert.equal(format.duration(-1), "–");
});

test("counts, also those that come as text", () => {
  assert.equal(format.count(1234567), "1,234,567");
  assert.equal(format.count("1,234"), "1,234");
  assert.equal(format.count("x"), "–");
  assert.equal(format.plural(1, "entry", "entries"), "1 entry");
  assert.equal(format.plural(0, "entry", "entries"), "0 entries");
});

test("shares are never rounded to all or nothing", () => {
  assert.equal(format.percentText(0), "0%");
  assert.equal(format.percentText(0.2), "<1%");
  assert.equal(format.percentText(99.9), ">99%");
  assert.equal(format.percentText(100), "100%");
  assert.equal(format.percent(5, 0), 0);
  assert.equal(format.percent(20, 10), 100);
});

test("times that cannot be", () => {
  assert.equal(format.time(0), "–");
  assert.equal(format.time(9e15), "–");
  assert.equal(format.utc(9e15), "");
  assert.equal(format.utc(1000), "1970-01-01T00:00:01.000Z");
});
