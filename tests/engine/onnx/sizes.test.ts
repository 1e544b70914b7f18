/** The size that is chosen by measuring: it changes no bit of a result, a machine measures once, and nothing ends a start. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ops, startEngine } from "../../../engine/index.ts";
import { chosenTile, tileCandidates } from "../../../engine/onnx/calibration/index.ts";
import { measureTile } from "../../../engine/onnx/calibration/measure.ts";
import { OnnxEngine, tuningFor } from "../../../engine/onnx/index.ts";
import { makeOptimizer, type OptimizerName } from "../../../trainers/index.ts";
import { temporaryFolder } from "../../checkpoints/temporary-folder.ts";
import { report } from "../../testing/report.ts";
import { type Build, noise, runOn } from "./support.ts";

// The suite measures nothing otherwise.
delete process.env.PATHLOOM_TUNING;

const builtIn = (threads: number): number => tuningFor(threads).tiles.tileElements;

/** Several of the largest tiles of two threads, and a rest that fills no vector. */
const shape = [601, 513];

/** What comes of it by each candidate, and how often each calls the runtime. */
function byCandidate<T>(threads: number, compute: (engine: OnnxEngine) => T) {
  return tileCandidates(threads).map((tile) => {
    const engine = new OnnxEngine({ threads, tuning: tuningFor(threads, tile) });
    const before = engine.runtimeCalls;
    const found = compute(engine);
    const calls = engine.runtimeCalls - before;
    engine.dispose();
    return { found, calls };
  });
}

function assertSameBits(all: ReturnType<typeof byCandidate<readonly ArrayLike<number>[]>>): void {
  const bitsOf = (values: ArrayLike<number>) => Buffer.from(Float32Array.from(values).buffer);
  for (const [i, values] of all[0]!.found.entries()) {
    for (const { found } of all) assert.is(bitsOf(values).compare(bitsOf(found[i]!)), 0, `${i}`);
  }
}

/** A matrix, with its state, after three updates. */
function updated(engine: OnnxEngine, name: OptimizerName): readonly ArrayLike<number>[] {
  const type = { dtype: "float32", shape } as const;
  const buffer = engine.buffer(type, Float32Array.from(noise(shape, 1).data));
  const options = { name, beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0.1 };
  const optimizer = makeOptimizer(engine, [{ name: "matrix", decay: true, buffer }], options);
  const matrix = engine.buffer(type);
  for (let step = 0; step < 3; step++) {
    matrix.write(Float32Array.from(noise(shape, 2 + step).data));
    optimizer.step({ matrix }, 0.01, 0.7);
  }
  return [buffer, ...optimizer.state().values()].map((each) => Array.from(each.read()));
}

for (const threads of [1, 2]) {
  // The others' updates run as a whole.
  for (const name of ["adamw", "sgd", "muon"] as const) {
    test(`an update by ${name} is the same to the last bit by every candidate, ${threads} threads`, () => {
      const all = byCandidate(threads, (engine) => updated(engine, name));
      const calls = all.map((each) => each.calls);
      assert.is(new Set(calls).size, tileCandidates(threads).length, "they are different plans");
      assertSameBits(all);
    });
  }

  test(`so is any chain of elementwise operations, ${threads} threads`, () => {
    const chain: Build = (x, y) => [
      ops.gelu(ops.add(x!, y!)),
      ops.tanh(ops.multiply(x!, y!)),
      ops.exp(ops.subtract(x!, y!)),
    ];
    const operands = [noise(shape, 1), noise(shape, 2)];
    const all = byCandidate(threads, (engine) => runOn(engine, chain, operands));
    assert.is(new Set(all.map(({ calls }) => calls)).size, all.length);
    assertSameBits(all);
  });
}

test("candidates are whole vectors, and different plans on any number of threads", () => {
  assert.equal(tileCandidates(1), [24_576, 12_288, 49_152]);
  for (const threads of [1, 2, 3, 16, 64, 128, 500, 512, 513, 1024, 4096, 100_000]) {
    const sizes = tileCandidates(threads);
    assert.is(sizes[0], builtIn(threads));
    assert.ok(sizes.every((each) => Number.isInteger(each / 64)));
    if (threads <= 256) assert.is(sizes.length, 3, `${threads}`);
  }
  // All of the work is one tile by any of them: nothing is measured.
  assert.equal(tileCandidates(4096), [builtIn(4096)]);
  assert.is(measureTile(4096), builtIn(4096));
});

