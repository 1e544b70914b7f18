/** One program on several devices: pieces of tensors, and training that is that of one device. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { Graph, gradients, type Mesh, ops } from "../../../engine/index.ts";
import { XlaEngine, type XlaEngineOptions } from "../../../engine/xla/index.ts";
import {
  join,
  oneDevice,
  pieceType,
  placementOf,
  shardingText,
  split,
} from "../../../engine/xla/mesh/index.ts";
import { whyUnavailable } from "../../../engine/xla/plugins/index.ts";
import { llamaLike } from "../../models/configs.ts";
import { report } from "../../testing/report.ts";
import { isBrief } from "../brief.ts";
import { apart, losses } from "../training-beside-onnx.ts";

const why = whyUnavailable();
const whenThere = why === null ? test : test.skip;
if (why !== null) console.log(`SKIPPED meshes of xla: ${why}`);

const float = (...shape: number[]) => ({ dtype: "float32", shape }) as const;
const two: Mesh = { data: 2, model: 1, sharded: false };
const four: Mesh = { data: 2, model: 2, sharded: false };
const fullySharded: Mesh = { data: 4, model: 1, sharded: true };

test("rows of ids are divided, matrices along their longer axis, what is small is whole", () => {
  const text = (mesh: Mesh, type: Parameters<typeof placementOf>[0]) =>
    shardingText(placementOf(type, mesh)).replace("#sdy.sharding<@mesh, ", "").slice(0, -1);
  assert.is(text(four, { dtype: "int32", shape: [4, 16] }), '[{"data"}, {}]');
  assert.is(text(four, { dtype: "int32", shape: [3, 16] }), "[{}, {}]");
  assert.is(text(four, float(32, 64)), '[{}, {"model"}]');
  assert.is(text(four, float(64, 32)), '[{"model"}, {}]');
  assert.is(text(four, float(4, 4)), "[{}, {}]");
  assert.is(text(four, float(1024)), "[{}]");
  assert.is(text({ ...four, sharded: true }, float(64, 32)), '[{"model", "data"}, {}]');
  assert.is(text({ ...four, sharded: true }, float(64, 48)), '[{"model"}, {"data"}]');
  assert.is(text(fullySharded, float(30, 64)), '[{}, {"data"}]');
  assert.is(text(two, float(32, 64)), "[{}, {}]");
});

test("pieces put together are the tensor, whatever the placement", () => {
  const shape = [4, 8, 6];
  const type = float(...shape);
  const data = Float32Array.from({ length: 192 }, (_, i) => i);
  const placements = [
    [[], [], []],
    [["data"], [], ["model"]],
    [[], ["model", "data"], []],
    [["data", "model"], [], []],
  ] as const;
  for (const placement of placements) {
    const pieces = split(data, type, placement, four);
    assert.is(pieces.length, 4);
    const own = pieceType(type, placement, four);
    for (const piece of pieces)
      assert.is(
        piece.length,
        own.shape.reduce((n, size) => n * size, 1),
      );
    const out = new Float32Array(192);
    join((device) => pieces[device]!, type, placement, four, out);
    assert.equal(out, data);
  }
  const [first, , third] = split(data, type, [["data"], [], []], four);
  assert.equal([first![0], third![0]], [0, 96]);
});

/** Large enough to be divided. */
const config = { ...llamaLike, hiddenSize: 32, headDim: 8, intermediateSize: 64 };

function lossesOn(mesh: Mesh, options: XlaEngineOptions = {}, steps = 12): number[] {
  const engine = new XlaEngine({ mesh, threads: 2, ...options });
  const objects = engine.runtimeObjects;
  const found = losses(engine, config, steps);
  engine.dispose();
  assert.ok(engine.runtimeObjects < objects, "objects of the plug-in");
  return found;
}

whenThere("two and four devices train as one does", () => {
  const alone = lossesOn(oneDevice);
  assert.ok(alone.at(-1)! < alone[0]!, alone.join(" "));
  // Of the others, training by the command line tells (tests/cli/mesh.test.ts).
  const more = isBrief("xla") ? {} : { "data 2": two, "sharded over 4": fullySharded };
  const meshes = { "data 2, model 2": four, ...more };
  for (const [name, mesh] of Object.entries(meshes)) {
    const difference = apart(lossesOn(mesh), alone);
    report(`xla on a mesh, ${name}: losses ${difference} from one device's`);
    assert.ok(difference < 1e-5, `${name}: losses ${difference} apart`);
  }
});

