/** Ten steps of each optimiser, against PyTorch, lion-pytorch and bitsandbytes (tests/golden/make_optimizers.py). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, ops, sizeOf, startEngine } from "../../../engine/index.ts";
import {
  makeOptimizer,
  type OptimisedParameter,
  type Optimizer,
  type OptimizerOptions,
} from "../../../trainers/index.ts";

interface Golden {
  readonly steps: Readonly<Record<string, readonly Readonly<Record<string, readonly number[]>>[]>>;
  readonly codes: { readonly signed: readonly number[]; readonly unsigned: readonly number[] };
}

const golden = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../golden/optimizers.json"), "utf8"),
) as Golden;

const shapes: Readonly<Record<string, readonly number[]>> = {
  matrix: [7, 5],
  vector: [6],
  scalar: [],
  wide: [80, 64],
};
const plain = { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };

/** As the golden script made them. */
const cases: Readonly<Record<string, OptimizerOptions & { readonly rate: number }>> = {
  sgd: { ...plain, name: "sgd", momentum: 0.9, rate: 0.02 },
  "sgd-nesterov": { ...plain, name: "sgd", momentum: 0.9, nesterov: true, rate: 0.02 },
  "sgd-plain": { ...plain, name: "sgd", momentum: 0, weightDecay: 0, rate: 0.02 },
  lion: { ...plain, name: "lion", beta2: 0.99, rate: 0.003 },
  adafactor: { ...plain, name: "adafactor", rate: 0.05 },
  "adafactor-large-rate": { ...plain, name: "adafactor", weightDecay: 0, rate: 0.9 },
  adamw: { ...plain, name: "adamw", rate: 0.01 },
  "adamw-8bit": { ...plain, name: "adamw-8bit", rate: 0.001 },
};

const numbers = (size: number, seed: number, scale = 1): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => Math.fround(Math.sin(seed + 1.7 * i)) * scale);

/** Half of the gradient, and a scale of 2 beside it: the scale is part of the formula. */
function setUp(engine: Engine, names: readonly string[], options: OptimizerOptions) {
  const parameters: OptimisedParameter[] = names.map((name, i) => {
    const type = { dtype: "float32", shape: shapes[name]! } as const;
    return {
      name,
      decay: true,
      buffer: engine.buffer(type, numbers(sizeOf(type.shape), i + 1)),
    };
  });
  const gradients = Object.fromEntries(
    parameters.map(({ name, buffer }) => [name, engine.buffer(buffer.type)]),
  );
  const step = (optimizer: Optimizer, index: number, rate: number) => {
    for (const [i, { name, buffer }] of parameters.entries()) {
      const size = sizeOf(buffer.type.shape);
      gradients[name]!.write(numbers(size, 100 * index + i, index % 3 === 0 ? 0.05 : 0.5));
    }
    optimizer.step(gradients, rate, 2);
  };
  return { parameters, step, optimizer: makeOptimizer(engine, parameters, options) };
}

const sampled = (values: ArrayLike<number>): number[] =>
  Array.from(values).filter((_, i) => values.length < 1000 || i % 37 === 0);

for (const engineName of ["onnx", "reference"] as const) {
  for (const [name, { rate, ...options }] of Object.entries(cases)) {
    test(`${engineName}: ten steps of ${name} are the reference's to 1e-5`, async () => {
      const { engine } = await startEngine(engineName, { threads: 1 });
      const steps = golden.steps[name]!;
      const { parameters, step, optimizer } = setUp(engine, Object.keys(steps[0]!), options);
      let apart = 0;
      for (const [index, wanted] of steps.entries()) {
        step(optimizer, index + 1, rate);
        for (const { name, buffer } of parameters) {
          const found = sampled(buffer.read());
          assert.is(found.length, wanted[name]!.length);
          for (const [i, value] of found.entries()) {
            apart = Math.max(apart, Math.abs(value - wanted[name]![i]!));
          }
        }
      }
      assert.ok(apart < 1e-5, `${apart} away`);
      assert.is(optimizer.steps, 10);
      engine.dispose();
    });
  }
}

for (const [name, { rate, ...options }] of Object.entries(cases)) {
  test(`${name} goes on from a saved state to the same bits`, async () => {
    const { engine } = await startEngine("onnx", { threads: 1 });
    const [whole, parts] = [0, 1].map(() => setUp(engine, Object.keys(shapes), options));
    for (let index = 1; index <= 3; index++) {
      whole!.step(whole!.optimizer, index, rate);
      parts!.step(parts!.optimizer, index, rate);
    }
    const state = parts!.optimizer.state();
    const saved = new Map([...state].map(([key, buffer]) => [key, buffer.read().slice()]));
    parts!.optimizer.dispose();
    const resumed = makeOptimizer(engine, parts!.parameters, options);
    resumed.restore(3, (key) => saved.get(key)!);
    whole!.step(whole!.optimizer, 4, rate);
    parts!.step(resumed, 4, rate);
    for (const [i, { name, buffer }] of whole!.parameters.entries()) {
      assert.equal(parts!.parameters[i]!.buffer.read(), buffer.read(), name);
    }
    engine.dispose();
  });
}

test("the codes of eight bits are those of bitsandbytes", () => {
  assert.equal([...ops.dynamicCodes], golden.codes.signed);
  assert.equal([...ops.unsignedDynamicCodes], golden.codes.unsigned);
});

test("what each keeps of a parameter, in bytes", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const bytes = Object.fromEntries(
    ["adamw", "adamw-8bit", "lion", "sgd", "sgd-plain", "adafactor"].map((name) => {
      const { optimizer } = setUp(engine, ["wide"], cases[name]!);
      const kept = [...optimizer.state().values()].reduce(
        (sum, { type }) => sum + sizeOf(type.shape) * (type.dtype === "uint8" ? 1 : 4),
        0,
      );
      return [name, (kept / (80 * 64)).toFixed(2)];
    }),
  );
  assert.equal(bytes, {
    adamw: "8.00",
    "adamw-8bit": "2.03",
    lion: "4.00",
    sgd: "4.00",
    "sgd-plain": "0.00",
    adafactor: "0.11",
  });
  engine.dispose();
});

test("Nesterov's step without momentum is refused", async () => {
  const { engine } = await startEngine("onnx", { threads: 1 });
  const options = { ...plain, name: "sgd", momentum: 0, nesterov: true } as const;
  assert.throws(
    () => setUp(engine, ["vector"], options),
    /looks ahead by the momentum, which is 0/,
  );
  engine.dispose();
});

test.run();
