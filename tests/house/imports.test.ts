/** The first law of the house: imports point down, and enter folders by their faces. */
import { dirname } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { floorOf, floors, modules } from "./modules.ts";

const order = floors();
const graph = modules();

test("every folder of the product stands in the table of docs/architecture.md, and the other way round", () => {
  const found = [...new Set([...graph.keys()].map(floorOf))].sort();
  assert.equal(found, [...order].sort());
});

test("imports point down", () => {
  const up: string[] = [];
  for (const [file, imports] of graph) {
    for (const target of imports) {
      if (order.indexOf(floorOf(target)) > order.indexOf(floorOf(file)))
        up.push(`${file} -> ${target}`);
    }
  }
  assert.equal(up, []);
});

test("a folder with a face is entered by it alone", () => {
  const faces = new Set(
    [...graph.keys()].filter((file) => file.endsWith("/index.ts")).map(dirname),
  );
  const past: string[] = [];
  for (const [file, imports] of graph) {
    for (const target of imports) {
      if (!target.endsWith("/index.ts") && isFenced(file, target, faces))
        past.push(`${file} -> ${target}`);
    }
  }
  assert.equal(past, []);
});

function isFenced(file: string, target: string, faces: ReadonlySet<string>): boolean {
  for (let folder = dirname(target); folder !== "."; folder = dirname(folder)) {
    if (faces.has(folder) && !file.startsWith(`${folder}/`)) return true;
  }
  return false;
}

test.run();