whenThere("two devices train by blocks of attention as one does by whole scores", () => {
  const alone = lossesOn(oneDevice, {}, 4);
  const blocks = { attention: { longerThan: 0, size: 4 } };
  for (const mesh of [two, { data: 1, model: 2, sharded: false }]) {
    const difference = apart(lossesOn(mesh, blocks, 4), alone);
    const name = `data ${mesh.data}, model ${mesh.model}`;
    report(`xla by blocks on a mesh, ${name}: losses ${difference} from one device's`);
    assert.ok(difference < 1e-5, `${name}: losses ${difference} apart`);
  }
});

/** What each device needs for a feed-forward layer and its update. */
function memoryOn(mesh: Mesh) {
  const engine = new XlaEngine({ mesh, threads: 2 });
  const graph = new Graph();
  const x = graph.input("x", [8, 64]);
  const [up, down] = [graph.input("up", [256, 64]), graph.input("down", [64, 256])];
  const wide = ops.silu(ops.matmul(x, up, { transposeB: true }));
  const loss = ops.sum(ops.square(ops.matmul(wide, down, { transposeB: true })));
  const [byUp, byDown] = gradients(loss, [up, down]);
  graph.output("up", ops.subtract(up, ops.multiply(byUp!, 1e-3)));
  graph.output("down", ops.subtract(down, ops.multiply(byDown!, 1e-3)));
  const memory = engine.compile(graph, { donate: { up: "up", down: "down" } }).memory();
  engine.dispose();
  return memory;
}

whenThere("XLA says that a device of four keeps a quarter of the parameters", () => {
  const [alone, sharded, tensors] = [
    memoryOn(oneDevice),
    memoryOn(fullySharded),
    memoryOn({ data: 1, model: 4, sharded: false }),
  ];
  const parameters = 2 * 64 * 256 * 4;
  assert.is(alone.arguments - sharded.arguments, 0.75 * parameters + 0.75 * 8 * 64 * 4);
  assert.is(alone.aliased, parameters);
  assert.is(sharded.aliased, parameters / 4);
  assert.is(tensors.aliased, parameters / 4);
  const text = ({ arguments: given, temporary }: typeof alone) => `${given} + ${temporary}`;
  report(`xla, bytes a device (given + temporary): ${[alone, sharded, tensors].map(text)}`);
});

whenThere("XLA's module says what two devices exchange", () => {
  const engine = new XlaEngine({ mesh: two, threads: 2 });
  const graph = new Graph();
  const tokens = graph.input("tokens", [8, 1], "int32");
  const table = graph.input("table", [16, 64]);
  const loss = ops.sum(
    ops.square(ops.matmul(ops.cast(tokens, "float32"), ops.slice(table, 0, 0, 1))),
  );
  graph.output("gradient", gradients(loss, [table])[0]!);
  const found = engine.compile(graph).collectives();
  assert.equal(
    found.map(({ kind, devices }) => [kind, devices]),
    [["all-reduce", 2]],
  );
  engine.dispose();
});

whenThere("a head by parts gives what it gives on one device", () => {
  const graph = new Graph();
  const [hidden, weight] = [graph.input("hidden", [24, 16]), graph.input("weight", [32, 16])];
  const targets = graph.input("targets", [24], "int32");
  const { lossSum } = ops.linearCrossEntropy(hidden, weight, targets, { chunks: 5 });
  graph.output("loss", lossSum);
  for (const [i, each] of gradients(lossSum, [hidden, weight]).entries()) {
    graph.output(`gradient ${i}`, each);
  }
  const results = (options: XlaEngineOptions): number[] => {
    const engine = new XlaEngine(options);
    const buffers = ([name, { type }]: [string, { readonly type: typeof hidden.type }]) =>
      [name, engine.buffer(type)] as const;
    const inputs = Object.fromEntries([...graph.inputs].map(buffers));
    const outputs = Object.fromEntries([...graph.outputs].map(buffers));
    inputs.hidden!.write(Float32Array.from({ length: 24 * 16 }, (_, i) => Math.sin(i)));
    inputs.weight!.write(Float32Array.from({ length: 32 * 16 }, (_, i) => Math.cos(i)));
    // Some do not count.
    const counted = (i: number) => (i % 7 === 3 ? -100 : i % 32);
    inputs.targets!.write(Int32Array.from({ length: 24 }, (_, i) => counted(i)));
    engine.compile(graph).run(inputs, outputs);
    const found = Object.values(outputs).flatMap((buffer) => Array.from(buffer.read()));
    engine.dispose();
    return found;
  };
  const expected = results({ threads: 1 });
  for (const mesh of [two, four, fullySharded]) {
    const largest = Math.max(...expected.map(Math.abs));
    const difference = apart(results({ threads: 1, mesh }), expected) / largest;
    assert.ok(difference < 1e-6, `${difference} apart on ${JSON.stringify(mesh)}`);
  }
});

test.run();
