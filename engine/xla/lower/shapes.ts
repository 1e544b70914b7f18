/** The same elements in another shape or order. */
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import { integersText } from "./types.ts";
import type { Writer } from "./writer.ts";

type Slice = { readonly axis: number; readonly start: number; readonly end: number };
type Padding = { readonly axis: number; readonly before: number; readonly after: number };

const slice: Lowering = (writer: Writer, { inputs, output, attributes }: Site<Slice>) => {
  const { axis, start, end } = attributes;
  const { shape } = inputs[0]!.type;
  const starts = shape.map((_, i) => (i === axis ? start : 0));
  const limits = shape.map((size, i) => (i === axis ? end : size));
  const strides = shape.map(() => 1);
  return writer.add(
    "slice",
    inputs,
    output,
    `start_indices = ${integersText(starts)}, limit_indices = ${integersText(limits)}, strides = ${integersText(strides)}`,
  );
};

const pad: Lowering = (writer: Writer, { inputs, output, attributes }: Site<Padding>) => {
  const { axis, before, after } = attributes;
  const at = (count: number) => integersText(output.shape.map((_, i) => (i === axis ? count : 0)));
  return writer.add(
    "pad",
    [inputs[0]!, writer.scalar(0, output.dtype)],
    output,
    `edge_padding_low = ${at(before)}, edge_padding_high = ${at(after)}, interior_padding = ${at(0)}`,
  );
};

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
