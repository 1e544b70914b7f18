import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../../engine/index.ts";
import { makeOptimizer, PatternError } from "../../../trainers/index.ts";
import { groupsOf, matching, namePattern } from "../../../trainers/optimisers/parameter-groups.ts";

const names = ["embedding.weight", "layers.0.up.weight", "layers.0.up.bias", "layers.10.up.weight"];
const group = (match: string) => ({ match, learningRate: 1, weightDecay: null });

test("a star stands for anything, all else for itself, and the whole name has to match", () => {
  const chosen = (pattern: string) => names.filter(namePattern(pattern));
  assert.equal(chosen("layers.0.*"), ["layers.0.up.weight", "layers.0.up.bias"]);
  assert.equal(chosen("*.bias"), ["layers.0.up.bias"]);
  assert.equal(chosen("layers.1*"), ["layers.10.up.weight"]);
  assert.equal(chosen("up"), []);
  assert.equal(["a+b", "aab"].filter(namePattern("a+b")), ["a+b"]);
});

test("the first group that matches counts", () => {
  const groups = groupsOf([group("*.bias"), group("layers.0.*")], names);
  assert.equal([...groups].map(([name, { match }]) => [name, match]).sort(), [
    ["layers.0.up.bias", "*.bias"],
    ["layers.0.up.weight", "layers.0.*"],
  ]);
});

test("patterns that name nothing, or nothing more, are refused by what there is", () => {
  assert.throws(
    () => groupsOf([group("layer.0.*")], names),
    (error: Error) =>
      error instanceof PatternError &&
      /train.groups: "layer.0.\*" matches none of the 4 parameters that learn, as embedding/.test(
        error.message,
      ),
  );
  assert.throws(
    () => groupsOf([group("layers.*"), group("*.bias")], names),
    /earlier groups hold all that "\*.bias" matches, as layers.0.up.bias/,
  );
  assert.throws(() => matching(["nothing"], names, "train.frozen"), /train.frozen: "nothing"/);
  assert.throws(() => namePattern("*a*a*a*a*a*a*a*a*a"), /more than 8 stars/);
});

for (const name of ["adamw", "muon", "lion", "sgd"] as const) {
  test(`${name}: rate and decay of a parameter's own`, async () => {
    const { engine } = await startEngine("onnx", { threads: 1 });
    const type = { dtype: "float32", shape: [3] } as const;
    const make = (more: object) => ({
      name: JSON.stringify(more),
      decay: true,
      ...more,
      buffer: engine.buffer(type, Float32Array.of(1, 2, 3)),
    });
    const all = [make({}), make({ weightDecay: 0 }), make({ weightDecay: 0.5, decay: false })];
    const fast = [make({ rate: 3 }), make({ rate: 3, weightDecay: 0 })];
    const options = { name, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
    const optimizer = makeOptimizer(engine, [...all, ...fast], options);
    const zero = engine.buffer(type);
    const gradients = Object.fromEntries([...all, ...fast].map(({ name }) => [name, zero]));
    optimizer.step(gradients, 0.1, 1);
    // Of a gradient of zeros there is the decay alone: coupled or not, it is rate times decay.
    const kept = [...all, ...fast].map(({ buffer }) => Number(buffer.read()[0]!.toFixed(6)));
    assert.equal(kept, [0.99, 1, 0.95, 0.97, 1]);
    engine.dispose();
  });
}

test.run();
