import seedrandom from "seedrandom";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { startEngine } from "../../engine/index.ts";
import {
  type DecoderConfig,
  DecodingSession,
  decoder,
  head,
  initialWeights,
  Model,
} from "../../models/index.ts";
import { deltaLike, gpt2Like, llamaLike } from "./configs.ts";

const engines = {
  reference: await startEngine("reference"),
  onnx: await startEngine("onnx", { threads: 2 }),
};
type EngineName = keyof typeof engines;

const shapes: Readonly<Record<string, DecoderConfig>> = { gpt2Like, llamaLike, deltaLike };

function makeModel(engine: EngineName, config: DecoderConfig): Model {
  return new Model(engines[engine].engine, config, initialWeights(config, { seed: 1, std: 0.3 }));
}

interface Row {
  readonly tokens: readonly number[];
  readonly positions?: readonly number[];
  readonly segments?: readonly number[];
}

/** Logits of every place, `[rows, time, vocabulary]`. */
function logitsOf(model: Model, rows: readonly Row[]): Float32Array[] {
  const { engine, config } = model;
  const sequenceLength = rows[0]!.tokens.length;
  const shape = [rows.length, sequenceLength];
  const program = model.programs.get(`logits ${shape}`, (graph) => {
    const { weights } = model.weightsIn(graph);
    const input = (name: string) => graph.input(name, shape, "int32");
    const output = decoder(config, weights, {
      tokens: input("tokens"),
      positions: input("positions"),
      segments: input("segments"),
      caches: null,
    });
    graph.output("logits", head(config, weights, output.hidden));
  });
  const feed = (values: (row: Row) => readonly number[]) =>
    engine.buffer({ dtype: "int32", shape }, Int32Array.from(rows.flatMap(values)));
  const type = { dtype: "float32", shape: [...shape, config.vocabularySize] } as const;
  const logits = engine.buffer(type);
  program.run(
    {
      ...model.parameterBuffers,
      tokens: feed((row) => row.tokens),
      positions: feed((row) => row.positions ?? row.tokens.map((_, i) => i)),
      segments: feed((row) => row.segments ?? row.tokens.map(() => 1)),
    },
    { logits },
  );
  const values = logits.read() as Float32Array;
  const size = config.vocabularySize;
  return Array.from({ length: rows.length * sequenceLength }, (_, i) =>
    values.slice(i * size, (i + 1) * size),
  );
}

function closeTo(found: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.is(found.length, expected.length);
  for (let i = 0; i < found.length; i++) {
    const difference = Math.abs(found[i]! - expected[i]!);
    assert.ok(difference <= tolerance, `at ${i}: ${found[i]}, expected ${expected[i]}`);
  }
}

function randomTokens(length: number, seed: string): number[] {
  const random = seedrandom(seed);
  return Array.from({ length }, () => Math.floor(random() * gpt2Like.vocabularySize));
}

for (const [name, config] of Object.entries(shapes)) {
  test(`${name}: onnx gives the reference's logits`, () => {
    const rows = [{ tokens: randomTokens(9, "a") }, { tokens: randomTokens(9, "b") }];
    const expected = logitsOf(makeModel("reference", config), rows);
    const found = logitsOf(makeModel("onnx", config), rows);
    for (const [i, logits] of found.entries()) closeTo(logits, expected[i]!, 2e-5);
  });

  test(`${name}: a token does not see those after it`, () => {
    const model = makeModel("onnx", config);
    const tokens = randomTokens(8, "c");
    const changed = [...tokens.slice(0, 5), 1, 2, 3];
    const [before, after] = [tokens, changed].map((each) => logitsOf(model, [{ tokens: each }]));
    for (let i = 0; i < 5; i++) closeTo(after![i]!, before![i]!, 1e-6);
    assert.not.equal(after![5], before![5]);
  });

  test(`${name}: packed sequences give what each gives alone`, () => {
    const model = makeModel("onnx", config);
    const [first, second] = [randomTokens(3, "d"), randomTokens(5, "e")];
    const packed = logitsOf(model, [
      {
        tokens: [...first!, ...second!],
        positions: [0, 1, 2, 0, 1, 2, 3, 4],
        segments: [1, 1, 1, 2, 2, 2, 2, 2],
      },
    ]);
    const alone = [
      ...logitsOf(model, [{ tokens: first! }]),
      ...logitsOf(model, [{ tokens: second! }]),
    ];
    for (const [i, logits] of packed.entries()) closeTo(logits, alone[i]!, 1e-5);
  });

  for (const engine of ["onnx", "reference"] as const) {
    test(`${name} on ${engine}: the cache gives what the whole sequence gives`, () => {
      const model = makeModel(engine, config);
      const sequences = [randomTokens(9, "f"), randomTokens(11, "g")];
      const prompts = [sequences[0]!.slice(0, 3), sequences[1]!.slice(0, 5)];
      const whole = sequences.map((tokens) => logitsOf(model, [{ tokens }]));
      const session = new DecodingSession(model, { batch: 2, capacity: 11 });
      const size = config.vocabularySize;
      let logits = session.prefill(prompts);
      for (let step = 0; step < 6; step++) {
        for (const [row, prompt] of prompts.entries()) {
          const found = logits.subarray(row * size, (row + 1) * size);
          closeTo(found, whole[row]![prompt.length - 1 + step]!, 2e-5);
        }
        logits = session.step(
          Int32Array.from(prompts, (prompt, row) => sequences[row]![prompt.length + step]!),
        );
      }
      session.dispose();
    });
  }
}

test("a session can be used for other prompts, without a trace of the earlier ones", () => {
  const model = makeModel("onnx", llamaLike);
  const session = new DecodingSession(model, { batch: 1, capacity: 12 });
  const fresh = session.prefill([[4, 5, 6]]).slice();
  session.prefill([randomTokens(12, "h")]);
  closeTo(session.prefill([[4, 5, 6]]), fresh, 0);
});

test("prompts that are empty or do not fit are refused", () => {
  const model = makeModel("reference", gpt2Like);
  assert.throws(() => new DecodingSession(model, { batch: 1, capacity: 17 }), /context of 16/);
  const session = new DecodingSession(model, { batch: 1, capacity: 4 });
  assert.throws(() => session.prefill([[]]), /prompt 0 has no tokens/);
  assert.throws(() => session.prefill([[1, 2, 3, 4, 5]]), /prompt 0 has 5 tokens; at most 4 fit/);
});

test.run();
