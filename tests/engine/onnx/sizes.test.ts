/** Sizes chosen by measuring: what they may be, that they change no result, and that a machine measures once. */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EngineError, type EngineSizes, gradients, ops } from "../../../engine/index.ts";
import { chosenSizes } from "../../../engine/onnx/calibration/index.ts";
import { measureSizes } from "../../../engine/onnx/calibration/measure.ts";
import { OnnxEngine } from "../../../engine/onnx/index.ts";
import { tuningOf } from "../../../engine/onnx/sizes.ts";
import { tuningFor } from "../../../engine/onnx/tuning.ts";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";
import { report } from "../../testing/report.ts";
import { assertClose, type Build, noise, reference, runOn } from "./support.ts";

// The suite measures nothing otherwise.
delete process.env.PATHLOOM_TUNING;

/** A norm, an activation and large products, with their gradients: every size is used. */
const layer: Build = (x, weight, gain) => {
  const hidden = ops.geluNew(ops.layerNorm(ops.linear(x!, weight!, null), gain!, null, 1e-5));
  const loss = ops.sum(ops.multiply(hidden, hidden));
  return [hidden, ...gradients(loss, [weight!, gain!])];
};
const operands = [noise([512, 128], 1), noise([256, 128], 2), noise([256], 3)];

const candidates: readonly EngineSizes[] = [
  { "loops.blockElements": 16_384 },
  { "loops.blockElements": 131_072, "loops.sumsRows": 0 },
  { "layout.blocked": 0 },
];

test("whatever is chosen, results are the same but for the last bits", () => {
  const expected = runOn(reference, layer, operands);
  for (const sizes of [{}, ...candidates]) {
    const engine = new OnnxEngine({ threads: 1, sizes });
    assertClose(runOn(engine, layer, operands), expected, 1e-4);
    engine.dispose();
  }
});

test("tiles of another size change not even those", () => {
  const step: Build = (parameter, gradient, m, v) => {
    const next = ops.adamwStep({
      ...{ parameter: parameter!, gradient: gradient!, m: m!, v: ops.multiply(v!, v!) },
      ...{ beta1: 0.9, beta2: 0.95, epsilon: 1e-8, learningRate: 0.01, weightDecay: 0.1 },
      ...{ biasCorrection1: 0.5, biasCorrection2: 0.25, gradientScale: 0.7 },
    } as Parameters<typeof ops.adamwStep>[0]);
    return [next.parameter, next.m, next.v];
  };
  const updated = [1, 2, 3, 4].map((seed) => noise([300, 301], seed));
  const bits = [1000, 24_576, 65_537].map((tile) => {
    const engine = new OnnxEngine({ threads: 1, sizes: { "tiles.tileElements": tile } });
    const found = runOn(engine, step, updated).map((each) => Array.from(each));
    engine.dispose();
    return found;
  });
  for (const other of bits.slice(1)) assert.equal(other, bits[0]);
});

test("an engine says by which sizes it computes, where they are not those built in", () => {
  const plain = new OnnxEngine({ threads: 1 });
  assert.is(plain.describe().sizes, undefined);
  const sizes = { "loops.sumsRows": 0 };
  const engine = new OnnxEngine({ threads: 1, sizes });
  assert.equal(engine.describe().sizes, sizes);
  assert.match(engine.describe().summary, /, CPU, 1 thread.*, loops\.sumsRows 0$/);
  plain.dispose();
  engine.dispose();
});

test("sizes are by name, and none that there is not is taken", () => {
  const built = tuningFor(2);
  assert.equal(tuningOf(2, {}), built);
  assert.is(tuningOf(2, { "tiles.tileElements": 5 }).tiles.tileElements, 5);
  for (const wrong of [
    { "loops.rows": 5 },
    { "tiles.tileElements": 0 },
    { "tiles.tileElements": 2 ** 40 },
    { "loops.sumsRows": 2 },
    { "layout.blocked": 0.5 },
  ]) {
    const [[name, value]] = Object.entries(wrong) as [[string, number]];
    assert.throws(
      () => tuningOf(2, wrong),
      (error: unknown) =>
        error instanceof EngineError && error.message.includes(`no size ${name} of ${value}`),
    );
  }
});

test("a measurement gives sizes that the engine takes, in a second or two", () => {
  const began = performance.now();
  const sizes = measureSizes(1);
  tuningOf(1, sizes);
  const took = ((performance.now() - began) / 1000).toFixed(1);
  report(`sizes of this machine on one thread: ${JSON.stringify(sizes)}, measured in ${took} s`);
});

test("what was measured is kept in a file, and measured anew where that is damaged", () => {
  const folder = temporaryFolder();
  const file = join(folder, "sizes", "one.json");
  let measured = 0;
  const measure = () => {
    measured++;
    return { "loops.sumsRows": 0 };
  };
  const chosen = (path: string) => chosenSizes(1, path, measure);
  assert.equal(chosen(file), { "loops.sumsRows": 0 });
  assert.equal(chosen(file), { "loops.sumsRows": 0 });
  assert.is(measured, 1);
  assert.equal(readdirSync(join(folder, "sizes")), ["one.json"], "nothing beside it");
  // As another process finds it.
  copyFileSync(file, join(folder, "two.json"));
  assert.equal(chosen(join(folder, "two.json")), { "loops.sumsRows": 0 });
  assert.is(measured, 1);
  const damages = ["", "{", "[1]", "null", '{"loops.sumsRows": "no"}', '{"unknown": 1}'];
  for (const [i, text] of damages.entries()) {
    const damaged = join(folder, `damaged-${i}.json`);
    writeFileSync(damaged, text);
    assert.equal(chosen(damaged), { "loops.sumsRows": 0 }, text);
    assert.is(measured, 2 + i);
    assert.equal(JSON.parse(readFileSync(damaged, "utf8")), { "loops.sumsRows": 0 });
  }
  // A folder that cannot be one.
  assert.equal(chosen(join(file, "below", "it.json")), { "loops.sumsRows": 0 });
});

test("PATHLOOM_TUNING=fixed measures nothing", () => {
  process.env.PATHLOOM_TUNING = "fixed";
  const never = () => {
    throw new Error("it was measured");
  };
  assert.equal(chosenSizes(1, join(temporaryFolder(), "none.json"), never), {});
  delete process.env.PATHLOOM_TUNING;
});

test.run();