test("a measurement gives a candidate, in a second or two", () => {
  const began = performance.now();
  const tile = measureTile(1);
  const took = ((performance.now() - began) / 1000).toFixed(1);
  assert.ok(tileCandidates(1).includes(tile));
  report(`tiles of this machine on one thread: ${tile} elements, measured in ${took} s`);
});

test("an engine says of what size its tiles are, where it is not what is built in", () => {
  const plain = new OnnxEngine({ threads: 1 });
  const other = new OnnxEngine({ threads: 1, tuning: tuningFor(1, 49_152) });
  assert.match(plain.describe().summary, /, 1 thread$/);
  assert.match(other.describe().summary, /, 1 thread, tiles of 49152 elements$/);
  plain.dispose();
  other.dispose();
});

/** Counts measurements, and collects notices. */
function watched(file: string, tile = 49_152) {
  const notices: string[] = [];
  const seen = { measured: 0, notices };
  const measure = () => {
    seen.measured++;
    return tile;
  };
  const notice = (text: string) => notices.push(text);
  return { seen, choose: (path = file) => chosenTile(1, { file: path, measure, notice }) };
}

const kept = '{"tileElements":49152}\n';

test("what was measured is kept in a file, and measured anew where that is damaged", () => {
  const folder = temporaryFolder();
  const file = join(folder, "sizes", "one.json");
  const { seen, choose } = watched(file);
  assert.is(choose(), 49_152);
  assert.is(choose(), 49_152);
  assert.is(seen.measured, 1);
  assert.is(readFileSync(file, "utf8"), kept);
  assert.equal(readdirSync(join(folder, "sizes")), ["one.json"], "nothing beside it");
  // As another process finds it.
  const other = join(folder, "two.json");
  writeFileSync(other, '{"tileElements":12288}\n');
  assert.is(choose(other), 12_288);
  assert.is(seen.measured, 1);
  const damages = ["", "{", "null", "{}", '{"tileElements":5}\n', '{"tileElements":1e9}\n'];
  for (const [i, text] of damages.entries()) {
    const damaged = join(folder, `damaged-${i}.json`);
    writeFileSync(damaged, text);
    assert.is(choose(damaged), 49_152, text);
    assert.is(seen.measured, 2 + i);
    assert.is(readFileSync(damaged, "utf8"), kept);
  }
  assert.equal(seen.notices, []);
});

test("of two processes that measure at once the first one's answer counts", () => {
  const file = join(temporaryFolder(), "one.json");
  const measure = () => {
    writeFileSync(file, '{"tileElements":12288}\n');
    return 49_152;
  };
  assert.is(chosenTile(1, { file, measure }), 12_288);
});

test("where it cannot be kept, that is said once", () => {
  const file = join(temporaryFolder(), "file");
  writeFileSync(file, "no folder");
  const { seen, choose } = watched(join(file, "below.json"));
  assert.is(choose(), 49_152);
  assert.is(choose(), 49_152);
  assert.is(seen.measured, 1);
  assert.is(seen.notices.length, 1);
  assert.match(seen.notices[0]!, /measures its tiles anew at each start, for .*below\.json cannot/);
  const folder = join(temporaryFolder(), "folder.json");
  mkdirSync(folder);
  assert.is(choose(folder), 49_152);
  assert.is(seen.notices.length, 2);
});

test("a measurement that fails ends nothing: tiles are as they are built in", () => {
  const file = join(temporaryFolder(), "one.json");
  const notices: string[] = [];
  const measure = () => {
    throw new Error("no memory");
  };
  const notice = (text: string) => notices.push(text);
  for (const _ of [1, 2]) assert.is(chosenTile(1, { file, measure, notice }), builtIn(1));
  assert.equal(notices, [
    "the engine onnx could not measure its tiles, and takes those that are built in: no memory",
  ]);
});

test("PATHLOOM_TUNING=fixed measures nothing, and an engine starts on any number of threads", async () => {
  const never = () => {
    throw new Error("it was measured");
  };
  process.env.PATHLOOM_TUNING = "fixed";
  const file = join(temporaryFolder(), "none.json");
  assert.is(chosenTile(2, { file, measure: never }), builtIn(2));
  delete process.env.PATHLOOM_TUNING;
  const saved = process.env.PATHLOOM_ENGINES;
  process.env.PATHLOOM_ENGINES = temporaryFolder();
  const { engine } = await startEngine("onnx", { threads: 4096, measured: true });
  assert.is(engine.describe().threads, 4096);
  engine.dispose();
  if (saved === undefined) delete process.env.PATHLOOM_ENGINES;
  else process.env.PATHLOOM_ENGINES = saved;
});

test.run();
