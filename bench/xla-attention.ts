/**
 * Attention on the engine `xla` by blocks beside whole: XLA's own report of what a forward and backward
 * pass needs for a context of each length, and how long a pass takes where both can be run.
 *
 *   node --import tsx bench/xla-attention.ts
 *   node --import tsx bench/xla-attention.ts --run 512,1024,2048 --rounds 9 --size 256
 *   node --import tsx bench/xla-attention.ts --step
 *
 * `--step` reports the whole training step of a decoder of two layers in place of attention alone.
 */
import { parseArgs } from "node:util";
import { type Engine, Graph, gradients, ops, sizeOf } from "../engine/index.ts";
import { XlaEngine } from "../engine/xla/index.ts";
import { inTurn, median, timesAsFast, wallSeconds } from "../src/bench/index.ts";
import { benchShape } from "../src/bench/shapes.ts";
import { stepGraph } from "../trainers/index.ts";

const { values: flags } = parseArgs({
  options: {
    lengths: { type: "string", default: "2048,8192,32768" },
    run: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    size: { type: "string" },
    rows: { type: "string", default: "1" },
    heads: { type: "string", default: "12" },
    width: { type: "string", default: "64" },
    step: { type: "boolean", default: false },
    /** Longer ones are not compiled whole: a step has a block for each 256 queries of a head. */
    "most-whole": { type: "string", default: "32768" },
  },
});
const [rows, heads, width] = [Number(flags.rows), Number(flags.heads), Number(flags.width)];
const numbers = (text: string): number[] => text.split(",").filter(Boolean).map(Number);

const engines = {
  whole: new XlaEngine({ attention: { longerThan: Number.POSITIVE_INFINITY } }),
  blocks: new XlaEngine({
    attention: { longerThan: 0, ...(flags.size === undefined ? {} : { size: Number(flags.size) }) },
  }),
};
console.log(engines.blocks.describe().summary);

/** Forward and backward of one layer's attention, or of a training step. */
function passOf(length: number): Graph {
  return flags.step ? stepOf(length) : attentionOf(length);
}

function attentionOf(length: number): Graph {
  const graph = new Graph();
  const shape = [rows, heads, length, width];
  const operands = {
    query: graph.input("query", shape),
    key: graph.input("key", shape),
    value: graph.input("value", shape),
  };
  // Few blocks: a compiler that plans for a device gains nothing from small ones.
  const options = { blockSize: Math.ceil(length / 4), headsAtOnce: heads };
  const weights = graph.input("weights", shape);
  const attended = ops.causalAttention({ ...operands, ...options });
  const loss = ops.sum(ops.multiply(attended, weights));
  for (const [i, each] of gradients(loss, Object.values(operands)).entries()) {
    graph.output(`gradient ${i}`, each);
  }
  return graph;
}

function stepOf(length: number): Graph {
  const { decoder } = benchShape("gpt2-12m");
  const shape = { ...decoder, layers: 2, contextLength: length };
  return stepGraph(shape, { batchSize: rows, sequenceLength: length }, "all");
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

console.log(
  `\nMB beside inputs and outputs, ${flags.step ? "a training step" : "a layer's attention"}`,
);
console.log("| context | whole | by blocks |\n|--:|--:|--:|");
for (const length of numbers(flags.lengths)) {
  const needed = Object.entries(engines).map(([name, engine]) => {
    if (name === "whole" && length > Number(flags["most-whole"])) return "";
    const program = engine.compile(passOf(length));
    const { temporary } = program.memory();
    program.dispose();
    return megabytes(temporary);
  });
  console.log(`| ${length.toLocaleString("en")} | ${needed.join(" | ")} |`);
}

for (const length of numbers(flags.run)) {
  const seconds = await inTurn(
    { whole: timed(engines.whole, length), blocks: timed(engines.blocks, length) },
    { rounds: Number(flags.rounds) },
  );
  const [whole, blocks] = [median(seconds.whole), median(seconds.blocks)];
  console.log(
    `${length}: whole ${(1000 * whole).toFixed(1)} ms, by blocks ${(1000 * blocks).toFixed(1)} ms, ${timesAsFast(seconds.blocks, seconds.whole).toFixed(2)} times as fast`,
  );
}
for (const engine of Object.values(engines)) engine.dispose();

/** Runs the pass once more, on small numbers. */
function timed(engine: Engine, length: number): () => number {
  const graph = passOf(length);
  const program = engine.compile(graph);
  const inputs = [...graph.inputs].map(([name, { type }]) => {
    const buffer = engine.buffer(type);
    buffer.fill((elements) => {
      for (let i = 0; i < sizeOf(type.shape); i++) {
        elements[i] = type.dtype === "int32" ? i % 7 : Math.sin(i);
      }
    });
    return [name, buffer] as const;
  });
  const outputs = [...graph.outputs].map(
    ([name, { type }]) => [name, engine.buffer(type)] as const,
  );
  const [given, made] = [Object.fromEntries(inputs), Object.fromEntries(outputs)];
  return () => wallSeconds(() => program.run(given, made));
}
