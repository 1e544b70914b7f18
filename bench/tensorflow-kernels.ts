/**
 * TensorFlow's own kernels: what each gives the engine `tensorflow`, what those that it does not use
 * would give, and what a training step gains. Each is timed in turn with what it replaces, on shapes of
 * `gpt2-12m` (8 rows of 256 tokens). Ratios are of medians; above 1 is faster.
 *
 *   npm run build:tensorflow && node --import tsx bench/tensorflow-kernels.ts
 *   node --import tsx bench/tensorflow-kernels.ts --threads 1 --rounds 30 --steps 9
 */
import { parseArgs } from "node:util";
import { type DType, Graph, ops, type Value } from "../engine/index.ts";
import { TfjsEngine } from "../engine/tfjs/index.ts";
import { kernels } from "../engine/tfjs/kernels/index.ts";
import { nativeKernels } from "../engine/tfjs/kernels/native.ts";
import { nativeBackend } from "../engine/tfjs/kernels/native-operation.ts";
import { loadNative } from "../engine/tfjs/native.ts";
import type { Tensor } from "../engine/tfjs/runtime.ts";
import { benchShape, inTurn, median, trainWorkload, wallSeconds } from "../src/bench/index.ts";

const { values: flags } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    rounds: { type: "string", default: "15" },
    steps: { type: "string", default: "5" },
  },
});
const threads = Number(flags.threads);
const environment = { TF_CPP_MIN_LOG_LEVEL: "2" };
const { runtime, libtensorflow } = loadNative("tensorflow", environment, threads);
const { tf } = runtime;
const description = { name: "tensorflow", summary: "", version: "", device: "CPU", threads };
/** TensorFlow.js's own functions on the same library. */
const plain = new TfjsEngine(description, runtime, kernels);
const native = new TfjsEngine(description, runtime, nativeKernels);

const backend = nativeBackend(tf);
const { binding } = backend;
const execute = backend.executeMultipleOutputs.bind(backend);
const float = { name: "T", type: binding.TF_ATTR_TYPE!, value: binding.TF_FLOAT! };
const labels = { name: "Tlabels", type: binding.TF_ATTR_TYPE!, value: binding.TF_INT32! };
const boolean = (name: string, value: boolean) => ({ name, type: binding.TF_ATTR_BOOL!, value });
const integer = (name: string, value: number) => ({ name, type: binding.TF_ATTR_INT!, value });
const number = (name: string, value: number) => ({ name, type: binding.TF_ATTR_FLOAT!, value });
const text = (name: string, value: string) => ({ name, type: binding.TF_ATTR_STRING!, value });

console.log(`TensorFlow ${libtensorflow}, ${threads} threads; milliseconds before, after, ratio`);
console.log("\nused, beside TensorFlow.js's own way");
for (const [name, build] of Object.entries(graphs())) {
  const [before, after] = [plain, native].map((engine) => compiled(engine, build));
  await compare(name, Number(flags.rounds), before!, after!);
}
console.log("\nnot used, beside what the engine does");
for (const [name, { now, instead }] of Object.entries(candidates())) {
  const [before, after] = [now, instead].map((work) => () => {
    tf.tidy(() => {
      work();
    });
  });
  await compare(name, Number(flags.rounds), before!, after!);
}
console.log("\na training step");
{
  const [before, after] = [plain, native].map((engine) => {
    const workload = trainWorkload(engine, benchShape("gpt2-12m"), { adapters: false });
    return () => workload.run(1);
  });
  await compare("gpt2-12m, 8 x 256 tokens", Number(flags.steps), before!, after!);
}

