/** Rotary positions stretched by configuration: what is computed, saved, trained and refused. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { loadCheckpoint } from "../../checkpoints/index.ts";
import { Graph, startEngine } from "../../engine/index.ts";
import { rotaryAngles } from "../../models/decoder/rotary.ts";
import { familyFor, familyOf, plainRope } from "../../models/index.ts";
import { ConfigError, type ConfigInput, resolveConfig } from "../../src/config/index.ts";
import { decoderConfig } from "../../src/runs/decoder-config.ts";
import { train } from "../../src/runs/index.ts";
import { stretchedDecoder } from "../../src/runs/stretched-rope.ts";
import { llamaLike } from "../models/configs.ts";
import { makeTinyBase } from "../trainers/tiny-base.ts";

const scratch = mkdtempSync(join(tmpdir(), "pathloom-rope-"));
test.after(() => rmSync(scratch, { recursive: true, force: true }));

const modelOf = (model: ConfigInput["model"]) => resolveConfig({ model }).model;
const base = { ...llamaLike, headDim: 6, contextLength: 64 };

test("linear, ntk and yarn, by the factor or by the two contexts", () => {
  const stretch = (model: ConfigInput["model"], to: number) =>
    stretchedDecoder(base, modelOf({ from: "base", ...model }), to);
  const linear = stretch({ ropeScaling: "linear", contextLength: 256 }, 256);
  assert.equal([linear.contextLength, linear.rope.scaling], [256, { type: "linear", factor: 4 }]);
  const yarn = stretch({ ropeScaling: "yarn", ropeFactor: 8, contextLength: 256 }, 256);
  assert.equal(yarn.rope.scaling, {
    type: "yarn",
    factor: 8,
    originalContextLength: 64,
    fastTurns: 32,
    slowTurns: 1,
    truncate: true,
    gain: 0.1 * Math.log(8) + 1,
  });
  const ntk = stretch({ ropeScaling: "ntk", contextLength: 256 }, 256);
  assert.is(ntk.rope.theta, 10_000 * 4 ** (6 / 4));
  // The slowest frequency, of channels 4 and 5 of 6, is divided by the factor.
  const slowest = (theta: number) => theta ** (-4 / 6);
  assert.ok(Math.abs(slowest(10_000) / slowest(ntk.rope.theta) - 4) < 1e-12);
  const dynamic = stretch({ ropeScaling: "dynamic", contextLength: 256 }, 256);
  assert.equal(dynamic.rope.scaling, { type: "dynamic", factor: 4, originalContextLength: 64 });
  for (const decoder of [linear, yarn, ntk, dynamic]) {
    const family = familyFor(decoder);
    assert.is(family.modelType, "llama");
    const json = JSON.parse(JSON.stringify(family.writeConfig(decoder)));
    assert.equal(familyOf(json).readConfig(json), decoder);
  }
  assert.equal(stretch({ contextLength: 32 }, 32), base);
});

test("a decoder of one's own is stretched as though it had been pretrained with less", () => {
  const own = decoderConfig(
    modelOf({ contextLength: 256, ropeScaling: "yarn", ropeFactor: 4 }),
    100,
  );
  const { scaling } = own.rope;
  assert.ok(scaling?.type === "yarn" && scaling.originalContextLength === 64);
  assert.is(own.contextLength, 256);
});

test("what cannot be stretched is refused by its key", () => {
  const refuses = (model: ConfigInput["model"], pattern: RegExp) =>
    assert.throws(() => modelOf(model), pattern);
  refuses({ ropeFactor: 4 }, /model\.ropeFactor: expected ropeScaling/);
  refuses({ ropeScaling: "yarn" }, /model\.ropeFactor: expected a factor/);
  refuses({ ropeScaling: "yarn", ropeFactor: 2, positions: "learned" }, /rotary positions/);
  refuses({ ropeScaling: "yarn", ropeFactor: 0.5 }, /model\.ropeFactor/);
  refuses({ from: "base", ropeScaling: "yarn" }, /model\.contextLength: expected the context/);
  const model = modelOf({ from: "base", ropeScaling: "linear", ropeFactor: 2 });
  const scaled = {
    ...base,
    rope: { ...base.rope, scaling: { type: "linear", factor: 2 } },
  } as const;
  assert.throws(
    () => stretchedDecoder(scaled, model, 128),
    (error: unknown) => error instanceof ConfigError && /scaling of its own/.test(error.message),
  );
  const learned = { ...base, positions: "learned" } as const;
  assert.throws(() => stretchedDecoder(learned, model, 128), /has learned positions/);
  const dynamic = modelOf({ from: "base", ropeScaling: "dynamic", ropeFactor: 3 });
  assert.throws(
    () => stretchedDecoder(base, dynamic, 256),
    /by 3 reaches 192 tokens .* of 64, but model\.contextLength is 256/,
  );
});

test("dynamic positions: packed samples are turned as alone, padding does not count, short ones as ever", async () => {
  const { engine } = await startEngine("onnx");
  const decoder = {
    ...base,
    contextLength: 64,
    rope: { ...plainRope(100), scaling: dynamic(8, 8) },
  };
  const angles = (rows: { positions: number[]; segments?: number[]; length?: number }) => {
    const graph = new Graph();
    const shape = [1, rows.positions.length];
    const input = (values: readonly number[], of = shape) =>
      graph.constant(Int32Array.from(values), of, "int32");
    const { global } = rotaryAngles(decoder, {
      positions: input(rows.positions),
      segments: rows.segments === undefined ? null : input(rows.segments),
      lengths: rows.length === undefined ? null : input([rows.length], [1]),
    });
    graph.output("sine", global.sine);
    const sine = engine.buffer({ dtype: "float32", shape: global.sine.shape });
    engine.compile(graph).run({}, { sine });
    return [...(sine.read() as Float32Array)];
  };
  const count = (length: number) => Array.from({ length }, (_, i) => i);
  const [long, short] = [angles({ positions: count(20) }), angles({ positions: count(5) })];
  const packed = angles({
    positions: [...count(5), ...count(20), 0, 0],
    segments: [...new Array(5).fill(1), ...new Array(20).fill(2), 0, 0],
  });
  assert.equal(packed.slice(0, 15), short);
  assert.equal(packed.slice(15, 75), long);
  assert.equal(angles({ positions: count(30), length: 20 }).slice(0, 60), long);
  assert.equal(short, angles({ positions: count(8) }).slice(0, 15));
  // Of 6 channels, 20 tokens by 8: the base grows by (8 * 20 / 8 - 7) ^ (6 / 4).
  const slowest = (100 * 13 ** 1.5) ** (-4 / 6);
  assert.ok(Math.abs(long[19 * 3 + 2]! - Math.sin(19 * slowest)) < 1e-6);
  engine.dispose();
});

const dynamic = (factor: number, originalContextLength: number) =>
  ({ type: "dynamic", factor, originalContextLength }) as const;

test("a model of 64 tokens trains at 160 by YaRN, and its checkpoint says so; adapters are refused", async () => {
  const from = await makeTinyBase(scratch, "llama", 64);
  const source = join(scratch, "icons.jsonl");
  const icons = join(import.meta.dirname, "../../node_modules/lucide-static/icons");
  const rows = ["heart", "house"].map((caption) =>
    JSON.stringify({ caption, svg: readFileSync(join(icons, `${caption}.svg`), "utf8") }),
  );
  writeFileSync(source, rows.join("\n"));
  const input = (method: "full" | "lora"): ConfigInput => ({
    data: { source, heldOut: 0 },
    tokenizer: { type: "semantic", grid: 24 },
    model: { from, contextLength: 160, ropeScaling: "yarn" },
    train: {
      method,
      steps: 1,
      batchSize: 1,
      saveEvery: null,
      evalEvery: null,
      engine: "onnx",
      threads: 1,
    },
  });
  const folder = join(scratch, "run");
  await train({ config: resolveConfig(input("full")), folder, resume: false, observer: {} });
  const checkpoint = loadCheckpoint(join(folder, "checkpoints", "step-000001"));
  const { rope_scaling: scaling, max_position_embeddings: longest } = checkpoint.config;
  checkpoint.close();
  assert.is(longest, 160);
  const { rope_type, factor, original_max_position_embeddings } = scaling as Record<
    string,
    unknown
  >;
  assert.equal([rope_type, factor, original_max_position_embeddings], ["yarn", 2.5, 64]);
  let message = "";
  await train({
    config: resolveConfig(input("lora")),
    folder: join(scratch, "adapter"),
    resume: false,
    observer: {},
  }).catch((error: Error) => {
    message = error.message;
  });
  assert.match(
    message,
    /model\.ropeScaling: an adapter's files do not say how positions are turned/,
  );
});

test.run();
