/**
 * Loading a large model and training adapters over it: the speed beside the disk's, the memory beside
 * the model's bytes.
 *
 *   node --import tsx bench/loading.ts                 the shape of Llama 3.2 1B, 2.5 GB of bfloat16
 *   node --import tsx bench/loading.ts --checkpointing
 *   node --import tsx bench/loading.ts --weights nf4 --layers 4 --rows 1 --length 64
 *
 * The model is random and lies in a temporary folder, which is deleted in the end. Before each reading
 * the file's pages are dropped from the system's cache, where the system can do that (Linux).
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import koffi from "koffi";
import {
  loadCheckpoint,
  modelFromCheckpoint,
  writeSafetensorsModel,
} from "../checkpoints/index.ts";
import { type Engine, encodeBfloat16, sizeOf, startEngine } from "../engine/index.ts";
import {
  type DecoderConfig,
  familyFor,
  initialWeights,
  Model,
  newLora,
  plainLora,
  shapesByName,
  tensorShape,
  type WeightDtype,
  weightBytes,
  weightDtypes,
} from "../models/index.ts";
import { benchShape, randomBatch } from "../src/bench/index.ts";
import { Trainer } from "../trainers/index.ts";

const { values } = parseArgs({
  options: {
    weights: { type: "string", default: "bfloat16" },
    layers: { type: "string", default: "16" },
    rows: { type: "string", default: "1" },
    length: { type: "string", default: "64" },
    rank: { type: "string", default: "8" },
    /** Compute a layer's inner results again in the backward pass. */
    checkpointing: { type: "boolean", default: false },
    /** Set in the processes that this one starts. */
    folder: { type: "string" },
  },
});
const weightDtype = weightDtypes.find((each) => each === values.weights) ?? refuse(values.weights);
const [layers, rows, time, rank] = [values.layers, values.rows, values.length, values.rank].map(
  Number,
) as [number, number, number, number];

/** Llama 3.2 1B's (Grattafiori et al. 2024), but for the scaling of its positions. */
const decoder: DecoderConfig = {
  ...benchShape("llama-1b").decoder,
  layers,
  contextLength: 8192,
};
/** To see what the runtime itself takes. */
const tiny: DecoderConfig = {
  ...decoder,
  layers: 1,
  hiddenSize: 64,
  heads: 4,
  kvHeads: 2,
  headDim: 16,
  intermediateSize: 64,
  vocabularySize: 64,
  contextLength: 64,
};

interface Measured {
  /** Of loading alone. */
  readonly seconds: number;
  /** Bytes of the process at most: when loaded, and after the steps. */
  readonly loadedBytes: number;
  readonly peakBytes: number;
  readonly stepSeconds: number;
  readonly loss: number;
}

function refuse(name: string): never {
  console.error(`--weights ${name}: there are ${weightDtypes.join(", ")}`);
  process.exit(2);
}

