/** Part of the first law of the house: no import leads back to where it started. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { modules } from "./modules.ts";

const graph = modules();

test("no import leads back to where it started, types included", () => {
  assert.equal(circles(graph), []);
});

/** Groups of files that import one another in a circle (Tarjan's strongly connected components). */
function circles(of: ReadonlyMap<string, readonly string[]>): string[] {
  const numbers = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const found: string[] = [];
  const visit = (file: string): void => {
    numbers.set(file, numbers.size);
    lowest.set(file, numbers.get(file)!);
    stack.push(file);
    for (const next of of.get(file) ?? []) {
      if (!of.has(next)) continue;
      if (!numbers.has(next)) visit(next);
      if (stack.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== numbers.get(file)) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort().join(" <-> "));
  };
  for (const file of of.keys()) if (!numbers.has(file)) visit(file);
  return found;
}

test.run();
