/**
 * A function, its gradient, and an engine that runs both as one program.
 *
 *   node --import tsx examples/gradient.ts
 */
import { Graph, gradients, ops, startEngine } from "pathloom";

const graph = new Graph();
const x = graph.input("x", [3]);
const loss = ops.sum(ops.square(x));
graph.output("loss", loss);
graph.output("gradient", gradients(loss, [x])[0]!);

const { engine } = await startEngine("auto");
const program = engine.compile(graph);
const buffers = {
  loss: engine.buffer({ dtype: "float32", shape: [] }),
  gradient: engine.buffer({ dtype: "float32", shape: [3] }),
};
program.run(
  { x: engine.buffer({ dtype: "float32", shape: [3] }, Float32Array.of(1, 2, 3)) },
  buffers,
);
console.log(buffers.loss.read(), buffers.gradient.read());
engine.dispose();
