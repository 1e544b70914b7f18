import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { contrastCaptions } from "../../src/evaluate/index.ts";

test("captions that differ by one word are found in Lucide's names: marks, and directions", () => {
  const folder = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
  const names = readdirSync(folder).map((file) => file.replace(/\.svg$/, "").replaceAll("-", " "));
  const rows = contrastCaptions(names);
  const shown = rows.map((row) => row.join(", "));
  assert.ok(shown.includes("arrow up, arrow right, arrow down, arrow left"), shown.join("; "));
  assert.ok(shown.includes("chevron up, chevron right, chevron down, chevron left"));
  const all = new Set(rows.flat());
  for (const shape of ["circle", "square"]) {
    for (const mark of ["check", "minus", "plus", "x"]) assert.ok(all.has(`${shape} ${mark}`));
  }
  for (const row of rows) {
    assert.is(row.length, 4);
    const words = row.map((caption) => caption.split(" "));
    const differing = words[0]!.filter((word, i) => words.some((other) => other[i] !== word));
    assert.is(differing.length, 1, row.join(", "));
    assert.ok(row.every((caption) => names.includes(caption)));
  }
});

test("only names count, and where too few differ by one word there are no rows", () => {
  const captions = ["a x, tag", "a y, tag", "b x", "b y, other", "c z"];
  const two = { columns: 2, rows: 4, sets: 2 };
  assert.equal(contrastCaptions(captions, two), [
    ["a x", "b x"],
    ["a y", "b y"],
  ]);
  assert.equal(contrastCaptions(captions), []);
  assert.equal(contrastCaptions([]), []);
});

test.run();
