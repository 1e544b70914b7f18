/** A product of two matrices. */
import { type Engine, Graph, ops } from "../../../engine/index.ts";
import { BenchError } from "../errors.ts";
import type { Workload } from "../workload.ts";

export type ProductShape = readonly [rows: number, inner: number, columns: number];

const largest = 16_384;

/** From `1024` or `2048x384x1536`. @throws BenchError */
export function parseProductShape(text: string): ProductShape {
  const sizes = text.split("x").map(Number);
  const good = sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= largest);
  const [rows = 0, inner = rows, columns = rows] = sizes;
  if (good && (sizes.length === 1 || sizes.length === 3)) return [rows, inner, columns];
  throw new BenchError(
    `--shape ${text}: expected a size as 1024, or rows x inner x columns as 2048x384x1536, each at most ${largest}`,
  );
}

export function matmulWorkload(engine: Engine, shape: ProductShape): Workload {
  const [rows, inner, columns] = shape;
  const graph = new Graph();
  const a = graph.input("a", [rows, inner]);
  const b = graph.input("b", [inner, columns]);
  graph.output("c", ops.matmul(a, b));
  const program = engine.compile(graph, { name: `matmul ${shape.join("x")}` });
  const buffer = (height: number, width: number) => {
    const data = Float32Array.from({ length: height * width }, (_, i) => Math.sin(i));
    return engine.buffer({ dtype: "float32", shape: [height, width] }, data);
  };
  const buffers = { a: buffer(rows, inner), b: buffer(inner, columns), c: buffer(rows, columns) };
  return {
    summary: `a product of ${rows} x ${inner} by ${inner} x ${columns}`,
    tokensPerUnit: null,
    parameters: null,
    trainedParameters: null,
    precision: "float32",
    peerWork: { kind: "matmul", shape },
    run(units) {
      const { a, b, c } = buffers;
      for (let unit = 0; unit < units; unit++) program.run({ a, b }, { c });
    },
    dispose() {
      program.dispose();
      for (const each of Object.values(buffers)) each.dispose();
    },
  };
}
