/** The fourth law of the house: one idea has one definition. No run of lines stands in two places. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modules, root } from "./modules.ts";

/** Lines of a run, without those that say nothing by themselves. */
const length = 7;

interface Line {
  readonly text: string;
  /** Counted from 1, as editors do. */
  readonly number: number;
}

/** A parameter or an element of a type by itself: what many functions take in the same order. */
const ofSignatures =
  /^(?:\w+\??: )?(?:number|string|boolean|readonly \S+|[A-Z][\w<>[\], ]*|\w+)(?: = [^;]*)?,$/;

/** What a file computes: without imports and re-exports, comments, signatures, and brackets alone. */
function tellingLines(text: string): Line[] {
  const code = text
    .replace(/^(?:import|export) (?:type )?(?:\*|\{)[^;]*?\bfrom "[^"]*";$/gm, blank)
    .replace(/\/\*[\s\S]*?\*\//g, blank)
    .replace(/^\s*\/\/.*$/gm, "");
  return code
    .split("\n")
    .map((line, i) => ({ text: line.trim(), number: i + 1 }))
    .filter(({ text: line }) => /[\w"'`]/.test(line) && !ofSignatures.test(line));
}

/** As many lines, empty. */
const blank = (text: string): string => text.replace(/[^\n]/g, "");

/** Places of each run of lines that stands in more than one. */
function repeated(texts: ReadonlyMap<string, string>): string[] {
  const places = new Map<string, string[]>();
  for (const [file, text] of texts) {
    const lines = tellingLines(text);
    for (let i = 0; i + length <= lines.length; i++) {
      const run = lines.slice(i, i + length);
      const key = run.map((line) => line.text).join("\n");
      places.set(key, [...(places.get(key) ?? []), `${file}:${run[0]!.number}`]);
    }
  }
  return [...places.values()].filter((each) => each.length > 1).map((each) => each.join(" and "));
}

const texts = new Map(
  [...modules().keys()].map((file) => [file, readFileSync(join(root, file), "utf8")]),
);

test(`no run of ${length} telling lines stands twice in the product`, () => {
  assert.ok(texts.size > 500);
  assert.equal(repeated(texts), []);
});

test("a run that stands twice is found, whatever is around it", () => {
  const run = Array.from({ length }, (_, i) => `const value${i} = compute(${i});`).join("\n\n");
  const found = repeated(
    new Map([
      ["a.ts", `import { compute } from "./b.ts";\n${run}\n`],
      ["b.ts", `/** Why. */\nfunction other() {\n${run}\n}\n`],
    ]),
  );
  assert.equal(found, ["a.ts:2 and b.ts:3"]);
});

test.run();
