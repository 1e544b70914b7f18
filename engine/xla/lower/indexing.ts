/** Rows and elements by integer indices. */
import type { Shape } from "../../graph/index.ts";
import type { Lowering, Lowerings, Site } from "./lowering.ts";
import { integersText, scalarOf, tensorText } from "./types.ts";
import type { Term, Writer } from "./writer.ts";

/** Numbers from `first` on, as `[2, 3]`. */
const axesFrom = (first: number, count: number): string =>
  `[${Array.from({ length: count }, (_, i) => first + i).join(", ")}]`;

const gather: Lowering = (writer: Writer, { inputs: [table, indices], output }: Site) => {
  const row = table!.type.shape.slice(1);
  const rank = indices!.type.shape.length;
  const offsets = row.length === 0 ? "" : `offset_dims = ${axesFrom(rank, row.length)}, `;
  const numbers = `dimension_numbers = #stablehlo.gather<${offsets}collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = ${rank}>`;
  return writer.add(
    "gather",
    [table!, indices!],
    output,
    `${numbers}, slice_sizes = ${integersText([1, ...row])}, indices_are_sorted = false`,
  );
};

/** Adds updates at places of a tensor, or puts them there. */
export function scatter(
  writer: Writer,
  into: Term,
  indices: Term,
  updates: Term,
  options: { readonly numbers: string; readonly unique: boolean; readonly adds: boolean },
): Term {
  const { numbers, unique, adds } = options;
  const scalar = tensorText(scalarOf(into.type.dtype));
  const combined = adds ? `%s = stablehlo.add %x, %y : ${scalar}\n      ` : "";
  const body = `({
    ^bb0(%x: ${scalar}, %y: ${scalar}):
      ${combined}stablehlo.return ${adds ? "%s" : "%y"} : ${scalar}
    })`;
  const operands = [into, indices, updates];
  const names = operands.map(({ name }) => name).join(", ");
  const types = operands.map(({ type }) => tensorText(type)).join(", ");
  return writer.emit(
    `"stablehlo.scatter"(${names}) <{scatter_dimension_numbers = #stablehlo.scatter<${numbers}>, indices_are_sorted = false, unique_indices = ${unique}}> ${body} : (${types}) -> ${tensorText(into.type)}`,
    into.type,
  );
}

const scatterAdd: Lowering = (writer: Writer, { inputs: [indices, updates], output }: Site) => {
  const rank = indices!.type.shape.length;
  const row = updates!.type.shape.length - rank;
  const window = row === 0 ? "" : `update_window_dims = ${axesFrom(rank, row)}, `;
  const numbers = `${window}inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = ${rank}`;
  const zeros = writer.splat(0, output);
  return scatter(writer, zeros, indices!, updates!, { numbers, unique: false, adds: true });
};

/** A gather with the leading axes as a batch. */
const takeAlongLast: Lowering = (writer: Writer, { inputs: [values, indices], output }: Site) => {
  const rank = indices!.type.shape.length;
  const axes = axesFrom(0, rank);
  const batching =
    rank === 0 ? "" : `operand_batching_dims = ${axes}, start_indices_batching_dims = ${axes}, `;
  const numbers = `dimension_numbers = #stablehlo.gather<collapsed_slice_dims = [${rank}], ${batching}start_index_map = [${rank}], index_vector_dim = ${rank}>`;
  const sizes = integersText(values!.type.shape.map(() => 1));
  return writer.add(
    "gather",
    [values!, indices!],
    output,
    `${numbers}, slice_sizes = ${sizes}, indices_are_sorted = false`,
  );
};

/** A choice rather than a product with a one-hot row, in which 0 times infinity would be NaN. */
const placeAlongLast: Lowering = (writer: Writer, { inputs: [indices, updates], output }: Site) => {
  const { shape } = output;
  const along = (x: Term): Term =>
    writer.broadcast(writer.reshape(x, columnOf(x.type.shape)), shape);
  const here = writer.compare("EQ", writer.iota(shape, shape.length - 1), along(indices!));
  return writer.select(here, along(updates!), writer.splat(0, output));
};

const columnOf = (shape: Shape): Shape => [...shape, 1];

export const indexing: Lowerings = { gather, scatterAdd, takeAlongLast, placeAlongLast };
