/** Inputs that never change: what the runtime packs, and what it refuses. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import {
  type Buffer,
  EngineError,
  Graph,
  ops,
  type Program,
  startEngine,
} from "../../../engine/index.ts";
import { randomFloats } from "../finite-differences.ts";

const { engine } = await startEngine("onnx", { threads: 2 });
const [count, rows, columns, block] = [3, 40, 128, 32];

function product(format: "int8" | "int4"): { graph: Graph; inputs: Record<string, Buffer> } {
  const graph = new Graph();
  const blocks = columns / block;
  const shapes = {
    codes: [rows, blocks, format === "int8" ? block : block / 2],
    scales: [rows, blocks],
  };
  const x = graph.input("x", [count, columns]);
  const codes = graph.input("codes", shapes.codes, "uint8");
  const scales = graph.input("scales", shapes.scales);
  graph.output("y", ops.quantizedMatmul(x, { format, codes, scales }, { transpose: true }));
  const bytes = randomFloats(rows * columns, 1, [0, 256]).slice(
    0,
    shapes.codes.reduce((a, b) => a * b),
  );
  return {
    graph,
    inputs: {
      x: engine.buffer(x.type, randomFloats(count * columns, 2)),
      codes: engine.buffer(codes.type, Uint8Array.from(bytes)),
      scales: engine.buffer(scales.type, randomFloats(rows * blocks, 3, [0.01, 0.02])),
    },
  };
}

function run(program: Program, inputs: Record<string, Buffer>): Float32Array {
  const y = engine.buffer({ dtype: "float32", shape: [count, rows] });
  try {
    program.run(inputs, { y });
    return (y.read() as Float32Array).slice();
  } finally {
    y.dispose();
  }
}

const free = (inputs: Record<string, Buffer>) => {
  for (const buffer of Object.values(inputs)) buffer.dispose();
};

for (const format of ["int8", "int4"] as const) {
  test(`products with packed ${format} are near those with unpacked`, () => {
    const { graph, inputs } = product(format);
    const { codes, scales } = inputs as { codes: Buffer; scales: Buffer };
    const constants = { codes, scales };
    const [plain, packed, again] = [
      engine.compile(graph),
      engine.compile(graph, { constants }),
      engine.compile(graph, { constants }),
    ];
    const expected = run(plain, inputs);
    const scale = Math.max(...expected.map(Math.abs));
    for (const program of [packed, again]) {
      const apart = Math.max(...run(program, inputs).map((x, i) => Math.abs(x - expected[i]!)));
      assert.ok(apart < 2e-2 * scale, `${apart} of ${scale}`);
    }
    packed.dispose();
    assert.ok(run(again, inputs).every(Number.isFinite), "what one frees the other still has");
    for (const program of [plain, again]) program.dispose();
    const later = engine.compile(graph, { constants });
    assert.ok(run(later, inputs).every(Number.isFinite), "packed anew after the last was freed");
    later.dispose();
    free(inputs);
  });
}

test("another buffer than the constant one is refused, and so is a constant one that fits no input", () => {
  const { graph, inputs } = product("int8");
  const program = engine.compile(graph, { constants: { codes: inputs.codes! } });
  const other = engine.buffer(inputs.codes!.type);
  const refused = (act: () => unknown, message: RegExp) =>
    assert.throws(
      act,
      (error: Error) => error instanceof EngineError && message.test(error.message),
    );
  refused(
    () => run(program, { ...inputs, codes: other }),
    /"codes" is not the buffer that it was compiled with/,
  );
  refused(
    () => engine.compile(graph, { constants: { none: other } }),
    /constants: no input "none"/,
  );
  refused(() => engine.compile(graph, { constants: { x: other } }), /input "x" is float32.* uint8/);
  program.dispose();
  other.dispose();
  free(inputs);
});

test("nothing is left alive", () => {
  assert.equal(engine.memory(), { buffers: 0, bytes: 0, programs: 0 });
});

test.run();
