/** A small graph for each of the runtime's own operators, in which it does all that it is used for. */
import { Graph, type Shape, sizeOf, type TensorData, type Value } from "../../graph/index.ts";
import {
  add,
  cachedAttention,
  gelu,
  geluNew,
  matmul,
  quantizedMatmul,
  rmsNorm,
  rope,
  silu,
  slice,
  sum,
  transpose,
} from "../../ops/index.ts";
import type { PrivateOperator } from "../lower/index.ts";
import {
  blockedColumnSums,
  blockedMatmul,
  fromBlocks,
  sideMultiple,
  toBlocks,
} from "../optimise/layout/index.ts";

export interface Probe {
  readonly operator: PrivateOperator;
  readonly graph: Graph;
  readonly data: Readonly<Record<string, TensorData>>;
  /** What the graph means, where it holds operations of this engine alone. */
  readonly meaning?: Graph;
  /** Inputs that never change. */
  readonly constants?: readonly string[];
  /** Largest difference, relative to the largest element of an output. */
  readonly tolerance: number;
}

/** Single precision, and the kernels' own approximations of functions. */
const tolerance = 1e-4;
/** Rows are rounded to 8 bits. */
const roundedTolerance = 0.03;

export function probes(): Probe[] {
  const side = 2 * sideMultiple;
  const square: Shape = [side, side];
  return [
    floatProbe("FusedMatMul", { a: [2, 5, 3], b: [2, 4, 5], c: [3, 6], d: [4, 6] }, (v) => ({
      both: matmul(v.a!, v.b!, { transposeA: true, transposeB: true, scale: 0.5 }),
      second: matmul(v.c!, v.d!, { transposeB: true }),
      scaled: matmul(v.c!, v.d!, { transposeB: true, scale: 3 }),
    })),
    floatProbe("Gelu", { x: [3, 16] }, ({ x }) => ({ y: gelu(x!) })),
    floatProbe("FastGelu", { x: [3, 16] }, ({ x }) => ({ y: geluNew(x!) })),
    floatProbe("QuickGelu", { x: [3, 16] }, ({ x }) => ({ y: silu(x!) })),
    floatProbe("SimplifiedLayerNormalization", { x: [3, 16], gain: [16] }, ({ x, gain }) => ({
      y: rmsNorm(x!, gain!, 1e-5),
    })),
    rotaryProbe(),
    attentionProbe(),
    quantizedProbe("MatMulNBits", "int4"),
    quantizedProbe("MatMulBnb4", "nf4"),
    {
      ...floatProbe("nchwc", { a: square, b: square, bias: [side] }, ({ a, b, bias }) => {
        const product = blockedMatmul(toBlocks(a!, false), toBlocks(b!, true), bias!);
        return {
          rows: fromBlocks(product, false),
          turned: fromBlocks(product, true),
          sums: blockedColumnSums(product),
        };
      }),
      meaning: graphOf({ a: square, b: square, bias: [side] }, ({ a, b, bias }) => {
        const product = add(matmul(a!, b!, { transposeB: true }), bias!);
        return { rows: product, turned: transpose(product, [1, 0]), sums: sum(product, [0]) };
      }),
    },
  ];
}

type Values = Readonly<Record<string, Value>>;

function graphOf(
  shapes: Readonly<Record<string, Shape>>,
  build: (inputs: Values) => Values,
): Graph {
  const graph = new Graph();
  const inputs = Object.entries(shapes).map(
    ([name, shape]) => [name, graph.input(name, shape)] as const,
  );
  for (const [name, value] of Object.entries(build(Object.fromEntries(inputs)))) {
    graph.output(name, value);
  }
  return graph;
}

function floatProbe(
  operator: PrivateOperator,
  shapes: Readonly<Record<string, Shape>>,
  build: (inputs: Values) => Values,
): Probe {
  const data = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, wave(sizeOf(shape), name.length)]),
  );
  return { operator, graph: graphOf(shapes, build), data, tolerance };
}

/** Numbers between -2 and 2. */
const wave = (size: number, phase: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => 2 * Math.sin(i * i + phase));

/** Of the whole vector and of a part of it, with tables of each sequence's own and with shared ones. */
function rotaryProbe(): Probe {
  const shapes = {
    x: [2, 2, 3, 8],
    cosine: [3, 4],
    sine: [3, 4],
    part: [2, 1, 3, 2],
    other: [2, 1, 3, 2],
  };
  return floatProbe("RotaryEmbedding", shapes, ({ x, cosine, sine, part, other }) => ({
    whole: rope(x!, cosine!, sine!),
    partly: rope(x!, part!, other!),
  }));
}

/** Two sequences at different positions, heads that share keys and values, and a window. */
function attentionProbe(): Probe {
  const [batch, heads, kv, capacity, width] = [2, 4, 2, 6, 8];
  const shapes = {
    query: [batch, heads, 1, width],
    key: [batch, kv, 1, width],
    value: [batch, kv, 1, width],
    keys: [batch, kv, capacity, width],
    values: [batch, kv, capacity, width],
  };
  const positions = Int32Array.of(1, 4);
  const probe = floatProbe("GroupQueryAttention", shapes, (inputs) => {
    const { query, key, value, keys, values } = inputs as Record<keyof typeof shapes, Value>;
    const at = query.graph.input("positions", [batch, 1], "int32");
    const options = { query, key, value, keys, values, positions: at };
    const [plain, narrow] = [cachedAttention(options), cachedAttention({ ...options, window: 2 })];
    // Beyond the rows that are filled anything may stand.
    const filled = (cache: Value) => slice(cache, 2, 0, 2);
    return {
      plain: plain.output,
      narrow: narrow.output,
      keys: filled(plain.keys),
      values: filled(plain.values),
    };
  });
  return { ...probe, data: { ...probe.data, positions } };
}

/** By a matrix of 16 rows of 64 numbers, two blocks a row. */
function quantizedProbe(operator: PrivateOperator, format: "int4" | "nf4"): Probe {
  const [rows, columns, blocks] = [16, 64, 2];
  const probe = floatProbe(operator, { x: [3, columns], scales: [rows, blocks] }, (inputs) => {
    const { x, scales } = inputs as { x: Value; scales: Value };
    const codes = x.graph.input("codes", [rows, blocks, columns / blocks / 2], "uint8");
    return { y: quantizedMatmul(x, { format, codes, scales }, { transpose: true }) };
  });
  const codes = Uint8Array.from({ length: (rows * columns) / 2 }, (_, i) => (i * 37) % 256);
  const scales = Float32Array.from({ length: rows * blocks }, (_, i) => 0.01 * (1 + (i % 5)));
  return {
    ...probe,
    data: { ...probe.data, codes, scales },
    ...(format === "int4"
      ? { constants: ["codes", "scales"], tolerance: roundedTolerance }
      : { tolerance }),
  };
}
