/** The same elements in another shape or order. */
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import { integersText, typeOf } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

type Slice = { readonly axis: number; readonly start: number; readonly end: number };
type Padding = { readonly axis: number; readonly before: number; readonly after: number };

/** Places `start` to `end` of an axis. */
export function sliced(writer: Writer, x: Term, axis: number, start: number, end: number): Term {
  const { dtype, shape } = x.type;
  const starts = shape.map((_, i) => (i === axis ? start : 0));
  const limits = shape.map((size, i) => (i === axis ? end : size));
  const strides = shape.map(() => 1);
  const type = typeOf(
    dtype,
    limits.map((limit, i) => limit - starts[i]!),
  );
  return writer.add(
    "slice",
    [x],
    type,
    `start_indices = ${integersText(starts)}, limit_indices = ${integersText(limits)}, strides = ${integersText(strides)}`,
  );
}

/** Zeros before and after what lies along an axis. */
export function padded(writer: Writer, x: Term, axis: number, before: number, after: number): Term {
  const { dtype, shape } = x.type;
  const type = typeOf(
    dtype,
    shape.map((size, i) => (i === axis ? before + size + after : size)),
  );
  const at = (count: number) => integersText(shape.map((_, i) => (i === axis ? count : 0)));
  return writer.add(
    "pad",
    [x, writer.scalar(0, dtype)],
    type,
    `edge_padding_low = ${at(before)}, edge_padding_high = ${at(after)}, interior_padding = ${at(0)}`,
  );
}

const slice: Lowering = (writer: Writer, { inputs, attributes }: Site<Slice>) =>
  sliced(writer, inputs[0]!, attributes.axis, attributes.start, attributes.end);

const pad: Lowering = (writer: Writer, { inputs, attributes }: Site<Padding>) =>
  padded(writer, inputs[0]!, attributes.axis, attributes.before, attributes.after);

const transpose: Lowering = (
  writer: Writer,
  { inputs, output, attributes: { order } }: Site<{ readonly order: readonly number[] }>,
) => writer.add("transpose", inputs, output, `permutation = ${integersText(order)}`);

const concat: Lowering = (
  writer: Writer,
  { inputs, output, attributes: { axis } }: Site<{ readonly axis: number }>,
) => writer.add("concatenate", inputs, output, `dimension = ${axis} : i64`);

export const shapes: Lowerings = {
  reshape: (writer: Writer, { inputs, output }: Site) => writer.reshape(inputs[0]!, output.shape),
  broadcastTo: (writer: Writer, { inputs, output }: Site) =>
    writer.broadcast(inputs[0]!, output.shape),
  transpose,
  concat,
  slice,
  pad,
};
