/** Muon over matrices of every form beside AdamW, against `torch.optim.Muon`'s formula in double precision. */
import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, Graph, sizeOf, startEngine } from "../../../engine/index.ts";
import { AdamW } from "../../../trainers/optimisers/adamw.ts";
import { Muon, orthogonalise } from "../../../trainers/optimisers/muon.ts";
import type { OptimisedParameter } from "../../../trainers/optimisers/optimizer.ts";

const adamw = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
const options = { momentum: 0.9, weightDecay: 0.1, rest: adamw };

interface Kind {
  readonly shape: readonly [number, number];
  readonly decay: boolean;
  readonly rate?: number;
}

/** Square, tall and wide; with decay and without; of two rates. */
const hidden: Readonly<Record<string, Kind>> = {
  "layers.0.attention.query.weight": { shape: [24, 24], decay: true },
  "layers.0.feedForward.up.weight": { shape: [64, 24], decay: true },
  "layers.1.feedForward.down.weight": { shape: [24, 64], decay: false, rate: 0.5 },
};
const others = {
  "embedding.weight": { shape: [30, 24], decay: true },
  "layers.0.attentionNorm.weight": { shape: [24], decay: false },
} as const;
const kinds: Readonly<Record<string, Omit<Kind, "shape"> & { readonly shape: readonly number[] }>> =
  {
    ...hidden,
    ...others,
  };

function numbers(length: number, seed: string): Float32Array {
  const random = seedrandom(seed);
  return Float32Array.from({ length }, () => 2 * random() - 1);
}

function setUp(engine: Engine) {
  const parameters: OptimisedParameter[] = Object.entries(kinds).map(([name, kind]) => ({
    name,
    decay: kind.decay,
    buffer: engine.buffer(
      { dtype: "float32", shape: kind.shape },
      numbers(sizeOf(kind.shape), name),
    ),
    ...(kind.rate === undefined ? {} : { rate: kind.rate }),
  }));
  const gradients = Object.fromEntries(
    parameters.map(({ name, buffer }) => [name, engine.buffer(buffer.type)]),
  );
  const fill = (step: number) => {
    for (const [name, buffer] of Object.entries(gradients)) {
      buffer.write(numbers(sizeOf(buffer.type.shape), `${name}/${step}`));
    }
  };
  return { parameters, gradients, fill };
}

type Rows = number[][];

const product = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
const transposed = (a: Rows): Rows => a[0]!.map((_, j) => a.map((row) => row[j]!));
const sumOf = (a: Rows, b: Rows, x: number, y: number): Rows =>
  a.map((row, i) => row.map((value, j) => x * value + y * b[i]![j]!));

/** `_zeropower_via_newtonschulz` of PyTorch 2.9, in double precision. */
function zeroPower(gradient: Rows): Rows {
  const tall = gradient.length > gradient[0]!.length;
  let x = tall ? transposed(gradient) : gradient;
  const norm = Math.max(Math.hypot(...x.flat()), 1e-7);
  x = x.map((row) => row.map((value) => value / norm));
  for (let i = 0; i < 5; i++) {
    const gram = product(x, transposed(x));
    const update = sumOf(gram, product(gram, gram), -4.775, 2.0315);
    x = sumOf(x, product(update, x), 3.4445, 1);
  }
  return tall ? transposed(x) : x;
}

const rowsOf = (values: ArrayLike<number>, columns: number): Rows =>
  Array.from({ length: values.length / columns }, (_, i) =>
    Array.from({ length: columns }, (_, j) => values[i * columns + j]!),
  );

function largestDifference(found: ArrayLike<number>, wanted: Rows): number {
  return Math.max(...wanted.flat().map((value, i) => Math.abs(value - found[i]!)));
}

const learningRateOf = (step: number) => 0.05 / step;
const scaleOf = (step: number) => (step % 3 === 0 ? 0.25 : 1);