function report(): void {
  const folder = mkdtempSync(join(tmpdir(), "pathloom-loading-"));
  try {
    writeRandomModel(folder);
    const file = join(folder, "model.safetensors");
    const own = inProcess("tiny");
    const disk = [readSpeed(file), readSpeed(file)];
    touchMemory();
    dropFromCache(file);
    const found = inProcess(folder);
    disk.push(readSpeed(file));
    const bytes = fileBytes();
    const speed = bytes / found.seconds;
    const sequential = Math.max(...disk);
    const kept = weightBytes(decoder, weightDtype);
    const line = (what: string, text: string) => console.log(`${what.padEnd(34)} ${text}`);
    line("model on disk", gigabytes(bytes));
    line(`weights on the engine, ${weightDtype}`, gigabytes(kept));
    line("disk, sequential, three times", disk.map((each) => `${gigabytes(each)}/s`).join(", "));
    line("loading", `${found.seconds.toFixed(2)} s, ${gigabytes(speed)}/s`);
    line("  of the disk's fastest", (speed / sequential).toFixed(2));
    line("runtime's own memory", gigabytes(own.peakBytes));
    line("most memory when loaded", gigabytes(found.loadedBytes));
    line("  over the runtime's, by the file", ratio(found.loadedBytes - own.peakBytes, bytes));
    line(`most memory, 2 steps of ${rows} x ${time}`, gigabytes(found.peakBytes));
    line("  over the runtime's, by the file", ratio(found.peakBytes - own.peakBytes, bytes));
    line("a step", `${found.stepSeconds.toFixed(2)} s, loss ${found.loss.toFixed(3)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ratio = (part: number, whole: number): string => (part / whole).toFixed(3);
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;

function fileBytes(): number {
  return weightBytes(decoder, "bfloat16") - 2 * norms();
}

/** Gains, which the engine keeps as float32. */
function norms(): number {
  return [...shapesByName(decoder).values()]
    .filter((shape) => shape.length === 1)
    .reduce((total, shape) => total + sizeOf(shape), 0);
}

/** Numbers of a usual size, the same run of them again and again. */
function writeRandomModel(folder: string): void {
  const shapes = shapesByName(decoder);
  const noise = encodeBfloat16(
    Float32Array.from({ length: 2 ** 20 }, (_, i) => 0.03 * Math.sin(i * i * 0.37)),
  );
  const gains = encodeBfloat16(new Float32Array(decoder.hiddenSize).fill(1));
  const family = familyFor(decoder);
  const tensors = family.tensors(decoder).map((mapping) => {
    const shape = tensorShape(mapping, shapes);
    const data = () => (shape.length === 1 ? gains : repeated(noise, sizeOf(shape)));
    return { name: mapping.tensor, dtype: "BF16" as const, shape, data };
  });
  writeFileSync(join(folder, "config.json"), JSON.stringify(family.writeConfig(decoder)));
  writeSafetensorsModel(folder, tensors);
}

function repeated(pattern: Uint16Array, size: number): Uint16Array {
  const data = new Uint16Array(size);
  for (let at = 0; at < size; at += pattern.length) {
    data.set(pattern.subarray(0, Math.min(pattern.length, size - at)), at);
  }
  return data;
}

/** In bytes a second, by large pieces into one array. */
function readSpeed(file: string): number {
  dropFromCache(file);
  const piece = new Uint8Array(8 * 2 ** 20);
  const descriptor = openSync(file, "r");
  const start = performance.now();
  let total = 0;
  for (let count = -1; count !== 0; total += count) count = readSync(descriptor, piece);
  const seconds = (performance.now() - start) / 1000;
  closeSync(descriptor);
  return total / seconds;
}

/**
 * On a virtual machine the first use of a page is the host's work, and slow: a process that takes as
 * many as the model, and ends, leaves pages that were used before.
 */
function touchMemory(): void {
  const script = `new Uint8Array(${fileBytes()}).fill(1)`;
  spawnSync(process.execPath, ["-e", script]);
}

const dontNeed = 4;

function dropFromCache(file: string): void {
  if (process.platform !== "linux") return;
  const advise = koffi.load("libc.so.6").func("int posix_fadvise(int, int64_t, int64_t, int)");
  const descriptor = openSync(file, "r+");
  fsyncSync(descriptor);
  advise(descriptor, 0, 0, dontNeed);
  closeSync(descriptor);
}

/** Measures in a process of its own, whose memory is then that of the model. */
function inProcess(folder: string): Measured {
  const own = fileURLToPath(import.meta.url);
  const flags = ["weights", "layers", "rows", "length", "rank"] as const;
  const args = [
    ...flags.map((flag) => `--${flag}=${values[flag]}`),
    ...(values.checkpointing ? ["--checkpointing"] : []),
  ];
  const child = spawnSync(
    process.execPath,
    ["--import", "tsx", own, `--folder=${folder}`, ...args],
    { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" },
  );
  if (child.status !== 0) throw new Error(`measuring ended with ${child.status ?? child.signal}`);
  return JSON.parse(child.stdout) as Measured;
}

async function measure(folder: string): Promise<Measured> {
  const { engine } = await startEngine("onnx");
  const start = performance.now();
  const model = folder === "tiny" ? tinyModel(engine) : loaded(engine, folder, weightDtype);
  const seconds = (performance.now() - start) / 1000;
  const loadedBytes = mostMemory();
  const lora = { ...plainLora, rank, alpha: 2 * rank };
  model.attach("bench", newLora(familyFor(model.config), model.config, new Map(), lora, 1).adapter);
  const trainer = new Trainer(model, {
    optimiser: { beta1: 0.9, beta2: 0.95, epsilon: 1e-8, weightDecay: 0 },
    schedule: { schedule: "constant", learningRate: 1e-4, minRatio: 1, warmupSteps: 0, steps: 2 },
    clip: 1,
    checkpointing: values.checkpointing,
  });
  const { contextLength, vocabularySize } = model.config;
  const batch = randomBatch(rows, Math.min(time, contextLength), vocabularySize);
  trainer.step([batch]);
  const begun = performance.now();
  const { loss } = trainer.step([batch]);
  const stepSeconds = (performance.now() - begun) / 1000;
  return { seconds, loadedBytes, peakBytes: mostMemory(), stepSeconds, loss };
}

function tinyModel(engine: Engine): Model {
  return new Model(engine, tiny, initialWeights(tiny, { seed: 1 }));
}

function loaded(engine: Engine, folder: string, kept: WeightDtype): Model {
  const checkpoint = loadCheckpoint(folder, { acceptPlain: true });
  const isTerminal = process.stderr.isTTY;
  const model = modelFromCheckpoint(engine, checkpoint, {
    weightDtype: kept,
    onProgress: (done, total) => {
      if (isTerminal) process.stderr.write(`\rloading ${((100 * done) / total).toFixed(0)} %`);
    },
  });
  if (isTerminal) process.stderr.write("\n");
  checkpoint.close();
  return model;
}

const mostMemory = (): number => process.resourceUsage().maxRSS * 1024;

if (values.folder === undefined) report();
else console.log(JSON.stringify(await measure(values.folder)));
