/**
 * Where the time of a drawn token goes, without HTTP: the decoder's run, the grammar, the choice of the
 * token, the text of the drawing. For the released model.
 *
 *   node --import tsx bench/drawing-loop.ts
 *   node --import tsx bench/drawing-loop.ts --threads 2 --rows 1,16,64 --drawings 64
 *
 * For each number of rows: the whole loop as the server runs it, the loop of the library, and its parts
 * alone, in microseconds of processor time a token; then how many times as many tokens the most rows draw
 * in as much of it as the fewest.
 */
import { parseArgs } from "node:util";
import { startEngine } from "../engine/index.ts";
import { DecodingSession, defaultSampling, generate, sampleToken } from "../models/index.ts";
import { resolveConfig } from "../src/config/index.ts";
import { loadModel } from "../src/runs/index.ts";
import type { SequenceRequest } from "../src/serve/engine/protocol.ts";
import { ServedGenerator } from "../src/serve/engine/served-generator.ts";
import { encodePrompt, tokenizerFromJSON } from "../tokenizer/index.ts";

const { values: flags } = parseArgs({
  options: {
    threads: { type: "string", default: "1" },
    rows: { type: "string", default: "1,16,64" },
    drawings: { type: "string", default: "48" },
    "cache-dtype": { type: "string", default: "float32" },
  },
});
const captions = ["arrow right", "heart", "house", "circle check", "cloud rain", "bell", "mail"];
const { generate: defaults } = resolveConfig({ train: { steps: 1 } });
const sampling = { ...defaultSampling, temperature: 0.3, topP: defaults.topP };
const cacheDtype = flags["cache-dtype"] === "int8" ? "int8" : "float32";

const { engine } = await startEngine("onnx", { threads: Number(flags.threads) });
const { model, tokenizer: json } = await loadModel(engine, { model: "weights/icons" });
const tokenizer = tokenizerFromJSON(json);
const { contextLength, vocabularySize } = model.config;
const prompts = captions.map((caption) => encodePrompt(tokenizer, caption));
const { eos } = tokenizer.vocabulary.special;

/**
 * Microseconds of processor time a token, of all threads, which other programs hardly change.
 * @param work gives how many tokens it drew.
 */
function timed(work: () => number): number {
  work();
  const before = process.cpuUsage();
  const tokens = work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / tokens;
}

function served(rows: number, drawings: number): number {
  const generator = new ServedGenerator(model, tokenizer, { contextLength, rows, cacheDtype });
  const request: Omit<SequenceRequest, "prompt" | "seed"> = {
    ...{ model: "icons", maxTokens: null, temperature: 0.3, coordinateTemperature: null },
    ...{ topP: defaults.topP, topK: 0, repetitionPenalty: 1, guidance: 1, scored: false },
    ...{ alternatives: null, tokens: false, stop: [], live: null },
  };
  let [asked, tokens] = [0, 0];
  while (asked < drawings || generator.open > 0) {
    while (asked < drawings && generator.open < rows) {
      const prompt = captions[asked % captions.length]!;
      generator.submit(asked, { ...request, prompt, seed: `${asked}` });
      asked++;
    }
    for (const { progress } of generator.step().values()) tokens += progress?.end?.tokens ?? 0;
  }
  generator.dispose();
  return tokens;
}

const idsOf = (rows: number, drawings: number): number[][] => {
  const asked = Array.from({ length: drawings }, (_, i) => prompts[i % prompts.length]!);
  return generate(model, asked, {
    sampling,
    seeds: asked.map((_, i) => i),
    maxNewTokens: asked.map(({ length }) => contextLength - length),
    stopIds: [eos],
    constraints: asked.map(({ length }) => tokenizer.automaton().start(contextLength - length)),
    atOnce: rows,
    cacheDtype,
  });
};
const library = (rows: number, drawings: number): number =>
  idsOf(rows, drawings).reduce((sum, { length }) => sum + length, 0);

/** The decoder alone, at the places that a drawing comes to. */
function decoder(rows: number, steps: number): number {
  const session = new DecodingSession(model, { batch: rows, capacity: contextLength, cacheDtype });
  session.prefill(Array.from({ length: rows }, (_, i) => prompts[i % prompts.length]!));
  const tokens = new Int32Array(rows).fill(eos);
  for (let step = 0; step < steps; step++) session.step(tokens);
  session.dispose();
  return steps * rows;
}

const drawn = idsOf(16, 32);
const automaton = tokenizer.automaton();

/** The grammar alone, over what the model drew. */
function grammar(): number {
  const logits = new Float32Array(vocabularySize);
  let count = 0;
  for (const ids of drawn) {
    const state = automaton.start(contextLength - 8);
    for (const id of ids) {
      logits.fill(0);
      state.mask(logits);
      state.accept(id);
      count++;
    }
  }
  return count;
}

/** The choice alone, of logits that fall as a model's do, where a fifth may follow. */
function choice(): number {
  const count = 1000;
  const logits = new Float32Array(vocabularySize);
  for (let i = 0; i < count; i++) {
    logits.fill(Number.NEGATIVE_INFINITY);
    for (let id = i % 5; id < vocabularySize; id += 5) logits[id] = -((id * 7919) % 331) / 16;
    sampleToken(logits, sampling, [], () => 0.3);
  }
  return count;
}

console.log(
  `${flags.threads} threads, cache of ${cacheDtype}; microseconds of processor time a token`,
);
console.log(`grammar ${timed(grammar).toFixed(1)}, choice ${timed(choice).toFixed(1)}`);
console.log("rows  served  library  decoder alone   served, tokens a processor second");
const rates: number[] = [];
for (const rows of flags.rows.split(",").map(Number)) {
  const drawings = Math.max(Number(flags.drawings), 3 * rows);
  const times = [
    timed(() => served(rows, drawings)),
    timed(() => library(rows, drawings)),
    timed(() => decoder(rows, 80)),
  ];
  rates.push(1e6 / times[0]!);
  const shown = times.map((time) => time.toFixed(1).padStart(8)).join("");
  console.log(
    `${String(rows).padStart(4)}${shown}        ${rates.at(-1)!.toFixed(0).padStart(10)}`,
  );
}
console.log(
  `the most rows draw ${(rates.at(-1)! / rates[0]!).toFixed(2)} times as fast as the fewest`,
);
model.dispose();
engine.dispose();
