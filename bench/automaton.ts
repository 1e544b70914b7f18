/**
 * What constrained decoding costs a generation step, over GPT-2's vocabulary of 50,257 tokens.
 *
 *   node --import tsx bench/automaton.ts
 *
 * `mask` is called at every token of real drawings. The first pass meets most places of the grammar
 * anew; the second finds them remembered. Building a grammar is done once a process.
 */
import { parseDrawing } from "../src/svg/index.ts";
import { gpt2TokenizerJson } from "../tests/sets/gpt2.ts";
import { iconSets, readIcons } from "../tests/sets/icon-sets.ts";
import {
  baseTokenizerFromJSON,
  createPathRepresentation,
  createSemanticRepresentation,
  createTextRepresentation,
  type Representation,
} from "../tokenizer/index.ts";

/** 5 % of a generation step of 6 ms, as of a small model on a CPU. */
const budgetMs = 0.3;
const drawingsEach = 270;

function timeMasks(representation: Representation, drawings: readonly number[][]): Float64Array {
  const automaton = representation.automaton();
  const logits = new Float32Array(representation.vocabulary.size);
  const times: number[] = [];
  for (const ids of drawings) {
    const state = automaton.start(2 * ids.length + 40);
    for (const id of ids) {
      logits.fill(0);
      const started = performance.now();
      state.mask(logits);
      times.push(performance.now() - started);
      if (!state.allows(id)) break;
      state.accept(id);
    }
  }
  return Float64Array.from(times).sort();
}

function summary(times: Float64Array): string {
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const at = (share: number) => times[Math.floor(share * (times.length - 1))]!;
  const columns = [mean, at(0.5), at(0.99), at(1)].map((time) => time.toFixed(4).padStart(9));
  return `${columns.join("")}${String(times.length).padStart(9)}`;
}

const base = baseTokenizerFromJSON(gpt2TokenizerJson());
const icons = readIcons(iconSets[0]!).slice(0, drawingsEach);
console.log(`${base.size} tokens, ${icons.length} drawings of ${iconSets[0]!.name}`);
console.log("mask, in ms              mean   median      99 %      most    steps");
const representations: Readonly<Record<string, Representation>> = {
  semantic: createSemanticRepresentation({ base }),
  text: createTextRepresentation({ base }),
  path: createPathRepresentation({ options: { coordinates: "merged" } }),
};
for (const [name, representation] of Object.entries(representations)) {
  const started = performance.now();
  representation.automaton().start(1000);
  const build = performance.now() - started;
  const drawings = icons.map(({ svg }) =>
    representation.encode(parseDrawing(svg, representation.canonical).drawing),
  );
  for (const pass of ["first", "second"]) {
    const times = timeMasks(representation, drawings);
    console.log(`${`${name}, ${pass} pass`.padEnd(20)} ${summary(times)}`);
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    if (mean > budgetMs) process.exitCode = 1;
  }
  console.log(`${`${name}, building`.padEnd(20)} ${build.toFixed(0).padStart(9)}`);
}
console.log(`\nthe mean may take ${budgetMs} ms`);