for (const name of ["onnx", "reference"] as const) {
  test(`${name}: ten steps of hidden matrices are the published ones`, async () => {
    const { engine } = await startEngine(name, { threads: 1 });
    const { parameters, gradients, fill } = setUp(engine);
    const expected = new Map(
      Object.entries(hidden).map(([key, { shape }]) => {
        const start = parameters.find((each) => each.name === key)!.buffer.read();
        const zeros = rowsOf(new Float32Array(sizeOf(shape)), shape[1]);
        return [key, { weight: rowsOf(start, shape[1]), moment: zeros }];
      }),
    );
    const muon = new Muon(engine, parameters, options);
    for (let step = 1; step <= 10; step++) {
      fill(step);
      muon.step(gradients, learningRateOf(step), scaleOf(step));
      for (const [key, state] of expected) {
        const { shape, decay, rate = 1 } = hidden[key]!;
        const read = rowsOf(gradients[key]!.read(), shape[1]);
        const gradient = sumOf(read, read, scaleOf(step), 0);
        state.moment = sumOf(state.moment, gradient, options.momentum, 1 - options.momentum);
        const ahead = sumOf(gradient, state.moment, 1 - options.momentum, options.momentum);
        const learningRate = learningRateOf(step) * rate;
        const size = learningRate * 0.2 * Math.sqrt(Math.max(...shape));
        const kept = decay ? 1 - learningRate * options.weightDecay : 1;
        state.weight = sumOf(state.weight, zeroPower(ahead), kept, -size);
      }
    }
    assert.is(muon.steps, 10);
    for (const [key, { weight, moment }] of expected) {
      const found = parameters.find((each) => each.name === key)!.buffer.read();
      const apart = largestDifference(found, weight);
      assert.ok(apart < 1e-5, `${key} is ${apart} away`);
      assert.ok(largestDifference(muon.state().get(`${key}.momentum`)!.read(), moment) < 1e-6, key);
    }
    engine.dispose();
  });
}

test("what is no hidden matrix learns as by AdamW alone", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const [one, other] = [setUp(engine), setUp(engine)];
  const muon = new Muon(engine, one.parameters, options);
  const plain = new AdamW(engine, other.parameters, adamw);
  for (let step = 1; step <= 3; step++) {
    for (const { fill } of [one, other]) fill(step);
    muon.step(one.gradients, 0.01, 1);
    plain.step(other.gradients, 0.01, 1);
  }
  for (const [i, { name, buffer }] of one.parameters.entries()) {
    const same = other.parameters[i]!.buffer.read();
    assert.is(Buffer.compare(bytesOf(buffer.read()), bytesOf(same)) === 0, name in others, name);
  }
  engine.dispose();
});

const bytesOf = (values: ArrayLike<number>): Buffer =>
  Buffer.from(Float32Array.from(values).buffer);

test("the update's singular values lie near one, however they were", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const [rows, columns] = [12, 40];
  const graph = new Graph();
  graph.output("y", orthogonalise(graph.input("x", [rows, columns])));
  const program = engine.compile(graph);
  const type = { dtype: "float32", shape: [rows, columns] } as const;
  // Rows whose lengths differ a hundredfold.
  const values = numbers(rows * columns, "rows").map(
    (value, i) => value * 10 ** (-2 * (Math.floor(i / columns) / rows)),
  );
  const y = engine.buffer(type);
  program.run({ x: engine.buffer(type, values) }, { y });
  const found = rowsOf(y.read(), columns);
  const gram = product(found, transposed(found));
  for (const [i, row] of gram.entries()) {
    assert.ok(row[i]! > 0.4 && row[i]! < 1.5, `row ${i} has the squared length ${row[i]}`);
    for (const [j, value] of row.entries()) {
      if (i !== j) assert.ok(Math.abs(value) < 0.5, `rows ${i} and ${j}: ${value}`);
    }
  }
  engine.dispose();
});

test("goes on from a saved state as if it had not stopped", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const [one, other] = [setUp(engine), setUp(engine)];
  const whole = new Muon(engine, one.parameters, options);
  const before = new Muon(engine, other.parameters, options);
  for (let step = 1; step <= 2; step++) {
    one.fill(step);
    whole.step(one.gradients, 0.01, 1);
    other.fill(step);
    before.step(other.gradients, 0.01, 1);
  }
  const saved = new Map(
    [...before.state()].map(([name, buffer]) => [name, Float32Array.from(buffer.read())]),
  );
  before.dispose();
  const after = new Muon(engine, other.parameters, options);
  after.restore(2, (name) => saved.get(name)!);
  for (const [set, muon] of [
    [one, whole],
    [other, after],
  ] as const) {
    set.fill(3);
    muon.step(set.gradients, 0.01, 1);
  }
  for (const [i, { name, buffer }] of one.parameters.entries()) {
    assert.equal(bytesOf(buffer.read()), bytesOf(other.parameters[i]!.buffer.read()), name);
  }
  engine.dispose();
});

test("one program beside AdamW's, and nothing left when it is freed", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const { parameters, gradients } = setUp(engine);
  const before = engine.memory();
  const muon = new Muon(engine, parameters, options);
  assert.is(engine.memory().programs, before.programs + 2);
  muon.step(gradients, 0.1, 1);
  muon.dispose();
  assert.equal(engine.memory(), before);
  engine.dispose();
});

test.run();
