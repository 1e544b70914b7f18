/** AdamW over parameters of every kind beside each other, against the published update in double precision. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Buffer, type Engine, sizeOf, startEngine } from "../../../engine/index.ts";
import { AdamW } from "../../../trainers/optimisers/adamw.ts";
import type { OptimisedParameter } from "../../../trainers/optimisers/optimizer.ts";

const options = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };

interface Kind {
  readonly shape: readonly number[];
  readonly decay: boolean;
  readonly rate?: number;
}

/** Scalars, small ones, those of a tile and of more; with decay and without; of three rates. */
const kinds: Readonly<Record<string, Kind>> = {
  scale: { shape: [], decay: false },
  "norm.weight": { shape: [7], decay: false },
  "up.weight": { shape: [37, 41], decay: true },
  "wide.weight": { shape: [300, 451], decay: true },
  "up.loraB": { shape: [37, 2], decay: true, rate: 16 },
  "down.loraB": { shape: [64, 32], decay: true, rate: 16 },
  embedding: { shape: [130, 12], decay: false, rate: 0.25 },
};

/** Between -1 and 1, and every seventh 0. */
function numbers(length: number, seed: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => (i % 7 === 3 ? 0 : Math.sin(seed + i * 1.7)));
}

function setUp(engine: Engine) {
  const make = ({ shape }: Kind, seed: number) =>
    engine.buffer({ dtype: "float32", shape }, numbers(sizeOf(shape), seed));
  const parameters: OptimisedParameter[] = Object.entries(kinds).map(([name, kind], i) => ({
    name,
    decay: kind.decay,
    buffer: make(kind, i),
    ...(kind.rate === undefined ? {} : { rate: kind.rate }),
  }));
  const gradients = Object.fromEntries(
    Object.entries(kinds).map(([name, kind], i) => [name, make(kind, 50 + i)]),
  );
  return { parameters, gradients, adamw: new AdamW(engine, parameters, options) };
}

function setGradients(gradients: Readonly<Record<string, Buffer>>, step: number): void {
  for (const [i, buffer] of Object.values(gradients).entries()) {
    // The first steps are tiny: what epsilon is for.
    const size = step < 3 ? 1e-7 : 1;
    const values = numbers(sizeOf(buffer.type.shape), 100 * step + i);
    buffer.write(values.map((value) => value * size));
  }
}

const steps = [1, 2, 3, 4, 5];
const learningRateOf = (step: number) => 0.01 / step;
const scaleOf = (step: number) => 1 / step;

/** One element after all steps. */
function published(kind: Kind, start: number, gradientOf: (step: number) => number) {
  const { beta1, beta2, epsilon, weightDecay } = options;
  let [parameter, m, v] = [start, 0, 0];
  for (const step of steps) {
    const gradient = gradientOf(step) * scaleOf(step);
    const learningRate = learningRateOf(step) * (kind.rate ?? 1);
    m = beta1 * m + (1 - beta1) * gradient;
    v = beta2 * v + (1 - beta2) * gradient ** 2;
    if (kind.decay) parameter *= 1 - learningRate * weightDecay;
    const denominator = Math.sqrt(v / (1 - beta2 ** step)) + epsilon;
    parameter -= (learningRate * (m / (1 - beta1 ** step))) / denominator;
  }
  return { parameter, first: m, second: v };
}

function assertNear(found: number, wanted: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(found - wanted) <= tolerance, `${what}: ${found}, not ${wanted}`);
}

for (const name of ["onnx", "reference"] as const) {
  test(`${name}: five steps of every parameter are the published ones`, async () => {
    const { engine } = await startEngine(name, { threads: 2 });
    const { parameters, gradients, adamw } = setUp(engine);
    const starts = parameters.map(({ buffer }) => buffer.read().slice());
    const seen: Record<string, ArrayLike<number>>[] = [];
    for (const step of steps) {
      setGradients(gradients, step);
      seen.push(
        Object.fromEntries(Object.entries(gradients).map(([k, b]) => [k, b.read().slice()])),
      );
      adamw.step(gradients, learningRateOf(step), scaleOf(step));
    }
    const state = adamw.state();
    for (const [at, { name, buffer }] of parameters.entries()) {
      const found = buffer.read();
      const [first, second] = ["first", "second"].map((role) =>
        state.get(`${name}.${role}`)!.read(),
      );
      for (const [i, start] of starts[at]!.entries()) {
        const wanted = published(kinds[name]!, start, (step) => seen[step - 1]![name]![i]!);
        assertNear(found[i]!, wanted.parameter, 2e-6, `${name}[${i}]`);
        assertNear(first![i]!, wanted.first, 1e-7, `${name}.first[${i}]`);
        assertNear(second![i]!, wanted.second, 1e-7, `${name}.second[${i}]`);
      }
    }
    engine.dispose();
  });

  test(`${name}: one program, and nothing left when it is freed`, async () => {
    const { engine } = await startEngine(name, { threads: 1 });
    const before = engine.memory();
    const { parameters, gradients, adamw } = setUp(engine);
    assert.is(engine.memory().programs, before.programs + 1);
    adamw.step(gradients, 0.1, 1);
    adamw.dispose();
    for (const { buffer } of parameters) buffer.dispose();
    for (const buffer of Object.values(gradients)) buffer.dispose();
    assert.equal(engine.memory(), before);
    engine.dispose();
  });
}

test("moments are named after their parameters, as checkpoints have them", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const { adamw } = setUp(engine);
  const names = Object.keys(kinds).flatMap((name) => [`${name}.first`, `${name}.second`]);
  assert.equal([...adamw.state().keys()], names);
  engine.dispose();
});

test("a gradient whose square overflows is of use after clipping", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const type = { dtype: "float32", shape: [2000] } as const;
  const buffer = engine.buffer(type, numbers(2000, 1));
  const adamw = new AdamW(engine, [{ name: "weight", buffer, decay: true }], options);
  const weight = engine.buffer(type, new Float32Array(2000).fill(1e25));
  adamw.step({ weight }, 0.01, 1e-25);
  for (const [i, start] of numbers(2000, 1).entries()) {
    assertNear(buffer.read()[i]!, start * (1 - 0.001) - 0.01, 1e-6, `weight[${i}]`);
  }
  engine.dispose();
});

test.run();