/** The operations that have a kernel of their own here, at their largest in the step. */
function graphs(): Record<string, (graph: Graph) => Value> {
  return {
    "product of two matrices, MatMul": (graph) =>
      ops.matmul(graph.input("a", [2048, 384]), graph.input("b", [1536, 384]), {
        transposeB: true,
      }),
    "scaled product by heads": (graph) =>
      ops.matmul(graph.input("a", [8, 6, 256, 64]), graph.input("b", [8, 6, 256, 64]), {
        transposeB: true,
        scale: 0.125,
      }),
    "sum of rows, BiasAddGrad": (graph) => ops.sum(graph.input("x", [2048, 1536]), [0]),
    "sum of squares, L2Loss": (graph) => ops.sumOfSquares(graph.input("x", [1536, 384])),
    "softmax, Softmax": (graph) => ops.softmax(graph.input("x", [8, 6, 256, 256])),
    "rows by index, GatherV2": (graph) =>
      ops.gather(graph.input("table", [2048, 384]), graph.input("indices", [2048], "int32")),
    "elements by index, GatherV2": (graph) =>
      ops.takeAlongLast(graph.input("x", [2048, 2048]), graph.input("indices", [2048], "int32")),
  };
}

/** Runs `build`'s value as the engine would, on small random numbers. */
function compiled(engine: TfjsEngine, build: (graph: Graph) => Value): () => void {
  const graph = new Graph();
  graph.output("out", build(graph));
  const program = engine.compile(graph);
  const inputs = [...graph.inputs].map(([name, { type }]) => {
    const buffer = engine.buffer(type);
    buffer.fill((elements) => {
      for (let i = 0; i < elements.length; i++) elements[i] = numberOf(type.dtype, i);
    });
    return [name, buffer] as const;
  });
  const out = engine.buffer(graph.outputs.get("out")!.type);
  return () => program.run(Object.fromEntries(inputs), { out });
}

/** Indices below 2,048, and floats around zero. */
function numberOf(dtype: DType, i: number): number {
  return dtype === "int32" ? (i * 769) % 2048 : Math.sin(i);
}

interface Candidate {
  readonly now: () => unknown;
  readonly instead: () => unknown;
}

/** Kernels that lose, gain too little of a step, or cannot be given what they need. */
function candidates(): Record<string, Candidate> {
  const [x, hidden] = [random(2048, 384), random(2048, 1536)];
  const [weight, bias, gain, shift] = [random(1536, 384), random(1536), random(384), random(384)];
  const logits = random(2048, 2048);
  const targets = tf.randomUniform([2048], 0, 2048, "int32", 1);
  const product = () =>
    execute("MatMul", [float, boolean("transpose_b", true)], [x, weight], 1)[0]!;
  return {
    "linear with bias, tf.fused.matMul": {
      now: () => tf.add(product(), bias),
      instead: () => tf.fused.matMul({ a: x, b: weight, transposeB: true, bias }),
    },
    "bias, BiasAdd": {
      now: () => tf.add(hidden, bias),
      instead: () => execute("BiasAdd", [float, text("data_format", "NHWC")], [hidden, bias], 1),
    },
    "layer norm, FusedBatchNormV3": {
      now: () => layerNorm(x, gain, shift),
      instead: () => batchNorm(x, gain, shift),
    },
    "cross-entropy's gradient, SparseSoftmaxCross…": {
      now: () => crossEntropyGradient(logits, targets),
      instead: () =>
        execute("SparseSoftmaxCrossEntropyWithLogits", [float, labels], [logits, targets], 2),
    },
    "log-normaliser, Softmax": {
      now: () => logNormaliser(logits),
      instead: () => tf.sub(tf.max(logits, -1, true), tf.log(tf.max(tf.softmax(logits), -1, true))),
    },
    "square, Square": { now: () => tf.mul(hidden, hidden), instead: () => tf.square(hidden) },
    "sum of three, AddN": {
      now: () => tf.add(tf.add(hidden, hidden), hidden),
      instead: () => execute("AddN", [float, integer("N", 3)], [hidden, hidden, hidden], 1),
    },
    "gradient of a sigmoid, SigmoidGrad": {
      now: () => tf.mul(hidden, tf.mul(hidden, tf.sub(1, hidden))),
      instead: () => execute("SigmoidGrad", [float], [hidden, hidden], 1),
    },
    "AdamW, ResourceApplyAdam": adam(),
  };
}

function random(...shape: number[]): Tensor {
  return tf.randomNormal(shape, 0, 1, "float32", 1);
}

