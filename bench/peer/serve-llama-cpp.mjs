/**
 * Continues captions by llama.cpp, 16 sequences in one batch, each followed by another as it ends, for so
 * many seconds; prints its tokens a second.
 *
 *   node serve-llama-cpp.mjs FILE THREADS SECONDS TEMPERATURE CAPTIONS NODE_MODULES
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [file, threads, seconds, temperature, listed, modules] = process.argv.slice(2);
const folder = join(modules, "node-llama-cpp");
const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const { getLlama } = await import(pathToFileURL(join(folder, exports["."].import)).href);
const llama = await getLlama({
  gpu: false,
  build: "never",
  maxThreads: Number(threads),
  logLevel: "error",
});
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({
  sequences: 16,
  contextSize: 128,
  batchSize: 16 * 128,
  threads: Number(threads),
});
const captions = JSON.parse(listed);
const prompts = captions.map((caption) => model.tokenize(`<|bos|>${caption}<|drawing|>`, true));
const end = model.tokens.eos;
const most = 110;
const sequences = Array.from({ length: 16 }, () => context.getSequence());
let tokens = 0;

async function client(sequence, index, until) {
  for (let round = 0; performance.now() < until; round++) {
    await sequence.clearHistory();
    let drawn = 0;
    const prompt = prompts[(index + round) % prompts.length];
    const options = { temperature: Number(temperature), yieldEogToken: true };
    for await (const id of sequence.evaluate(prompt, options)) {
      tokens++;
      if (id === end || ++drawn >= most) break;
    }
  }
}

const all = (until) => Promise.all(sequences.map((each, i) => client(each, i, until)));
await all(performance.now() + 500);
tokens = 0;
const began = performance.now();
await all(began + 1000 * Number(seconds));
console.log(JSON.stringify({ tokensPerSecond: (1000 * tokens) / (performance.now() - began) }));
process.exit(0);
