import assert from "node:assert/strict";
import { test } from "node:test";
import { isPlain, pieces, visible } from "../src/lib/names";

test("what can be seen stays as it is", () => {
  for (const name of ["a b", "数据", "données", "🚀", "<b>", "100%#?", "'\"`", "a\\b"]) {
    assert.equal(visible(name), name);
    assert.ok(isPlain(name), name);
  }
});

test("controls and marks that turn the text are shown as codes", () => {
  assert.equal(visible("a\nb"), "a\\nb");
  assert.equal(visible("a\tb"), "a\\tb");
  assert.equal(visible("\u202egpj.exe"), "U+202Egpj.exe");
  assert.equal(visible("a\u200bb"), "aU+200Bb");
  assert.equal(visible("a\u2066b\u2069"), "aU+2066bU+2069");
  assert.equal(visible("a\u00a0b"), "aU+00A0b");
  assert.equal(visible("a\u{e0041}b"), "aU+E0041b");
  assert.equal(visible("a\u007fb\u0085"), "aU+007FbU+0085");
});

test("half a surrogate pair does no harm", () => {
  assert.equal(visible("a\ud800b"), "aU+D800b");
});

test("spaces are shown at the edges only", () => {
  assert.deepEqual(
    pieces(" a b ").map((piece) => piece.meaning !== undefined),
    [true, false, true],
  );
  assert.equal(pieces(" a b ")[1]?.text, "a b");
});

test("each code says what it is", () => {
  assert.equal(pieces("\u202e")[0]?.meaning, "U+202E right-to-left override");
});
