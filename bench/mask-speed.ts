/**
 * What constrained decoding costs a step of generation, for vocabularies of 50,000 tokens.
 *
 *   node --import tsx bench/mask-speed.ts
 *   node --import tsx bench/mask-speed.ts --steps 200 --json
 *
 * A decoder of GPT-2's smallest shape (12 layers of 768, 50,257 tokens), with random weights, reads
 * the tokens of real drawings one by one on the engine `onnx`. At each step the automaton accepts the
 * token, and masks the logits that came of it: both are timed, and so is the decoder. Exits with 1
 * where the automaton takes more than 5 % of a step.
 *
 * The same is then done without the decoder for many more drawings, twice: the first pass meets most
 * places of the grammar anew, the second finds them remembered. Building a grammar is done once a
 * process.
 */
import { parseArgs } from "node:util";
import { startEngine } from "../engine/index.ts";
import { DecodingSession, familyOf, initialWeights, Model } from "../models/index.ts";
import { median } from "../src/bench/index.ts";
import { parseDrawing } from "../svg/index.ts";
import { gpt2TokenizerJson } from "../tests/sets/gpt2.ts";
import { iconSets, readIcons } from "../tests/sets/icon-sets.ts";
import {
  baseTokenizerFromJSON,
  createPathTokenizer,
  createSemanticTokenizer,
  createTextTokenizer,
  type SvgTokenizer,
} from "../tokenizer/index.ts";

const { values: flags } = parseArgs({
  options: {
    steps: { type: "string", default: "150" },
    drawings: { type: "string", default: "270" },
    json: { type: "boolean", default: false },
  },
});
/** Share of a step that the automaton may take. */
const most = 0.05;
const gpt2Small = {
  model_type: "gpt2",
  vocab_size: 50_257,
  n_positions: 1024,
  n_embd: 768,
  n_layer: 12,
  n_head: 12,
};

/** Milliseconds a step, of accepting and masking, and of the decoder. */
interface Steps {
  readonly automaton: number[];
  readonly decoder: number[];
}

/** Drawings' tokens one after the other, until there are as many steps. */
function generate(
  model: Model,
  tokenizer: SvgTokenizer,
  drawings: readonly number[][],
  count: number,
): Steps {
  const { bos } = tokenizer.vocabulary.special;
  const steps: Steps = { automaton: [], decoder: [] };
  for (const ids of drawings) {
    const session = new DecodingSession(model, { batch: 1, capacity: 1024 });
    let logits = session.prefill([[bos % model.config.vocabularySize]]);
    const state = tokenizer.automaton().start(2 * ids.length + 60);
    for (const id of ids) {
      const began = performance.now();
      state.mask(logits);
      state.accept(id);
      const masked = performance.now();
      logits = session.step(Int32Array.of(id % model.config.vocabularySize));
      steps.automaton.push(masked - began);
      steps.decoder.push(performance.now() - masked);
      if (steps.decoder.length === count) break;
    }
    session.dispose();
    if (steps.decoder.length === count) break;
  }
  return steps;
}

function timeMasks(tokenizer: SvgTokenizer, drawings: readonly number[][]): number[] {
  const automaton = tokenizer.automaton();
  const logits = new Float32Array(tokenizer.vocabulary.size);
  const times: number[] = [];
  for (const ids of drawings) {
    const state = automaton.start(2 * ids.length + 60);
    for (const id of ids) {
      logits.fill(0);
      const began = performance.now();
      state.mask(logits);
      state.accept(id);
      times.push(performance.now() - began);
    }
  }
  return times.sort((a, b) => a - b);
}

function meanOf(times: readonly number[]): number {
  return times.reduce((sum, time) => sum + time, 0) / times.length;
}

function spread(times: readonly number[]) {
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  return { mean: meanOf(times), median: at(0.5), most99: at(0.99), most: at(1) };
}

function measure(name: string, tokenizer: SvgTokenizer, model: Model) {
  const began = performance.now();
  tokenizer.automaton().start(1000);
  const building = performance.now() - began;
  const drawings = icons.map(({ svg }) =>
    tokenizer.encode(parseDrawing(svg, tokenizer.canonical).drawing),
  );
  const first = timeMasks(tokenizer, drawings);
  const second = timeMasks(tokenizer, drawings);
  const steps = generate(model, tokenizer, drawings.slice(1), Number(flags.steps));
  const decoder = median(steps.decoder);
  const inStep = meanOf(steps.automaton);
  return {
    name,
    tokens: tokenizer.vocabulary.size,
    building,
    steps: steps.decoder.length,
    decoder,
    inStep,
    share: inStep / (inStep + decoder),
    first: spread(first),
    second: spread(second),
    /** The first pass's mean against the same step. */
    shareAnew: meanOf(first) / (meanOf(first) + decoder),
  };
}

const base = baseTokenizerFromJSON(gpt2TokenizerJson());
const icons = readIcons(iconSets[0]!).slice(0, Number(flags.drawings));
const { engine } = await startEngine("onnx");
const config = familyOf(gpt2Small).readConfig(gpt2Small);
const model = new Model(engine, config, initialWeights(config, { seed: 1 }));
const tokenizers: Readonly<Record<string, SvgTokenizer>> = {
  path: createPathTokenizer({ options: { coordinates: "merged", grid: 212 } }),
  semantic: createSemanticTokenizer({ base }),
  text: createTextTokenizer({ base }),
};

const measured = Object.entries(tokenizers).map(([name, tokenizer]) =>
  measure(name, tokenizer, model),
);
if (flags.json) for (const each of measured) console.log(JSON.stringify(each));
else {
  console.log(`a decoder of ${gpt2Small.vocab_size} tokens, 12 layers of 768; ms`);
  console.log(
    "           tokens    step  automaton  share |  first pass  share  second pass  99 %   most | building",
  );
  for (const each of measured) {
    const percent = (share: number) => `${(100 * share).toFixed(2)} %`.padStart(7);
    console.log(
      [
        each.name.padEnd(9),
        String(each.tokens).padStart(8),
        each.decoder.toFixed(1).padStart(7),
        each.inStep.toFixed(4).padStart(10),
        percent(each.share),
        "|",
        each.first.mean.toFixed(4).padStart(11),
        percent(each.shareAnew),
        each.second.mean.toFixed(4).padStart(11),
        each.second.most99.toFixed(2).padStart(6),
        each.second.most.toFixed(2).padStart(6),
        "|",
        each.building.toFixed(0).padStart(8),
      ].join(" "),
    );
  }
  console.log(`\nthe automaton may take ${100 * most} % of a step`);
}
if (measured.some(({ share, shareAnew }) => Math.max(share, shareAnew) > most)) {
  process.exitCode = 1;
}
engine.dispose();
