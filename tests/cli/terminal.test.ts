/** Tables as a terminal shows them. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { profileText } from "../../src/cli/profiling/profile-text.ts";
import { aligned } from "../../src/cli/terminal.ts";

test("the first column stands left, figures right, remarks behind and without spaces after them", () => {
  const rows = [
    ["file", "a", "tokens"],
    ["one.svg", "1", "12345678"],
    ["b", "100", "-"],
  ];
  assert.is(
    aligned(rows),
    ["file       a    tokens", "one.svg    1  12345678", "b        100         -"].join("\n"),
  );
  assert.is(
    aligned(rows, ["", "", "no drawing"]),
    ["file       a    tokens", "one.svg    1  12345678", "b        100         -  no drawing"].join(
      "\n",
    ),
  );
});

test("a profile is a table of operations, and says where each run is", () => {
  const operations = [
    { operation: "FusedMatMul", calls: 1200, milliseconds: 12.34, share: 0.9 },
    { operation: "Add", calls: 3, milliseconds: 1, share: 0.1 },
  ];
  const lines = profileText({ operations, trace: "t.json" }).split("\n");
  assert.is(lines.length, 4);
  assert.match(lines[0]!, /^ {2}operation {4}calls {4}ms +share$/);
  assert.match(lines[1]!, /^ {2}FusedMatMul {2}1,200 {2}12\.3 /);
  assert.match(lines[2]!, /^ {2}Add {14}3 {3}1\.0 /);
  assert.match(lines[3]!, /^ {2}every run: t\.json, for/);
});

test.run();
