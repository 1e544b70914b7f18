/** The operations of the tensor language: primitives first, then the composites made of them. */
export {
  add,
  divide,
  maximum,
  minimum,
  multiply,
  negate,
  subtract,
} from "./arithmetic.ts";
export { broadcastTo, sum, sumTo } from "./broadcast.ts";
export { cacheWrite } from "./cache-write.ts";
export {
  absolute,
  cosine,
  erf,
  exp,
  log,
  power,
  reciprocal,
  sigmoid,
  sine,
  sqrt,
  square,
  tanh,
} from "./functions.ts";
export { gather, placeAlongLast, scatterAdd, takeAlongLast } from "./indexing.ts";
export {
  and,
  cast,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  not,
  or,
  select,
} from "./logic.ts";
export { type MatmulOptions, matmul } from "./matmul.ts";
export type { Operand } from "./operand.ts";
export { max, mean } from "./reductions.ts";
export { concat, pad, reshape, slice, transpose } from "./shapes.ts";
