import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { JsonError, type JsonFault, parseStrictJson } from "../../checkpoints/files/strict-json.ts";

function refuses(text: string, fault: JsonFault, line: number, column: number): void {
  try {
    parseStrictJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    assert.equal([error.fault, error.line, error.column], [fault, line, column], error.message);
    return;
  }
  assert.unreachable(`accepted ${text}`);
}

/** Without the missing prototypes, which `assert.equal` would tell apart. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test("whatever JSON.stringify prints is read back", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      assert.equal(plain(parseStrictJson(text)), JSON.parse(text));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test("a changed character is refused exactly where JSON.parse refuses it", () => {
  const text = '{"a": [1, -2.5e3, true, null], "b\\n\\u00e9": {"c": "d"}}';
  const characters = [...'{}[]",:\\0-e.tn \u0001'];
  for (let at = 0; at <= text.length; at++) {
    for (const character of ["", ...characters]) {
      const changed = text.slice(0, at) + character + text.slice(at + 1);
      let expected: unknown;
      try {
        expected = JSON.parse(changed);
      } catch {
        assert.throws(
          () => parseStrictJson(changed),
          (error: Error) => error instanceof JsonError,
          changed,
        );
        continue;
      }
      assert.equal(plain(parseStrictJson(changed)), expected, changed);
    }
  }
});

test("a key that appears twice is refused, even written differently", () => {
  refuses('{"a": 1,\n "a": 2}', "duplicate-key", 2, 2);
  refuses('{"a": 1, "\\u0061": 2}', "duplicate-key", 1, 10);
});

test("a key is a key, whatever it means to JavaScript", () => {
  const value = parseStrictJson('{"__proto__": 1, "toString": 2}');
  assert.equal(Object.entries(value as object), [
    ["__proto__", 1],
    ["toString", 2],
  ]);
});

test("nesting is bounded", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  parseStrictJson(nested(128));
  refuses(nested(129), "depth", 1, 129);
  refuses("[".repeat(10_000_000), "depth", 1, 129);
});

test("numbers that a double cannot hold are refused", () => {
  refuses("[1e999]", "number-range", 1, 2);
  assert.is(parseStrictJson("1e308"), 1e308);
  const naturals = (text: string) => parseStrictJson(text, { naturalNumbersOnly: true });
  assert.is(naturals("9007199254740991"), Number.MAX_SAFE_INTEGER);
  for (const text of ["9007199254740992", "-0", "-1", "1.0", "1e3"]) {
    assert.throws(() => naturals(text), /whole number|2\^53/, text);
  }
});

test("lone surrogates and control characters are refused", () => {
  refuses('["\\ud800"]', "syntax", 1, 2);
  assert.is(parseStrictJson('"\\ud83c\\udfa8"'), "🎨");
  refuses('["\n"]', "syntax", 1, 3);
});

test.run();
