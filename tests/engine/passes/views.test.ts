/** Graphs for people: as text and as a drawing. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { drawGraph, printGraph } from "../../../engine/analysis/index.ts";
import { Graph, ops } from "../../../engine/index.ts";
import { smallDecoder } from "../small-decoder.ts";

function example(): Graph {
  const graph = new Graph();
  const [x, y] = [graph.input("x", [2, 3]), graph.input('say "y"', [4, 3])];
  const scores = graph.scope("layers.0", () =>
    graph.scope("attention", () => ops.matmul(x, y, { transposeB: true, scale: 0.5 })),
  );
  graph.output("out", ops.add(scores, 1 / 3));
  return graph;
}

test("a printed graph reads like a program", () => {
  assert.is(
    printGraph(example()),
    `# (top)
%0 = input "x" : float32[2, 3]
%1 = input "say "y"" : float32[4, 3]
# layers.0/attention
%2 = matmul(%0, %1) transposeB scale=0.5 : float32[2, 4]
# (top)
%3 = constant [0.333333] : float32[]
%4 = add(%2, %3) : float32[2, 4]
output "out" = %4
`.replace("# (top)\n%0", "%0"),
  );
});

test("a drawing has a box for each operation, framed by scopes, and quotes what needs it", () => {
  const dot = drawGraph(example());
  assert.match(dot, /^digraph \{/);
  assert.match(dot, /subgraph "cluster layers\.0\/attention" \{/);
  assert.match(dot, /n2 \[label="matmul transposeB scale=0\.5"/);
  assert.match(dot, /n1 \[label="say \\"y\\""/);
  assert.match(dot, /n0 -> n2 \[label="float32\[2, 3\]"\]/);
  assert.match(dot, /n4 -> "output out" \[label="float32\[2, 4\]"\]/);
  assert.not.match(dot, /constant/);
});

test("deep scopes are drawn as one box", () => {
  const dot = drawGraph(smallDecoder(), { depth: 0 });
  assert.match(dot, /"scope layers\.0" \[label="layers\.0"/);
  assert.not.match(dot, /silu/);
  assert.match(dot, /"scope layers\.0" -> "scope layers\.1"/);
});

test.run();
