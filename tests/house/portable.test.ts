/** The fifth law of the house: the portable graph knows no machine. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modules, root } from "./modules.ts";

const graph = modules();
/** What a graph is and means, and what is made of one for every engine. */
const portable = /^engine\/(?:graph|ops|autodiff|passes)\//;
const files = [...graph].filter(([file]) => portable.test(file));

test("graphs, operations, gradients and passes import one another alone", () => {
  assert.ok(files.length > 60);
  const strangers = files.flatMap(([file, imports]) =>
    imports
      .filter((target) => !portable.test(target) && target !== "errors/index.ts")
      .map((target) => `${file} -> ${target}`),
  );
  assert.equal(strangers, []);
});

test("and look at no machine: neither Node's modules nor a package", () => {
  const found = files.flatMap(([file]) => {
    const text = readFileSync(join(root, file), "utf8");
    const outside = [...text.matchAll(/\bfrom "([^."][^"]*)"/g)].map(([, name]) => name!);
    const asked = /\b(?:process|navigator|performance|os)\./.exec(text)?.[0];
    return [...outside, ...(asked === undefined ? [] : [asked])].map((what) => `${file}: ${what}`);
  });
  assert.equal(found, []);
});

test("sizes that were measured stand in tuning.ts, which one engine alone reads", () => {
  const readers = [...graph]
    .filter(([, imports]) => imports.includes("engine/onnx/tuning.ts"))
    .map(([file]) => file);
  assert.ok(readers.length > 5);
  assert.equal(
    readers.filter((file) => !file.startsWith("engine/onnx/")),
    [],
  );
});

test.run();