function layerNorm(x: Tensor, gain: Tensor, shift: Tensor): Tensor {
  const centred = tf.sub(x, tf.mean(x, [1], true));
  const variance = tf.mean(tf.mul(centred, centred), [1], true);
  const inverse = tf.div(1, tf.sqrt(tf.add(variance, 1e-5)));
  return tf.add(tf.mul(tf.mul(centred, inverse), gain), shift);
}

/** A row is a channel of an image, which is how Keras does it. */
function batchNorm(x: Tensor, gain: Tensor, shift: Tensor): Tensor {
  const [rows, width] = x.shape as [number, number];
  const attributes = [
    ...[float, { ...float, name: "U" }, boolean("is_training", true)],
    ...[text("data_format", "NCHW"), number("epsilon", 1e-5)],
  ];
  const none = tf.tensor1d([]);
  const image = tf.reshape(x, [1, rows, width, 1]);
  const inputs = [image, tf.ones([rows]), tf.zeros([rows]), none, none];
  const normal = execute("FusedBatchNormV3", attributes, inputs, 6)[0]!;
  return tf.add(tf.mul(tf.reshape(normal, [rows, width]), gain), shift);
}

function logNormaliser(logits: Tensor): Tensor {
  const largest = tf.max(logits, -1, true);
  return tf.add(tf.log(tf.sum(tf.exp(tf.sub(logits, largest)), -1, true)), largest);
}

function crossEntropyGradient(logits: Tensor, targets: Tensor): Tensor {
  const probabilities = tf.exp(tf.sub(logits, logNormaliser(logits)));
  const classes = tf.range(0, logits.shape[1]!, 1, "int32");
  const here = tf.equal(tf.expandDims(targets, -1), classes);
  return tf.sub(probabilities, tf.where(here, tf.ones([1]), tf.zeros([])));
}

/** One parameter's step; the fused one on variables that stay in TensorFlow. */
function adam(): Candidate {
  const shape = [1536, 384];
  const [parameter, m, gradient] = [random(...shape), random(...shape), random(...shape)];
  const v = tf.square(m);
  const [rate, decay] = [tf.scalar(1e-3), tf.scalar(0.999)];
  const [beta1, beta2, epsilon] = [tf.scalar(0.9), tf.scalar(0.99), tf.scalar(1e-8)];
  const now = () => {
    const nextM = tf.add(m, tf.mul(tf.sub(gradient, m), tf.sub(1, beta1)));
    const nextV = tf.add(tf.mul(v, beta2), tf.mul(tf.mul(gradient, gradient), tf.sub(1, beta2)));
    const denominator = tf.add(tf.mul(tf.sqrt(nextV), beta2), epsilon);
    tf.sub(tf.mul(parameter, decay), tf.mul(tf.div(nextM, denominator), rate));
  };
  const dtype = { ...float, name: "dtype" };
  const variables = [parameter, m, v].map((value, i) => {
    const attributes = [
      ...[text("container", ""), text("shared_name", `adam ${i}`), dtype],
      { name: "shape", type: binding.TF_ATTR_SHAPE!, value: shape },
    ];
    const variable = execute("VarHandleOp", attributes, [], 1)[0]!;
    execute("AssignVariableOp", [dtype], [variable, value], 0);
    return variable;
  });
  const instead = () => {
    const value = execute("ReadVariableOp", [dtype], [variables[0]!], 1)[0]!;
    execute("AssignVariableOp", [dtype], [variables[0]!, tf.mul(value, decay)], 0);
    const scalars = [beta1, beta2, rate, beta1, beta2, epsilon];
    execute("ResourceApplyAdam", [float], [...variables, ...scalars, gradient], 0);
  };
  return { now, instead };
}

/** Milliseconds of each, the medians of rounds in turn, and how many times as fast it is after. */
async function compare(name: string, rounds: number, before: () => void, after: () => void) {
  const contestants = { before: () => wallSeconds(before), after: () => wallSeconds(after) };
  const seconds = await inTurn(contestants, { rounds, warmUpRounds: 2 });
  const [old, now] = [1000 * median(seconds.before), 1000 * median(seconds.after)];
  const figures = [old, now, old / now].map((each) => each.toFixed(2).padStart(9));
  console.log(`  ${name.padEnd(46)}${figures.join("")}`);
}
